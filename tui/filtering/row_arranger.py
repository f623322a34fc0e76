"""Which orders are shown, and in which order."""

from collections.abc import Mapping
from operator import attrgetter, is_
from typing import TYPE_CHECKING

import msgspec

from tui.filtering.groups import Group, Grouping, group_rows
from tui.filtering.server_filters import (
    ServerSearchPlan,
    depends_on_time,
    looks_at_all_timings,
    looks_at_timings,
    plan_server_search,
)
from tui.filtering.sorting import (
    NEWEST_FIRST,
    Rows,
    Sort,
    needs_all_timings,
    needs_timings,
    sort_rows,
)
from tui.filtering.syntax_tree import Query, Verdict
from tui.model.order_facts import FactsCache
from tui.model.state import State
from tui.model.timing import OrderTiming

if TYPE_CHECKING:
    from tui.filtering.evaluate import Matcher
    from tui.filtering.filter_orders import Verdicts

MANY_UNREAD = 500
"""If a filter leaves more orders undecided, the server's own search says which to read first."""

_ID = attrgetter("id")
_MINUTE = 60
MANY_ORDERS = 10_000
"""From so many on, a look at each order takes longer than a frame."""

_TIMINGS_PER_SECOND = 10_000
"""How many timings are looked at in a second at most, so that arranging costs next to nothing."""


class ArrangedRows(msgspec.Struct, frozen=True):
    """`rows` to show; the ids that are not shown because only their detail says whether they match
    (`needs_detail`); the rows that are last because their detail is missing (`unsortable`).

    The filter and the sort order need the details of `needed` orders; those that are not read yet
    are `details_to_fetch`, the most useful first.
    """

    rows: Rows
    needs_detail: tuple[str, ...] = ()
    unsortable: Rows = ()
    server_search: ServerSearchPlan = ServerSearchPlan()
    groups: tuple[Group, ...] = ()
    """The groups of `rows`, one after the other; none if they are one list."""
    needs_all_timings: bool = False
    """True if filter or sort order look at the timings of orders that have ended."""
    needed: int = 0
    details_to_fetch: tuple[str, ...] = ()
    is_pending: bool = False
    """True if the orders are still being compared or sorted: `rows` are not those of the filter and
    in the order of the sort.
    """

    @property
    def indexed(self) -> int:
        """How many of the `needed` orders are read."""
        return self.needed - len(self.details_to_fetch)


