"""Polls the list of orders, and reads other pages of a long list and searches between the polls."""

import math
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tui.clock import Clock
from tui.model.events import (
    ClockReading,
    Event,
    ListLoaded,
    OrdersFailed,
    PageLoaded,
    SearchAnswered,
)
from tui.model.order import Snapshot
from tui.model.pages import NEWEST_PAGE, Coverage, Page, PageRequest
from tui.model.ports import Api, CachedAnswer, Failure, FailureKind
from tui.polling import policy
from tui.polling.detail_schedule import DetailScheduler
from tui.polling.list_merge import MergedList
from tui.polling.page_schedule import BackgroundScan, PageDue, SearchScheduler
from tui.polling.policy import Cooldown, FailureStreak

_Answer = TypeVar("_Answer")


class ListPoller:
    """Requests the list, one call after another: so no older answer is taken for a newer one.

    `refresh` is in seconds; `cooldown` holds for every call of the poller. Times are seconds of
    the monotonic clock.
    """

    def __init__(
        self,
        api: Api,
        refresh: float,
        details: DetailScheduler,
        cooldown: Cooldown,
        clock: Clock,
        jitter: Callable[[], float],
    ) -> None:
        self._api = api
        self._refresh = refresh
        self._details = details
        self._cooldown = cooldown
        self._clock = clock
        self._jitter = jitter
        self.merged = MergedList()
        self.searches = SearchScheduler()
        self._scan = BackgroundScan(refresh)
        self._last: ListLoaded | None = None
        self.due = -math.inf
        self._not_before = -math.inf
        self._invalid_before = -math.inf
        self._failures = FailureStreak()
        self._page_failures = FailureStreak()

    @property
    def is_available(self) -> bool:
        """False before the first list and while the list fails: then nothing else is requested."""
        return self.merged.snapshot is not None and not self._failures.count

    def poll_now(self) -> None:
        self.due = -math.inf
        self._scan.read_view_now()
        self.searches.poll_now(self._clock.mono())

    def invalidate(self, at: float) -> None:
        """Treat what was requested before `at` as stale and poll at once, unless only the user may
        cut the current wait short.
        """
        self._invalid_before = at
        self.poll_now()
        self.due = self._not_before

    def next(self) -> PageDue:
        """The next page to request, and when it is due."""
        due = [PageDue(self.due, NEWEST_PAGE)]
        if self.is_available and self.due > self._clock.mono():
            due += self.searches.due()
            if self.merged.is_paged:
                due += self._scan.due()
        return min(due, key=lambda each: each.at)

    async def read(self, request: PageRequest) -> Sequence[Event]:
        """Request a page and return what follows from the answer."""
        requested = self._clock.now()
        call = self._api.orders() if request == NEWEST_PAGE else self._api.page(request)
        answer: Snapshot | Page | Failure
        answer, sent = await ask(call, requested)
        if self._last is not None and sent.mono < self._last.sent.mono - policy.AGE_TOLERANCE:
            age = requested.mono - sent.mono
            answer = Failure(FailureKind.CACHED, hint=f"{age:.0f} s old")
        if isinstance(answer, Failure):
            return self._on_failure(answer, request, sent)
        if request.filters is not None and isinstance(answer, Snapshot):
            # What a search finds is not the whole list.
            answer = Page(request, answer.orders, answer.invalid_rows)
        if request == NEWEST_PAGE or isinstance(answer, Snapshot):
            return self._on_poll(answer, requested, sent)
        return self._on_page(answer, sent)

    def _on_poll(
        self, answer: Snapshot | Page, requested: ClockReading, sent: ClockReading
    ) -> Sequence[Event]:
        now = self._clock.now()
        self._failures = FailureStreak()
        self._not_before = -math.inf
        if isinstance(answer, Page) and not self.merged.is_paged:
            self._scan = BackgroundScan(self._refresh)
        self._merge(answer, sent.mono)
        took = now.mono - requested.mono
        interval = policy.poll_interval(self._refresh, took, len(answer.orders))
        is_valid = requested.mono >= self._invalid_before
        self.due = requested.mono + interval if is_valid else now.mono
        self._details.list_interval = interval
        self._last = ListLoaded(
            self.merged.snapshot or Snapshot(),
            sent,
            interval,
            self._coverage,
            requested.mono - sent.mono,
            self.merged.is_emptied,
        )
        reason = self._cooldown.reason
        if reason is None or now.mono >= self._cooldown.until:
            return [self._last]
        # A detail was refused meanwhile: the next poll will be late, and the screen says why.
        return [self._last, self._list_failed(reason, 0.0)]

    def _on_page(self, page: Page, sent: ClockReading) -> Sequence[Event]:
        now, filters = self._clock.mono(), page.request.filters
        if filters is None or self.merged.is_paged:  # a search may find orders unknown so far
            self._merge(page, sent.mono)
        if filters is not None:
            self.searches.on_answer(filters, sent.mono, now)
            return [*self._page_loaded(), SearchAnswered(filters, page, sent)]
        self._page_failures = FailureStreak()
        self._scan.on_page(page, sent.mono, now, self.merged.last_read_at)
        return self._page_loaded()

    def _on_failure(
        self, failure: Failure, request: PageRequest, sent: ClockReading
    ) -> Sequence[Event]:
        now, jitter = self._clock.mono(), self._jitter()
        if request == NEWEST_PAGE:
            wait = self._failures.add(failure, now, jitter)
            self.due = now + wait
            self._not_before = self.due if policy.needs_user_action(failure) else -math.inf
            self._cooldown.start(failure, wait, now)
            return [self._list_failed(failure, wait)]
        events: list[Event] = []
        if request.filters is not None:
            wait = policy.backoff(failure, 1, 0.0, jitter)
            self.searches.on_failure(request.filters, wait, now)
            events.append(SearchAnswered(request.filters, failure, sent))
        else:
            wait = self._page_failures.add(failure, now, jitter)
            self._scan.on_failure(request, wait, now)
        if self._cooldown.start(failure, wait, now):
            # The list waits too, so the screen must say why.
            events.append(self._list_failed(failure, wait))
        return events

    def _list_failed(self, failure: Failure, wait: float) -> OrdersFailed:
        """The event; there is no next try before the cooldown is over."""
        now = self._clock.now()
        return OrdersFailed(failure, now.wall + max(wait, self._cooldown.until - now.mono))

    def _merge(self, answer: Snapshot | Page, sent: float) -> None:
        self.merged.apply(answer, sent)
        if not self.merged.is_emptied:
            self._details.on_list(self.merged, self._is_gap, self._clock.wall())
        self.update_view()

    def _is_gap(self, before: float, after: float) -> bool:
        last = self._last
        return last is not None and last.is_coverage_gap(before, after, self._invalid_before)

    def _page_loaded(self) -> list[Event]:
        if self._coverage is None or self.merged.snapshot is None:
            return []
        return [PageLoaded(self.merged.snapshot, self._coverage)]

    @property
    def _coverage(self) -> Coverage | None:
        merged, scan = self.merged, self._scan
        if not merged.is_paged:
            return None
        return Coverage(merged.last_read_at, merged.total, scan.scanned, scan.complete_since)

    def update_view(self) -> None:
        """Have the scan read the rows in view, if the polls don't."""
        merged = self.merged
        positions = [
            p for each in self._details.visible if (p := merged.position(each)) is not None
        ]
        is_beyond = positions and max(positions) >= merged.page_length
        view = (min(positions), max(positions)) if is_beyond else None
        self._scan.set_visible(view, self._clock.mono())


async def ask(
    call: Awaitable[_Answer | CachedAnswer[_Answer] | Failure], requested: ClockReading
) -> tuple[_Answer | Failure, ClockReading]:
    """Return the answer of a call, and the time of its facts: earlier than the request if an HTTP
    cache answered. A bug of the client is one more failure to show.
    """
    try:
        answer = await call
    except Exception as error:  # noqa: BLE001 - a call may not end the program
        answer = Failure(FailureKind.INTERNAL, hint=type(error).__name__)
    if isinstance(answer, CachedAnswer):
        return answer.content, requested.earlier(answer.age)
    return answer, requested
