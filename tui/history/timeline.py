"""Reads what is recorded of single orders, and when orders were polled. Each function takes the
store's connection. A row that does not decode counts as absent.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from tui.history.restore import decoded
from tui.model.history import Change, ChangedField, Progress, Span, SpanKind
from tui.model.timeline import OrderHistory

_CHANGES = """
SELECT orders.id, changes.attempt, field, old, new, after, before
FROM changes JOIN orders ON orders.key = order_key
WHERE orders.id = ? ORDER BY seq
"""

# Of the thousands of changes of progress, only those that begin an attempt.
_MAIN_CHANGES = """
SELECT orders.id, changes.attempt, field, old, new, after, before
FROM changes JOIN orders ON orders.key = order_key
WHERE order_key = :key AND (
    field != :progress
    OR seq IN (SELECT min(seq) FROM changes WHERE order_key = :key GROUP BY attempt)
)
ORDER BY seq
"""

_progress = msgspec.json.Decoder(Progress)


def order_history(connection: sqlite3.Connection, order_id: str) -> OrderHistory:
    """Return what is recorded of an order."""
    (since,) = connection.execute("SELECT min(start) FROM spans").fetchone()
    found = connection.execute(
        "SELECT key, status, attempt, read_at FROM orders WHERE id = ?", (order_id,)
    )
    row = next(decoded(found, tuple[int, str | None, int, float]), None)
    if row is None:
        return OrderHistory(recorded_since=since)
    key, status, attempt, read_at = row
    found = connection.execute(_MAIN_CHANGES, {"key": key, "progress": ChangedField.PROGRESS})
    changes = tuple(decode_changes(found))
    first_seen = changes[0].before if changes else read_at
    if since is not None and not (changes and changes[0].old is None):
        first_seen = min(first_seen, since)  # it was in the first list
    # A gap that ended when the order was first seen is one of its bounds.
    bounds = [each.after for each in changes[:1] if each.after is not None]
    spans = spans_since(connection, min([first_seen, *bounds]))
    return OrderHistory(changes, status, attempt, first_seen, spans, since)


def changes_of(connection: sqlite3.Connection, order_ids: Sequence[str]) -> list[Change]:
    """Return all changes of these orders, order by order."""
    return [
        change
        for order_id in order_ids
        for change in decode_changes(connection.execute(_CHANGES, (order_id,)))
    ]


def spans_since(connection: sqlite3.Connection, start: float) -> list[Span]:
    """Return the spans that end after `start`, the earliest first."""
    found = connection.execute(
        "SELECT start, end, kind FROM spans WHERE end > ? ORDER BY start", (start,)
    )
    return [Span(*row) for row in decoded(found, tuple[float, float, SpanKind])]


def decode_changes(rows: Iterable[Sequence[Any]]) -> Iterator[Change]:
    """Yield the changes of rows that have the fields of a `Change`, in their order."""
    for row in rows:
        if (change := decode_change(row)) is not None:
            yield change


def decode_change(row: Sequence[Any]) -> Change | None:
    values = dict(zip(Change.__struct_fields__, row, strict=True))
    try:
        if values["field"] == ChangedField.PROGRESS:
            known = {name: values[name] for name in ("old", "new") if values[name] is not None}
            values |= {name: _progress.decode(text) for name, text in known.items()}
        return msgspec.convert(values, Change)
    except (TypeError, msgspec.MsgspecError):
        return None
