"""The terms of a filter that look at what the history knows of an order. Pure.

A value may have bounds: a term is true or false of it only if it is so wherever the value is.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from types import MappingProxyType
from typing import NamedTuple

from tui.filtering.predicates import number_test, time_range, time_test
from tui.filtering.syntax_tree import Comparison, NumberTerm, Term, TimeTerm, Verdict
from tui.model.columns import OBSERVED
from tui.model.observed import CHANGED, ObservedColumn
from tui.model.order import Phase
from tui.model.order_facts import AnyOrder

_NO, _UNKNOWN, _YES = Verdict

_Ranges = Sequence[tuple[float, float]]

AGES = frozenset({"finished", "changed"})
"""The fields of which a number is an age."""


class At(NamedTuple):
    """What terms are compiled for: `now` in UTC epoch seconds, and in a `zone` (None: that of the
    system); the time up to which orders were `observed`, in the clock of the timings; the verdict
    on what was not observed.
    """

    now: float
    zone: tzinfo | None
    observed: float
    unobserved: Verdict = _UNKNOWN
    changed: Mapping[Term, Verdict] = MappingProxyType({})
    """The verdicts that are known of terms about the time of a change."""

    @property
    def negated(self) -> "At":
        """What the part of a `not` is compiled for."""
        opposite = {_NO: _YES, _UNKNOWN: _UNKNOWN, _YES: _NO}[self.unobserved]
        return self._replace(unobserved=opposite)


def observed_test(term: NumberTerm | TimeTerm, at: At) -> Callable[[AnyOrder], Verdict]:
    if term in at.changed:
        verdict = at.changed[term]
        return lambda _: verdict
    return _test(OBSERVED[term.key], at, bounds_test(term, at))


def bounds_test(term: NumberTerm | TimeTerm, at: At) -> "Judge":
    """Return what judges a value by its bounds."""
    match term:
        case TimeTerm(_, comparison, dates):
            ranges = [time_range(date, at.now, at.zone) for date in dates]
            return _bounds_test(comparison, ranges, time_test(comparison, ranges), at)
        case NumberTerm(key, comparison, values):
            # The screen shows numbers rounded down.
            ranges = [(value, value + 1) for value in values]
            judge = _bounds_test(comparison, ranges, number_test(comparison, values), at)
            if key in AGES:
                return lambda least, most: judge(at.observed - most, at.observed - least)
            return judge


def stalled_test(at: At) -> Callable[[AnyOrder], Verdict]:
    def test(order: AnyOrder) -> Verdict:
        if order.gone or order.phase.is_final or order.phase is Phase.QUEUED:
            return _NO
        if order.timing is None or order.timing.is_stalled is None:
            return at.unobserved
        return _YES if order.timing.is_stalled else _NO

    return test


Judge = Callable[[float, float], Verdict]
"""Returns the verdict on a value by its bounds."""


def _bounds_test(
    comparison: Comparison, ranges: _Ranges, matches: Callable[[float], bool], at: At
) -> Judge:
    def is_within(least: float, most: float) -> Verdict:
        if any(start <= least and most < end for start, end in ranges):
            return _YES
        is_outside = all(most < start or end <= least for start, end in ranges)
        return _NO if is_outside else at.unobserved

    def compares(least: float, most: float) -> Verdict:
        is_least, is_most = matches(least), matches(most)
        return at.unobserved if is_least is not is_most else _YES if is_least else _NO

    return is_within if comparison == "=" else compares


def _test(column: ObservedColumn, at: At, judge: Judge) -> Callable[[AnyOrder], Verdict]:
    def test(order: AnyOrder) -> Verdict:
        if order.gone and column is CHANGED:  # its timing does not say when it was removed
            return at.unobserved
        if not column.has_value(order):
            return _NO
        value = column.of(order, at.observed)
        return at.unobserved if value is None else judge(value.least, value.most)

    return test
