"""Which orders are shown, and in which order."""

from operator import is_
from typing import TYPE_CHECKING

import msgspec

from tui.model.order import OrderSummary
from tui.model.sorting import NEWEST_FIRST, Sort, sort_rows
from tui.model.state import State

if TYPE_CHECKING:
    from tui.model.query import Query

MOST_NEEDED = 500
"""Of more orders than these no details are read for a filter or a sort."""

_MINUTE = 60


class Arranged(msgspec.Struct, frozen=True):
    """The rows; the orders of which only a detail that was not read would tell whether they
    match: they are not shown, and must be told of; and those that stand last for the same reason.
    """

    rows: tuple[OrderSummary, ...]
    undecided: tuple[str, ...] = ()
    unplaced: tuple[OrderSummary, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The orders whose details are to be read for it."""
        wanted = self.undecided if len(self.undecided) <= MOST_NEEDED else ()
        if len(wanted) + len(self.unplaced) <= MOST_NEEDED:
            wanted += tuple(order.id for order in self.unplaced)
        return wanted


class Arranger:
    """Finds the rows, and finds them anew only where they may be others. A filter of time words
    is judged once a minute.
    """

    def __init__(self) -> None:
        self._seen: tuple[object, ...] = ()
        self._minute = 0
        self._matching: tuple[OrderSummary, ...] = ()
        self._undecided: tuple[str, ...] = ()
        self._sort: Sort = NEWEST_FIRST
        self._arranged = Arranged(())

    def arrange(
        self,
        state: State,
        query: "Query | None",
        now: float,
        sort: Sort = NEWEST_FIRST,
        kept: str | None = None,
    ) -> Arranged:
        """The orders of `state` that match at `now`, in UTC epoch seconds, sorted; and the one
        that is `kept`, whether it matches or not. Without a query all of them do.
        """
        if query is None and sort == NEWEST_FIRST:
            self._seen, self._arranged = (), Arranged(state.orders)
            return self._arranged
        # What a detail says counts for as long as no later list says otherwise.
        listed_at = (state.read, state.coverage) if state.details else (None, None)
        seen = (state.orders, state.details, state.gone, query, kept, *listed_at)
        minute = 0 if query is None else _minute(query, now)
        same = minute == self._minute and len(seen) == len(self._seen)
        same = same and all(map(is_, seen, self._seen))
        if not same:
            self._seen, self._minute = seen, minute
            self._sift(state, query, now, kept)
        if not same or sort != self._sort:
            self._sort = sort
            found = sort_rows(state, self._matching, sort)
            # Rows that are as they were are the same object: nothing is to be done for them.
            rows = self._arranged.rows if self._arranged.rows == found.rows else found.rows
            self._arranged = Arranged(rows, self._undecided, found.unplaced)
        return self._arranged

    def _sift(self, state: State, query: "Query | None", now: float, kept: str | None) -> None:
        if query is None:
            self._matching, self._undecided = state.orders, ()
            return
        from tui.model.query import matcher_of, sift  # noqa: PLC0415 - who never filters

        found = sift(state, matcher_of(query, now))
        self._matching = found.matching
        if kept is not None:
            self._matching = _keeping(found.matching, state.orders, kept)
        undecided = (each.id for each in found.undecided if each.id not in state.gone)
        self._undecided = tuple(undecided)


def _minute(query: "Query", now: float) -> int:
    """When a filter was judged, as far as that makes a difference."""
    from tui.model.query import moves  # noqa: PLC0415 - who never filters

    return int(now // _MINUTE) if moves(query) else 0


def _keeping(
    rows: tuple[OrderSummary, ...], orders: tuple[OrderSummary, ...], kept: str
) -> tuple[OrderSummary, ...]:
    """`rows`, and among them, where it belongs, the order that is kept."""
    wanted = {order.id for order in rows}
    if kept in wanted:
        return rows
    wanted.add(kept)
    return tuple(order for order in orders if order.id in wanted)
