"""The orders as all the pieces of the list that were read so far tell them."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping

from tui.model.order import InvalidRow, OrderSummary, Snapshot, phase_of
from tui.model.pages import NEWEST_PAGE, Page, merge_page, recency_key
from tui.model.snapshot import next_snapshot

MOST_WATCHED = 50


class MergedList:
    """Takes each answer in the order in which it was asked for. `seen` says of each order when
    it was last asked for, in seconds of the monotonic clock; it is empty as long as each answer
    is the whole list. It is never changed: each answer makes a new one.
    """

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.seen: Mapping[str, float] = {}
        self.count: int | None = None
        self._newest: Page | None = None
        self._active: set[str] = set()
        self._emptied = False
        self._cached: Snapshot | None = None

    def seed(self, snapshot: Snapshot | None) -> None:
        """What an earlier run knew; where the list comes in pieces, they go into it."""
        self._cached = snapshot

    def take(self, answer: Snapshot | Page, sent: float) -> Snapshot:
        """Note an answer to a question that was asked at `sent`; returns all that is known."""
        if isinstance(answer, Snapshot):
            return self._take_all(answer)
        self._emptied = False
        if self._newest is None:
            self._begin()
        return self._take_page(answer, sent)

    @property
    def index(self) -> Mapping[str, OrderSummary]:
        """The orders by id."""
        return self.snapshot.index if self.snapshot is not None else {}

    def position(self, order_id: str) -> int | None:
        """How many orders are known to be newer."""
        order = self.index.get(order_id)
        if order is None or self.snapshot is None:
            return None
        orders = self.snapshot.orders
        return bisect_left(orders, recency_key(order), key=recency_key)

    @property
    def is_paged(self) -> bool:
        """True where a poll reads no more than the newest page."""
        return self._newest is not None

    @property
    def newest(self) -> int:
        """How many orders each poll covers."""
        return len(self._newest.orders) if self._newest is not None else len(self.index)

    @property
    def active_beyond_page(self) -> list[str]:
        """Orders that are at work, but too old for the newest page; some of them, if many."""
        if self._newest is None:
            return []
        others = self._active.difference(self._newest.ids)
        return sorted(others, key=lambda each: recency_key(self.index[each]))[:MOST_WATCHED]

    def _take_all(self, answer: Snapshot) -> Snapshot:
        if self.index and not answer.orders and not self._emptied:
            self._emptied = True  # one that is suddenly empty counts when a second one agrees
            return answer
        self._emptied = False
        self.snapshot, self._cached = answer, None
        self.seen, self.count, self._newest, self._active = {}, None, None, set()
        return answer

    def _begin(self) -> None:
        """The first page after whole lists: what those told is older than anything."""
        former = self.snapshot or self._cached
        orders = former.orders if former is not None else ()
        self._cached = None
        self.snapshot = Snapshot(tuple(sorted(orders, key=recency_key)))
        self.seen = dict.fromkeys(self.index, -math.inf)
        self._note_active(orders)

    def _take_page(self, page: Page, sent: float) -> Snapshot:
        before = self.snapshot or Snapshot()
        orders = merge_page(before.orders, self.index, page)
        if page.request == NEWEST_PAGE or self._newest is None:
            self._newest, self.count = page, page.total
        unreadable = (
            before.invalid_rows if page.request.is_filtered else _beside(before.invalid_rows, page)
        )
        self.seen = {**self.seen, **dict.fromkeys(page.ids, sent)}
        changed = {each.id: each for each in page.orders if self.index.get(each.id) != each}
        if changed or len(orders) != len(before.orders) or unreadable != before.invalid_rows:
            self._replace(next_snapshot(before, orders, unreadable), changed)
        return self.snapshot or before

    def _replace(self, snapshot: Snapshot, changed: Mapping[str, OrderSummary]) -> None:
        self.snapshot = snapshot
        if len(self.seen) > len(snapshot.index):
            index = snapshot.index
            self.seen = {order_id: at for order_id, at in self.seen.items() if order_id in index}
            self._active.intersection_update(index)
        self._note_active(changed.values())

    def _note_active(self, orders: Iterable[OrderSummary]) -> None:
        for order in orders:
            if phase_of(order.status).is_final:
                self._active.discard(order.id)
            else:
                self._active.add(order.id)


def _beside(unreadable: Iterable[InvalidRow], page: Page) -> tuple[InvalidRow, ...]:
    """What could not be read, as `page` has it for its places."""
    places = range(page.request.offset, page.end)
    others = [each for each in unreadable if each.position not in places]
    return tuple(sorted([*others, *page.invalid_rows], key=lambda each: each.position))
