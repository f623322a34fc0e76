"""The list of orders, merged from all answers so far."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from tui.model.order import InvalidRow, OrderSummary, Snapshot
from tui.model.pages import NEWEST_PAGE, Page, merge_page, recency_key
from tui.model.snapshot import next_snapshot
from tui.polling.policy import MAX_WATCHED


class MergedList:
    """Merges the answers, which must come in the order of their requests.

    `last_read_at` has for each order when it was last requested, in seconds of the monotonic
    clock; it is empty as long as every answer is the whole list. It is replaced, never changed.
    """

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.last_read_at: Mapping[str, float] = {}
        self.sent = -math.inf
        self.total: int | None = None
        self.is_emptied = False
        """True if the last answer had no orders and the one before had some. It doesn't count
        until a second one agrees: so looks a server that has just lost its database.
        """
        self._newest: Page | None = None
        self._active: set[str] = set()
        self._cached: Snapshot | None = None

    def seed(self, snapshot: Snapshot | None) -> None:
        """Start with the list of an earlier run."""
        self._cached = snapshot

    def apply(self, answer: Snapshot | Page, sent: float) -> None:
        """Merge the answer to a request that was sent at `sent`."""
        known = self.snapshot or self._cached or Snapshot()
        if isinstance(answer, Page):
            self.is_emptied = self.is_emptied and not answer.orders
            self._apply_page(answer, sent)
            return
        self.is_emptied = bool(known.orders) and not answer.orders and not self.is_emptied
        if not self.is_emptied:
            self.snapshot, self.sent, self._cached = answer, sent, None
            self.last_read_at, self.total, self._newest, self._active = {}, None, None, set()

    @property
    def index(self) -> Mapping[str, OrderSummary]:
        return self.snapshot.index if self.snapshot is not None else {}

    def read_at(self, order_id: str) -> float:
        """When the last answer that lists the order was requested."""
        return self.last_read_at.get(order_id, self.sent)

    def position(self, order_id: str) -> int | None:
        """The number of newer orders."""
        order = self.index.get(order_id)
        if order is None or self.snapshot is None:
            return None
        return bisect_left(self.snapshot.orders, recency_key(order), key=recency_key)

    @property
    def is_paged(self) -> bool:
        """Whether a poll reads only the newest page."""
        return self._newest is not None

    @property
    def page_length(self) -> int:
        """The number of orders that each poll reads."""
        return len(self._newest.orders) if self._newest is not None else len(self.index)

    @property
    def active_beyond_page(self) -> list[str]:
        """The newest of the active orders that are too old for the newest page."""
        if self._newest is None:
            return []
        others = self._active.difference(self._newest.ids)
        return sorted(others, key=lambda each: recency_key(self.index[each]))[:MAX_WATCHED]

    def _apply_page(self, page: Page, sent: float) -> None:
        if self._newest is None:
            self._start_pages()
        before = self.snapshot or Snapshot()
        orders = merge_page(before.orders, self.index, page)
        if page.request == NEWEST_PAGE or self._newest is None:
            self._newest, self.total = page, page.total
        invalid_rows = before.invalid_rows
        if not page.request.is_filtered:
            invalid_rows = _merge_invalid_rows(invalid_rows, page)
        self.last_read_at = {**self.last_read_at, **dict.fromkeys(page.ids, sent)}
        changed = [order for order in page.orders if self.index.get(order.id) != order]
        same_rows = invalid_rows == before.invalid_rows
        if not changed and same_rows and len(orders) == len(before.orders):
            return
        self.snapshot = next_snapshot(before, orders, invalid_rows)
        index = self.index
        if len(self.last_read_at) > len(index):
            self.last_read_at = {
                each: at for each, at in self.last_read_at.items() if each in index
            }
            self._active &= index.keys()
        self._note_active(changed)

    def _start_pages(self) -> None:
        """Take over the orders of earlier whole lists as older than any page."""
        earlier = self.snapshot or self._cached or Snapshot()
        self._cached = None
        self.snapshot = Snapshot(tuple(sorted(earlier.orders, key=recency_key)))
        self.last_read_at = dict.fromkeys(self.index, -math.inf)
        self._note_active(earlier.orders)

    def _note_active(self, orders: Sequence[OrderSummary]) -> None:
        self._active.difference_update(order.id for order in orders)
        self._active.update(order.id for order in orders if not order.phase.is_final)


def _merge_invalid_rows(known: Iterable[InvalidRow], page: Page) -> tuple[InvalidRow, ...]:
    """`known`, with the rows of `page` at its positions."""
    positions = range(page.request.offset, page.end)
    others = [row for row in known if row.position not in positions]
    return tuple(sorted([*others, *page.invalid_rows], key=lambda row: row.position))
