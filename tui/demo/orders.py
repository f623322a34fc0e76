"""The orders, generated ones and those of clients, and the service's answer to the detail call."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import PurePosixPath
from random import Random
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from tui.demo import fixtures, generator
from tui.demo.fixtures import DemoProfile, Location
from tui.demo.generator import ID_SUFFIXES, OrderGenerator, pick
from tui.demo.lifecycle import (
    DOWNLOADING,
    ERROR,
    FINISHED,
    PHASES,
    UPLOADING,
    Lifecycle,
    OrderProgress,
    lifecycle_in_phase,
    random_lifecycle,
    stalled_lifecycle,
)


class Job(NamedTuple):
    """A sub-job. `start` and `end` are parts of the transcoding phase, 0 to 1."""

    profile: DemoProfile
    filename: str
    label: str
    start: float = 0.0
    end: float = 1.0


class OrderSpec(NamedTuple):
    """What a client orders, and then what is made up for it: the `duration` of the file in seconds,
    its `size` in bytes, the times of its jobs, and `random_bits` that select an error.
    """

    filename: str
    label: str
    source: Location
    targets: Sequence[Location]
    jobs: Sequence[Job]
    notifications: Sequence[tuple[str | None, str | None]] = ()
    duration: float = 0.0
    size: int = 0
    random_bits: int = 0


class GeneratedOrder:
    """A generated order. `start` is in seconds of world time, `created` in unix seconds."""

    def __init__(self, orders: OrderGenerator, number: int) -> None:
        self._orders = orders
        self.number = number

    @cached_property
    def created(self) -> float:
        return self._orders.created(self.number)

    @property
    def start(self) -> float:
        return self._orders.arrival(self.number)

    @cached_property
    def id(self) -> str:
        return self._orders.order_id(self.number, self.created)

    @property
    def filename(self) -> str:
        bits = self._orders.bits(self.number, generator.FILENAME)
        stem = pick(fixtures.STEMS, bits).format(n=(bits >> 16) % 900 + 1)
        return stem + pick(fixtures.EXTENSIONS, bits >> 32)

    @property
    def label(self) -> str:
        return pick(fixtures.LABELS, self._orders.bits(self.number, generator.LABEL))

    @property
    def profiles(self) -> tuple[DemoProfile, ...]:
        ids = pick(fixtures.PROFILE_SETS, self._orders.bits(self.number, generator.PROFILES))
        return tuple(fixtures.PROFILES[number] for number in ids)

    @property
    def lifecycle(self) -> Lifecycle:
        random = self._orders.random(self.number, generator.LIFECYCLE)
        phase = self._orders.phase(self.number)
        if phase is not None:
            return lifecycle_in_phase(random, phase, -self.start)
        if self.number == self._orders.stalled_number:
            return stalled_lifecycle(random)
        return random_lifecycle(random, fails=self._orders.outcome(self.number) == ERROR)

    def spec(self) -> OrderSpec:
        random = self._orders.random(self.number, generator.DETAIL)
        filename, label, profiles = self.filename, self.label, self.profiles
        protocol, folder, user = random.choice(fixtures.SOURCES)
        targets = random.sample(fixtures.TARGETS, k=random.choice((1, 1, 1, 2)))
        duration = _random_duration(random)
        size = _random_size(random, duration)
        notifications = random.sample(fixtures.NOTIFICATIONS, k=random.choice((0, 1, 1, 2)))
        times = _random_job_times(len(profiles), random)
        stem = PurePosixPath(filename).stem
        jobs: list[Job] = []
        for profile, (start, end) in zip(profiles, times, strict=True):
            job_label = pick(fixtures.LABELS, random.getrandbits(16)) if jobs else label
            jobs.append(Job(profile, stem + profile.filename_suffix, job_label, start, end))
        return OrderSpec(
            filename=filename,
            label=label,
            source=Location(protocol, f"{folder}/{quote(filename)}", user),
            targets=targets,
            jobs=jobs,
            notifications=notifications,
            duration=round(duration, 3),
            size=size,
            random_bits=random.getrandbits(16),
        )


class ClientOrder:
    """An order that isn't generated. Its `number` is negative; it exists from `start` to `end`.
    `older` is how many generated orders are older.
    """

    def __init__(
        self,
        orders: OrderGenerator,
        number: int,
        request: OrderSpec,
        created: float,
        lifecycle: Lifecycle,
        end: float = math.inf,
    ) -> None:
        self._orders, self.number, self._request = orders, number, request
        self.created, self.lifecycle, self.end = created, lifecycle, end
        self.start = orders.time(created)
        self.older = orders.count(self.start)
        # A suffix that the orders of the same time don't have.
        self.id = orders.order_id(self.older + ID_SUFFIXES // 2 - 1 - number, created)
        self.filename, self.label = request.filename, request.label
        self.profiles = tuple(job.profile for job in request.jobs)

    def spec(self) -> OrderSpec:
        random = self._orders.random(self.number, generator.CLIENT_DETAIL)
        duration = _random_duration(random)
        jobs = self._request.jobs
        times = _random_job_times(len(jobs), random)
        return self._request._replace(
            duration=round(duration, 3),
            jobs=[job._replace(start=s, end=e) for job, (s, e) in zip(jobs, times, strict=True)],
            size=_random_size(random, duration),
            random_bits=random.getrandbits(16),
        )


AnyOrder = GeneratedOrder | ClientOrder


def _random_duration(random: Random) -> float:
    return random.lognormvariate(5.5, 1.1)


def _random_size(random: Random, duration: float) -> int:
    return int(duration * random.uniform(0.8e6, 6e6))


def _random_job_times(count: int, random: Random) -> list[tuple[float, float]]:
    """Return `start` and `end` of each: the first starts and one ends with the phase."""
    starts = sorted(random.uniform(0.0, 0.3) for _ in range(count))
    ends = [random.uniform(0.6, 1.0) for _ in range(count)]
    starts[0], ends[random.randrange(count)] = 0.0, 1.0
    return list(zip(starts, ends, strict=True))


def timestamp(seconds: float) -> str:
    """Format unix seconds as the service does."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(" ", "microseconds")


