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

CLOCK_TOLERANCE = 60.0
"""Seconds that a stored time may be ahead of the clock."""

_STEP = 2_000
"""Rows that are deleted in one transaction, so that other instances can write in between."""
_FREED_PAGES = 500


class Limits(msgspec.Struct, frozen=True):
    days: int
    bytes: int


def write_due_keyframe(connection: sqlite3.Connection) -> None:
    """Write a keyframe, within the caller's transaction, if something was stored in a UTC day that
    has none.
    """
    (last,) = connection.execute("SELECT max(at) FROM keyframes").fetchone()
    at = _latest(connection)
    if at is not None and (last is None or floor(at / DAY) > floor(last / DAY)):
        write_keyframe(connection, at)


def write_keyframe(connection: sqlite3.Connection, at: float) -> None:
    """Write a keyframe, within the caller's transaction, as of `at` or of what is stored later."""
    (count,) = connection.execute("SELECT count(status) FROM orders").fetchone()
    rows = connection.execute(
        "SELECT id, status, created FROM orders WHERE status IS NOT NULL ORDER BY key DESC"
    )
    state = encode_keyframe((OrderSummary(*row) for row in rows), count)
    at = max(at, _latest(connection) or at)
    connection.execute("INSERT OR REPLACE INTO keyframes (at, state) VALUES (?, ?)", (at, state))


def _latest(connection: sqlite3.Connection) -> float | None:
    """Return the time of the last change or poll that is stored."""
    query = (
        "SELECT max(at) FROM (SELECT max(before) AS at FROM changes"
        " UNION ALL SELECT max(end) FROM spans)"
    )
    (at,) = connection.execute(query).fetchone()
    return None if at is None else float(at)


def prune(connection: sqlite3.Connection, limits: Limits, now: float) -> bool:
    """Delete the oldest whole UTC days until the history is within `limits`, at last the hours and
    minutes of this one. Return whether it is: the last state of all orders alone may be larger.
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
    hour = floor(now / _HOUR)
    yield from (each * _HOUR for each in range(24 * today + 1, hour + 1))
    yield from (hour * _HOUR + minute * 60 for minute in range(1, ceil((now % _HOUR) / 60)))


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
    "DELETE FROM changes WHERE before > :now",
    "DELETE FROM runs WHERE before > :now",
    "DELETE FROM keyframes WHERE at > :now",
    "DELETE FROM spans WHERE start > :now",
    "UPDATE spans SET end = :now WHERE end > :now",
    *(
        f"UPDATE orders SET {event}_after = NULL, {event}_before = NULL"  # noqa: S608 - constants
        f" WHERE {event}_before > :now"
        for event in ("started", "entered", "ended")
    ),
    # A second earlier: what is read now is later.
    *(
        f"UPDATE orders SET {time} = :now - 1 WHERE {time} > :now"  # noqa: S608 - constants
        for time in ("read_at", "progress_at", "comment_at")
    ),
)


def forget_future(connection: sqlite3.Connection, now: float) -> None:
    """Delete, within the caller's transaction, what is later than `now`, if anything is later by
    more than `CLOCK_TOLERANCE`: the clock was wrong when it was written, or has been set back. Else
    all that follows would count as read earlier. Another instance may be a little ahead.
    """
    latest = connection.execute("SELECT max(read_at) FROM orders").fetchone()[0]
    if max(latest or now, _latest(connection) or now) <= now + CLOCK_TOLERANCE:
        return
    for statement in _FUTURE:
        connection.execute(statement, {"now": now})
    write_keyframe(connection, now)  # the changes before it may be gone
