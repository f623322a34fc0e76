"""Where an order stands among others. Pure."""

from collections.abc import Sequence
from itertools import compress, count
from operator import attrgetter
from typing import NamedTuple

from tui.model.order import OrderSummary

_ID = attrgetter("id")


class LostCursor(NamedTuple):
    """An order that is not there, and where it was."""

    order_id: str
    row: int = 0
    rows: Sequence[OrderSummary] = ()


def find_row(orders: Sequence[OrderSummary], order_id: str, *likely: int) -> int | None:
    """The row of an order; it is looked for in the `likely` ones first."""
    for row in likely:
        if 0 <= row < len(orders) and orders[row].id == order_id:
            return row
    # One by one in Python it would take five times as long.
    return next(compress(count(), map(order_id.__eq__, map(_ID, orders))), None)


def nearest_surviving_row(orders: Sequence[OrderSummary], lost: LostCursor) -> int:
    """The row of the order that stood nearest to one that is not there; 0 where none did."""
    rows = dict(zip(map(_ID, orders), count(), strict=False))
    beside = (*lost.rows[lost.row + 1 :], *reversed(lost.rows[: lost.row]))
    return next((rows[order.id] for order in beside if order.id in rows), 0)
