"""The list of orders in pages: what to request, and how a page merges into the known list. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from itertools import pairwise

import msgspec

from tui.model.order import InvalidRow, OrderSummary

PAGE_SIZE = 500
"""Orders on the newest page, which each poll reads."""


class ServerFilters(msgspec.Struct, frozen=True):
    """The filters of the list call (source O); None where unused. `since` and `until` are epoch
    seconds, inclusive.

    Servers compare differently (whole names or parts, with or without case), so what one leaves
    out may still match.
    """

    status: str | None = None
    order_id: str | None = None
    profile_name: str | None = None
    since: float | None = None
    until: float | None = None
    search: str | None = None


class PageRequest(msgspec.Struct, frozen=True):
    """A request for `limit` orders from `offset` on, counted from the newest: of all orders, of
    one `status` word, or of those that match the server's `filters`.
    """

    limit: int = PAGE_SIZE
    offset: int = 0
    status: str = ""
    filters: ServerFilters | None = None

    @property
    def is_filtered(self) -> bool:
        """True if orders of the list may be missing between those of the answer."""
        return self.status != "" or self.filters is not None


NEWEST_PAGE = PageRequest()


class Page(msgspec.Struct, frozen=True):
    """The server's answer to a `PageRequest`, newest first. `total` is the number of orders that
    match; None if the server does not say.
    """

    request: PageRequest
    orders: tuple[OrderSummary, ...]
    invalid_rows: tuple[InvalidRow, ...] = ()
    total: int | None = None

    @property
    def end(self) -> int:
        """The offset of the next page."""
        return self.request.offset + len(self.orders) + len(self.invalid_rows)

    @property
    def is_last(self) -> bool:
        """Whether no orders follow. A full page never proves it: an order that arrives after the
        server counts, and before it reads the rows, moves the last one off the page. A server
        that sends more than was requested ignores the limit.
        """
        rows, limit = self.end - self.request.offset, self.request.limit
        return rows < limit if self.total is None else rows != limit and self.end >= self.total

    @property
    def ids(self) -> list[str]:
        return [order.id for order in self.orders]


class Coverage(msgspec.Struct, frozen=True):
    """How much of a list that is read page by page is known, and since when. Times are seconds
    of the monotonic clock.

    `last_read_at` has for each order the time of the last request that returned it. The current
    scan has read `scanned` of `total` orders (None: the server does not say). Nothing known is
    older than `complete_since`, which is None until a scan has reached the end of the list.
    """

    last_read_at: Mapping[str, float]
    total: int | None
    scanned: int
    complete_since: float | None


def recency_key(order: OrderSummary) -> float:
    """The sort key of the list, newest first; orders without a time come last."""
    return -(order.created or 0.0)


def merge_page(
    known: tuple[OrderSummary, ...], index: Mapping[str, OrderSummary], page: Page
) -> tuple[OrderSummary, ...]:
    """Return `known` updated by `page`. `known` is sorted by `recency_key`; `index` is by id.

    An unfiltered page is a contiguous part of the list: known orders within its time range that
    it does not have are gone, and left out.
    """
    if not page.orders:
        return known
    if page.request.is_filtered or not _is_contiguous(page):
        return _with_changes(known, index, page)
    moved = {o.id for o in page.orders if o.id in index and index[o.id].created != o.created}
    if moved:
        known = tuple(order for order in known if order.id not in moved)
    ids = set(page.ids)
    newest, oldest = recency_key(page.orders[0]), recency_key(page.orders[-1])
    low = bisect_left(known, newest, key=recency_key) if page.request.offset else 0
    high = len(known) if page.is_last else bisect_right(known, oldest, key=recency_key)
    # Orders with the same time as the first or last one may be on a neighbouring page.
    edges = ({newest} if page.request.offset else set()) | (set() if page.is_last else {oldest})
    at_edges = [o for o in known[low:high] if recency_key(o) in edges and o.id not in ids]
    before = [order for order in at_edges if recency_key(order) < oldest]
    after = at_edges[len(before) :]
    return (*known[:low], *before, *page.orders, *after, *known[high:])


def _is_contiguous(page: Page) -> bool:
    """False if a time is missing, or the server does not sort by time."""
    if page.invalid_rows or any(order.created is None for order in page.orders):
        return False
    return all(one <= other for one, other in pairwise(map(recency_key, page.orders)))


def _with_changes(
    known: tuple[OrderSummary, ...], index: Mapping[str, OrderSummary], page: Page
) -> tuple[OrderSummary, ...]:
    changed = {order.id: order for order in page.orders if index.get(order.id) != order}
    if not changed:
        return known
    others = (order for order in known if order.id not in changed)
    return tuple(sorted([*others, *changed.values()], key=recency_key))
