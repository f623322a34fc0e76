"""When things happened to an order, and how long it still takes, as far as that was observed. Pure.

Times are UTC epoch seconds of the clock that the last list was read by; durations are seconds.
"""

from enum import Enum

import msgspec

_EXACT = 10.0
"""Seconds: polls are 5 s apart."""

MIN_SAMPLES = 9
"""With fewer, no range of them covers 80 %."""


class Moment(msgspec.Struct, frozen=True, gc=False):
    """A change happened after the poll at `after`, which had not seen it, and not after the poll at
    `before`, which was the first to see it. `after` is None if no poll had looked before.
    """

    after: float | None
    before: float

    @property
    def width(self) -> float | None:
        """How far both bounds are from each other; None if only one is known."""
        return None if self.after is None else self.before - self.after

    @property
    def is_exact(self) -> bool:
        """True if the bounds are so near that `before` stands for both."""
        return self.width is not None and self.width <= _EXACT


class Missing(Enum):
    """What an estimate needs."""

    SAMPLES = "samples"
    """`MIN_SAMPLES` orders of the company that had the same progress."""
    START = "start"
    """Its start was not observed."""
    PROGRESS = "progress"


class NoEstimate(msgspec.Struct, frozen=True, gc=False):
    """What is missing for an estimate of an order or a sub-job that is being processed."""

    missing: Missing
    samples: int = 0
    """How many there are, if there are too few."""


class Estimate(msgspec.Struct, frozen=True, gc=False):
    """The remaining time at `made_at`, when the progress reached its present tenth: in 80 % of all
    cases it is from `low` to `high` seconds. It stays as it is until the next tenth.
    """

    made_at: float
    low: float
    high: float
    samples: int
    is_company_wide: bool = False
    """True if too few of its profile were observed, so that it is of all profiles."""


class OrderTiming(msgspec.Struct, frozen=True, gc=False):
    """What was observed of the current attempt of an order. None is not known."""

    attempt: int = 1
    entered: Moment | None = None
    """When it entered its current status."""
    started: Moment | None = None
    """When it left the queue."""
    ended: Moment | None = None
    """When it finished or failed."""
    quiet_since: float | None = None
    """When its status or progress was last seen to change, plus the time since then in which
    nothing was polled: the time without progress counts from here. In the past it is the last
    recorded change.
    """
    is_stalled: bool | None = False
    """True if it was polled for longer than `stall_limit` without a change; None: it is not known,
    as of a moment in the past.
    """
    stall_limit: float = 600.0
    estimate: Estimate | NoEstimate | None = None
    """The time until the order is finished; None if it is neither transcoding nor uploading."""
    job_estimates: tuple[Estimate | NoEstimate | None, ...] = ()
    """The time until each sub-job is done."""

    @property
    def has_wide_bounds(self) -> bool:
        """True if it is known between which polls something happened, but not when exactly."""
        moments = (self.entered, self.started, self.ended)
        return any(each and each.width is not None and not each.is_exact for each in moments)

    def shifted(self, seconds: float) -> "OrderTiming":
        """Return the same moments on a clock that shows `seconds` more."""

        def moment(each: Moment | None) -> Moment | None:
            if each is None:
                return None
            return Moment(
                None if each.after is None else each.after + seconds, each.before + seconds
            )

        def estimate(each: Estimate | NoEstimate | None) -> Estimate | NoEstimate | None:
            if not isinstance(each, Estimate):
                return each
            return msgspec.structs.replace(each, made_at=each.made_at + seconds)

        return msgspec.structs.replace(
            self,
            entered=moment(self.entered),
            started=moment(self.started),
            ended=moment(self.ended),
            quiet_since=None if self.quiet_since is None else self.quiet_since + seconds,
            estimate=estimate(self.estimate),
            job_estimates=tuple(map(estimate, self.job_estimates)),
        )
