"""The state of all orders at a moment in the past: the last keyframe and the changes since then.

The state that was read last is kept: one nearby is made from it, forward or backward, at the cost
of the changes between both. To be used in the thread of the store.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from tui.history.keyframes import decode_keyframe
from tui.history.order_past import LastState, OrderPast, StoredChange, order_past
from tui.model.events import STALE_GRACE, ClockReading, ListLoaded
from tui.model.history import ChangedField, SpanKind
from tui.model.order import OrderSummary, Snapshot, phase_of
from tui.model.pages import recency_key
from tui.model.past import PastMoment, TimeStep
from tui.model.snapshot import next_snapshot
from tui.model.state import MAX_GONE, State, TimedDetail, with_gone

_MAX_REPLAYED = 20_000
"""Changes from which on a keyframe is faster."""

_MAX_DETAILS = 5_000
"""Details of so many of the newest orders, and of so many of those that had not ended."""

_GONE_FOR = 86_400.0
"""Seconds for which an order that is gone is listed. The live screen lists it until it is hidden,
which is not recorded.
"""

_CHUNK = 500
"""Ids in one query. SQLite allows 999 in old versions."""


_POLLED = f"FROM spans WHERE kind = '{SpanKind.POLLED.value}'"
_CHANGES = """
SELECT o.id, o.created, c.field, c.old, c.new
FROM changes c JOIN orders o ON o.key = c.order_key
WHERE c.before > ? AND c.before <= ? AND c.field <= ? ORDER BY c.before, c.seq
"""
_GONE = """
SELECT o.id, o.created, c.old
FROM changes c JOIN orders o ON o.key = c.order_key
WHERE c.before > ? AND c.before <= ? AND c.field = ? AND c.new IS NULL
ORDER BY c.before DESC, c.seq DESC LIMIT ?
"""
_LAST = """
SELECT key, id, attempt, status, entered_after, entered_before, started_after, started_before,
    ended_after, ended_before, progress, progress_at, comment, comment_at, detail
