"""How many orders each view has. Pure."""

from collections.abc import Mapping, Sequence
from operator import is_
from typing import NamedTuple

from tui.filtering.evaluate import compile_matcher, filter_orders
from tui.filtering.lexer import QueryError
from tui.filtering.parser import parse
from tui.filtering.server_filters import depends_on_time
from tui.filtering.syntax_tree import And, Not, Or, Query, TextTerm, Verdict
from tui.filtering.views import View
from tui.model.events import ClockReading
from tui.model.order import OrderSummary
from tui.model.order_facts import count_by_status
from tui.model.state import State

_ORDERS_PER_SECOND = 10_000
"""How many orders are matched in a second at most, so that counting costs next to nothing."""

_MINUTE = 60


class ViewCount(NamedTuple):
    """`matching` orders are in a view; if not `is_exact`, there may be more, whose details are not
    read.
    """

    matching: int
    is_exact: bool = True


class ViewCounter:
    """Counts the orders of views, and repeats that only when a count may have changed."""

    def __init__(self) -> None:
        self._queries: dict[str, Query | None] = {}
        self._counted: dict[str, tuple[tuple[object, ...], float, ViewCount]] = {}

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
        What was counted by looking at each order is counted again only if `again`.
        """
        by_status = count_by_status(state, fresher)
        return [self._count(state, by_status, view.filter, now, again=again) for view in views]

    def _count(
        self,
        state: State,
        by_status: Mapping[str, int],
        text: str,
        now: ClockReading,
        *,
        again: bool,
    ) -> ViewCount:
        if text not in self._queries:
            try:
                self._queries[text] = parse(text) if text else None
            except QueryError:  # the config file is checked, so this is another version's filter
                self._queries[text] = None
        query = self._queries[text]
        if query is None:
            return ViewCount(len(state.orders))
        if _is_about_status(query):
            return _count_statuses(state, by_status, query, now.wall)
        minute = now.wall // _MINUTE if depends_on_time(query) else 0.0
        new_input = (state.orders, state.details, state.gone, state.last_load)
        before, counted_at, count = self._counted.get(text, ((), float("-inf"), ViewCount(0)))
        is_same = len(before) == len(new_input) + 1 and before[-1] == minute
        is_same = is_same and all(map(is_, before[:-1], new_input))
        age = now.mono - counted_at
        is_due = (again and age >= len(state.orders) / _ORDERS_PER_SECOND) or not before
        if is_due and not is_same:
            matches = compile_matcher(query, now.wall)
            matching, undecided = filter_orders(state, state.orders, matches)
            count = ViewCount(len(matching), not undecided)
            self._counted[text] = ((*new_input, minute), now.mono, count)
        return count


def _is_about_status(query: Query) -> bool:
    match query:
        case Not(part):
            return _is_about_status(part)
        case And(parts) | Or(parts):
            return all(map(_is_about_status, parts))
        case TextTerm(key):
            return key == "status"
    return False


def _count_statuses(
    state: State, by_status: Mapping[str, int], query: Query, wall: float
) -> ViewCount:
    """Count without a look at each order: one order of each status stands for all of them."""
    matches = compile_matcher(query, wall)
    listed = sum(
        count
        for status, count in by_status.items()
        if matches(OrderSummary("", status)) is Verdict.YES
    )
    gone, _ = filter_orders(state, state.gone.values(), matches)
    return ViewCount(listed + len(gone))
