"""Which orders are shown, and in which order."""

from collections.abc import Iterable
from operator import attrgetter, is_
from typing import TYPE_CHECKING

import msgspec

from tui.filtering.server_filters import ServerSearchPlan, plan_server_search
from tui.filtering.sorting import NEWEST_FIRST, Sort, SortedRows, sort_rows
from tui.model.order import OrderSummary
from tui.model.state import State

if TYPE_CHECKING:
    from tui.filtering.syntax_tree import Query

MAX_DETAIL_FETCHES = 500
"""Of more orders than these no details are read for a filter or a sort."""

_MINUTE = 60
_MANY = 10_000
_ID = attrgetter("id")


class ArrangedRows(msgspec.Struct, frozen=True):
    """The rows; the orders of which only a detail that was not read would tell whether they
    match: they are not shown, and must be told of; and those that stand last for the same reason.
    What the server finds itself is read first where there are too many.
    """

    rows: tuple[OrderSummary, ...]
    needs_detail: tuple[str, ...] = ()
    unsortable: tuple[OrderSummary, ...] = ()
    server_search: ServerSearchPlan = ServerSearchPlan()

    @property
    def details_to_fetch(self) -> tuple[str, ...]:
        """The orders whose details are to be read for it."""
        wanted = self.server_search.read_first
        if len(self.needs_detail) <= MAX_DETAIL_FETCHES:
            wanted = tuple(dict.fromkeys((*wanted, *self.needs_detail)))
        if len(wanted) + len(self.unsortable) <= MAX_DETAIL_FETCHES:
            wanted += tuple(order.id for order in self.unsortable)
        return wanted


class RowArranger:
    """Finds the rows, and finds them anew only where they may be others. A filter of time words
    is judged once a minute.

    Many rows are sorted before they are filtered: a letter more of a filter then sorts nothing.
    Of few, those alone are sorted: a detail more is then soon put in its place.
    """

    def __init__(self) -> None:
        self._seen: tuple[object, ...] = ()
        self._minute = 0
        self._arranged = ArrangedRows(())
        self._sorted_of: tuple[object, ...] = ()
        self._sorted = SortedRows(())

    def arrange(
        self,
        state: State,
        query: "Query | None",
        now: float,
        sort: Sort = NEWEST_FIRST,
        kept: str | None = None,
    ) -> ArrangedRows:
        """The orders of `state` that match at `now`, in UTC epoch seconds, sorted; and the one
        that is `kept`, whether it matches or not. Without a query all of them do.
        """
        if query is None and sort == NEWEST_FIRST:
            self._seen, self._arranged = (), ArrangedRows(state.orders)
            return self._arranged
        server = (state.search_results, state.is_partially_loaded)
        seen = (*_facts(state), sort, query, kept, *server)
        minute = 0 if query is None else _minute(query, now)
        if minute != self._minute or not _are_same(seen, self._seen):
            self._seen, self._minute = seen, minute
            found = self._found(state, query, now, sort, kept)
            # Rows that are as they were are the same object: nothing is to be done for them.
            same = self._arranged.rows == found.rows
            rows = self._arranged.rows if same else found.rows
            many = len(found.needs_detail) > MAX_DETAIL_FETCHES or state.is_partially_loaded
            if query is not None and many:
                plan = plan_server_search(state, query, found.needs_detail, now, MAX_DETAIL_FETCHES)
                found = msgspec.structs.replace(found, server_search=plan)
            self._arranged = msgspec.structs.replace(found, rows=rows)
        return self._arranged

    def _found(
        self, state: State, query: "Query | None", now: float, sort: Sort, kept: str | None
    ) -> ArrangedRows:
        if query is None:
            found = self._all_sorted(state, sort)
            return ArrangedRows(found.rows, unsortable=found.unsortable)
        many = len(self._arranged.rows) > _MANY
        if sort == NEWEST_FIRST or not (many or self._are_sorted(state, sort)):
            matching, undecided = _sifted(state, query, now, kept)
            found = sort_rows(state, matching, sort)
            return ArrangedRows(found.rows, undecided, found.unsortable)
        found = self._all_sorted(state, sort)
        state = msgspec.structs.replace(state, orders=found.rows)
        matching, undecided = _sifted(state, query, now, kept)
        unplaced = found.unsortable
        if unplaced and len(matching) < len(found.rows):
            shown = set(map(_ID, matching))
            unplaced = tuple(order for order in unplaced if order.id in shown)
        return ArrangedRows(matching, undecided, unplaced)

    def _all_sorted(self, state: State, sort: Sort) -> SortedRows:
        if not self._are_sorted(state, sort):
            self._sorted = sort_rows(state, state.orders, sort)
            self._sorted_of = (*_facts(state), sort)
        return self._sorted

    def _are_sorted(self, state: State, sort: Sort) -> bool:
        return _are_same((*_facts(state), sort), self._sorted_of)


def _facts(state: State) -> tuple[object, ...]:
    """All of the state that rows are made of. What a detail says counts for as long as no later
    list says otherwise.
    """
    listed = (state.last_load, state.coverage) if state.details else (None, None)
    return (state.orders, state.details, state.gone, *listed)


def _are_same(values: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return len(values) == len(others) and all(map(is_, values, others))


def _sifted(
    state: State, query: "Query", now: float, kept: str | None
) -> tuple[tuple[OrderSummary, ...], tuple[str, ...]]:
    """The orders that match, and the ids of those that a detail would decide on."""
    from tui.filtering.evaluate import compile_matcher, filter_orders  # noqa: PLC0415 - who never filters

    found = filter_orders(state, compile_matcher(query, now))
    undecided: Iterable[str] = map(_ID, found.needs_detail)
    if state.gone:  # of those no detail can be read
        undecided = (each for each in undecided if each not in state.gone)
    rows = found.matching if kept is None else _keeping(found.matching, state.orders, kept)
    return rows, tuple(undecided)


def _minute(query: "Query", now: float) -> int:
    """When a filter was judged, as far as that makes a difference."""
    from tui.filtering.server_filters import depends_on_time  # noqa: PLC0415 - who never filters

    return int(now // _MINUTE) if depends_on_time(query) else 0


def _keeping(
    rows: tuple[OrderSummary, ...], orders: tuple[OrderSummary, ...], kept: str
) -> tuple[OrderSummary, ...]:
    """`rows`, and among them, where it belongs, the order that is kept."""
    wanted = {order.id for order in rows}
    if kept in wanted:
        return rows
    wanted.add(kept)
    return tuple(order for order in orders if order.id in wanted)