FROM orders WHERE id IN ({})
"""
_OF_ORDERS = """
SELECT order_key, field, attempt, old, new, after, before
FROM changes WHERE order_key IN ({}) ORDER BY order_key, seq
"""
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM changes WHERE before > ? AND before <= ? LIMIT ?)"


class PastReader:
    """Reads moments of one file. Keeps the last one in memory."""

    def __init__(self) -> None:
        self._at = 0.0
        self._last_seq = 0
        self._snapshot: Snapshot | None = None
        self._orders: dict[str, OrderPast] = {}

    def read(
        self,
        connection: sqlite3.Connection,
        start: float,
        steps: Sequence[TimeStep],
        latest: float,
    ) -> State | None:
        """See `PastHistory.past`."""
        begins = _one(connection, "SELECT min(at) FROM keyframes")
        if begins is None:
            return None
        at = min(start, latest)
        for step in steps:
            at = min(_changes_away(connection, at, step.changes, begins) + step.seconds, latest)
        if at < begins:
            return State(past=PastMoment(at, begins))
        polled_until = _one(connection, f"SELECT max(end) {_POLLED} AND start <= ?", at)
        as_of = begins if polled_until is None else min(at, max(begins, polled_until))
        moment = PastMoment(at, begins)
        if at - as_of > STALE_GRACE:
            again = _one(connection, f"SELECT min(start) {_POLLED} AND start > ?", at)
            moment = PastMoment(at, begins, as_of, again)
        return self._state(connection, moment, ClockReading(as_of, as_of))

    def _state(
        self, connection: sqlite3.Connection, moment: PastMoment, as_of: ClockReading
    ) -> State:
        snapshot = self._move(connection, moment.at)
        final = {word for word in snapshot.status_counts if phase_of(word).is_final}
        active = (order for order in snapshot.orders if order.status not in final)
        gone = _gone(connection, snapshot, moment.at)
        newest = snapshot.orders[:_MAX_DETAILS]
        shown = [*newest, *islice(active, _MAX_DETAILS), *gone.values()]
        self._orders = orders = self._read_orders(connection, shown)
        state = State(
            snapshot=snapshot,
            last_load=ListLoaded(snapshot, as_of, interval=0.0),
            details={
                each: TimedDetail(
                    order.detail,
                    _reading(order, as_of),
                    from_earlier_run=not order.is_detail_current,
                )
                for each, order in orders.items()
                if order.detail is not None
            },
            status_counts=snapshot.status_counts,
            timings={each: order.timing for each, order in orders.items()},
            past=moment,
        )
        return with_gone(state, gone)

    def _move(self, connection: sqlite3.Connection, at: float) -> Snapshot:
        """Return the list at `at`, and keep what is still true of its orders."""
        start, snapshot, is_outdated = self._at, self._snapshot, self._is_outdated(connection)
        if snapshot is None or is_outdated or self._is_far(connection, at):
            self._orders = {}
            start, snapshot = _last_keyframe(connection, at)
        is_forward = at >= start
        changed: dict[str, OrderSummary | None] = {}
        last_field = max(ChangedField) if self._orders else ChangedField.STATUS
        rows = connection.execute(_CHANGES, (*sorted((start, at)), last_field)).fetchall()
        for order_id, created, field, old, new in rows if is_forward else reversed(rows):
            self._orders.pop(order_id, None)
            if field == ChangedField.STATUS:
                status = new if is_forward else old
                summary = None if status is None else OrderSummary(order_id, status, created)
                changed[order_id] = summary
        if changed:
            snapshot = next_snapshot(snapshot, _replaced(snapshot.orders, changed))
        self._at, self._snapshot = at, snapshot
        return snapshot

    def _is_far(self, connection: sqlite3.Connection, at: float) -> bool:
        """Return whether too many changes are between the last moment and `at`."""
        between = (*sorted((self._at, at)), _MAX_REPLAYED)
        return _one(connection, _COUNT, *between) == _MAX_REPLAYED

    def _is_outdated(self, connection: sqlite3.Connection) -> bool:
        """Return whether another instance has recorded changes that the last moment lacks, or the
        file is another one.
        """
        seen = self._last_seq
        self._last_seq = int(_one(connection, "SELECT max(seq) FROM changes") or 0)
        if self._last_seq <= seen:
            return self._last_seq < seen
        missed = _one(connection, "SELECT min(before) FROM changes WHERE seq > ?", seen)
        return missed is not None and missed <= self._at

    def _read_orders(
        self, connection: sqlite3.Connection, shown: Sequence[OrderSummary]
    ) -> dict[str, OrderPast]:
        """Return these orders at the last moment, those that are kept included."""
        missing = {each.id: each.status for each in shown if each.id not in self._orders}
        read: dict[str, OrderPast] = {}
        for ids in _chunks([*missing]):
            lasts = {row[0]: row[1:] for row in connection.execute(_LAST.format(_marks(ids)), ids)}
            states = {key: LastState(*row[1:]) for key, row in lasts.items()}
            moving = [key for key, state in states.items() if not state.was_finished(self._at)]
            changes = defaultdict[int, list[StoredChange]](list)
            for row in connection.execute(_OF_ORDERS.format(_marks(moving)), moving):
                changes[row[0]].append(StoredChange(*row[1:]))
            for key, state in states.items():
                order_id = lasts[key][0]
                order = order_past(missing[order_id], state, changes[key], self._at)
                read[order_id] = order
        known = {**self._orders, **read}
        return {each.id: known[each.id] for each in shown if each.id in known}


def _last_keyframe(connection: sqlite3.Connection, at: float) -> tuple[float, Snapshot]:
    """Return the last keyframe up to `at` that can be read; an empty list if none can."""
    query = "SELECT at, state FROM keyframes WHERE at <= ? ORDER BY at DESC"
    for taken_at, state in connection.execute(query, (at,)):
        if (orders := decode_keyframe(state)) is not None:
            return taken_at, Snapshot(orders)
    return float("-inf"), Snapshot()


def _gone(connection: sqlite3.Connection, snapshot: Snapshot, at: float) -> dict[str, OrderSummary]:
    """Return the orders that had vanished from the list by then, as they were listed last."""
    rows = connection.execute(_GONE, (at - _GONE_FOR, at, ChangedField.STATUS, MAX_GONE))
    last = {order_id: (old, created) for order_id, created, old in reversed(rows.fetchall())}
    return {
        each: OrderSummary(each, old or "", created)
        for each, (old, created) in last.items()
        if each not in snapshot.index
    }


def _changes_away(connection: sqlite3.Connection, at: float, number: int, begins: float) -> float:
    """Return the moment that is so many changes later or earlier: as far as there are any."""
    if number > 0:
        query = "SELECT DISTINCT before FROM changes WHERE before > ? ORDER BY before LIMIT ?"
        rows = connection.execute(query, (at, number)).fetchall()
        return rows[-1][0] if rows else at
    query = "SELECT DISTINCT before FROM changes WHERE before < ? ORDER BY before DESC LIMIT ?"
    rows = connection.execute(query, (at, -number)).fetchall()
    earliest = rows[-1][0] if rows else at
    return earliest if len(rows) == -number else min(at, begins)


def _replaced(
    orders: Iterable[OrderSummary], changed: dict[str, OrderSummary | None]
) -> tuple[OrderSummary, ...]:
    """Return `orders` with the changed ones in their places; None is gone."""
    new = dict(changed)
    replaced = (new.pop(each.id) if each.id in new else each for each in orders)
    listed = [each for each in replaced if each is not None]
    added = [each for each in new.values() if each is not None]
    return tuple(sorted([*listed, *added], key=recency_key) if added else listed)


def _reading(order: OrderPast, as_of: ClockReading) -> ClockReading:
    """Return when the detail was read for the last time: it has changed since its last read."""
    read_at = order.read_until
    return as_of if read_at is None or read_at >= as_of.wall else ClockReading(read_at, read_at)


def _one(connection: sqlite3.Connection, query: str, *values: float) -> float | None:
    """Return the only value of the only row; None if it is NULL."""
    found: float | None = connection.execute(query, values).fetchone()[0]
    return found


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
