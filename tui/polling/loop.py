"""The only loop that asks the API for anything, and the only place that tries again."""
# FOLD """The feed's events, with the list that an earlier run kept before them."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from functools import partial

from tui.clock import Clock
from tui.model.events import (
    CacheRestored,
    ClockReading,
    DataInvalidated,
    DetailFailed,
    DetailRead,
    DetailsDropped,
    Event,
    ListLoaded,
    OrdersFailed,
    Paused,
)
from tui.model.order import Snapshot
from tui.model.pages import NEWEST_PAGE, ServerFilters
from tui.model.ports import Api, CachedList, Failure, FailureKind, ListCache
from tui.model.state import State, TimedDetail, reduce
from tui.model.telemetry import PollingStatus
from tui.polling import policy
from tui.polling.detail_schedule import DetailScheduler
from tui.polling.list_poller import ListPoller, failure_on_exception, since_when
from tui.polling.policy import GlobalPause
from tui.rate_limit import RateLimiter

Wait = Callable[[asyncio.Event, float], Awaitable[None]]

_LONGEST_SLEEP = 60.0


async def wait_for(wake: asyncio.Event, seconds: float) -> None:
    """Return when `wake` is set, at the latest after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        pass


class Poller:
    """Polls the list and, from what the request budget leaves, details.

    Events come out of `events`; wishes go in by the other methods, each of which wakes the
    loop. `refresh` is in seconds. Clock, waiting and jitter are injected, so that tests
    need not wait.
    """

    def __init__(
        self,
        api: Api,
        refresh: float,
        *,
        clock: Clock | None = None,
        wait: Wait = wait_for,
        jitter: Callable[[], float] = lambda: random.uniform(0.5, 1.0),  # noqa: S311 - no secret
    ) -> None:
        self._api = api
        self._refresh = refresh
        self._clock = clock or Clock()
        self._wait = wait
        self._jitter = jitter
        self._agenda = DetailScheduler(refresh)
        self._hold = GlobalPause()
        self._details_hold = GlobalPause()
        self._lists = ListPoller(api, refresh, self._agenda, self._hold, self._clock, jitter)
        self._limiter = RateLimiter(self._clock.mono, burst=policy.CALL_BURST)
        self._wake = asyncio.Event()
        self._outbox: deque[Event] = deque()
        self._tasks: dict[str | None, asyncio.Task[None]] = {}  # by order id; the list is None
        self._paused = False

    async def events(self) -> AsyncGenerator[Event, None]:
        """What happens, as it happens, for ever. Closing it ends every call in flight."""
        try:
            while True:
                self._wake.clear()
                delay = self._start_what_is_due()
                while self._outbox:
                    yield self._outbox.popleft()
                    delay = 0.0
                if delay > 0:
                    await self._wait(self._wake, delay)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def seed(self, snapshot: Snapshot | None) -> None:
        """The list of an earlier run: what is known beyond the pieces that are read first."""
        self._lists.seed(snapshot)

    def select(self, order_id: str | None) -> None:
        self._agenda.select(order_id, self._clock.mono())
        self._wake.set()

    def set_visible(self, order_ids: Iterable[str]) -> None:
        view = tuple(order_ids)
        self._agenda.set_visible(view, self._clock.mono())
        self._lists.set_visible(view)
        self._wake.set()

    def require_details(self, order_ids: Iterable[str]) -> None:
        """A filter needs these details; they are read when there is nothing better to do."""
        self._agenda.need(order_ids)
        self._wake.set()

    def set_server_searches(self, sought: Iterable[ServerFilters]) -> None:
        """A filter leaves more than can be read; the server may find these itself."""
        self._lists.look_for(sought)
        self._wake.set()

    def refresh(self) -> None:
        """Ask now. Only what the server asked to wait for with the list is still waited for."""
        self._lists.poll_now()
        self._hold.release()
        self._details_hold = GlobalPause()
        self._agenda.refresh_selected()
        self._wake.set()

    def pause_or_resume(self) -> None:
        self._paused = not self._paused
        self._outbox.append(Paused(self._paused))
        if not self._paused:
            self.refresh()
        self._wake.set()

    def invalidate(self) -> None:
        """The program stood still: what was read is old, so ask at once; but a login that was
        rejected stays so, whatever stands still how often.
        """
        at = self._clock.now()
        self._lists.invalidate(at.mono)
        self._outbox.append(DataInvalidated(at))
        self._agenda.refresh_selected()
        self._wake.set()

    def status(self) -> PollingStatus:
        """What is being done and waited for, to be shown."""
        return PollingStatus(
            paused=self._paused,
            requests_used=self._limiter.used,
            requests_limit=self._limiter.per_minute,
            is_fetching_list=None in self._tasks,
            details_in_flight=sum(1 for key in self._tasks if key is not None),
            next_list_at=self._lists.due,
            paused_until=self._hold.until,
            pause_failure=self._hold.reason,
            details_paused_until=self._details_hold.until,
            details_pause_failure=self._details_hold.reason,
        )

    def _start_what_is_due(self) -> float:
        """Start the calls that are due and allowed; returns the seconds until the next."""
        if self._paused:
            return _LONGEST_SLEEP
        now = self._clock.mono()
        if now < self._hold.until:
            return self._hold.until - now
        delay = _LONGEST_SLEEP
        if None not in self._tasks:
            due, part = self._lists.next()
            # A poll of the newest orders comes before all else.
            needed = 1 if part == NEWEST_PAGE else 2
            if now < due:
                delay = due - now
            elif self._limiter.level >= needed:
                self._start(None, partial(self._lists.read, part))
            elif part == NEWEST_PAGE:
                return self._limiter.seconds_until(needed)
            else:
                delay = self._limiter.seconds_until(needed)
        return min(delay, self._start_details(now))

    def _start_details(self, now: float) -> float:
        """Start the details that are due; a list that fails is all that is tried."""
        if not self._lists.is_available:
            return _LONGEST_SLEEP
        if now < self._details_hold.until:
            return self._details_hold.until - now
        delay = _LONGEST_SLEEP
        for want in self._agenda.due_details():
            if want.order_id in self._tasks:
                continue
            if want.due > now:
                delay = min(delay, want.due - now)
                continue
            # The list and the selected order always find a place and a request left.
            spare = 0 if want.urgent else 1
            if len(self._tasks) >= policy.IN_FLIGHT - spare:
                continue  # the end of a call wakes the loop
            if self._limiter.level < 1 + spare:
                delay = min(delay, self._limiter.seconds_until(1 + spare))
                continue
            self._agenda.asked(want.order_id)
            self._start(want.order_id, partial(self._read_detail, want.order_id))
        return delay

    def _start(self, key: str | None, call: Callable[[], Awaitable[Iterable[Event]]]) -> None:
        async def run() -> None:
            try:
                self._outbox.extend(await call())
            finally:
                del self._tasks[key]
                self._wake.set()

        self._limiter.take()
        self._tasks[key] = asyncio.create_task(run())

    async def _read_detail(self, order_id: str) -> Sequence[Event]:
        listed_as = self._agenda.listed_as(order_id)
        asked = self._clock.now()
        answer, sent = since_when(await failure_on_exception(self._api.order(order_id)), asked)
        now = self._clock.now()
        if isinstance(answer, Failure):
            failures, failing_for = self._agenda.failed(order_id, now.mono)
            wait = policy.backoff(answer, failures, failing_for, self._jitter())
            self._agenda.retry(order_id, now.mono + wait)
            events: list[Event] = [DetailFailed(order_id, answer, now)]
            # Rejected credentials are the list's, too. What a server asks for otherwise is about
            # details: an order that it refuses must not take the list down.
            if answer.kind is not FailureKind.CREDENTIALS:
                self._details_hold.put(answer, wait, now.mono)
            elif self._hold.put(answer, wait, now.mono):
                # The list waits with it, so the screen must say for what.
                events.append(OrdersFailed(answer, now, now.wall + wait))
        else:
            self._agenda.read(answer, TimedDetail(answer, sent), listed_as, now.mono)
            events = [DetailRead(answer, sent)]
        dropped = self._agenda.forget()
        return [*events, DetailsDropped(dropped)] if dropped else events


def cached_state(shelf: ListCache | None, clock: Clock) -> State:
    """What can be shown before anything is asked for."""
    kept = shelf.load_head() if shelf is not None else None
    return State() if kept is None else reduce(State(), _restored(kept, clock))


async def events_with_cache(
    feed: "Poller", shelf: ListCache | None, state: State, clock: Clock
) -> AsyncGenerator[Event, None]:
    """What is still on the shelf, beyond what `state` has of it; then what happens. Each list
    that is read goes onto the shelf.
    """
    try:
        if shelf is not None and _is_part(state):
            restored = _restored(await shelf.load_all(), clock)
            feed.seed(restored.cached.snapshot if restored.cached is not None else None)
            yield restored
            del restored
        elif state.snapshot is not None:
            feed.seed(state.snapshot)
        # No name is left that holds it: this goes on for weeks, and there may be 100,000.
        del state
        async with aclosing(feed.events()) as events:
            async for event in events:
                yield event
                if shelf is not None and isinstance(event, ListLoaded) and event.is_complete:
                    shelf.store(event.snapshot, event.oldest_read.wall)
    finally:
        if shelf is not None:
            await shelf.aclose()


def _is_part(state: State) -> bool:
    return len(state.orders) < sum(state.status_counts.values())


def _restored(kept: CachedList | None, clock: Clock) -> CacheRestored:
    """Its time on the monotonic clock, by which ages are measured, is found by the wall's."""
    now = clock.now()
    if kept is None:
        return CacheRestored(None, now)
    return CacheRestored(
        kept, ClockReading(kept.requested_at, now.mono - (now.wall - kept.requested_at))
    )
