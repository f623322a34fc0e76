"""A history in memory, written row by row, to test what is read from it."""

import json
import sqlite3
from collections.abc import Sequence

import msgspec

from tui.history.keyframes import encode_keyframe
from tui.history.schema import TABLES
from tui.model.history import ChangedField, Progress, SpanKind
from tui.model.order import OrderDetail, OrderSummary


class StoredHistory:
    """The tables of a history, which change as the store changes them."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", check_same_thread=False)
        self.connection.executescript(TABLES)

    def keyframe(self, at: float, orders: Sequence[OrderSummary]) -> None:
        for order in orders:
            self.order(order.id, order.created, order.status)
        row = (at, encode_keyframe(orders))
        self.connection.execute("INSERT INTO keyframes VALUES (?, ?)", row)

    def order(self, order_id: str, created: float | None, status: str | None) -> None:
        self.connection.execute(
            "INSERT OR IGNORE INTO orders (id, created, status, read_at) VALUES (?, ?, ?, 0)",
            (order_id, created, status),
        )

    def detail(self, detail: OrderDetail) -> None:
        self.connection.execute(
            "UPDATE orders SET detail = ? WHERE id = ?",
            (msgspec.msgpack.encode(detail.trimmed()), detail.id),
        )

    def change(
        self,
        order_id: str,
        field: ChangedField,
        old: str | Progress | None,
        new: str | Progress | None,
        before: float,
        after: float | None = None,
        attempt: int = 1,
    ) -> None:
        self.connection.execute(
            "INSERT INTO changes (order_key, attempt, field, old, new, after, before)"
            " SELECT key, ?, ?, ?, ?, ?, ? FROM orders WHERE id = ?",
            (attempt, field, _text(old), _text(new), after, before, order_id),
        )
        if field is ChangedField.STATUS:
            self.connection.execute(
                "UPDATE orders SET status = ?, attempt = ?, entered_after = ?, entered_before = ?"
                " WHERE id = ?",
                (new, attempt, after, before, order_id),
            )

    def span(self, start: float, end: float, kind: SpanKind = SpanKind.POLLED) -> None:
        row = (start, end, kind.value)
        self.connection.execute("INSERT INTO spans (start, end, kind) VALUES (?, ?, ?)", row)


def _text(value: str | Progress | None) -> str | None:
    return json.dumps(value) if isinstance(value, tuple) else value