class RowArranger:
    """Filters and sorts the orders, and repeats that only when its input changed. A filter that
    depends on the time is repeated once a minute.

    Many rows are sorted before they are filtered, so that another letter of a filter sorts nothing.
    Few rows are filtered first, so that another detail sorts only those.
    """

    def __init__(self) -> None:
        self._input: tuple[object, ...] = ()
        self._minute = 0
        self._observed = 0.0
        self._timings: Mapping[str, OrderTiming] = {}
        self._timings_at = 0.0
        self._arranged = ArrangedRows(())
        self._ungrouped = self._in_groups = self._arranged
        self._grouped_minute = 0.0
        self._grouping = Grouping({})
        self._sorted_input: tuple[object, ...] = ()
        self._sorted: tuple[Rows, Rows] = ((), ())
        self._facts = FactsCache(State())
        self._verdicts: Verdicts = {}
        self._decided_for: Query | None = None
        self._decisive: set[str] = set()
        """The ids of the orders whose details decide whether they match."""

    def arrange(
        self,
        state: State,
        query: Query | None,
        now: float,
        sort: Sort = NEWEST_FIRST,
        pinned_id: str | None = None,
        *,
        grouping: Grouping | None = None,
        observed: float | None = None,
    ) -> ArrangedRows:
        """Return the orders that match `query` at `now` (UTC epoch seconds), sorted, and the order
        `pinned_id` even if it does not match. Unchanged rows are the same object. They are in
        groups if there is a `grouping`; with a query, empty groups are left out. `observed` is the
        time of `observed_until` (None: `now`).
        """
        self._observed = now if observed is None else observed
        arranged = self._arrange(state, query, now, sort, pinned_id)
        if grouping is None:
            return arranged
        return self._grouped(state, grouping, arranged, now, keep_empty=query is None)

    def _grouped(
        self,
        state: State,
        grouping: Grouping,
        arranged: ArrangedRows,
        now: float,
        *,
        keep_empty: bool,
    ) -> ArrangedRows:
        """Return `arranged` in groups. They are formed again only if a row may change its group."""
        minute = now // _MINUTE
        is_same = arranged is self._ungrouped and minute == self._grouped_minute
        if not is_same or grouping != self._grouping:
            before = self._in_groups.rows
            grouped = in_groups(state, grouping, arranged, now, keep_empty=keep_empty)
            if before == grouped.rows:
                grouped = msgspec.structs.replace(grouped, rows=before)
            self._in_groups = grouped
            self._ungrouped, self._grouped_minute = arranged, minute
            self._grouping = grouping
        return self._in_groups

    def _arrange(
        self,
        state: State,
        query: Query | None,
        now: float,
        sort: Sort,
        pinned_id: str | None,
    ) -> ArrangedRows:
        if query is None and sort == NEWEST_FIRST:
            if self._input or self._arranged.rows is not state.orders:
                self._input, self._arranged = (), ArrangedRows(state.orders)
                self._facts, self._decided_for, self._decisive = FactsCache(State()), None, set()
                self._verdicts.clear()
            return self._arranged
        new_input, minute = self._input_of(state, query, now, sort, pinned_id)
        if minute == self._minute and _are_same(new_input, self._input):
            return self._arranged
        if query is not self._decided_for or minute != self._minute:
            self._verdicts.clear()
        if minute != self._minute:
            self._sorted_input = ()
        self._input, self._minute = new_input, minute
        self._facts.update(state)
        found = self._find(state, query, now, sort, pinned_id)
        plan = found.server_search
        is_many = len(found.needs_detail) > MANY_UNREAD
        if query is not None and (is_many or state.is_partially_loaded):
            plan = plan_server_search(state, query, found.needs_detail, now)
        is_unchanged = self._arranged.rows == found.rows
        rows = self._arranged.rows if is_unchanged else found.rows
        unsortable = [order.id for order in found.unsortable]
        to_fetch = found.needs_detail
        if unsortable:  # not in `needs_detail`, except for a pinned order
            to_fetch = (*to_fetch, *unsortable)
        if plan.read_first or pinned_id is not None:
            to_fetch = tuple(dict.fromkeys((*plan.read_first, *to_fetch)))
        needed = self._decisive if query is not None else set()
        if unsortable:
            needed = needed.union(map(_ID, rows))
        self._arranged = msgspec.structs.replace(
            found,
            rows=rows,
            server_search=plan,
            needs_all_timings=reads_history(query, sort),
            needed=len(needed),
            details_to_fetch=to_fetch,
        )
        return self._arranged

    def is_arranged(
        self, state: State, query: Query | None, now: float, sort: Sort, pinned_id: str | None
    ) -> bool:
        """Return whether the rows are already those of this input."""
        new_input, minute = self._input_of(state, query, now, sort, pinned_id)
        return minute == self._minute and _are_same(new_input, self._input)

    def _input_of(
        self, state: State, query: Query | None, now: float, sort: Sort, pinned_id: str | None
    ) -> tuple[tuple[object, ...], int]:
        """Return what the rows depend on, and the minute if they depend on the time."""
        server = (state.search_results, state.is_partially_loaded)
        timings = self._timings_of(state, now) if uses_timings(query, sort) else None
        is_timed = needs_timings(sort) or (query is not None and depends_on_time(query))
        minute = int(now // _MINUTE) if is_timed else 0
        return (*_sort_input(state), timings, sort, query, pinned_id, *server), minute

    def _timings_of(self, state: State, now: float) -> Mapping[str, OrderTiming]:
        """Return the timings to arrange by: of many, not each change is followed at once."""
        pause = len(self._timings) / _TIMINGS_PER_SECOND
        if pause < 1 or not 0 <= now - self._timings_at < pause:
            self._timings, self._timings_at = state.timings, now
        return self._timings

    def _find(
        self, state: State, query: Query | None, now: float, sort: Sort, pinned_id: str | None
    ) -> ArrangedRows:
        if query is None:
            rows, unsortable = self._sort_all(state, sort)
            return ArrangedRows(rows, unsortable=unsortable)
        # 10 ms of start-up without a filter.
        from tui.filtering.evaluate import Matcher  # noqa: PLC0415 - see above
        from tui.filtering.filter_orders import filter_orders  # noqa: PLC0415 - see above

        matches, known = Matcher(query, now, observed=self._observed), self._verdicts
        is_large = len(self._arranged.rows) > MANY_ORDERS
        if sort == NEWEST_FIRST or not (is_large or self._is_sorted(state, sort)):
            matching, undecided = filter_orders(
                state, state.orders, matches, pinned_id, self._facts, known
            )
            rows, unsortable = sort_rows(state, matching, sort, self._facts, self._observed)
            self._count_decisive(state, query, matches, undecided)
            return ArrangedRows(rows, undecided, unsortable)
        rows, unsortable = self._sort_all(state, sort)
        matching, undecided = filter_orders(state, rows, matches, pinned_id, self._facts, known)
        self._count_decisive(state, query, matches, undecided)
        if unsortable and len(matching) < len(rows):
            shown = set(map(_ID, matching))
            unsortable = tuple([order for order in unsortable if order.id in shown])
        return ArrangedRows(matching, undecided, unsortable)

    def _count_decisive(
        self, state: State, query: Query, matches: "Matcher", undecided: tuple[str, ...]
    ) -> None:
        """Add the `undecided` orders to `_decisive`; at first also those that were read before."""
        if query is not self._decided_for:
            read = [order for each in state.details if (order := state.index.get(each))]
            self._decisive = {
                order.id
                for order, verdict in zip(read, matches.judge_listed(read), strict=True)
                if verdict == Verdict.UNKNOWN
            }
            self._decided_for = query
        self._decisive.update(undecided)

    def _sort_all(self, state: State, sort: Sort) -> tuple[Rows, Rows]:
        if not self._is_sorted(state, sort):
            self._sorted = sort_rows(state, state.orders, sort, self._facts, self._observed)
            self._sorted_input = self._sort_key(state, sort)
        return self._sorted

    def _is_sorted(self, state: State, sort: Sort) -> bool:
        return _are_same(self._sort_key(state, sort), self._sorted_input)

    def _sort_key(self, state: State, sort: Sort) -> tuple[object, ...]:
        return (*_sort_input(state), self._timings if needs_timings(sort) else None, sort)


def in_groups(
    state: State, grouping: Grouping, arranged: ArrangedRows, now: float, *, keep_empty: bool
) -> ArrangedRows:
    """Return `arranged` in groups; those without rows are left out unless `keep_empty`."""
    rows, groups = group_rows(state, grouping, arranged.rows, now)
    groups = tuple([each for each in groups if each.size or (keep_empty and each.is_kept)])
    return msgspec.structs.replace(arranged, rows=rows, groups=groups)


def uses_timings(query: Query | None, sort: Sort) -> bool:
    """Return whether filter or sort order look at what the history knows."""
    return needs_timings(sort) or (query is not None and looks_at_timings(query))


def reads_history(query: Query | None, sort: Sort) -> bool:
    """Return whether they look at the timings of orders that have ended, too."""
    return needs_all_timings(sort) or (query is not None and looks_at_all_timings(query))


def _sort_input(state: State) -> tuple[object, ...]:
    """Return the parts of the state that sorted rows depend on. A list that changed no order still
    matters with details, because its status may now be the fresher one.
    """
    listed = (state.last_load, state.coverage) if state.details else (None, None)
    return (state.orders, state.details, state.gone, *listed)


def _are_same(values: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return len(values) == len(others) and all(map(is_, values, others))
