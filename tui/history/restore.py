"""Reads what is stored of the orders: where a run goes on from, and their times. A row that does
not decode counts as absent.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import TypeVar

import msgspec

from tui.history.records import Sample, SampleKind, Stored, StoredOrder
from tui.model.history import Progress, SpanKind
from tui.model.order import OrderSummary, phase_of
from tui.model.timing import Moment, OrderTiming

_T = TypeVar("_T")
_CHUNK = 500

_progress_decoder = msgspec.json.Decoder(Progress)


class OrderRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The columns of `orders` that are read."""

    id: str
    created: float | None
    status: str | None
    attempt: int
    read_at: float
    started_after: float | None
    started_before: float | None
    entered_after: float | None
    entered_before: float | None
    ended_after: float | None
    ended_before: float | None
    progress: str | None
    progress_at: float | None


SELECT_ORDERS = f"SELECT {', '.join(OrderRow.__struct_fields__)} FROM orders"  # noqa: S608 - constants


def read_stored(connection: sqlite3.Connection, at: float) -> Stored:
    """Return what a run goes on from that begins at `at`."""
    words = [word for (word,) in connection.execute("SELECT DISTINCT status FROM orders")]
    active = [word for word in words if word is not None and not phase_of(word).is_final]
    rows = decoded(_rows_where(connection, "status", active), OrderRow)
    attempts = connection.execute("SELECT id, attempt FROM orders WHERE attempt > 1")
    samples = connection.execute(
        "SELECT kind, profile, category, at, value FROM samples ORDER BY seq"
    )
    return Stored(
        {row.id: _order_of(row) for row in rows},
        dict(decoded(attempts, tuple[str, int])),
        [Sample(*row) for row in decoded(samples, tuple[SampleKind, str, int, float, float])],
        _polled_until(connection, at),
    )


def _polled_until(connection: sqlite3.Connection, at: float) -> float | None:
    """Return when orders were polled for the last time before `at`; None if never."""
    query = "SELECT max(min(end, ?1)) FROM spans WHERE kind = ?2 AND start < ?1"
    (end,) = connection.execute(query, (at, SpanKind.POLLED.value)).fetchone()
    return None if end is None else float(end)


def read_timings(
    connection: sqlite3.Connection, order_ids: Collection[str] | None
) -> dict[str, OrderTiming]:
    """Return the timings of these orders, or of all (None), as far as any is known."""
    if order_ids is None:
        rows: Iterable[object] = connection.execute(
            f"{SELECT_ORDERS} WHERE entered_before IS NOT NULL"
        )
    else:
        rows = _rows_where(connection, "id", order_ids)
    return {row.id: timing_of(row) for row in decoded(rows, OrderRow)}


def _rows_where(
    connection: sqlite3.Connection, column: str, values: Collection[str]
) -> Iterator[object]:
    """Yield the orders with one of `values`; SQLite limits the number of parameters."""
    texts = list(values)
    chunks = [texts[start : start + _CHUNK] for start in range(0, len(texts), _CHUNK)]
    return chain.from_iterable(
        connection.execute(
            f"{SELECT_ORDERS} WHERE {column} IN ({','.join('?' * len(chunk))})", chunk
        )
        for chunk in chunks
    )


def decoded(rows: Iterable[object], kind: type[_T]) -> Iterator[_T]:
    for row in rows:
        try:
            yield msgspec.convert(row, kind)
        except msgspec.ValidationError:
            continue


def _order_of(row: OrderRow) -> StoredOrder:
    try:
        progress = _progress_decoder.decode(row.progress) if row.progress else None
    except msgspec.MsgspecError:
        progress = None
    summary = OrderSummary(row.id, row.status or "", row.created)
    return StoredOrder(summary, timing_of(row), progress, _changed_at(row))


def timing_of(row: OrderRow) -> OrderTiming:
    return OrderTiming(
        row.attempt,
        entered=_moment(row.entered_after, row.entered_before),
        started=_moment(row.started_after, row.started_before),
        ended=_moment(row.ended_after, row.ended_before),
        quiet_since=_changed_at(row) if row.ended_before is None else None,
    )


def _changed_at(row: OrderRow) -> float:
    """Return when the status or the progress was first read as it is."""
    return max(row.read_at, row.progress_at or row.read_at)


def _moment(after: float | None, before: float | None) -> Moment | None:
    return None if before is None else Moment(after, before)
