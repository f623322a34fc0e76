"""Records, and a history in memory as the store opens it."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from tui.history.reconcile import Listed
from tui.model.order import OrderSummary


def rows(connection: sqlite3.Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def listed(
    statuses: Mapping[str, str], at: float, *, is_complete: bool = True, read: Sequence[str] = ()
) -> Listed:
    """A list requested at `at`; only the orders `read`, if any are named, were read."""
    index = {each: OrderSummary(each, status, 1.0) for each, status in statuses.items()}
    orders = [index[each] for each in read or index]
    return Listed(orders, index, at, lambda _: at, at if is_complete else None)
