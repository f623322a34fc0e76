"""Keeps a history within its limits, and makes the keyframes that keep the rest valid."""

import sqlite3
from collections.abc import Iterator
from math import ceil, floor

import msgspec

from tui.history.database import transaction, used_bytes
from tui.history.keyframes import encode_keyframe
from tui.model.order import OrderSummary

DAY = 86_400.0
_HOUR = 3_600.0
_STEP = 2_000
"""Rows that are deleted in one transaction, so that other instances can write in between."""
_FREED_PAGES = 500


class Limits(msgspec.Struct, frozen=True):
    days: int
    bytes: int


def write_due_keyframe(connection: sqlite3.Connection) -> None:
    """Write a keyframe, within the caller's transaction, if there is none of the present UTC day:
    that of the last change or poll, which are all in it.
    """
    (latest,) = connection.execute("SELECT max(at) FROM keyframes").fetchone()
    (at,) = connection.execute(
        "SELECT max(at) FROM (SELECT max(before) AS at FROM changes UNION ALL"
        " SELECT max(end) FROM spans UNION ALL SELECT max(read_at) FROM orders)"
    ).fetchone()
    if at is None or (latest is not None and floor(at / DAY) <= floor(latest / DAY)):
        return
    rows = connection.execute(
        "SELECT id, status, created FROM orders WHERE status IS NOT NULL"
        " ORDER BY coalesce(created, 0) DESC, key DESC"
    )
    state = encode_keyframe([OrderSummary(*row) for row in rows])
    connection.execute("INSERT INTO keyframes (at, state) VALUES (?, ?)", (at, state))


def prune(connection: sqlite3.Connection, limits: Limits, now: float) -> bool:
    """Delete the oldest whole UTC days until the history is within `limits`, at last the hours of
    this day. Return whether it is: the last state of all orders alone may be larger.
    """
    _delete_before(connection, floor(now / DAY - limits.days) * DAY)
    for cutoff in _cutoffs(connection, limits, now):
        if used_bytes(connection) <= limits.bytes:
            break
        _delete_before(connection, cutoff)
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    if free > _FREED_PAGES:
        connection.execute(f"PRAGMA incremental_vacuum({_FREED_PAGES})").fetchall()
    return used_bytes(connection) <= limits.bytes


def _cutoffs(connection: sqlite3.Connection, limits: Limits, now: float) -> Iterator[float]:
    oldest = connection.execute(
        "SELECT min(at) FROM (SELECT min(before) AS at FROM changes UNION ALL"
        " SELECT min(at) FROM keyframes UNION ALL SELECT min(end) FROM spans)"
    ).fetchone()[0]
    if oldest is None:
        return
    today = floor(now / DAY)
    first = max(floor(oldest / DAY) + 1, today - limits.days)
    yield from (day * DAY for day in range(first, today + 1))
    yield from (today * DAY + hour * _HOUR for hour in range(1, ceil((now % DAY) / _HOUR)))


_EXPIRED = (
    ("changes", "seq", "before"),
    ("runs", "(before, order_key, attempt)", "before"),
    ("keyframes", "at", "at"),
    ("spans", "key", "end"),
    ("orders", "key", "status IS NULL AND read_at"),
)
"""Tables, their keys, and what is compared with the time from which on rows are kept."""


def _delete_before(connection: sqlite3.Connection, cutoff: float) -> None:
    for table, key, time in _EXPIRED:
        columns = key.strip("()")
        statement = (
            f"DELETE FROM {table} WHERE {key} IN"  # noqa: S608 - constants
            f" (SELECT {columns} FROM {table} WHERE {time} < ? LIMIT {_STEP})"
        )
        is_done = False
        while not is_done:
            with transaction(connection):
                is_done = connection.execute(statement, (cutoff,)).rowcount < _STEP


_FUTURE = (
    "DELETE FROM changes WHERE before > ?",
    "DELETE FROM runs WHERE before > ?",
    "DELETE FROM keyframes WHERE at > ?",
    "DELETE FROM spans WHERE start > ?",
    "UPDATE spans SET end = ?1 WHERE end > ?1",
    "UPDATE orders SET read_at = ?1 WHERE read_at > ?1",
    "UPDATE orders SET progress_at = ?1 WHERE progress_at > ?1",
    "UPDATE orders SET comment_at = ?1 WHERE comment_at > ?1",
)


def forget_future(connection: sqlite3.Connection, now: float) -> None:
    """Delete, within the caller's transaction, what is later than `now`: the clock was wrong when
    it was written, or has been set back. Else all that follows would count as read earlier.
    """
    for statement in _FUTURE:
        connection.execute(statement, (now,))
