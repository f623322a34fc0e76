"""Pieces of the list of orders, and how they go together. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from itertools import pairwise

import msgspec

from tui.model.order import InvalidRow, OrderSummary

PAGE_SIZE = 500
"""Orders of the newest page, which is read with each poll."""


class ServerFilters(msgspec.Struct, frozen=True):
    """The list call's own filters (O), None where one is not used. `since` and `until` are epoch
    seconds, both included.

    Where to look first, not an answer: how a server compares is not known (whole names or
    parts of them, with or without their case), so what it leaves out may still match.
    """

    status: str | None = None
    order_id: str | None = None
    profile_name: str | None = None
    since: float | None = None
    until: float | None = None
    search: str | None = None


class PageRequest(msgspec.Struct, frozen=True):
    """A piece of the list to ask for: `limit` orders from `offset` on, counted from the newest;
    of one `status` word only, where it says one, or of what the server's filters find.
    """

    limit: int = PAGE_SIZE
    offset: int = 0
    status: str = ""
    filters: ServerFilters | None = None

    @property
    def is_filtered(self) -> bool:
        """True where orders of all kinds may stand between the ones that are asked for."""
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
        """The offset of what follows."""
        return self.request.offset + len(self.orders) + len(self.invalid_rows)

    @property
    def is_last(self) -> bool:
        rows = self.end - self.request.offset
        return rows < self.request.limit if self.total is None else self.end >= self.total

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
    """The sorting key; orders without a time come last."""
    return -(order.created or 0.0)


def merge_page(
    known: tuple[OrderSummary, ...], index: Mapping[str, OrderSummary], page: Page
) -> tuple[OrderSummary, ...]:
    """`known`, sorted by `newest_first` and indexed by id, with what `page` says in its place.

    A page without gaps is one unbroken piece of the list: what was known within its times
    and is not on it is listed no more, and left out.
    """
    if not page.orders:
        return known
    if page.request.is_filtered or not _is_unbroken(page):
        return _placed(known, index, page)
    if moved := {order.id for order in page.orders if _moved(order, index)}:
        known = tuple(order for order in known if order.id not in moved)
    ids = set(page.ids)
    newest, oldest = recency_key(page.orders[0]), recency_key(page.orders[-1])
    low = bisect_left(known, newest, key=recency_key) if page.request.offset else 0
    high = len(known) if page.is_last else bisect_right(known, oldest, key=recency_key)
    # Of several orders of one moment some may stand on the next page.
    edges = ({newest} if page.request.offset else set()) | (set() if page.is_last else {oldest})
    beside = [o for o in known[low:high] if recency_key(o) in edges and o.id not in ids]
    before = [order for order in beside if recency_key(order) < oldest]
    after = beside[len(before) :]
    return (*known[:low], *before, *page.orders, *after, *known[high:])


def _is_unbroken(page: Page) -> bool:
    """False where a time is missing, or the server sorts by something else than the time."""
    times = [order.created for order in page.orders]
    if None in times or page.invalid_rows:
        return False
    keys = [recency_key(order) for order in page.orders]
    return all(one <= other for one, other in pairwise(keys))


def _moved(order: OrderSummary, index: Mapping[str, OrderSummary]) -> bool:
    before = index.get(order.id)
    return before is not None and before.created != order.created


def _placed(
    known: tuple[OrderSummary, ...], index: Mapping[str, OrderSummary], page: Page
) -> tuple[OrderSummary, ...]:
    changed = {order.id: order for order in page.orders if index.get(order.id) != order}
    if not changed:
        return known
    others = (order for order in known if order.id not in changed)
    return tuple(sorted([*others, *changed.values()], key=recency_key))
