"""The values of an order that the history knows, each with its bounds. Pure.

`now` is in UTC epoch seconds of the clock that the last list was read by; durations are seconds.
"""

from collections.abc import Callable
from typing import NamedTuple

from tui.model.order import Phase
from tui.model.order_facts import AnyOrder
from tui.model.timing import Estimate, Moment, OrderTiming

OPEN = frozenset(phase for phase in Phase if not phase.is_final)
STARTED = frozenset(Phase) - {Phase.QUEUED}
ENDED = frozenset(phase for phase in Phase if phase.is_final)


class Observed(NamedTuple):
    """What is shown and sorted by, and the least and the greatest value that it may have."""

    shown: float
    least: float
    most: float

    @property
    def is_exact(self) -> bool:
        return self.least == self.most


Value = Callable[[OrderTiming, Phase, float], Observed | None]
"""Returns the value of an order in a phase at `now`; None if it is not known."""


def between(start: Moment, end: Moment) -> Observed | None:
    """Return how long it was from `start` to `end`: at least, if not both are exact."""
    if start.is_exact and end.is_exact:
        seconds = max(0.0, end.before - start.before)
        return Observed(seconds, seconds, seconds)
    if end.after is None:
        return None
    least = max(0.0, end.after - start.before)
    return Observed(least, least, float("inf") if start.after is None else end.before - start.after)


def elapsed(timing: OrderTiming, phase: Phase, now: float) -> Observed | None:
    """How long an order has been running since it left the queue, or ran until it ended."""
    if phase.is_final:
        return took(timing, phase, now)
    return None if timing.started is None else between(timing.started, Moment(now, now))


def took(timing: OrderTiming, _: Phase, __: float) -> Observed | None:
    """How long an order ran until it ended."""
    if timing.started is None or timing.ended is None:
        return None
    return between(timing.started, timing.ended)


def in_status(timing: OrderTiming, _: Phase, now: float) -> Observed | None:
    """How long an order has been in its status."""
    return None if timing.entered is None else between(timing.entered, Moment(now, now))


def finished(timing: OrderTiming, _: Phase, __: float) -> Observed | None:
    """When an order ended."""
    return None if timing.ended is None else bounds_of(timing.ended)


def changed(timing: OrderTiming, _: Phase, __: float) -> Observed | None:
    """When the status of an order changed last."""
    return None if timing.entered is None else bounds_of(timing.entered)


def bounds_of(moment: Moment) -> Observed:
    least = moment.before if moment.is_exact else moment.after
    return Observed(moment.before, float("-inf") if least is None else least, moment.before)


def attempt(timing: OrderTiming, _: Phase, __: float) -> Observed | None:
    return Observed(timing.attempt, timing.attempt, timing.attempt)


def remaining(timing: OrderTiming, _: Phase, now: float) -> Observed | None:
    """How long an order still takes until it is finished, in 80 % of all cases. Negative is the
    time since then. The end of the range is what it is sorted by. Of a stalled order it is not
    known.
    """
    if timing.is_stalled or not isinstance(timing.estimate, Estimate):
        return None
    low, high = remaining_range(timing.estimate, now)
    return Observed(high, low, high)


def remaining_range(estimate: Estimate, now: float) -> tuple[float, float]:
    passed = now - estimate.made_at
    return estimate.low - passed, estimate.high - passed


class ObservedColumn(NamedTuple):
    """What a column shows of an order's timing. An order that is not in one of `phases` has no
    such value; neither has one that is gone, unless it had ended.
    """

    value: Value
    phases: frozenset[Phase]

    def has_value(self, order: AnyOrder) -> bool:
        """Return whether there is a value, be it known or not."""
        phase = order.phase
        return phase in self.phases and not (order.gone and not phase.is_final)

    def of(self, order: AnyOrder, now: float) -> Observed | None:
        timing = order.timing
        if timing is None or not self.has_value(order):
            return None
        return self.value(timing, order.phase, now)

    @property
    def is_of_ended(self) -> bool:
        """True if orders that have ended have it, too: their timings are not in memory."""
        return bool(self.phases & ENDED)


ELAPSED = ObservedColumn(elapsed, STARTED)
IN_STATUS = ObservedColumn(in_status, OPEN)
FINISHED = ObservedColumn(finished, ENDED)
CHANGED = ObservedColumn(changed, frozenset(Phase))
TOOK = ObservedColumn(took, ENDED)
ATTEMPT = ObservedColumn(attempt, frozenset(Phase))
REMAINING = ObservedColumn(remaining, OPEN)
