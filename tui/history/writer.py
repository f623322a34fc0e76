"""Writes records to the tables, each change once: several instances of the program may observe the
same changes and share a file.
"""

import sqlite3
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from tui.history.records import Records, Sample
from tui.history.runs import record_run
from tui.model.columns import profile_names
from tui.model.history import Change, ChangedField, Progress, Span
from tui.model.order import OrderDetail, OrderSummary, Phase, phase_of

_VALUES = {
    ChangedField.STATUS: ("status", "read_at"),
    ChangedField.PROGRESS: ("progress", "progress_at"),
    ChangedField.COMMENT: ("comment", "comment_at"),
}
"""The columns of `orders` with the last value and the time of the read that had it first."""

_encoder = msgspec.msgpack.Encoder()


class _Order(msgspec.Struct, frozen=True, gc=False):
    """What an order's row has of a field, and its attempt."""

    key: int
    attempt: int
    value: str | None
    read_at: float | None


def write_records(connection: sqlite3.Connection, records: Records) -> None:
    """Write `records` within the caller's transaction."""
    for span in records.spans:  # first: they say how well the end of a run was observed
        _write_span(connection, span)
    listed = {order.id: order for order in records.listed}
    is_new = [write_change(connection, change, listed) for change in records.changes]
    for detail in records.details:
        _write_detail(connection, detail)
    # The instance that was first to write a change has also written the samples made of it.
    if any(is_new) or not is_new:
        _write_samples(connection, records.samples)


def write_change(
    connection: sqlite3.Connection, change: Change, listed: Mapping[str, OrderSummary]
) -> bool:
    """Write a change, and return True, unless what is stored was read later or is the same. The
    first answer with an order is no change: no poll came before it. `listed` has the order of a
    change that is new.
    """
    column, time = _VALUES[change.field]
    query = f"SELECT key, attempt, {column}, {time} FROM orders WHERE id = ?"  # noqa: S608 - constants
    row = connection.execute(query, (change.order_id,)).fetchone()
    old, new, after = to_column(change.old), to_column(change.new), change.after
    if row is None:
        if change.field is not ChangedField.STATUS or new is None:
            return False
        known = _Order(
            _insert_order(connection, change, listed.get(change.order_id)), 1, None, None
        )
        if after is None:
            return False
    else:
        known = _Order(*row)
        if known.value == new or (known.read_at is not None and known.read_at >= change.before):
            return False
        if known.value != old:
            # Another instance, or an earlier run, has read what this one has not.
            old, after = known.value, known.read_at if known.read_at is not None else after
    connection.execute(
        "INSERT INTO changes (order_key, attempt, field, old, new, after, before)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (known.key, change.attempt, change.field, old, new, after, change.before),
    )
    connection.execute(
        f"UPDATE orders SET {column} = ?, {time} = ? WHERE key = ?",  # noqa: S608 - constants
        (new, change.before, known.key),
    )
    # A keyframe that was made meanwhile has not what this instance read before it.
    connection.execute("DELETE FROM keyframes WHERE at >= ?", (change.before,))
    if change.field is ChangedField.STATUS and new is not None:
        _write_times(connection, known, old, new, change.attempt, (after, change.before))
        record_run(connection, known.key, replace(change, old=old, after=after))
    elif change.attempt > known.attempt:  # its progress fell
        connection.execute(
            "UPDATE orders SET attempt = ?1, started_after = ?2, started_before = ?3,"
            " entered_after = ?2, entered_before = ?3 WHERE key = ?4",
            (change.attempt, after, change.before, known.key),
        )
    return True


def to_column(value: str | Progress | None) -> str | None:
    """Return the column `old` or `new` of a change."""
    return msgspec.json.encode(value).decode() if isinstance(value, tuple) else value


def _insert_order(
    connection: sqlite3.Connection, change: Change, listed: OrderSummary | None
) -> int:
    cursor = connection.execute(
        "INSERT INTO orders (id, created, status, attempt, read_at) VALUES (?, ?, ?, ?, ?)",
        (
            change.order_id,
            None if listed is None else listed.created,
            to_column(change.new),
            change.attempt,
            change.before,
        ),
    )
    return cursor.lastrowid or 0


def _write_times(
    connection: sqlite3.Connection,
    known: _Order,
    old: str | None,
    new: str,
    attempt: int,
    bounds: tuple[float | None, float],
) -> None:
    """Write the bounds of when an order left the queue, entered its status, and ended."""
    phase = phase_of(new)
    if attempt > known.attempt:
        connection.execute(
            "UPDATE orders SET attempt = ?, started_after = NULL, started_before = NULL"
            " WHERE key = ?",
            (attempt, known.key),
        )
    ended = bounds if phase.is_final else (None, None)
    connection.execute(
        "UPDATE orders SET entered_after = ?, entered_before = ?, ended_after = ?, ended_before = ?"
        " WHERE key = ?",
        (*bounds, *ended, known.key),
    )
    was_queued = old is None or phase_of(old) is Phase.QUEUED
    # Between two polls a requeued order may also have left the queue.
    if phase is not Phase.QUEUED and (was_queued or attempt > known.attempt):
        connection.execute(
            "UPDATE orders SET started_after = ?, started_before = ?"
            " WHERE key = ? AND started_before IS NULL",
            (*bounds, known.key),
        )


def _write_detail(connection: sqlite3.Connection, detail: OrderDetail) -> None:
    blob = _encoder.encode(detail if detail.is_trimmed else detail.trimmed())
    # An `IS NOT` instead of a comparison here: an update writes its page even if nothing changes.
    connection.execute(
        "UPDATE orders SET detail = ?, profiles = ?, duration = ?,"
        " created = coalesce(created, ?) WHERE id = ? AND detail IS NOT ?",
        (blob, profile_names(detail), detail.duration, detail.created, detail.id, blob),
    )


def _write_samples(connection: sqlite3.Connection, samples: Sequence[Sample]) -> None:
    connection.executemany(
        "INSERT INTO samples (kind, profile, category, at, value) VALUES (?, ?, ?, ?, ?)",
        [(each.kind, each.profile, each.category, each.at, each.value) for each in samples],
    )
    categories = {(each.kind, each.profile, each.category) for each in samples}
    connection.executemany(
        "DELETE FROM samples WHERE kind = ?1 AND profile = ?2 AND category = ?3 AND seq <="
        " (SELECT seq FROM samples WHERE kind = ?1 AND profile = ?2 AND category = ?3"
        " ORDER BY seq DESC LIMIT 1 OFFSET ?4)",
        [(*each, each[0].kept) for each in categories],
    )


def _write_span(connection: sqlite3.Connection, span: Span) -> None:
    cursor = connection.execute(
        "UPDATE spans SET end = max(end, ?) WHERE start = ? AND kind = ?",
        (span.end, span.start, span.kind.value),
    )
    if cursor.rowcount == 0:
        connection.execute(
            "INSERT INTO spans (start, end, kind) VALUES (?, ?, ?)",
            (span.start, span.end, span.kind.value),
        )
