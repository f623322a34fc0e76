"""The terms of a filter that look at what the history knows of an order. Pure.

A value may have bounds: a term is true or false of it only if it is so wherever the value is.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from types import MappingProxyType
from typing import NamedTuple

from tui.filtering.predicates import number_test, time_range, time_test
from tui.filtering.syntax_tree import Comparison, NumberTerm, TimeTerm, Verdict
from tui.model.columns import COLUMNS
from tui.model.observed import ObservedColumn
from tui.model.order import Phase
from tui.model.order_facts import AnyOrder

_NO, _UNKNOWN, _YES = Verdict

_Ranges = Sequence[tuple[float, float]]

_COLUMNS: Mapping[str, ObservedColumn] = MappingProxyType(
    {name: column.observed for name, column in COLUMNS.items() if column.observed is not None}
)


class At(NamedTuple):
    """What terms are compiled for: `now` in UTC epoch seconds, and in a `zone` (None: that of the
    system); the time up to which orders were `observed`, in the clock of the timings; the verdict
    on what was not observed.
    """

    now: float
    zone: tzinfo | None
    observed: float
    unobserved: Verdict = _UNKNOWN

    @property
    def negated(self) -> "At":
        """What the part of a `not` is compiled for."""
        opposite = {_NO: _YES, _UNKNOWN: _UNKNOWN, _YES: _NO}[self.unobserved]
        return self._replace(unobserved=opposite)


def observed_time_test(term: TimeTerm, at: At) -> Callable[[AnyOrder], Verdict]:
    ranges = [time_range(date, at.now, at.zone) for date in term.values]
    matches = time_test(term.comparison, ranges)
    return _test(_COLUMNS[term.key], at, _bounds_test(term.comparison, ranges, matches, at))


def observed_number_test(term: NumberTerm, at: At) -> Callable[[AnyOrder], Verdict]:
    # The screen shows numbers rounded down.
    ranges = [(value, value + 1) for value in term.values]
    matches = number_test(term.comparison, term.values)
    judge = _bounds_test(term.comparison, ranges, matches, at)
    if term.key == "finished":
        return _test(_COLUMNS[term.key], at, lambda a, b: judge(at.observed - b, at.observed - a))
    return _test(_COLUMNS[term.key], at, judge)


def stalled_test(at: At) -> Callable[[AnyOrder], Verdict]:
    def test(order: AnyOrder) -> Verdict:
        if order.gone or order.phase.is_final or order.phase is Phase.QUEUED:
            return _NO
        if order.timing is None or order.timing.is_stalled is None:
            return at.unobserved
        return _YES if order.timing.is_stalled else _NO

    return test


_Judge = Callable[[float, float], Verdict]
"""Returns the verdict on a value by its bounds."""


def _bounds_test(
    comparison: Comparison, ranges: _Ranges, matches: Callable[[float], bool], at: At
) -> _Judge:
    def is_within(least: float, most: float) -> Verdict:
        if any(start <= least and most < end for start, end in ranges):
            return _YES
        is_outside = all(most < start or end <= least for start, end in ranges)
        return _NO if is_outside else at.unobserved

    def compares(least: float, most: float) -> Verdict:
        is_least, is_most = matches(least), matches(most)
        return at.unobserved if is_least is not is_most else _YES if is_least else _NO

    return is_within if comparison == "=" else compares


def _test(column: ObservedColumn, at: At, judge: _Judge) -> Callable[[AnyOrder], Verdict]:
    def test(order: AnyOrder) -> Verdict:
        if not column.has_value(order):
            return _NO
        value = column.of(order, at.observed)
        return at.unobserved if value is None else judge(value.least, value.most)

    return test
