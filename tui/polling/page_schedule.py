"""Which page of a long list, or which search, to request between two polls of the newest page.
Times are seconds of the monotonic clock and are passed in.
"""

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from tui.model.pages import Page, PageRequest, ServerFilters
from tui.polling import policy


class PageDue(NamedTuple):
    at: float
    request: PageRequest


class BackgroundScan(msgspec.Struct):
    """Reads the rows in view, the orders of each active status, and page by page the whole list.

    The current scan has read `scanned` orders. `complete_since` is the time of the oldest fact
    once a scan has reached the end of the list.
    """

    refresh: float
    scanned: int = 0
    complete_since: float | None = None
    _began: float = 0.0
    _offset: int = 0
    _reached: float = math.inf  # the creation time of the last order of the scan
    _scan_due: float = -math.inf
    _stepped_back: bool = False
    _filters_by_status: bool = True
    _statuses: list[str] = msgspec.field(default_factory=lambda: list(policy.STATUSES))
    _status_due: float = -math.inf
    _view: tuple[int, int] | None = None
    _view_due: float = -math.inf

    def set_visible(self, view: tuple[int, int] | None, now: float) -> None:
        """The first and the last position in view; None if each poll covers them."""
        old = self._view
        if view is None or old is None or abs(view[0] - old[0]) > policy.VIEW_MARGIN // 2:
            self._view_due = now + policy.VIEW_PAGE_DEBOUNCE
        self._view = view

    def read_view_now(self) -> None:
        self._view_due = -math.inf

    def due(self) -> list[PageDue]:
        """The next pages, the most important first."""
        due: list[PageDue] = []
        if self._view is not None:
            offset = max(0, self._view[0] - policy.VIEW_MARGIN)
            limit = self._view[1] - offset + 1 + policy.VIEW_MARGIN
            due.append(PageDue(self._view_due, PageRequest(limit, offset)))
        if self._filters_by_status:
            due.append(PageDue(self._status_due, PageRequest(status=self._statuses[0])))
        return [*due, PageDue(self._scan_due, self._scan_page())]

    def _scan_page(self) -> PageRequest:
        return PageRequest(policy.SCAN_PAGE_SIZE, max(0, self._offset - policy.SCAN_OVERLAP))

    def on_page(
        self, page: Page, sent: float, now: float, last_read_at: Mapping[str, float]
    ) -> None:
        """Record a page. `last_read_at` has every known order."""
        request = page.request
        if request.status:
            self._rotate_status(now)
            matches = (order.status.upper() == request.status for order in page.orders)
            self._filters_by_status = all(matches)
        elif request == self._scan_page():
            self._advance(page, sent, now, last_read_at)
        else:
            self._view_due = now + self.refresh

    def on_failure(self, request: PageRequest, wait: float, now: float) -> None:
        """Try the page again in `wait` seconds at the earliest."""
        if request.status:
            self._rotate_status(now)
        elif request == self._scan_page():
            self._scan_due = now + max(wait, policy.SCAN_INTERVAL)
        else:
            self._view_due = now + max(wait, self.refresh)

    def _rotate_status(self, now: float) -> None:
        self._statuses.append(self._statuses.pop(0))
        self._status_due = now + policy.STATUS_INTERVAL

    def _advance(
        self, page: Page, sent: float, now: float, last_read_at: Mapping[str, float]
    ) -> None:
        step_back = max(0, page.request.offset - policy.SCAN_PAGE_SIZE // 2)
        if page.end == page.request.offset:
            # Empty, although the page overlaps the last one: orders were deleted, or the server
            # is wrong. Look further up once, then wait for the next scan.
            pause = policy.SCAN_PAUSE if self._stepped_back else policy.SCAN_INTERVAL
            self._offset, self._scan_due, self._stepped_back = step_back, now + pause, True
            return
        if self._offset == 0:
            self._began, self._reached, self._stepped_back = sent, math.inf, False
        created = [order.created for order in page.orders if order.created is not None]
        if created and max(created) < self._reached and self._offset:
            # So many orders were deleted that this page doesn't overlap the last one.
            self._offset, self._scan_due = step_back, now + policy.FIRST_SCAN_INTERVAL
            return
        if created and min(created) >= self._reached and not page.is_last:
            self._scan_due = math.inf  # the server ignores the offset
            return
        self._reached = min(created, default=-math.inf)
        self.scanned = self._offset = page.end
        is_first = self.complete_since is None
        self._scan_due = now + policy.scan_interval(now - sent, is_first=is_first)
        if page.is_last:
            # Unreadable rows keep `merge_page` from removing orders: those stay as old as they are.
            oldest = min(self._began, min(last_read_at.values(), default=self._began))
            self.complete_since = oldest if oldest > -math.inf else None
        if page.is_last or page.end >= policy.MAX_ORDERS:
            self._offset, self._scan_due = 0, now + policy.SCAN_PAUSE


class SearchScheduler(msgspec.Struct):
    """Sends each search once, and repeats it for as long as it is needed."""

    _due: dict[ServerFilters, float] = msgspec.field(default_factory=dict)
    _failures: int = 0

    def set_searches(self, searches: Iterable[ServerFilters], now: float) -> None:
        """Send these searches and no others."""
        at = now + policy.SEARCH_DEBOUNCE
        self._due = {filters: self._due.get(filters, at) for filters in searches}

    def poll_now(self, now: float) -> None:
        self._due = {filters: min(due, now) for filters, due in self._due.items()}

    def due(self) -> list[PageDue]:
        return [PageDue(at, PageRequest(filters=filters)) for filters, at in self._due.items()]

    def on_answer(self, filters: ServerFilters, sent: float, now: float) -> None:
        self._failures = 0
        self._repeat(filters, policy.search_interval(now - sent), now)

    def on_failure(self, filters: ServerFilters, wait: float, now: float) -> None:
        self._failures += 1
        self._repeat(filters, policy.search_retry(self._failures, wait), now)

    def _repeat(self, filters: ServerFilters, wait: float, now: float) -> None:
        self._due = {
            each: now + wait if each == filters else max(due, now + policy.SEARCH_SPACING)
            for each, due in self._due.items()
        }
