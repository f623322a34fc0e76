"""How many orders each view has. Pure."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from tui.filtering.evaluate import Matcher
from tui.filtering.filter_orders import filter_orders
from tui.filtering.lexer import QueryError
from tui.filtering.parser import parse
from tui.filtering.row_arranger import MANY_ORDERS
from tui.filtering.server_filters import (
    depends_on_time,
    looks_at_all_timings,
    looks_at_timings,
)
from tui.filtering.syntax_tree import Query, Verdict, fields_of
from tui.filtering.views import View
from tui.model.events import ClockReading
from tui.model.order import OrderSummary
from tui.model.order_facts import count_by_status, observed_until
from tui.model.past import PastMoment
from tui.model.state import State

_ORDERS_PER_SECOND = 10_000
"""How many orders are matched in a second at most, so that counting costs next to nothing."""

_MINUTE = 60


class ViewCount(NamedTuple):
    """`matching` orders are in a view; if not `is_exact`, there may be more, of which the details
    or the timings are not read.
    """

    matching: int
    is_exact: bool = True


Start = Callable[[Callable[[], ViewCount], Callable[[ViewCount], object]], None]


class _Counted(NamedTuple):
    """A count, the parts of the state that it depends on, and when it was made."""

    inputs: tuple[object, ...]
    at: float
    result: ViewCount


class ViewCounter:
    """Counts the orders of views, and repeats that only when a count may have changed. What takes
    long is given to `start`, which calls a function elsewhere, and another one with its result.
    """

    def __init__(self, start: Start | None = None) -> None:
        self._start = start
        self._queries: dict[str, Query | None] = {}
        self._counted: dict[str, _Counted] = {}
        self._past: PastMoment | None = None

    def counts(
        self,
        state: State,
        fresher: Mapping[str, str],
        views: Sequence[View],
        now: ClockReading,
        *,
        again: bool,
    ) -> list[ViewCount]:
        """Return the counts of `views` at `now`. `fresher` are the statuses of `fresher_statuses`.
        What was counted by looking at each order is counted again only if `again`, or if another
        moment is shown: one in the past, or now again.
        """
        if state.past is not self._past:  # its clock is another one, too
            self._past = state.past
            self._counted.clear()
        by_status = count_by_status(state, fresher)
        return [
            self._count(state, by_status, fresher, view.filter, now, again=again) for view in views
        ]

    def _count(
        self,
        state: State,
        by_status: Mapping[str, int],
        fresher: Mapping[str, str],
        text: str,
        now: ClockReading,
        *,
        again: bool,
    ) -> ViewCount:
        query = self._query(text)
        if query is None:
            return ViewCount(len(state.orders))
        fields, counted = fields_of(query), self._counted.get(text)
        if fields <= {"status"}:
            inputs: tuple[object, ...] = (by_status, state.gone)
            if counted is None or counted.inputs != inputs:
                count = _count_statuses(state, by_status, query, now.wall)
                counted = self._counted[text] = _Counted(inputs, now.mono, count)
            return counted.result
        minute = now.wall // _MINUTE if depends_on_time(query) else 0.0
        read: tuple[object, ...] = (_Same(state.details), _Same(state.last_load))
        if fields <= _LISTED_FIELDS:  # each list that is loaded would count all orders again
            read = (fresher,)
        if looks_at_timings(query):
            read = (*read, _Same(state.timings))
        inputs = (_Same(state.orders), _Same(state.gone), minute, *read)
        if counted is not None:
            is_early = now.mono - counted.at < len(state.orders) / _ORDERS_PER_SECOND
            if not again or is_early or counted.inputs == inputs:
                return counted.result
        run = partial(_count_orders, state, query, now)
        note = partial(self._note, text, inputs, now.mono, state.past)
        if self._start is None or len(state.orders) <= MANY_ORDERS or not looks_at_timings(query):
            return note(run())
        self._start(run, note)
        return ViewCount(0, is_exact=False) if counted is None else counted.result

    def _note(
        self, text: str, inputs: tuple[object, ...], at: float, past: PastMoment | None,
        count: ViewCount,
    ) -> ViewCount:  # fmt: skip
        if past is self._past:
            self._counted[text] = _Counted(inputs, at, count)
        return count

    def _query(self, text: str) -> Query | None:
        if text not in self._queries:
            try:
                self._queries[text] = parse(text) if text else None
            except QueryError:  # the config file is checked, so this is another version's filter
                self._queries[text] = None
        return self._queries[text]


_LISTED_FIELDS = {"status", "id", "created", "age"}
"""The fields that the list itself has."""


class _Same(NamedTuple):
    """Equals another one of the same object."""

    value: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def _count_orders(state: State, query: Query, now: ClockReading) -> ViewCount:
    """Count by a look at each order."""
    matches = Matcher(query, now.wall, observed=observed_until(state, now.mono))
    matching, undecided = filter_orders(state, state.orders, matches)
    needs_timings = looks_at_all_timings if state.past is None else looks_at_timings
    is_read = state.has_all_timings or not needs_timings(query)
    return ViewCount(len(matching), is_read and not undecided)


def _count_statuses(
    state: State, by_status: Mapping[str, int], query: Query, wall: float
) -> ViewCount:
    """Count without a look at each order: one order of each status stands for all of them."""
    matches = Matcher(query, wall)
    listed = sum(
        count
        for status, count in by_status.items()
        if matches(OrderSummary("", status)) is Verdict.YES
    )
    gone, _ = filter_orders(state, tuple(state.gone.values()), matches)
    return ViewCount(listed + len(gone))
