"""Decodes the list of orders. An unreadable order costs one row, which is counted. Letters as in
api.md.
"""

import math
from collections.abc import Iterable
from itertools import compress, islice, repeat
from operator import is_, itemgetter, ne
from sys import intern
from typing import Any, cast

import msgspec

from tui.api.json_reader import (
    DECODE_ERRORS,
    UnexpectedShape,
    check_values,
    int_of,
    loads,
    parse_percent,
)
from tui.api.times import parse_time, time_from_id
from tui.model.order import InvalidRow, OrderSummary, Snapshot, is_id
from tui.model.pages import Page, PageRequest
from tui.model.snapshot import next_snapshot
from tui.sanitize import sanitize_line

MAX_INVALID_ROWS = 10_000
"""A list with more is refused: an invalid row costs as much time as twenty orders."""

Row = OrderSummary | str
"""An order, or why a row is invalid."""


class _Members(msgspec.Struct, gc=False):
    """The members of a listed order under both names (S's text and S's example)."""

    id: str | int | None = None
    order_id: str | int | None = None
    created_on: str | int | float | None = None
    timestamp: str | int | float | None = None
    status: str | None = None
    progress: str | int | float | None = None


class _Envelope(msgspec.Struct, gc=False):
    """The answer with `output=std` (O)."""

    results: list[msgspec.Raw]
    count: object = None


_members_decoder = msgspec.json.Decoder(_Members)
_list_decoder = msgspec.json.Decoder(list[msgspec.Raw] | _Envelope)


class IncrementalListDecoder:
    """Decodes the bodies of the list call, and only what has changed in them.

    An equal body gives the same `Snapshot`, and a row with the same bytes the same order.
    """

    def __init__(self) -> None:
        self._body: bytes | None = None
        self._raws: list[msgspec.Raw] = []
        self._rows: list[Row] = []
        self._snapshot = Snapshot()
        self._is_as_sent = False  # the snapshot's orders are the rows, in the same order

    def read(self, body: bytes, now: float) -> Snapshot:
        """Decode `body`. Raises `InvalidJson`, `UnexpectedShape` or `TooManyValues`."""
        if body == self._body:
            return self._snapshot
        raws, _ = _read_rows(body)
        is_strict = not raws or isinstance(raws[0], msgspec.Raw)
        if not is_strict:
            self._raws, self._rows = [], []
        rows, changed = self._decode_rows(raws, now)
        self._snapshot, self._is_as_sent = self._next_snapshot(rows, changed)
        self._body = body
        if is_strict:
            self._raws, self._rows = raws, rows
        return self._snapshot

    def _decode_rows(self, raws: list[msgspec.Raw], now: float) -> tuple[list[Row], list[int]]:
        """The rows, and the positions of those that changed. New orders come at the head, so the
        rows are compared from the end.
        """
        added = max(0, len(raws) - len(self._raws))
        removed = max(0, len(self._raws) - len(raws))
        differ = map(ne, islice(raws, added, None), islice(self._raws, removed, None))
        changed = [*range(added), *compress(range(added, len(raws)), differ)]
        moved: dict[bytes, Row] = {}
        if self._raws and len(changed) > len(raws) // 8:
            moved = dict(zip(map(bytes, self._raws), self._rows, strict=True))
        rows: list[Row] = [*repeat("", added), *self._rows[removed:]]
        invalid = 0
        for position in changed:
            raw = raws[position]
            row = (moved and moved.get(bytes(raw))) or _decode_row(raw, now)
            if isinstance(row, str):
                invalid += 1
                _check_invalid_rows(invalid)
            if row != rows[position]:
                rows[position] = row
        return rows, changed

    def _next_snapshot(self, rows: list[Row], changed: list[int]) -> tuple[Snapshot, bool]:
        """The snapshot, and whether its orders are the rows in the same order."""
        if self._is_as_sent and all(_are_sorted(rows[max(0, n - 1) : n + 2]) for n in changed):
            orders = cast("tuple[OrderSummary, ...]", tuple(rows))
            snapshot = next_snapshot(self._snapshot, orders)
            if len(snapshot.index) == len(orders):  # no id is listed twice
                return snapshot, True
        snapshot = next_snapshot(self._snapshot, *_arrange(rows))
        is_same = len(snapshot.orders) == len(rows) and all(map(is_, snapshot.orders, rows))
        return snapshot, is_same


