"""Which orders are shown: all, or those that match a filter."""

from operator import is_
from typing import TYPE_CHECKING

import msgspec

from tui.model.order import OrderSummary
from tui.model.state import State

if TYPE_CHECKING:
    from tui.model.query import Query

MOST_NEEDED = 500
"""Of more orders than these no details are read for a filter."""

_MINUTE = 60


class Shown(msgspec.Struct, frozen=True):
    """The rows, and the orders of which only a detail that was not read would tell whether they
    match: they are not shown, and must be told of.
    """

    rows: tuple[OrderSummary, ...]
    undecided: tuple[str, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The orders whose details are to be read for it."""
        return self.undecided if len(self.undecided) <= MOST_NEEDED else ()


class Sieve:
    """Finds the rows of a filter, and finds them anew only where they may be others. A filter of
    time words is judged once a minute.
    """

    def __init__(self) -> None:
        self._seen: tuple[object, ...] = (None,) * 5
        self._minute = 0
        self._shown = Shown(())

    def shown(
        self, state: State, query: "Query | None", now: float, kept: str | None = None
    ) -> Shown:
        """The orders of `state` that match at `now`, in UTC epoch seconds; and the one that is
        `kept`, whether it matches or not. Without a query all of them do.
        """
        if query is None:
            self._seen = (None,) * 5
            return Shown(state.orders)
        from tui.model.query import matcher_of, moves, sift  # noqa: PLC0415 - who never filters

        seen = (state.orders, state.details, state.gone, query, kept)
        minute = int(now // _MINUTE) if moves(query) else 0
        if minute != self._minute or not all(map(is_, seen, self._seen)):
            found = sift(state, matcher_of(query, now))
            undecided = (each.id for each in found.undecided if each.id not in state.gone)
            self._seen, self._minute = seen, minute
            rows = found.matching
            if kept is not None:
                rows = _keeping(rows, state.orders, kept)
            self._shown = Shown(rows, tuple(undecided))
        return self._shown


def _keeping(
    rows: tuple[OrderSummary, ...], orders: tuple[OrderSummary, ...], kept: str
) -> tuple[OrderSummary, ...]:
    """`rows`, and among them, where it belongs, the order that is kept."""
    wanted = {order.id for order in rows}
    if kept in wanted:
        return rows
    wanted.add(kept)
    return tuple(order for order in orders if order.id in wanted)
