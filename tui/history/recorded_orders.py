"""The orders that changes are about, as last recorded, and which of them match a filter. To be used
in the thread of the store. A row that does not decode is an order of which nothing is known.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from tui.history.restore import OrderRow, timing_of
from tui.model.activity import ChangeTest, TimeVerdicts
from tui.model.order import OrderDetail, mean_progress, phase_of
from tui.model.order_facts import OrderFacts

_CHUNK = 500
"""Keys in one query. SQLite allows 999 in old versions."""

_detail = msgspec.msgpack.Decoder(OrderDetail)


class OrderVerdicts:
    """Which orders match a filter, by their keys: each is judged once, and again once it has
    changed.
    """

    def __init__(self, connection: sqlite3.Connection, test: ChangeTest) -> None:
        self._connection, self._test = connection, test
        self._known: dict[TimeVerdicts, dict[int, bool | None]] = {}

    def forget(self, keys: Iterable[int]) -> None:
        """Judge these orders again: they have changed."""
        for key in keys:
            for known in self._known.values():
                known.pop(key, None)

    def at(self, times: TimeVerdicts, keys: Iterable[int]) -> Mapping[int, bool | None]:
        """Return whether the changes of these orders match at such times; None: it is not known.
        Orders that are not stored are left out.
        """
        known = self._known.setdefault(times, {})
        for some in _chunks(set(keys) - known.keys()):
            known |= self._judge(some, times)
        return known

    def _judge(self, keys: Sequence[int], times: TimeVerdicts) -> dict[int, bool | None]:
        test, rows = self._test, _rows(self._connection, keys)
        orders = [_facts(row, with_timing=test.looks_at_timings) for row in rows]
        verdicts = test.judge(orders, times)
        # A detail turns no verdict around, and takes longer to decode than all the rest.
        unsure = [at for at, verdict in enumerate(verdicts) if verdict is None]
        detailed = [_with_detail(orders[at], rows[at].detail) for at in unsure]
        for at, verdict in zip(unsure, test.judge(detailed, times), strict=True):
            verdicts[at] = verdict
        return {row.key: verdict for row, verdict in zip(rows, verdicts, strict=True)}


class _Row(OrderRow, frozen=True, array_like=True, gc=False):
    key: int
    detail: Any


_SELECT = f"SELECT {', '.join(_Row.__struct_fields__)} FROM orders"  # noqa: S608 - constants


def read_orders(connection: sqlite3.Connection, keys: Iterable[int]) -> dict[int, OrderFacts]:
    """Return orders by key."""
    return {
        row.key: _with_detail(_facts(row, with_timing=True), row.detail)
        for some in _chunks(set(keys))
        for row in _rows(connection, some)
    }


def _chunks(keys: Iterable[int]) -> Iterator[tuple[int, ...]]:
    left = iter(keys)
    while some := tuple(islice(left, _CHUNK)):
        yield some


def _rows(connection: sqlite3.Connection, keys: Sequence[int]) -> list[_Row]:
    return [
        _row(values)
        for values in connection.execute(
            f"{_SELECT} WHERE key IN ({','.join('?' * len(keys))})", keys
        )
    ]


def _row(values: Sequence[Any]) -> _Row:
    try:
        return msgspec.convert(values, _Row)
    except msgspec.ValidationError:
        order_id, *_, key, _ = values
        return _Row(str(order_id), None, "", 1, 0.0, *(None,) * 8, key, None)


def _facts(row: OrderRow, *, with_timing: bool) -> OrderFacts:
    status = row.status or ""
    timing = timing_of(row) if with_timing else None
    gone = row.status is None
    return OrderFacts(row.id, status, phase_of(status), row.created, gone=gone, timing=timing)


def _with_detail(order: OrderFacts, blob: bytes | None) -> OrderFacts:
    try:
        detail = _detail.decode(blob or b"")
    except (TypeError, msgspec.MsgspecError):
        return order
    progress = mean_progress(detail, order.phase)
    return msgspec.structs.replace(order, detail=detail, progress=progress)
