"""The timeline of an order: the statuses it had, attempt by attempt, from its changes. Pure."""

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from tui.model.history import Change, ChangedField, Span
from tui.model.order import Phase, phase_of
from tui.model.spans import gaps, recorded_until
from tui.model.timing import Moment

_MAX_BLUR = 0.1
"""A length is compared with another one if its bounds differ by no more of it."""


class OrderHistory(msgspec.Struct, frozen=True):
    """What is recorded of one order: its changes, as recorded, of progress only those that begin an
    attempt. `status` is the last recorded one; None: it is gone, or nothing is recorded of it.
    """

    changes: Sequence[Change] = ()
    status: str | None = None
    attempt: int = 1
    first_seen: float | None = None
    """When a poll saw it for the first time; None: nothing is recorded of it."""
    spans: Sequence[Span] = ()
    """When orders were polled and when not, since the last poll before it was first seen."""
    recorded_since: float | None = None
    """When the history begins; None: it is empty."""

    def until(self, at: float) -> "OrderHistory":
        """Return what was recorded at `at`."""
        known = [each for each in self.changes if each.before <= at]
        later = [each for each in self.changes if each.before > at]
        status, attempt = self.status, self.attempt
        for change in reversed(later):
            attempt = _attempt_before(change)
            if change.field is ChangedField.STATUS:
                status = change.old if isinstance(change.old, str) else None
        attempt = known[-1].attempt if known else attempt
        seen = self.first_seen if self.first_seen is not None and self.first_seen <= at else None
        spans = [
            Span(each.start, min(each.end, at), each.kind)
            for each in self.spans
            if each.start <= at
        ]
        return OrderHistory(known, status, attempt, seen, spans, self.recorded_since)


class Period(msgspec.Struct, frozen=True):
    """A time in which an order had one status; an empty one: it was gone."""

    status: str
    attempt: int
    start: Moment
    end: Moment | None = None
    """None: it has this status still."""
    comment: str = ""
    """What the server said in this time, as why it failed."""

    @property
    def phase(self) -> Phase:
        return phase_of(self.status)

    @property
    def is_end(self) -> bool:
        """True if the order ended with this status, or is gone."""
        return not self.status or self.phase.is_final

    @property
    def is_queued(self) -> bool:
        return self.phase is Phase.QUEUED


class Attempt(msgspec.Struct, frozen=True):
    number: int
    periods: tuple[Period, ...]

    @property
    def start(self) -> Moment:
        return self.periods[0].start

    @property
    def end(self) -> Moment | None:
        """When it finished, failed or vanished; None: it goes on."""
        return next((each.start for each in self.periods if each.is_end), None)

    @property
    def started(self) -> Moment | None:
        """When it left the queue for the last time; None: it did not. The work begins there, as in
        `OrderTiming.started`.
        """
        queued = [number for number, each in enumerate(self.periods, 1) if each.is_queued]
        begun = self.periods[queued[-1] :] if queued else self.periods
        return begun[0].start if begun and begun[0].status else None


class Length(NamedTuple):
    """How long something lasted, in seconds, and what is certain: at least `shortest`, at most
    `longest` (None: not known).
    """

    seen: float
    shortest: float
    longest: float | None

    @property
    def is_comparable(self) -> bool:
        """True if it was observed well enough."""
        is_sharp = (
            self.longest is not None and self.longest - self.shortest <= self.seen * _MAX_BLUR
        )
        return is_sharp and self.seen > 0


def length_between(start: Moment, end: Moment) -> Length:
    after = start.before if end.after is None else end.after
    longest = None if start.after is None else end.before - start.after
    return Length(max(0, end.before - start.before), max(0, after - start.before), longest)


class Comparison(NamedTuple):
    """How long a status lasted in an attempt, as a share of the earlier one's."""

    status: str
    earlier: int
    ratio: float
    goes_on: bool = False
    """It lasts on: the ratio grows."""


