"""Decodes the list of orders to a `Snapshot`. An unreadable order costs one row, which is counted.
Letters as in api.md.
"""

import math
from collections.abc import Iterable
from itertools import compress, islice, pairwise, repeat
from operator import is_, ne
from sys import intern
from typing import cast

import msgspec

from tui.api.json_reader import (
    DECODE_ERRORS,
    UnexpectedShape,
    check_values,
    loads,
    parse_percent,
    parse_time,
    time_from_id,
)
from tui.model.order import InvalidRow, OrderSummary, Snapshot, is_id
from tui.model.snapshot import next_snapshot
from tui.sanitize import sanitize_line

MAX_INVALID_ROWS = 10_000
"""A list with more is refused: an invalid row costs as much time as twenty orders."""


class RawRow(msgspec.Struct, gc=False):
    """The members of a listed order under both names (S's text and S's example)."""

    id: str | int | None = None
    order_id: str | int | None = None
    created_on: str | int | float | None = None
    timestamp: str | int | float | None = None
    status: str | None = None
    progress: str | int | float | None = None


DecodedRows = list[OrderSummary | str]
"""Of each row its order, or why it is invalid."""

_row_decoder = msgspec.json.Decoder(RawRow)
_raw_decoder = msgspec.json.Decoder(list[msgspec.Raw])
_NO_ORDERS = Snapshot()


class IncrementalListDecoder:
    """Decodes the bodies of the list call, and only what has changed in them.

    An equal body gives the same `Snapshot`, and a row with the same bytes the same order.
    """

    def __init__(self) -> None:
        self._body: bytes | None = None
        self._raws: list[msgspec.Raw] = []
        self._rows: DecodedRows = []
        self._snapshot = Snapshot()
        self._is_as_sent = False  # the snapshot's orders are the rows, in the same order

    def read(self, body: bytes, now: float) -> Snapshot:
        """Decode `body`. Raises `InvalidJson`, `UnexpectedShape` or `TooManyValues`."""
        if body == self._body:
            return self._snapshot
        check_values(body)
        raws: list[msgspec.Raw] = []
        rows: DecodedRows = []
        try:
            raws = _raw_decoder.decode(body)
        except DECODE_ERRORS:
            decoded = decode_items(rows_of(loads(body)), now)
            snapshot, is_as_sent = snapshot_of(*decoded, self._snapshot), False
        else:
            rows, changed = self._decode_rows(raws, now)
            snapshot, is_as_sent = self._next_snapshot(rows, changed)
        self._body, self._raws, self._rows = body, raws, rows
        self._snapshot, self._is_as_sent = snapshot, is_as_sent
        return snapshot

    def _decode_rows(self, raws: list[msgspec.Raw], now: float) -> tuple[DecodedRows, list[int]]:
        """The rows, and the positions of those that changed. New orders come at the head, so the
        rows are compared from the end.
        """
        added = max(0, len(raws) - len(self._raws))
        removed = max(0, len(self._raws) - len(raws))
        differ = map(ne, islice(raws, added, None), islice(self._raws, removed, None))
        changed = [*range(added), *compress(range(added, len(raws)), differ)]
        moved: dict[bytes, OrderSummary | str] = {}
        if self._raws and len(changed) > len(raws) // 8:
            moved = dict(zip(map(bytes, self._raws), self._rows, strict=True))
        rows: DecodedRows = [*repeat("", added), *self._rows[removed:]]
        invalid = 0
        for position in changed:
            raw = raws[position]
            row = moved.get(bytes(raw)) or _decode_raw(raw, now)
            if isinstance(row, str):
                invalid += 1
                _check_invalid_rows(invalid)
            if row != rows[position]:
                rows[position] = row
        return rows, changed

    def _next_snapshot(self, rows: DecodedRows, changed: list[int]) -> tuple[Snapshot, bool]:
        """The snapshot, and whether its orders are the rows in the same order."""
        if self._is_as_sent and all(_are_sorted(rows[max(0, n - 1) : n + 2]) for n in changed):
            orders = cast("tuple[OrderSummary, ...]", tuple(rows))
            snapshot = next_snapshot(self._snapshot, orders)
            if len(snapshot.index) == len(orders):  # no id is listed twice
                return snapshot, True
        snapshot = snapshot_of(*partition_rows(rows), self._snapshot)
        is_same = len(snapshot.orders) == len(rows) and all(map(is_, snapshot.orders, rows))
        return snapshot, is_same


