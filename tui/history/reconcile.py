"""Compares the first list of a run with what earlier runs have stored: what changed while nothing
was polled.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from tui.history.pruning import forget_future, write_keyframe
from tui.history.records import Stored
from tui.history.restore import read_stored
from tui.history.writer import write_change
from tui.model.history import Change, ChangedField
from tui.model.order import OrderSummary, phase_of

_T = TypeVar("_T")
_CHUNK = 500
"""Orders that are compared at once: so many are in memory twice."""


class Listed(msgspec.Struct, frozen=True):
    """What a list says. `read_at` returns when the list was requested that had an order."""

    orders: Sequence[OrderSummary]
    index: Mapping[str, OrderSummary]
    at: float
    """When the newest part was requested, which each poll reads."""
    read_at: Callable[[str], float]
    complete_since: float | None
    """When the oldest part was requested. None if not all parts were read: then an order that it
    has not may still be there.
    """


def resume(connection: sqlite3.Connection, listed: Listed) -> Stored:
    """Return what this run goes on from, and store its first list within the caller's
    transaction.
    """
    forget_future(connection, listed.at)
    stored = read_stored(connection, listed.at)
    missed = reconcile(connection, listed, stored.polled_until)
    return replace(stored, missed=missed)


def reconcile(
    connection: sqlite3.Connection, listed: Listed, polled_until: float | None
) -> list[Change]:
    """Store the statuses of `listed` within the caller's transaction; return the changes since
    `polled_until`, the last poll of the earlier runs.

    Orders that were never seen are new if an earlier run had read the whole list, else they are
    stored without a change.
    """
    row = connection.execute("SELECT value FROM meta WHERE name = 'complete'").fetchone()
    complete_since: float | None = None if row is None else row[0]
    polled = max(
        [each for each in (polled_until, complete_since) if each is not None], default=None
    )
    (known,) = connection.execute("SELECT count(*) FROM orders").fetchone()
    changes = [
        change
        for chunk in _chunks(reversed(listed.orders))  # so that the oldest have the lowest keys
        for change in _changes_of(connection, chunk, listed, polled, has_all=row is not None)
        if write_change(connection, change, listed.index)
    ]
    if listed.complete_since is not None:
        gone = _gone(connection, listed, polled)
        changes += [change for change in gone if write_change(connection, change, {})]
        connection.execute(
            "INSERT OR REPLACE INTO meta (name, value) VALUES ('complete', ?)",
            (listed.complete_since,),
        )
        (count,) = connection.execute("SELECT count(*) FROM orders").fetchone()
        if row is None and count > known:
            write_keyframe(connection, listed.at)  # it has orders of which no change tells
    return changes


def _changes_of(
    connection: sqlite3.Connection,
    orders: Sequence[OrderSummary],
    listed: Listed,
    polled_until: float | None,
    *,
    has_all: bool,
) -> Iterator[Change]:
    """Yield the changes of known orders; store the others."""
    marks = ",".join("?" * len(orders))
    rows = connection.execute(
        f"SELECT id, status, attempt, read_at FROM orders WHERE id IN ({marks})",  # noqa: S608 - only marks
        [order.id for order in orders],
    )
    known = {row[0]: row[1:] for row in rows}
    unseen = []
    for order in orders:
        read_at = listed.read_at(order.id)
        if order.id not in known and not has_all:
            unseen.append((order.id, order.created, order.status, read_at))
            continue
        status, attempt, since = known.get(order.id, (None, 1, None))
        if status == order.status:
            continue
        was_final = status is not None and phase_of(status).is_final
        attempt += was_final and order.phase.starts_attempt
        # Each poll has read an order of the newest part; of another one it is not known.
        after = since if read_at < listed.at and since is not None else polled_until
        yield _change(order.id, attempt, status, order.status, after, since, read_at)
    connection.executemany(
        "INSERT OR IGNORE INTO orders (id, created, status, read_at) VALUES (?, ?, ?, ?)", unseen
    )


def _gone(
    connection: sqlite3.Connection, listed: Listed, polled_until: float | None
) -> Iterator[Change]:
    (count,) = connection.execute("SELECT count(status) FROM orders").fetchone()
    if count == len(listed.index):
        return
    key = 0
    while rows := connection.execute(
        "SELECT key, id, status, attempt, read_at FROM orders WHERE key > ? AND status NOT NULL"
        " ORDER BY key LIMIT ?",
        (key, _CHUNK),
    ).fetchall():
        key = rows[-1][0]
        for _, order_id, status, attempt, since in rows:
            if order_id not in listed.index:
                yield _change(order_id, attempt, status, None, polled_until, since, listed.at)


def _change(
    order_id: str,
    attempt: int,
    old: str | None,
    new: str | None,
    after: float | None,
    since: float | None,
    before: float,
) -> Change:
    """Return a change of status; `since` is when the old one was first read."""
    known = [each for each in (after, since) if each is not None]
    field = ChangedField.STATUS
    return Change(order_id, attempt, field, old, new, max(known, default=None), before)


def _chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
