"""The list of orders: JSON to `Snapshot`. One unreadable order costs one row, which is kept
and counted. Letters as in api.md.
"""
# FOLD """The whole list, one body after another: what did not change is not read again."""

import math
from collections.abc import Iterable
from itertools import compress, islice, pairwise, repeat
from operator import is_, ne
from sys import intern
from typing import cast

import msgspec

from tui.api.json_reader import (
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


class RawRow(msgspec.Struct, gc=False):
    """The members of a listed order under both names (S's text and S's example)."""

    id: str | int | None = None
    order_id: str | int | None = None
    created_on: str | int | float | None = None
    timestamp: str | int | float | None = None
    status: str | None = None
    progress: str | int | float | None = None


_row = msgspec.json.Decoder(RawRow)

DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are no JSON, or none of the shape."""

MAX_UNREADABLE = 10_000

_NOTHING = Snapshot()


def partition_rows(
    orders: Iterable[OrderSummary | str],
) -> tuple[list[OrderSummary], list[InvalidRow]]:
    """The orders, and the reasons in the places of those that could not be read."""
    found: list[OrderSummary] = []
    bad: list[InvalidRow] = []
    for position, order in enumerate(orders):
        if isinstance(order, OrderSummary):
            found.append(order)
        else:
            bad.append(InvalidRow(position, order))
            check_unreadable(len(bad))
    return found, bad


def check_unreadable(count: int) -> None:
    """Raise `UnexpectedShape` where so many rows are no orders that the answer is no list of them:
    each
    costs as much time as twenty orders.
    """
    if count > MAX_UNREADABLE:
        raise UnexpectedShape(f"more than {MAX_UNREADABLE} of its rows are not orders")


def read_each(items: list[object], now: float) -> tuple[list[OrderSummary], list[InvalidRow]]:
    return partition_rows(_item(item, now) for item in items)


def decode_row(raw: msgspec.Raw, now: float) -> OrderSummary | str:
    """The order of a row that was not decoded yet, or why there is none."""
    try:
        return to_summary(_row.decode(raw), now)
    except DECODE_ERRORS:
        return _item(loads(bytes(raw)), now)


def _item(item: object, now: float) -> OrderSummary | str:
    try:
        return to_summary(msgspec.convert(item, RawRow), now)
    except msgspec.ValidationError as error:
        return sanitize_line(str(error))
    except UnicodeEncodeError:  # half a surrogate pair in the name of a member
        return "the name of a member is not Unicode"


def rows_of(answer: object) -> list[object]:
    """The array of orders: bare (S), or in the envelope of `output=std` (O)."""
    if isinstance(answer, dict):
        answer = answer.get("results")
    if not isinstance(answer, list):
        raise UnexpectedShape("the list of orders is not an array")
    return answer


def to_summary(row: RawRow, now: float) -> OrderSummary | str:
    """The order of a row, or why there is none."""
    raw_id = row.id if row.id not in (None, "") else row.order_id
    if raw_id is None or raw_id == "":
        return "it has no id"
    order_id = str(raw_id)
    if not is_id(order_id):
        return f"its id is not usable: {sanitize_line(order_id, 60)}"
    created = parse_time(row.created_on if row.created_on is not None else row.timestamp)
    if created is None:
        created = time_from_id(order_id, now)
    # A hundred thousand orders have a handful of words: each is kept once.
    status = intern(sanitize_line(row.status or "", 40))
    return OrderSummary(order_id, status, created, parse_percent(row.progress))


def snapshot_of(
    orders: list[OrderSummary], bad: list[InvalidRow], before: Snapshot = _NOTHING
) -> Snapshot:
    """The orders, each once and the newest first, made from what is not as it was `before`."""
    if bad and not orders:
        raise UnexpectedShape("none of its rows is an order")  # and no company lost all of its own
    if len({order.id for order in orders}) < len(orders):
        orders, bad = _without_repeats(orders, bad)
    return next_snapshot(before, tuple(newest_first(orders)), tuple(bad))


def _without_repeats(
    orders: list[OrderSummary], bad: list[InvalidRow]
) -> tuple[list[OrderSummary], list[InvalidRow]]:
    unique: dict[str, OrderSummary] = {}
    repeats: list[InvalidRow] = []
    for position, order in enumerate(orders):
        if order.id in unique:
            repeats.append(InvalidRow(position, f"its id is listed twice: {order.id}"))
        else:
            unique[order.id] = order
    return list(unique.values()), [*bad, *repeats]


def newest_first(orders: list[OrderSummary]) -> list[OrderSummary]:
    """The orders by time, newest first; one without a time stays with its neighbour."""
    keys: list[float] = []
    last = math.inf
    ordered = True
    for order in orders:
        key = last if order.created is None else order.created
        ordered = ordered and key <= last
        keys.append(key)
        last = key
    if ordered:
        return orders
    ranks = sorted(range(len(orders)), key=lambda rank: -keys[rank])
    return [orders[rank] for rank in ranks]


_raws = msgspec.json.Decoder(list[msgspec.Raw])

Read = list[OrderSummary | str]
"""What each row says: its order, or why there is none."""


class IncrementalListDecoder:
    """Reads the bodies of the list call.

    It keeps the last body, cut into its rows, and what each of these said: an equal body is
    the same `Snapshot`, unread, and a row that is byte for byte as it was is not decoded.
    """

    def __init__(self) -> None:
        self._body: bytes | None = None
        self._raws: list[msgspec.Raw] = []
        self._read: Read = []
        self._snapshot = Snapshot()
        self._as_sent = False  # the snapshot's orders are the rows, in their places

    def read(self, body: bytes, now: float) -> Snapshot:
        """The snapshot that `body` holds; raises `InvalidJson` or `UnexpectedShape`."""
        if body == self._body:
            return self._snapshot
        check_values(body)
        read: Read = []
        try:
            raws = _raws.decode(body)
        except DECODE_ERRORS:
            raws = []
            snapshot = snapshot_of(*read_each(rows_of(loads(body)), now), self._snapshot)
            as_sent = False
        else:
            read, changed = self._read_rows(raws, now)
            snapshot, as_sent = self._snapshot_of(read, changed)
        self._body, self._raws, self._read = body, raws, read
        self._snapshot, self._as_sent = snapshot, as_sent
        return snapshot

    def _read_rows(self, raws: list[msgspec.Raw], now: float) -> tuple[Read, list[int]]:
        """What the rows say, and the places of those that changed. New ones come at the head,
        so rows are compared from the end.
        """
        head = max(0, len(raws) - len(self._raws))
        fewer = max(0, len(self._raws) - len(raws))
        differ = map(ne, islice(raws, head, None), islice(self._raws, fewer, None))
        changed = [*range(head), *compress(range(head, len(raws)), differ)]
        moved: dict[bytes, OrderSummary | str] = {}
        if self._raws and len(changed) > len(raws) // 8:
            moved = dict(zip(map(bytes, self._raws), self._read, strict=True))
        read: Read = [*repeat("", head), *self._read[fewer:]]
        unreadable = 0
        for place in changed:
            raw = raws[place]
            order = moved.get(bytes(raw)) or decode_row(raw, now)
            if isinstance(order, str):
                unreadable += 1
                check_unreadable(unreadable)
            if order != read[place]:
                read[place] = order
        return read, changed

    def _snapshot_of(self, read: Read, changed: list[int]) -> tuple[Snapshot, bool]:
        """The snapshot, and whether its orders are the rows in their places."""
        if self._as_sent and all(_in_order(read[max(0, n - 1) : n + 2]) for n in changed):
            orders = cast("tuple[OrderSummary, ...]", tuple(read))
            snapshot = next_snapshot(self._snapshot, orders)
            if len(snapshot.index) == len(orders):  # no id is there twice
                return snapshot, True
        snapshot = snapshot_of(*partition_rows(read), self._snapshot)
        same = len(snapshot.orders) == len(read) and all(map(is_, snapshot.orders, read))
        return snapshot, same


def _in_order(rows: Read) -> bool:
    """True of orders that all have a time, the newest first."""
    times = [row.created for row in rows if isinstance(row, OrderSummary)]
    known = [time for time in times if time is not None]
    return len(known) == len(rows) and all(a >= b for a, b in pairwise(known))
