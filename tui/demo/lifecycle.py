"""The life of one order: its phases, how long each lasts, and its progress at a given age."""

import math
from itertools import accumulate
from random import Random
from typing import NamedTuple


class LifecyclePhase(NamedTuple):
    """One active status. Times are bounds in seconds: how long an order is in it, and, if it is in
    it at the epoch, for how much longer. `past_share` is the part of its age at the epoch that such
    an order spent in earlier phases. `failures` is the relative frequency of failures in it.
    """

    status: str
    duration: tuple[float, float]
    remaining: tuple[float, float]
    past_share: float
    failures: int
    failure_reasons: tuple[str, ...] = ()


QUEUED, DOWNLOADING, TRANSCODING, UPLOADING = range(4)
"""Indices into `PHASES`."""

FINISHED, ERROR = "FINISHED", "ERROR"

# With a new order every 30 s, seven or eight are active at a time.
PHASES = (
    LifecyclePhase("QUEUED", (5.0, 30.0), (4.0, 15.0), 0.0, 0),
    LifecyclePhase(
        "DOWNLOADING",
        (15.0, 60.0),
        (6.0, 30.0),
        0.6,
        9,
        (
            "Download failed: 550 {file}: No such file or directory",
            "Download failed: 530 Login incorrect at {host}",
            "Download failed: {host} did not answer within 60 s (3 attempts)",
            "Download failed: {host} closed the connection after 1.2 GiB of 4.7 GiB",
        ),
    ),
    LifecyclePhase(
        "TRANSCODING",
        (60.0, 230.0),
        (20.0, 150.0),
        0.5,
        7,
        (
            "Transcoding failed: moov atom not found, {file} is cut off or no MP4",
            "Transcoding failed: unsupported codec 'aprn' (ProRes RAW) in stream 0:0",
            "Transcoding failed: stream 0:1 declares 0 audio channels",
            "Transcoding failed: worker lost (out of memory), frame 48211",
        ),
    ),
    LifecyclePhase(
        "UPLOADING",
        (12.0, 50.0),
        (8.0, 30.0),
        0.85,
        4,
        (
            "Upload failed: 552 Disk quota exceeded at {host}",
            "Upload failed: 553 Could not create file at {host}: Permission denied",
            "Upload failed: host key of {host} has changed",
        ),
    ),
)

MAX_LIFETIME = sum(phase.duration[1] for phase in PHASES)
"""Seconds after which every order has ended, except one that stalls."""

STALL = 2400.0
"""Seconds without progress of an order that stalls."""


class OrderProgress(NamedTuple):
    """The status of an order, the phase it has reached, and how much of that is done, 0 to 1."""

    status: str
    phase: int
    done: float

    @property
    def transcoded(self) -> float:
        return self.done if self.phase == TRANSCODING else float(self.phase > TRANSCODING)


class Lifecycle(NamedTuple):
    """Seconds in each phase, and the age in seconds at which the order fails or stalls, if any."""

    spans: tuple[float, ...]
    fails_at: float = math.inf
    stalls_at: float = math.inf

    def at(self, age: float) -> OrderProgress:
        """Return the progress at an age in seconds. It never decreases as the age grows."""
        if age > self.stalls_at:
            age = max(self.stalls_at, age - STALL)
        has_failed = age >= self.fails_at
        age = min(age, self.fails_at)
        start = 0.0
        for number, (span, end) in enumerate(zip(self.spans, accumulate(self.spans), strict=True)):
            if age < end:
                status = ERROR if has_failed else PHASES[number].status
                return OrderProgress(status, number, max(age - start, 0.0) / span)
            start = end
        return OrderProgress(FINISHED, len(PHASES), 1.0)


def random_lifecycle(random: Random, *, fails: bool) -> Lifecycle:
    spans = tuple(random.uniform(*phase.duration) for phase in PHASES)
    if not fails:
        return Lifecycle(spans)
    weights = [phase.failures for phase in PHASES]
    phase = random.choices(range(len(PHASES)), weights)[0]
    return Lifecycle(spans, sum(spans[:phase]) + random.uniform(0.1, 0.9) * spans[phase])


def stalled_lifecycle(random: Random) -> Lifecycle:
    """Return one that stalls during its transcoding, and succeeds in the end."""
    spans = random_lifecycle(random, fails=False).spans
    return Lifecycle(spans, stalls_at=sum(spans[:TRANSCODING]) + 0.45 * spans[TRANSCODING])


def lifecycle_in_phase(random: Random, phase: int, age: float) -> Lifecycle:
    """Return one that is in `phase` at `age`."""
    spans = list(random_lifecycle(random, fails=False).spans)
    weights = [random.uniform(0.8, 1.2) * sum(earlier.duration) for earlier in PHASES[:phase]]
    past = age * PHASES[phase].past_share
    for earlier, weight in enumerate(weights):
        spans[earlier] = past * weight / sum(weights)
    spans[phase] = age - sum(spans[:phase]) + random.uniform(*PHASES[phase].remaining)
    return Lifecycle(tuple(spans))
