"""What is to be known of an order that the world made up. The same dice always tell the same."""
# FOLD """One order in full, in the shape of the service's answer (S)."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from random import Random
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from tui.demo import fixtures
from tui.demo.fixtures import Profile
from tui.demo.lifecycle import DOWNLOADING, ERROR, FINISHED, TRANSCODING, UPLOADING, OrderProgress


class Place(NamedTuple):
    """Where a file comes from or goes to."""

    protocol: str
    url: str
    user: str | None


class Job(NamedTuple):
    """One sub-job, with its start and its end within the phase of transcoding, 0 to 1."""

    profile: Profile
    filename: str
    label: str
    start: float
    end: float


class Order(NamedTuple):
    """All that never changes about an order: its duration is in seconds, its size in bytes."""

    id: str
    created_on: str
    filename: str
    label: str
    source: Place
    targets: Sequence[Place]
    duration: float
    size: int
    notifications: Sequence[tuple[str | None, str | None]]
    jobs: Sequence[Job]
    luck: int


def detail(order: Order, moment: OrderProgress) -> dict[str, object]:
    """The answer for `order` at `moment`."""
    # The service learns length and size from the file, so not before it has it.
    arrived = moment.phase > DOWNLOADING
    transcoded = moment.of_phase(TRANSCODING)
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
        "transcodingjob_set": [_job(job, transcoded) for job in order.jobs],
        "duration": order.duration if arrived else None,
        "size": order.size if arrived else None,
        "filename": order.filename,
        "label": order.label,
        "status": moment.status,
        "timestamp": order.created_on,
        "comment": _comment(order, moment),
    }


def _job(job: Job, transcoded: float) -> dict[str, object]:
    share = (transcoded - job.start) / (job.end - job.start)
    return {
        "profile": {"id": job.profile.id, "name": job.profile.name},
        "filename": job.filename,
        "label": job.label,
        "progress": round(100 * min(max(share, 0.0), 1.0), 2),
    }


def _comment(order: Order, moment: OrderProgress) -> str:
    if moment.status == FINISHED:
        return f"Order {order.id} finished"
    if moment.status != ERROR:
        return ""
    place = order.targets[0] if moment.phase == UPLOADING else order.source
    host = urlsplit(place.url).hostname or ""
    return fixtures.reason(order.luck, moment.phase, order.filename, host)


class Heading(NamedTuple):
    """What is settled about an order before its dice are thrown."""

    id: str
    created_on: str
    filename: str
    label: str
    ladder: tuple[Profile, ...]


def generate_order(heading: Heading, dice: Random) -> Order:
    """Throw the dice for all the rest."""
    (protocol, source, user), targets, duration = _media(dice)
    return Order(
        id=heading.id,
        created_on=heading.created_on,
        filename=heading.filename,
        label=heading.label,
        source=Place(protocol, f"{source}/{quote(heading.filename)}", user),
        targets=targets,
        duration=round(duration, 3),
        size=int(duration * dice.uniform(0.8e6, 6e6)),
        notifications=dice.sample(fixtures.NOTIFICATIONS, k=dice.choice((0, 1, 1, 2))),
        jobs=_jobs(heading, dice),
        luck=dice.getrandbits(16),
    )


def duration(dice: Random) -> float:
    """The length of the order's file, in seconds, and nothing else."""
    return round(_media(dice)[2], 3)


def job_timings(count: int, dice: Random) -> list[tuple[float, float]]:
    """When sub-jobs start and end in the phase of transcoding: one after another, at their own
    speeds; the last ends the phase.
    """
    starts = sorted(dice.uniform(0.0, 0.3) for _ in range(count))
    ends = [dice.uniform(0.6, 1.0) for _ in range(count)]
    starts[0], ends[dice.randrange(count)] = 0.0, 1.0
    return list(zip(starts, ends, strict=True))


def _media(dice: Random) -> tuple[tuple[str, str, str | None], list[Place], float]:
    source = dice.choice(fixtures.SOURCES)
    targets = dice.sample(fixtures.TARGETS, k=dice.choice((1, 1, 1, 2)))
    return source, [Place(*target) for target in targets], dice.lognormvariate(5.5, 1.1)


def _jobs(heading: Heading, dice: Random) -> list[Job]:
    stem = PurePosixPath(heading.filename).stem
    halves = job_timings(len(heading.ladder), dice)
    return [
        Job(
            profile,
            stem + profile.ending,
            heading.label if not place else fixtures.label(dice.getrandbits(16)),
            *halves[place],
        )
        for place, profile in enumerate(heading.ladder)
    ]
