"""Polls the list of orders, and reads other pages of a long list and searches between the polls."""

import math
from collections.abc import Awaitable, Callable, Iterable, Sequence
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
from tui.model.pages import NEWEST_PAGE, Coverage, Page, PageRequest, ServerFilters
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
        self._merged = MergedList()
        self._scan = BackgroundScan(refresh)
        self._searches = SearchScheduler()
        self._last: ListLoaded | None = None
        self._visible: tuple[str, ...] = ()
        self.due = -math.inf
        self._not_before = -math.inf
        self._invalid_before = -math.inf
        self._failures = FailureStreak()
        self._page_failures = FailureStreak()

    @property
    def is_available(self) -> bool:
        """False before the first list and while the list fails: then nothing else is requested."""
        return self._merged.snapshot is not None and not self._failures.count

    def seed(self, snapshot: Snapshot | None) -> None:
        self._merged.seed(snapshot)

    def set_visible(self, order_ids: tuple[str, ...]) -> None:
        self._visible = order_ids
        self._update_view()

    def set_searches(self, searches: Iterable[ServerFilters]) -> None:
        self._searches.set_searches(searches, self._clock.mono())

    def poll_now(self) -> None:
        self.due = -math.inf
        self._scan.read_view_now()
        self._searches.poll_now(self._clock.mono())

    def invalidate(self, at: float) -> None:
        """Treat what was requested before `at` as stale and poll at once, unless only the user may
        cut the current wait short.
        """
        self._invalid_before = at
        self.poll_now()
        self.due = self._not_before

    def next(self) -> PageDue:
        """The next page to request, and when it is due."""
        poll = PageDue(self.due, NEWEST_PAGE)
        if not self.is_available:
            return poll
        page = self._searches.next()
        if self._merged.is_paged:
            page = min(page, self._scan.next(), key=lambda due: due.at)
        return page if page.at < poll.at else poll

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
        if request.filters is not None:
            return self._on_search(answer, request, request.filters, sent)
        if isinstance(answer, Page) and request != NEWEST_PAGE:
            self._page_failures = FailureStreak()
            self._merge(answer, sent.mono)
            self._scan.on_page(answer, sent.mono, self._clock.mono(), self._merged.last_read_at)
            return self._page_loaded()
        return self._on_poll(answer, requested, sent)

    def _on_poll(
        self, answer: Snapshot | Page, requested: ClockReading, sent: ClockReading
    ) -> Sequence[Event]:
        now = self._clock.now()
        self._failures = FailureStreak()
        self._not_before = -math.inf
        self._cooldown.note_success(now.mono)
        if isinstance(answer, Page) and not self._merged.is_paged:
            self._scan = BackgroundScan(self._refresh)
        self._merge(answer, sent.mono)
        took = now.mono - requested.mono
        interval = policy.poll_interval(self._refresh, took, len(answer.orders))
        is_valid = requested.mono >= self._invalid_before
        self.due = requested.mono + interval if is_valid else now.mono
        self._last = ListLoaded(
            self._merged.snapshot or Snapshot(),
            sent,
            interval,
            self._coverage,
            requested.mono - sent.mono,
            self._merged.is_emptied,
        )
        reason = self._cooldown.reason
        if reason is None or now.mono >= self._cooldown.until:
            return [self._last]
        # A detail was refused meanwhile: the next poll will be late, and the screen says why.
        return [self._last, self._list_failed(reason, 0.0)]

    def _on_search(
        self,
        answer: Snapshot | Page,
        request: PageRequest,
        filters: ServerFilters,
        sent: ClockReading,
    ) -> Sequence[Event]:
        self._searches.on_answer(filters, sent.mono, self._clock.mono())
        if isinstance(answer, Snapshot):  # what a search finds is not the whole list
            answer = Page(request, answer.orders, answer.invalid_rows)
        if self._merged.is_paged:  # it may have found orders that no page has shown yet
            self._merge(answer, sent.mono)
        return [*self._page_loaded(), SearchAnswered(filters, answer, sent)]

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
            self._searches.on_failure(request.filters, wait, now)
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
        return OrdersFailed(failure, now, now.wall + max(wait, self._cooldown.until - now.mono))

    def _merge(self, answer: Snapshot | Page, sent: float) -> None:
        merged = self._merged
        merged.apply(answer, sent)
        if not merged.is_emptied:
            self._details.on_list(
                merged.index, sent, merged.last_read_at, merged.active_beyond_page, self._is_gap
            )
        self._update_view()

    def _is_gap(self, before: float, after: float) -> bool:
        last = self._last
        return last is not None and last.is_coverage_gap(before, after, self._invalid_before)

    def _page_loaded(self) -> list[Event]:
        if self._coverage is None or self._merged.snapshot is None:
            return []
        return [PageLoaded(self._merged.snapshot, self._coverage)]

    @property
    def _coverage(self) -> Coverage | None:
        merged, scan = self._merged, self._scan
        if not merged.is_paged:
            return None
        return Coverage(merged.last_read_at, merged.total, scan.scanned, scan.complete_since)

    def _update_view(self) -> None:
        """Have the scan read the rows in view, if the polls don't."""
        merged = self._merged
        positions = [p for each in self._visible if (p := merged.position(each)) is not None]
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
