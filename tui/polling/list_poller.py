"""Reads the list: all of it or its newest page with each poll, other pieces between polls."""

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
from tui.polling.page_schedule import BackgroundScan, SearchScheduler
from tui.polling.policy import GlobalPause

_ROUNDING = 1.0
"""Seconds: `Age` and `Date` are whole numbers, so the age of one copy may seem to change."""

_Answer = TypeVar("_Answer")


class ListPoller:
    """What is known of the list, and what to read of it next. Calls come one after another, so
    that no older answer is taken for a newer one. `refresh` is in seconds.
    """

    def __init__(
        self,
        api: Api,
        refresh: float,
        agenda: DetailScheduler,
        hold: GlobalPause,
        clock: Clock,
        jitter: Callable[[], float],
    ) -> None:
        self._api = api
        self._refresh = refresh
        self._agenda = agenda
        self._hold = hold
        self._clock = clock
        self._jitter = jitter
        self._roll = MergedList()
        self._sweep = BackgroundScan(refresh)
        self._search = SearchScheduler()
        self._read: ListLoaded | None = None
        self._view: tuple[str, ...] = ()
        self.due = float("-inf")
        self._not_before = float("-inf")
        self._doubted_at = float("-inf")
        self._failures = 0
        self._failing_since = 0.0
        self._part_failures = 0

    @property
    def is_available(self) -> bool:
        """True while the list can be read; what is failing is all that is tried."""
        return self._roll.snapshot is not None and not self._failures

    def seed(self, snapshot: Snapshot | None) -> None:
        self._roll.seed(snapshot)

    def next(self) -> tuple[float, PageRequest]:
        """What is to be read next, and from when on."""
        if not self.is_available:
            return self.due, NEWEST_PAGE
        piece = self._search.next()
        if self._roll.is_paged:
            piece = min(piece, self._sweep.next(), key=lambda due: due.at)
        return piece if piece.at < self.due else (self.due, NEWEST_PAGE)

    def look_for(self, sought: Iterable[ServerFilters]) -> None:
        """These the server is to look for itself."""
        self._search.look_for(sought, self._clock.mono())

    def poll_now(self) -> None:
        self.due = float("-inf")
        self._sweep.ask_view_now()
        self._search.poll_now(self._clock.mono())

    def invalidate(self, at: float) -> None:
        """What was sent before `at` is old by its very answer. It is asked for now, but where
        only a person may shorten the wait.
        """
        self._doubted_at = at
        self.poll_now()
        self.due = self._not_before

    def set_visible(self, view: tuple[str, ...]) -> None:
        self._view = view
        self._look()

    async def read(self, part: PageRequest) -> Sequence[Event]:
        asked = self._clock.now()
        call = self._api.orders() if part == NEWEST_PAGE else self._api.page(part)
        answer: Snapshot | Page | Failure
        answer, sent = since_when(await failure_on_exception(call), asked)
        now = self._clock.now()
        if self._read is not None and sent.mono < self._read.sent.mono - _ROUNDING:
            answer = Failure(FailureKind.CACHED, hint=f"{asked.mono - sent.mono:.0f} s old")
        if part.filters is not None:
            return self._searched(answer, part, part.filters, sent)
        if isinstance(answer, Failure):
            return self._failed(answer, part)
        if isinstance(answer, Page) and part != NEWEST_PAGE:
            self._part_failures = 0
            return self._took_part(answer, sent.mono, now.mono)
        self._failures = 0
        self._not_before = float("-inf")
        self._hold.note_success(now.mono)
        if isinstance(answer, Page) and not self._roll.is_paged:
            self._sweep = BackgroundScan(self._refresh)
        snapshot = self._take(answer, sent.mono)
        interval = policy.poll_interval(self._refresh, now.mono - asked.mono, len(answer.orders))
        self.due = asked.mono + interval if asked.mono >= self._doubted_at else now.mono
        cached_for = asked.mono - sent.mono
        self._read = ListLoaded(snapshot, sent, interval, self._coverage, cached_for)
        held = self._hold.reason if now.mono < self._hold.until else None
        # A detail was refused meanwhile: the next list will be late, and the screen says why.
        return [self._read, *([self._told(held, now, 0.0)] if held is not None else [])]

    def _take(self, answer: Snapshot | Page, sent: float) -> Snapshot:
        snapshot, roll = self._roll.take(answer, sent), self._roll
        if snapshot.orders or not roll.index:  # one that is suddenly empty tells of no order
            self._agenda.listed(roll.index, sent, roll.seen, roll.active_beyond_page, self._is_gap)
        self._look()
        return snapshot

    def _is_gap(self, told: float, following: float) -> bool:
        return self._read is not None and self._read.is_coverage_gap(
            told, following, self._doubted_at
        )

    def _took_part(self, page: Page, sent: float, now: float) -> Sequence[Event]:
        snapshot = self._take(page, sent)
        self._sweep.took(page, sent, now, self._roll.seen)
        return [PageLoaded(snapshot, self._coverage)] if self._coverage is not None else []

    def _searched(
        self,
        answer: Snapshot | Page | Failure,
        part: PageRequest,
        sought: ServerFilters,
        sent: ClockReading,
    ) -> Sequence[Event]:
        now = self._clock.now()
        if isinstance(answer, Failure):
            wait = policy.backoff(answer, 1, 0.0, self._jitter())
            self._search.failed(sought, wait, now.mono)
            held = self._hold.put(answer, wait, now.mono)
            told: list[Event] = [self._told(answer, now, wait)] if held else []
            return [SearchAnswered(sought, answer, sent), *told]
        self._search.took(sought, sent.mono, now.mono)
        # However it comes, it is no list of everything.
        page = (
            answer if isinstance(answer, Page) else Page(part, answer.orders, answer.invalid_rows)
        )
        events: list[Event] = [SearchAnswered(sought, page, sent)]
        if self._coverage is not None:  # what it lists is told to be there, whether found or not
            events.insert(0, PageLoaded(self._take(page, sent.mono), self._coverage))
        return events

    @property
    def _coverage(self) -> Coverage | None:
        if not self._roll.is_paged:
            return None
        sweep = self._sweep
        return Coverage(self._roll.seen, self._roll.count, sweep.read, sweep.complete_since)

    def _failed(self, failure: Failure, part: PageRequest) -> Sequence[Event]:
        now = self._clock.now()
        if part != NEWEST_PAGE:
            self._part_failures += 1
            wait = policy.backoff(failure, self._part_failures, 0.0, self._jitter())
            self._sweep.failed(part, wait, now.mono)
            held = self._hold.put(failure, wait, now.mono)
            # The list waits with it, so the screen must say for what.
            return [self._told(failure, now, wait)] if held else []
        if self._failures == 0:
            self._failing_since = now.mono
        self._failures += 1
        failing_for = now.mono - self._failing_since
        wait = policy.backoff(failure, self._failures, failing_for, self._jitter())
        self.due = now.mono + wait
        self._not_before = self.due if policy.needs_user_action(failure) else float("-inf")
        self._hold.put(failure, wait, now.mono)
        return [self._told(failure, now, wait)]

    def _told(self, failure: Failure, now: ClockReading, wait: float) -> OrdersFailed:
        """There is no next try before the hold is over."""
        return OrdersFailed(failure, now, now.wall + max(wait, self._hold.until - now.mono))

    def _look(self) -> None:
        """Tell the sweep what is in view, where no poll covers it."""
        rows = [row for each in self._view if (row := self._roll.position(each)) is not None]
        beyond = self._roll.is_paged and rows and max(rows) >= self._roll.newest
        view = (min(rows), max(rows)) if beyond else None
        self._sweep.set_visible(view, self._clock.mono())


def since_when(
    answer: _Answer | CachedAnswer[_Answer] | Failure, asked: ClockReading
) -> tuple[_Answer | Failure, ClockReading]:
    """The answer to a request that was sent at `asked`, and the time at which it was true."""
    if isinstance(answer, CachedAnswer):
        return answer.content, asked.earlier(answer.age)
    return answer, asked


async def failure_on_exception(call: Awaitable[_Answer]) -> _Answer | Failure:
    """A fault of this program is one more failure to show, and no end of the loop."""
    try:
        return await call
    except Exception as error:  # noqa: BLE001 - the loop outlives every fault
        return Failure(FailureKind.INTERNAL, hint=type(error).__name__)
