"""Compares the first list of a run with what earlier runs have stored: what changed while nothing
was polled.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from tui.history.pruning import forget_future
from tui.history.records import Stored
from tui.history.restore import read_stored
from tui.history.tracked_order import starts_attempt
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
    """When the newest part was requested."""
    read_at: Callable[[str], float]
    is_complete: bool
    """True if an order that it has not is gone."""


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
    has_all = row is not None and polled_until is not None
    changes = [
        change
        for chunk in _chunks(listed.orders)
        for change in _changes_of(connection, chunk, listed, polled_until, has_all=has_all)
        if write_change(connection, change, listed.index)
    ]
    if listed.is_complete:
        gone = _gone(connection, listed, polled_until)
        changes += [change for change in gone if write_change(connection, change, {})]
        connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('complete', 1)")
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
        f"SELECT id, status, attempt FROM orders WHERE id IN ({marks})",  # noqa: S608 - only marks
        [order.id for order in orders],
    )
    known = {order_id: (status, attempt) for order_id, status, attempt in rows}
    unseen = []
    for order in orders:
        if order.id not in known and not has_all:
            unseen.append((order.id, order.created, order.status, listed.read_at(order.id)))
            continue
        status, attempt = known.get(order.id, (None, 1))
        if status != order.status:
            was_final = status is not None and phase_of(status).is_final
            attempt += was_final and starts_attempt(order.phase)
            yield Change(
                order.id,
                attempt,
                ChangedField.STATUS,
                status,
                order.status,
                polled_until,
                listed.read_at(order.id),
            )
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
        "SELECT key, id, status, attempt FROM orders WHERE key > ? AND status IS NOT NULL"
        " ORDER BY key LIMIT ?",
        (key, _CHUNK),
    ).fetchall():
        key = rows[-1][0]
        for _, order_id, status, attempt in rows:
            if order_id not in listed.index:
                yield Change(
                    order_id, attempt, ChangedField.STATUS, status, None, polled_until, listed.at
                )


def _chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
