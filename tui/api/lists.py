"""The whole list, one body after another: what did not change is not read again."""

from itertools import compress, islice, pairwise, repeat
from operator import is_, ne
from typing import cast

import msgspec

from tui.api.listing import (
    DECODE_ERRORS,
    check_unreadable,
    rows_of,
    decode_row,
    read_each,
    snapshot_of,
    partition_rows,
)
from tui.api.loose import check_values, loads
from tui.model.diff import next_snapshot
from tui.model.order import OrderSummary, Snapshot

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