def detail_json(order: AnyOrder, spec: OrderSpec, progress: OrderProgress) -> dict[str, object]:
    """Return the answer to the detail call (S)."""
    # The service reads length and size from the file, so not before it has downloaded it.
    is_downloaded = progress.phase > DOWNLOADING
    return {
        "order_id": order.id,
        "transcodingupload_set": [
            {"upload_url": url, "upload_protocol": protocol, "upload_user": user}
            for protocol, url, user in spec.targets
        ],
        "transcodingdownload": {
            "download_url": spec.source.url,
            "download_protocol": spec.source.protocol,
            "download_user": spec.source.user,
        },
        "transcodingnotification_set": [
            {"callback_url": callback, "email": email} for callback, email in spec.notifications
        ],
        "transcodingjob_set": [_job_json(job, progress) for job in spec.jobs],
        "duration": spec.duration if is_downloaded else None,
        "size": spec.size if is_downloaded else None,
        "filename": spec.filename,
        "label": spec.label,
        "status": progress.status,
        "timestamp": timestamp(order.created),
        "comment": _comment(order.id, spec, progress),
    }


def _job_json(job: Job, progress: OrderProgress) -> dict[str, object]:
    done = (progress.transcoded - job.start) / (job.end - job.start)
    return {
        "profile": {"id": job.profile.id, "name": job.profile.name},
        "filename": job.filename,
        "label": job.label,
        "progress": round(100 * min(max(done, 0.0), 1.0), 2),
    }


def _comment(order_id: str, spec: OrderSpec, progress: OrderProgress) -> str:
    if progress.status == FINISHED:
        return f"Order {order_id} finished"
    if progress.status != ERROR:
        return ""
    location = spec.targets[0] if progress.phase == UPLOADING else spec.source
    reason = pick(PHASES[progress.phase].failure_reasons, spec.random_bits)
    return reason.format(file=spec.filename, host=urlsplit(location.url).hostname or "")
