"""One order in full: what is generated for it, and the service's answer to the detail call (S)."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from random import Random
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from tui.demo import fixtures
from tui.demo.fixtures import EncodingProfile, Location
from tui.demo.lifecycle import (
    DOWNLOADING,
    ERROR,
    FINISHED,
    PHASES,
    TRANSCODING,
    UPLOADING,
    OrderProgress,
)
from tui.demo.rng import pick


class Job(NamedTuple):
    """A sub-job. `start` and `end` are parts of the transcoding phase, 0 to 1."""

    profile: EncodingProfile
    filename: str
    label: str
    start: float
    end: float


class OrderSpec(NamedTuple):
    """What never changes about an order. `duration` is in seconds, `size` in bytes."""

    id: str
    created_on: str
    filename: str
    label: str
    source: Location
    targets: Sequence[Location]
    duration: float
    size: int
    notifications: Sequence[tuple[str | None, str | None]]
    jobs: Sequence[Job]
    random_bits: int


def detail_json(order: OrderSpec, progress: OrderProgress) -> dict[str, object]:
    """Return the answer to the detail call (S)."""
    # The service reads length and size from the file, so not before it has downloaded it.
    is_downloaded = progress.phase > DOWNLOADING
    return {
        "order_id": order.id,
        "transcodingupload_set": [
            {"upload_url": url, "upload_protocol": protocol, "upload_user": user}
            for protocol, url, user in order.targets
        ],
        "transcodingdownload": {
            "download_url": order.source.url,
            "download_protocol": order.source.protocol,
            "download_user": order.source.user,
        },
        "transcodingnotification_set": [
            {"callback_url": callback, "email": email} for callback, email in order.notifications
        ],
        "transcodingjob_set": [_job_json(job, progress) for job in order.jobs],
        "duration": order.duration if is_downloaded else None,
        "size": order.size if is_downloaded else None,
        "filename": order.filename,
        "label": order.label,
        "status": progress.status,
        "timestamp": order.created_on,
        "comment": _comment(order, progress),
    }


def _job_json(job: Job, progress: OrderProgress) -> dict[str, object]:
    done = (progress.done_of(TRANSCODING) - job.start) / (job.end - job.start)
    return {
        "profile": {"id": job.profile.id, "name": job.profile.name},
        "filename": job.filename,
        "label": job.label,
        "progress": round(100 * min(max(done, 0.0), 1.0), 2),
    }


def _comment(order: OrderSpec, progress: OrderProgress) -> str:
    if progress.status == FINISHED:
        return f"Order {order.id} finished"
    if progress.status != ERROR:
        return ""
    location = order.targets[0] if progress.phase == UPLOADING else order.source
    reason = pick(PHASES[progress.phase].failure_reasons, order.random_bits)
    return reason.format(file=order.filename, host=urlsplit(location.url).hostname or "")


def generate_order(
    order_id: str,
    created_on: str,
    filename: str,
    label: str,
    profiles: Sequence[EncodingProfile],
    random: Random,
) -> OrderSpec:
    """Generate everything that isn't given."""
    (protocol, folder, user), targets, duration = _random_media(random)
    return OrderSpec(
        id=order_id,
        created_on=created_on,
        filename=filename,
        label=label,
        source=Location(protocol, f"{folder}/{quote(filename)}", user),
        targets=targets,
        duration=round(duration, 3),
        size=random_size(random, duration),
        notifications=random.sample(fixtures.NOTIFICATIONS, k=random.choice((0, 1, 1, 2))),
        jobs=_random_jobs(filename, label, profiles, random),
        random_bits=random.getrandbits(16),
    )


def generate_duration(random: Random) -> float:
    """Return only the `duration` of the order that `generate_order` returns."""
    return round(_random_media(random)[2], 3)


def random_duration(random: Random) -> float:
    return random.lognormvariate(5.5, 1.1)


def random_size(random: Random, duration: float) -> int:
    return int(duration * random.uniform(0.8e6, 6e6))


def random_job_timings(count: int, random: Random) -> list[tuple[float, float]]:
    """Return `start` and `end` of each: the first starts and one ends with the phase."""
    starts = sorted(random.uniform(0.0, 0.3) for _ in range(count))
    ends = [random.uniform(0.6, 1.0) for _ in range(count)]
    starts[0], ends[random.randrange(count)] = 0.0, 1.0
    return list(zip(starts, ends, strict=True))


def _random_media(random: Random) -> tuple[Location, list[Location], float]:
    source = random.choice(fixtures.SOURCES)
    targets = random.sample(fixtures.TARGETS, k=random.choice((1, 1, 1, 2)))
    return source, targets, random_duration(random)


def _random_jobs(
    filename: str, label: str, profiles: Sequence[EncodingProfile], random: Random
) -> list[Job]:
    stem = PurePosixPath(filename).stem
    jobs: list[Job] = []
    for profile, timing in zip(profiles, random_job_timings(len(profiles), random), strict=True):
        job_label = fixtures.label(random.getrandbits(16)) if jobs else label
        jobs.append(Job(profile, stem + profile.filename_suffix, job_label, *timing))
    return jobs