def _are_sorted(rows: DecodedRows) -> bool:
    """Whether all rows are orders with a time, newest first."""
    times = [row.created for row in rows if isinstance(row, OrderSummary)]
    known = [time for time in times if time is not None]
    return len(known) == len(rows) and all(a >= b for a, b in pairwise(known))


def rows_of(answer: object) -> list[object]:
    """The array of orders: bare (S), or in the envelope of `output=std` (O)."""
    if isinstance(answer, dict):
        answer = answer.get("results")
    if not isinstance(answer, list):
        raise UnexpectedShape("the list of orders is not an array")
    return answer


def decode_items(items: list[object], now: float) -> tuple[list[OrderSummary], list[InvalidRow]]:
    """The orders and the invalid rows of an array that `loads` has decoded."""
    return partition_rows(_decode_item(item, now) for item in items)


def partition_rows(
    rows: Iterable[OrderSummary | str],
) -> tuple[list[OrderSummary], list[InvalidRow]]:
    orders: list[OrderSummary] = []
    invalid: list[InvalidRow] = []
    for position, row in enumerate(rows):
        if isinstance(row, OrderSummary):
            orders.append(row)
        else:
            invalid.append(InvalidRow(position, row))
            _check_invalid_rows(len(invalid))
    return orders, invalid


def _check_invalid_rows(count: int) -> None:
    if count > MAX_INVALID_ROWS:
        raise UnexpectedShape(f"more than {MAX_INVALID_ROWS} of its rows are not orders")


def _decode_raw(raw: msgspec.Raw, now: float) -> OrderSummary | str:
    try:
        return to_summary(_row_decoder.decode(raw), now)
    except DECODE_ERRORS:
        return _decode_item(loads(bytes(raw)), now)


def _decode_item(item: object, now: float) -> OrderSummary | str:
    try:
        return to_summary(msgspec.convert(item, RawRow), now)
    except msgspec.ValidationError as error:
        return sanitize_line(str(error))
    except UnicodeEncodeError:  # a lone surrogate
        return "the name of a member is not Unicode"


def to_summary(row: RawRow, now: float) -> OrderSummary | str:
    """The order of a row, or why the row is invalid."""
    raw_id = row.id if row.id not in (None, "") else row.order_id
    if raw_id is None or raw_id == "":
        return "it has no id"
    order_id = str(raw_id)
    if not is_id(order_id):
        return f"its id is not usable: {sanitize_line(order_id, 60)}"
    created = parse_time(row.created_on if row.created_on is not None else row.timestamp)
    if created is None:
        created = time_from_id(order_id, now)
    status = intern(sanitize_line(row.status or "", 40))  # 100,000 orders share a few words
    return OrderSummary(order_id, status, created, parse_percent(row.progress))


def snapshot_of(
    orders: list[OrderSummary], invalid: list[InvalidRow], before: Snapshot = _NO_ORDERS
) -> Snapshot:
    """The snapshot of the orders, each once, newest first. What hasn't changed since `before` is
    taken from there.
    """
    if invalid and not orders:  # an empty list would mean that the company has lost all orders
        raise UnexpectedShape("none of its rows is an order")
    if len({order.id for order in orders}) < len(orders):
        orders, invalid = _without_repeats(orders, invalid)
    return next_snapshot(before, tuple(_newest_first(orders)), tuple(invalid))


def _without_repeats(
    orders: list[OrderSummary], invalid: list[InvalidRow]
) -> tuple[list[OrderSummary], list[InvalidRow]]:
    unique: dict[str, OrderSummary] = {}
    repeats: list[InvalidRow] = []
    for position, order in enumerate(orders):
        if order.id in unique:
            repeats.append(InvalidRow(position, f"its id is listed twice: {order.id}"))
        else:
            unique[order.id] = order
    return list(unique.values()), [*invalid, *repeats]


def _newest_first(orders: list[OrderSummary]) -> list[OrderSummary]:
    """The orders by time, newest first; one without a time stays next to its neighbour."""
    keys: list[float] = []
    last = math.inf
    is_sorted = True
    for order in orders:
        key = last if order.created is None else order.created
        is_sorted = is_sorted and key <= last
        keys.append(key)
        last = key
    if is_sorted:
        return orders
    ranks = sorted(range(len(orders)), key=lambda rank: -keys[rank])
    return [orders[rank] for rank in ranks]
