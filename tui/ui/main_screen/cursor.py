"""The cursor of the orders table. Pure."""

from collections.abc import Sequence
from itertools import chain, compress, count, islice
from operator import attrgetter
from typing import NamedTuple

from tui.model.order import OrderSummary, Phase, phase_of

_ID = attrgetter("id")
_NEAR = 1000


class LostCursor(NamedTuple):
    """An order that was under the cursor and isn't in the table, and where it was."""

    order_id: str
    row: int = 0
    rows: Sequence[OrderSummary] = ()


class Place(NamedTuple):
    """The order under the cursor, and the line of the view that it is on."""

    order_id: str
    line: int


class RowCursor:
    """The cursor belongs to an order: it stays on it while the `rows` change."""

    def __init__(self) -> None:
        self.rows: Sequence[OrderSummary] = ()
        self.row = 0
        self._lost: LostCursor | None = None

    @property
    def order_id(self) -> str | None:
        return self.rows[self.row].id if self.rows else None

    def restore(self, order_id: str) -> None:
        """Move to an order as soon as it is among the rows."""
        self._lost = LostCursor(order_id)

    def move(self, row: int) -> None:
        """Move to a row, or to the first or last one if it is beyond."""
        self._lost = None
        self.row = max(0, min(len(self.rows) - 1, row))

    def replace_rows(self, rows: Sequence[OrderSummary], *, searching: bool) -> None:
        """Stay on the order among other `rows`, or move to the nearest one. While `searching`, more
        rows may follow: then it returns to an order that is missing.
        """
        wanted = self._wanted
        self.rows, self.row = rows, 0
        if wanted is not None:
            found = find_row(rows, wanted.order_id)
            self._lost = wanted if found is None and searching else None
            self.row = _nearest_surviving_row(rows, wanted) if found is None else found

    def clear(self, *, hidden: bool) -> None:
        """There are no rows. If they are only `hidden` by a filter, it returns to its order."""
        self._lost = self._wanted
        self.rows, self.row = (), 0
        if not hidden and self._lost is not None and self._lost.rows:
            self._lost = None

    @property
    def _wanted(self) -> LostCursor | None:
        """The order that it is on, or returns to, and its place."""
        if self._lost is None and self.rows:
            return LostCursor(self.rows[self.row].id, self.row, self.rows)
        return self._lost


def find_row(orders: Sequence[OrderSummary], order_id: str) -> int | None:
    """Return the row of an order, five times as fast as a loop in Python."""
    return next(compress(count(), map(order_id.__eq__, map(_ID, orders))), None)


def _nearest_surviving_row(orders: Sequence[OrderSummary], lost: LostCursor) -> int:
    """Return the row of the order that was nearest to the lost one, or 0 if none is left."""
    after, before = islice(lost.rows, lost.row + 1, None), reversed(lost.rows[: lost.row])
    neighbours = map(_ID, chain(after, before))
    nearest = list(islice(neighbours, _NEAR))
    # Most often one of the nearest is left: a small set of ids is faster than one of all.
    left = set(filter(set(nearest).__contains__, map(_ID, orders)))
    found = next(filter(left.__contains__, nearest), None)
    if found is None:
        found = next(filter(set(map(_ID, orders)).__contains__, neighbours), None)
    return 0 if found is None else find_row(orders, found) or 0


def next_failed_row(orders: Sequence[OrderSummary], row: int, direction: int) -> int | None:
    """Return the row of the next failed order after `row` (1) or before it (-1)."""
    rows = range(row + direction, len(orders) if direction > 0 else -1, direction)
    return next((each for each in rows if phase_of(orders[each].status) is Phase.ERROR), None)
