"""A history in memory, filled row by row."""

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from tui.history.keyframes import encode_keyframe
from tui.history.schema import TABLES
from tui.model.history import Change, ChangedField, Progress, Span, SpanKind
from tui.model.order import OrderDetail, OrderSummary

POLLED = SpanKind.POLLED


def status(
    order_id: str,
    old: str | None,
    new: str | None,
    before: float,
    after: float | None = None,
    attempt: int = 1,
) -> Change:
    """A change of status, by default in the 5 s up to `before`."""
    start = before - 5 if after is None else after
    return Change(order_id, attempt, ChangedField.STATUS, old, new, start, before)


def comment(order_id: str, text: str, before: float, attempt: int = 1) -> Change:
    return Change(order_id, attempt, ChangedField.COMMENT, None, text, before - 5, before)


def first_comment(order_id: str, text: str, before: float) -> Change:
    """The first reading of a comment, which may be old."""
    return Change(order_id, 1, ChangedField.COMMENT, None, text, None, before)


def progress(
    order_id: str, old: Progress | None, new: Progress, before: float, attempt: int = 1
) -> Change:
    return Change(order_id, attempt, ChangedField.PROGRESS, old, new, before - 5, before)


def database(changes: Iterable[Change] = (), spans: Iterable[Span] = ()) -> sqlite3.Connection:
    """A history with these rows. An order is as its last change leaves it."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    for change in changes:
        add(connection, change)
    for span in spans:
        connection.execute(
            "INSERT INTO spans (start, end, kind) VALUES (?, ?, ?)",
            (span.start, span.end, span.kind.value),
        )
    return connection


def add_order(
    connection: sqlite3.Connection, detail: OrderDetail, read_at: float, attempt: int = 1
) -> None:
    """Add an order, or replace what is known of it."""
    blob = msgspec.msgpack.encode(detail.trimmed())
    connection.execute(
        "INSERT INTO orders (id, status, attempt, read_at, detail) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET status = excluded.status, attempt = excluded.attempt,"
        " read_at = excluded.read_at, detail = excluded.detail",
        (detail.id, detail.status, attempt, read_at, blob),
    )


def add(connection: sqlite3.Connection, change: Change) -> None:
    connection.execute(
        "INSERT INTO orders (id, attempt, read_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (change.order_id, change.attempt, change.before),
    )
    is_status, is_progress = (
        change.field is each for each in (ChangedField.STATUS, ChangedField.PROGRESS)
    )
    if is_status:
        connection.execute(
            "UPDATE orders SET status = ?, attempt = ?, read_at = ? WHERE id = ?",
            (change.new, change.attempt, change.before, change.order_id),
        )
    values = [
        msgspec.json.encode(each).decode() if is_progress and each is not None else each
        for each in (change.old, change.new)
    ]
    connection.execute(
        "INSERT INTO changes (order_key, attempt, field, old, new, after, before)"
        " SELECT key, ?, ?, ?, ?, ?, ? FROM orders WHERE id = ?",
        (change.attempt, change.field, *values, change.after, change.before, change.order_id),
    )


def add_listed(connection: sqlite3.Connection, order: OrderSummary) -> None:
    """Add an order of the list, unless there is one of its id."""
    connection.execute(
        "INSERT INTO orders (id, created, status, read_at) VALUES (?, ?, ?, 0)"
        " ON CONFLICT (id) DO NOTHING",
        (order.id, order.created, order.status),
    )


def add_keyframe(connection: sqlite3.Connection, at: float, orders: Sequence[OrderSummary]) -> None:
    for order in orders:
        add_listed(connection, order)
    state = encode_keyframe(orders, len(orders))
    connection.execute("INSERT INTO keyframes VALUES (?, ?)", (at, state))
