"""The list of orders: JSON to `Snapshot`. One unreadable order costs one row, which is kept
and counted. Letters as in api.md.
"""

import math

import msgspec

from tui.api.loose import WrongShape, loads, parse_percent
from tui.api.times import parse_time, time_of_id
from tui.model.order import OrderSummary, Snapshot, Unreadable, is_id
from tui.model.text import clean


class _Row(msgspec.Struct, gc=False):
    """The members of a listed order under both names (S's text and S's example)."""

    id: str | int | None = None
    order_id: str | int | None = None
    created_on: str | int | float | None = None
    timestamp: str | int | float | None = None
    status: str | None = None
    progress: str | int | float | None = None


_rows = msgspec.json.Decoder(list[_Row])


class ListReader:
    """Reads the bodies of the list call, one after another.

    It keeps the last body and its rows: an equal body is the same `Snapshot`, unread, and
    a row that stands where it stood keeps its `OrderSummary`.
    """

    def __init__(self) -> None:
        self._body: bytes | None = None
        self._rows: list[_Row] = []
        self._orders: tuple[OrderSummary, ...] = ()
        self._snapshot = Snapshot()

    def read(self, body: bytes, now: float) -> Snapshot:
        """The snapshot that `body` holds; raises `NotJson` or `WrongShape`."""
        if body == self._body:
            return self._snapshot
        try:
            rows = _rows.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            snapshot = _read_leniently(body, now)
            self._rows, self._orders = [], ()
        else:
            snapshot, orders = self._read_rows(rows, now)
            self._rows, self._orders = rows, orders
        self._body, self._snapshot = body, snapshot
        return snapshot

    def _read_rows(self, rows: list[_Row], now: float) -> tuple[Snapshot, tuple[OrderSummary, ...]]:
        """Convert what changed; the orders come back by position, for the next comparison."""
        old_rows, old_orders = self._rows, self._orders
        shift = len(rows) - len(old_rows)  # new orders come at the head
        found: list[OrderSummary] = []
        bad: list[Unreadable] = []
        for position, row in enumerate(rows):
            before = position - shift if shift >= 0 else position
            if 0 <= before < len(old_orders) and row == old_rows[before]:
                found.append(old_orders[before])
                continue
            order = _summary(row, now)
            if isinstance(order, OrderSummary):
                found.append(order)
            else:
                bad.append(Unreadable(position, order))
        # Rows and orders only stand side by side while every row is readable.
        aligned = () if bad else tuple(found)
        return _snapshot(found, bad), aligned


def _read_leniently(body: bytes, now: float) -> Snapshot:
    found: list[OrderSummary] = []
    bad: list[Unreadable] = []
    for position, item in enumerate(_listed(loads(body))):
        try:
            order = _summary(msgspec.convert(item, _Row), now)
        except msgspec.ValidationError as error:
            order = clean(str(error))
        except UnicodeEncodeError:  # half a surrogate pair in the name of a member
            order = "the name of a member is not Unicode"
        if isinstance(order, OrderSummary):
            found.append(order)
        else:
            bad.append(Unreadable(position, order))
    return _snapshot(found, bad)


def _listed(answer: object) -> list[object]:
    """The array of orders: bare (S), or in the envelope of `output=std` (O)."""
    if isinstance(answer, dict):
        answer = answer.get("results")
    if not isinstance(answer, list):
        raise WrongShape("the list of orders is not an array")
    return answer


def _summary(row: _Row, now: float) -> OrderSummary | str:
    """The order of a row, or why there is none."""
    raw_id = row.id if row.id not in (None, "") else row.order_id
    if raw_id is None or raw_id == "":
        return "it has no id"
    order_id = str(raw_id)
    if not is_id(order_id):
        return f"its id is not usable: {clean(order_id, 60)}"
    created = parse_time(row.created_on if row.created_on is not None else row.timestamp)
    if created is None:
        created = time_of_id(order_id, now)
    return OrderSummary(order_id, clean(row.status or "", 40), created, parse_percent(row.progress))


def _snapshot(orders: list[OrderSummary], bad: list[Unreadable]) -> Snapshot:
    if bad and not orders:
        raise WrongShape("none of its rows is an order")  # and no company lost all of its own
    if len({order.id for order in orders}) < len(orders):
        orders, bad = _without_repeats(orders, bad)
    return Snapshot(tuple(newest_first(orders)), tuple(bad))


def _without_repeats(
    orders: list[OrderSummary], bad: list[Unreadable]
) -> tuple[list[OrderSummary], list[Unreadable]]:
    unique: dict[str, OrderSummary] = {}
    repeats: list[Unreadable] = []
    for position, order in enumerate(orders):
        if order.id in unique:
            repeats.append(Unreadable(position, f"its id is listed twice: {order.id}"))
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
