"""The life of one order: how long each phase lasts, and where it stands at a given age."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

QUEUED, DOWNLOADING, TRANSCODING, UPLOADING = range(4)
PHASES = ("QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING")
FINISHED, ERROR = "FINISHED", "ERROR"

# Shortest and longest stay in each phase, in seconds. With an order every half minute these keep
# seven or eight of them active at once.
_BOUNDS = ((5.0, 30.0), (15.0, 60.0), (60.0, 230.0), (12.0, 50.0))
# What is left, at the world's first moment, of the phase an order is then in.
_LEFT = ((4.0, 15.0), (6.0, 30.0), (20.0, 150.0), (8.0, 30.0))

LONGEST = sum(longest for _, longest in _BOUNDS)
"""No order lives longer than this, but for one that stalls; and none that is active at the start
goes on for longer.
"""

STALL = 2400.0
"""For so many seconds an order that stalls makes no progress."""


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """Where an order stands: its status, the phase it reached, and how much of that is done."""

    status: str
    phase: int
    done: float

    def of_phase(self, phase: int) -> float:
        """How much of `phase` is done, 0 to 1."""
        return float(self.phase > phase) if self.phase != phase else self.done


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Seconds spent in each phase; an order that fails does so at the age `fails`, and one that
    stalls stands still for `STALL` seconds from the age `stalls` on.
    """

    spans: tuple[float, ...]
    fails: float | None = None
    stalls: float | None = None

    def at(self, age: float) -> OrderProgress:
        """The order when it is `age` seconds old. It never steps back as the age grows."""
        if self.stalls is not None and age > self.stalls:
            age = max(self.stalls, age - STALL)
        failed = self.fails is not None and age >= self.fails
        if self.fails is not None and failed:
            age = self.fails
        start = 0.0
        for phase, (span, end) in enumerate(zip(self.spans, accumulate(self.spans), strict=True)):
            if age < end:
                done = max(age - start, 0.0) / span
                return OrderProgress(ERROR if failed else PHASES[phase], phase, done)
            start = end
        return OrderProgress(FINISHED, len(PHASES), 1.0)


def random_lifecycle(dice: Random, *, fails: bool) -> Lifecycle:
    """The life of an order like any other."""
    spans = tuple(dice.uniform(shortest, longest) for shortest, longest in _BOUNDS)
    if not fails:
        return Lifecycle(spans)
    phase = dice.choices((DOWNLOADING, TRANSCODING, UPLOADING), weights=(9, 7, 4))[0]
    return Lifecycle(spans, sum(spans[:phase]) + dice.uniform(0.1, 0.9) * spans[phase])


def stalled_lifecycle(dice: Random) -> Lifecycle:
    """A life that stands still in the midst of its transcoding, and goes well in the end."""
    spans = random_lifecycle(dice, fails=False).spans
    return Lifecycle(spans, stalls=sum(spans[:TRANSCODING]) + 0.45 * spans[TRANSCODING])


def lifecycle_in_phase(dice: Random, phase: int, age: float) -> Lifecycle:
    """A life that at `age` is in the midst of `phase`."""
    spans = list(random_lifecycle(dice, fails=False).spans)
    # The phases before it share a part of the age among them.
    weights = [dice.uniform(0.8, 1.2) * sum(_BOUNDS[earlier]) for earlier in range(phase)]
    past = age * (0.0, 0.6, 0.5, 0.85)[phase]
    for earlier, weight in enumerate(weights):
        spans[earlier] = past * weight / sum(weights)
    spans[phase] = age - sum(spans[:phase]) + dice.uniform(*_LEFT[phase])
    return Lifecycle(tuple(spans))
