"""What the server is asked to look for itself, and when. Knows times only as they are handed in,
in seconds of the monotonic clock.
"""
# FOLD """Which piece of the list to read between two polls of its newest page. Knows times only as
# FOLD they are handed in, in seconds of the monotonic clock.
# FOLD """

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from tui.model.pages import PAGE_SIZE, Page, PageRequest, ServerFilters

LIMIT, OVERLAP = 2000, 50
"""Orders of one piece of a sweep, and how many of them were on the piece before."""

MAX_ORDERS = 2_000_000
"""Older orders are not read: each takes half a kilobyte of memory."""

FIRST_PACE, PACE, SCAN_DEBOUNCE = 1.0, 6.0, 900.0
"""Seconds between two pieces: of the first sweep, of the later ones, and of two sweeps."""

STATUSES = ("QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING")
STATUS_EVERY = 60.0
"""Seconds between two reads of the list of one status."""

_SLOW_SWEEP = 10
_AROUND = 50
_VIEW_REST = 1.0


class PageDue(NamedTuple):
    at: float
    part: PageRequest


class BackgroundScan(msgspec.Struct):
    """Reads what is in view, the list of each active status, and by and by everything.

    `read` orders were read by the sweep that is going on; `whole_since` is when the last one
    that came to an end began, or before that: nothing that is known was read longer ago.
    """

    refresh: float
    read: int = 0
    complete_since: float | None = None
    _began: float = 0.0
    _next: int = 0
    _reached: float = math.inf  # when the last order that the sweep read was made
    _next_at: float = -math.inf
    _turned_back: bool = False  # from a piece that was empty
    _filters: bool = True
    _status_at: float = -math.inf
    _statuses: list[str] = msgspec.field(default_factory=lambda: list(STATUSES))
    _view: tuple[int, int] | None = None
    _view_at: float = -math.inf

    def set_visible(self, view: tuple[int, int] | None, now: float) -> None:
        """The first and the last position in view; None where a poll covers them all."""
        if view is None or self._view is None or abs(view[0] - self._view[0]) > _AROUND // 2:
            self._view_at = now + _VIEW_REST - self.refresh
        self._view = view

    def ask_view_now(self) -> None:
        self._view_at = -math.inf

    def next(self) -> PageDue:
        """The piece to be read next, and from when on: view, then statuses, then the sweep."""
        found = [PageDue(self._next_at, self._piece())]
        if self._filters:
            found.insert(
                0, PageDue(self._status_at, PageRequest(PAGE_SIZE, status=self._statuses[0]))
            )
        if self._view is not None:
            first, last = self._view
            offset = max(0, first - _AROUND)
            view = PageRequest(last - offset + 1 + _AROUND, offset)
            found.insert(0, PageDue(self._view_at + self.refresh, view))
        return min(found, key=lambda due: due.at)

    def _piece(self) -> PageRequest:
        return PageRequest(LIMIT, max(0, self._next - OVERLAP))

    def took(self, page: Page, sent: float, now: float, seen: Mapping[str, float]) -> None:
        """Note a piece that was read. `seen` has when each order that is known was asked for."""
        part = page.request
        if part.status:
            self._turn(now)
            self._filters = all(o.status.upper() == part.status for o in page.orders)
        elif part == self._piece():
            self._advance(page, sent, now, seen)
        else:
            self._view_at = now

    def failed(self, part: PageRequest, wait: float, now: float) -> None:
        """Note one that was not; the next try at it is in `wait` seconds."""
        if part.status:
            self._turn(now)
        elif part == self._piece():
            self._next_at = now + max(wait, PACE)
        else:
            self._view_at = now + max(0.0, wait - self.refresh)

    def _turn(self, now: float) -> None:
        self._statuses.append(self._statuses.pop(0))
        self._status_at = now + STATUS_EVERY / len(STATUSES)

    def _advance(self, page: Page, sent: float, now: float, seen: Mapping[str, float]) -> None:
        if page.end == page.request.offset:
            # It begins before the end of the last piece: little is left, or it is not true.
            self._next = max(0, page.request.offset - LIMIT // 2)
            self._next_at = now + (SCAN_DEBOUNCE if self._turned_back else PACE)
            self._turned_back = True
            return
        if self._next == 0:
            self._began, self._reached, self._turned_back = sent, math.inf, False
        made = [order.created for order in page.orders if order.created is not None]
        if made and max(made) < self._reached and self._next:
            # So many are gone meanwhile that the pieces do not meet: back to where they do.
            self._next, self._next_at = max(0, page.request.offset - LIMIT // 2), now + FIRST_PACE
            return
        if made and min(made) >= self._reached and not page.is_last:
            self._next_at = math.inf  # the server gives the same again, whatever the offset
            return
        self._reached = min(made, default=-math.inf)
        self.read = self._next = page.end
        pace = FIRST_PACE if self.complete_since is None else PACE
        # A server that is slow is asked less often.
        self._next_at = now + max(pace, _SLOW_SWEEP * (now - sent))
        if page.is_last:
            # Beside rows that cannot be read nobody knows what is listed no more: that stays.
            oldest = min(self._began, min(seen.values(), default=self._began))
            self.complete_since = oldest if oldest > -math.inf else None
        if page.is_last or page.end >= MAX_ORDERS:
            self._next, self._next_at = 0, now + SCAN_DEBOUNCE


SEARCH_DEBOUNCE = 1.0
"""Seconds that a filter must rest before the server is asked: it may be being typed."""

EVERY = 60.0
"""Seconds between two questions of the same."""

_APART = 1.0
_SLOW = 10
_RAREST = 4


@dataclass(slots=True)
class SearchScheduler:
    """Asks each question once, and again at times for as long as it is of use."""

    _due: dict[ServerFilters, float] = field(default_factory=dict)
    _failures: int = 0

    def look_for(self, sought: Iterable[ServerFilters], now: float) -> None:
        """These questions and no others."""
        self._due = {each: self._due.get(each, now + SEARCH_DEBOUNCE) for each in sought}

    def poll_now(self, now: float) -> None:
        """A person asks, whenever it was asked before."""
        self._due = {each: min(due, now) for each, due in self._due.items()}

    def next(self) -> PageDue:
        due = min(self._due.items(), key=lambda item: item[1], default=None)
        return (
            PageDue(math.inf, PageRequest())
            if due is None
            else PageDue(due[1], PageRequest(filters=due[0]))
        )

    def took(self, sought: ServerFilters, sent: float, now: float) -> None:
        """Note an answer. A server that is slow is asked less often."""
        self._failures = 0
        self._wait(sought, max(EVERY, _SLOW * (now - sent)), now)

    def failed(self, sought: ServerFilters, wait: float, now: float) -> None:
        """Note that there was none; the next try is in `wait` seconds or later. A question that
        takes all the time there is holds up the polls, so it gets rare.
        """
        pause = EVERY * 2 ** min(self._failures, _RAREST)
        self._failures += 1
        self._wait(sought, max(pause, wait), now)

    def _wait(self, sought: ServerFilters, seconds: float, now: float) -> None:
        """All others wait a little too, so that a poll that is due comes before them."""
        self._due = {
            each: now + seconds if each == sought else max(due, now + _APART)
            for each, due in self._due.items()
        }