def decode_page(body: bytes, request: PageRequest, now: float) -> Page | None:
    """The page in an envelope (O). A bare array answers a filtered request too: with more orders
    than requested it has all that there are. For another request it may be the whole list: None.

    Raises `InvalidJson`, `UnexpectedShape` or `TooManyValues`.
    """
    rows, envelope = _read_rows(body)
    if envelope is not None:
        total = int_of(envelope.count)
    elif request.is_filtered:
        total = len(rows) if len(rows) > request.limit else None
    else:
        return None
    orders, invalid = _arrange(_decode_row(row, now) for row in rows)
    shifted = (InvalidRow(request.offset + row.position, row.reason) for row in invalid)
    return Page(request, orders, tuple(shifted), total)


def _read_rows(body: bytes) -> tuple[list[Any], _Envelope | None]:
    """The rows, `Raw` if the body is strict JSON, and the envelope, if it has one."""
    check_values(body)
    try:
        answer: Any = _list_decoder.decode(body)
    except DECODE_ERRORS:
        answer = loads(body)
    if isinstance(answer, dict):
        results: Any = answer.get("results")
        answer = _Envelope(results, answer.get("count"))
    envelope = answer if isinstance(answer, _Envelope) else None
    rows = answer if envelope is None else envelope.results
    if not isinstance(rows, list):
        raise UnexpectedShape("the list of orders is not an array")
    return rows, envelope


def _decode_row(row: object, now: float) -> Row:
    if isinstance(row, msgspec.Raw):
        try:
            return _to_order(_members_decoder.decode(row), now)
        except DECODE_ERRORS:
            row = loads(bytes(row))
    try:
        return _to_order(msgspec.convert(row, _Members), now)
    except msgspec.ValidationError as error:
        return sanitize_line(str(error))
    except UnicodeEncodeError:  # a lone surrogate
        return "the name of a member is not Unicode"


def _to_order(row: _Members, now: float) -> Row:
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


def _arrange(rows: Iterable[Row]) -> tuple[tuple[OrderSummary, ...], tuple[InvalidRow, ...]]:
    """The orders, each once, newest first, and the other rows."""
    orders: dict[str, OrderSummary] = {}
    invalid: list[InvalidRow] = []
    repeated: list[InvalidRow] = []
    for position, row in enumerate(rows):
        if isinstance(row, str):
            invalid.append(InvalidRow(position, row))
            _check_invalid_rows(len(invalid))
        elif row.id in orders:
            repeated.append(InvalidRow(position, f"its id is listed twice: {row.id}"))
        else:
            orders[row.id] = row
    if invalid and not orders:  # an empty list would mean that the company has lost all orders
        raise UnexpectedShape("none of its rows is an order")
    return _newest_first(orders.values()), (*invalid, *repeated)


def _check_invalid_rows(count: int) -> None:
    if count > MAX_INVALID_ROWS:
        raise UnexpectedShape(f"more than {MAX_INVALID_ROWS} of its rows are not orders")


def _newest_first(orders: Iterable[OrderSummary]) -> tuple[OrderSummary, ...]:
    """The orders by time; one without a time stays next to its neighbour."""
    dated: list[tuple[float, OrderSummary]] = []
    time = math.inf
    for order in orders:
        time = time if order.created is None else order.created
        dated.append((time, order))
    dated.sort(key=itemgetter(0), reverse=True)
    return tuple(order for _, order in dated)


def _are_sorted(rows: list[Row]) -> bool:
    """Whether all rows are orders with a time, newest first."""
    orders = [row for row in rows if isinstance(row, OrderSummary)]
    times = [order.created for order in orders if order.created is not None]
    return len(times) == len(rows) and times == sorted(times, reverse=True)