def attempt_before(field: int, attempt: int, old: object, new: object) -> int:
    """Return in which attempt an order was before a change of `field` that was recorded with
    `attempt`: a change from an end to another status begins the next one.
    """
    if field != ChangedField.STATUS or not (isinstance(old, str) and isinstance(new, str)):
        return attempt
    restarts = phase_of(old).is_final and phase_of(new).starts_attempt
    return max(1, attempt - restarts)


def _attempt_before(change: Change) -> int:
    return attempt_before(change.field, change.attempt, change.old, change.new)


def unpolled(history: OrderHistory, attempts: Sequence[Attempt], until: float) -> tuple[Span, ...]:
    """Return when the order was not polled, from its first attempt `until` now."""
    if not attempts:
        return ()
    start = attempts[0].start
    first = start.before if start.after is None else start.after
    return gaps(history.spans, first, min(until, recorded_until(history.spans)))


def attempts_of(history: OrderHistory) -> tuple[Attempt, ...]:
    """Return the attempts of an order, the earliest first; none if nothing is recorded of it."""
    periods = _with_comments(_periods(history), history.changes)
    groups = groupby(periods, key=attrgetter("attempt"))
    return tuple(Attempt(number, tuple(each)) for number, each in groups)


def _periods(history: OrderHistory) -> list[Period]:
    if history.first_seen is None:
        return []
    statuses = [each for each in history.changes if each.field is ChangedField.STATUS]
    first = statuses[0].old if statuses else history.status
    attempt = _attempt_before(statuses[0]) if statuses else history.attempt
    periods: list[Period] = []
    if first is not None:  # else the first change says that it is new
        start = Moment(None, history.first_seen)
        attempt = min([attempt, *(each.attempt for each in history.changes)])
        periods.append(Period(str(first), attempt, start))
    for each in history.changes:
        is_status = each.field is ChangedField.STATUS
        if not is_status and (not periods or each.attempt <= periods[-1].attempt):
            continue
        moment = Moment(each.after, each.before)
        if periods:
            periods[-1] = replace(periods[-1], end=moment)
        status = str(each.new or "") if is_status else periods[-1].status
        periods.append(Period(status, each.attempt, moment))
    return periods


def _with_comments(periods: Iterable[Period], changes: Iterable[Change]) -> list[Period]:
    """Add to each period the last comment that was first seen in it."""
    comments = [each for each in changes if each.field is ChangedField.COMMENT]
    found: list[Period] = []
    for period in periods:
        end = period.end.before if period.end is not None else float("inf")
        texts = [each.new for each in comments if period.start.before <= each.before < end]
        found.append(replace(period, comment=str(texts[-1] or "")) if texts else period)
    return found


def comparisons(attempts: Sequence[Attempt], until: float) -> list[Comparison]:
    """Compare the last attempt, status by status, with the latest earlier one in which that status
    was also passed, and both were observed well. A status in which an attempt failed is not passed;
    one that goes on `until` now is compared if it is longer already.
    """
    if not attempts:
        return []
    *earlier, last = attempts
    passed = [(each.number, _passed(each)) for each in reversed(earlier)]
    current = last.periods[-1]
    running = {} if current.is_end else {current.status: until - current.start.before}
    found: list[Comparison] = []
    for status, seconds in {**running, **_passed(last)}.items():
        number, before = next(
            ((number, each[status]) for number, each in passed if status in each), (0, 0.0)
        )
        goes_on = status in running
        if before and (seconds > before or not goes_on):
            found.append(Comparison(status, number, seconds / before, goes_on))
    return found


def _passed(attempt: Attempt) -> dict[str, float]:
    """Return how long the statuses lasted that the order left for another one, if it was observed
    well. A status that it had twice is left out.
    """
    passed: dict[str, list[Length]] = {}
    for period, following in pairwise(attempt.periods):
        is_passed = following.status and following.phase is not Phase.ERROR
        if is_passed and period.end is not None:
            passed.setdefault(period.status, []).append(length_between(period.start, period.end))
    return {
        status: lengths[0].seen
        for status, lengths in passed.items()
        if len(lengths) == 1 and lengths[0].is_comparable
    }
