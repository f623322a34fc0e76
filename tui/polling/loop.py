"""The poller: the only loop that calls the API, and the only place that retries."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
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
    DetailsTrimmed,
    Event,
    ListLoaded,
    OrdersFailed,
    Paused,
)
from tui.model.pages import NEWEST_PAGE, ServerFilters
from tui.model.ports import Api, CachedDetail, CachedList, Failure, FailureKind, ListCache
from tui.model.state import State, TimedDetail, reduce
from tui.model.telemetry import PollingStatus
from tui.polling import policy
from tui.polling.detail_schedule import DetailScheduler
from tui.polling.list_poller import ListPoller, ask
from tui.polling.policy import Cooldown
from tui.rate_limit import RateLimiter

Wait = Callable[[asyncio.Event, float], Awaitable[None]]


async def wait_for(wake: asyncio.Event, seconds: float) -> None:
    """Return when `wake` is set, at the latest after `seconds`."""
    timer = asyncio.get_running_loop().call_later(seconds, wake.set)
    try:
        await wake.wait()
    finally:
        timer.cancel()


class Poller:
    """Polls the list and, with the requests that are left, details.

    `events` yields what happens. Every other method is a request that wakes the loop. `refresh`
    is in seconds. Clock, waiting and jitter are injected, so that tests need not wait.
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
        self._clock = clock or Clock()
        self._wait = wait
        self._jitter = jitter
        self._limiter = RateLimiter(
            self._clock.mono, per_minute=policy.CALLS_PER_MINUTE, burst=policy.CALL_BURST
        )
        self._cooldown = Cooldown()
        self._detail_cooldown = Cooldown()
        self._details = DetailScheduler(refresh)
        self._list = ListPoller(api, refresh, self._details, self._cooldown, self._clock, jitter)
        self._wake = asyncio.Event()
        self._outbox: deque[Event | Exception] = deque()
        self._tasks: dict[str | None, asyncio.Task[None]] = {}  # by order id; None is the list
        self._paused = False

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yield events forever. Closing it cancels every call in flight.

        Raises what a call raised: a bug of this program.
        """
        try:
            while True:
                self._wake.clear()
                while self._outbox:
                    event = self._outbox.popleft()
                    if isinstance(event, Exception):
                        raise event
                    yield event
                if (delay := self._start_due_calls()) > 0:
                    await self._wait(self._wake, delay)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            self._tasks.clear()  # a task that was cancelled before it began is still there

    def status(self) -> PollingStatus:
        return PollingStatus(
            paused=self._paused,
            requests_used=self._limiter.used,
            requests_limit=self._limiter.per_minute,
            is_fetching_list=None in self._tasks,
            details_in_flight=len(self._tasks.keys() - {None}),
            next_list_at=self._list.due,
            paused_until=self._cooldown.until,
            pause_failure=self._cooldown.reason,
            details_paused_until=self._detail_cooldown.until,
            details_pause_failure=self._detail_cooldown.reason,
        )

    def seed(self, state: State) -> None:
        """Start with the list and the details of an earlier run."""
        self._list.merged.seed(state.snapshot)
        self._details.restore(state.details)

    def ended_details(self) -> list[CachedDetail]:
        """Return what to keep for the next start."""
        return self._details.ended_details()

    def select(self, order_id: str | None) -> None:
        self._details.select(order_id, self._clock.mono())
        self._wake.set()

    def set_visible(self, order_ids: Iterable[str]) -> None:
        self._details.set_visible(order_ids, self._clock.mono())
        self._list.update_view()
        self._wake.set()

    def require_details(self, order_ids: Iterable[str]) -> None:
        """Read these details for a filter, when there is nothing more important to do."""
        self._details.set_required(order_ids)
        self._wake.set()

    def set_server_searches(self, searches: Iterable[ServerFilters]) -> None:
        """Send these searches to the server, as long as they are set."""
        self._list.searches.set_searches(searches, self._clock.mono())
        self._wake.set()

    def refresh(self) -> None:
        """Poll now, for the user. A `Retry-After` of the list is waited for all the same."""
        self._list.poll_now()
        self._cooldown.release()
        self._detail_cooldown = Cooldown()
        self._details.refresh_selected(self._clock.mono())
        self._wake.set()

    def pause_or_resume(self) -> None:
        self._paused = not self._paused
        self._outbox.append(Paused(self._paused))
        if not self._paused:
            self.refresh()
        self._wake.set()

    def invalidate(self) -> None:
        """The program was suspended: treat all data as stale and poll now. A wait that only the
        user may shorten goes on, however often the program is suspended.
        """
        at = self._clock.now()
        self._list.invalidate(at.mono)
        self._outbox.append(DataInvalidated(at))
        self._details.refresh_selected(at.mono)
        self._wake.set()

    def _start_due_calls(self) -> float:
        """Start the calls that are due and allowed; return the seconds until the next."""
        if self._paused:
            return policy.MAX_SLEEP
        now = self._clock.mono()
        if now < self._cooldown.until:
            return self._cooldown.until - now
        delay = policy.MAX_SLEEP
        if None not in self._tasks:
            due, page = self._list.next()
            is_poll = page == NEWEST_PAGE
            needed = 1 if is_poll else 1 + policy.RESERVED
            if now < due:
                delay = due - now
            elif self._limiter.level >= needed:
                self._start(None, partial(self._list.read, page))
            else:
                delay = self._limiter.seconds_until(needed)
                if is_poll:
                    return delay
        return min(delay, self._start_due_details(now))

    def _start_due_details(self, now: float) -> float:
        if not self._list.is_available:
            return policy.MAX_SLEEP
        if now < self._detail_cooldown.until:
            return self._detail_cooldown.until - now
        if self._limiter.level < 1:
            return self._limiter.seconds_until(1)
        delay = policy.MAX_SLEEP
        in_flight = len(self._tasks.keys() - {None})
        for due, order_id, urgent in self._details.due_details():
            reserve = 0 if urgent and self._may_use_reserve(now) else policy.RESERVED
            places = policy.MAX_IN_FLIGHT if urgent else policy.MAX_IN_FLIGHT - policy.RESERVED
            if order_id in self._tasks:
                continue
            if due > now:
                delay = min(delay, due - now)
            elif in_flight >= places:
                break  # the end of a call wakes the loop; what follows is less urgent
            elif self._limiter.level < 1 + reserve:
                return min(delay, self._limiter.seconds_until(policy.DETAIL_BATCH + reserve))
            else:
                self._details.on_requested(order_id)
                self._start(order_id, partial(self._read_detail, order_id))
                in_flight += 1
        return delay

    def _may_use_reserve(self, now: float) -> bool:
        """Whether another request will be there when the list is polled next."""
        return None in self._tasks or now + self._limiter.refill_time <= self._list.due

    def _start(self, key: str | None, call: Callable[[], Awaitable[Iterable[Event]]]) -> None:
        async def run() -> None:
            try:
                self._outbox.extend(await call())
            except Exception as error:  # noqa: BLE001 - `events` raises it
                self._outbox.append(error)
            finally:
                del self._tasks[key]
                self._wake.set()

        self._limiter.take()
        self._tasks[key] = asyncio.create_task(run())

    async def _read_detail(self, order_id: str) -> list[Event]:
        listed_status = self._details.listed_status(order_id)
        requested = self._clock.now()
        answer, sent = await ask(self._api.order(order_id), requested)
        now = self._clock.now()
        if isinstance(answer, Failure):
            events = self._on_detail_failure(order_id, answer, now)
        else:
            if self._details.is_superseded(order_id, requested.mono):
                listed_status = None
            if not self._details.is_whole_needed(order_id):
                answer = answer.trimmed()
            self._details.on_read(TimedDetail(answer, sent), listed_status, now.mono)
            events = [DetailRead(answer, sent)]
        if trimmed := self._details.trim():
            events.append(DetailsTrimmed(trimmed))
        if evicted := self._details.evict():
            events.append(DetailsDropped(evicted))
        return events

    def _on_detail_failure(self, order_id: str, failure: Failure, now: ClockReading) -> list[Event]:
        wait = self._details.on_failed(order_id, failure, now.mono, self._jitter())
        events: list[Event] = [DetailFailed(order_id, failure)]
        # Rejected credentials concern the list too. Everything else is about details: an order
        # that the server refuses must not stop the list.
        if failure.kind is not FailureKind.CREDENTIALS:
            self._detail_cooldown.start(failure, wait, now.mono)
        elif self._cooldown.start(failure, wait, now.mono):
            events.append(OrdersFailed(failure, now.wall + wait))
        return events


def cached_state(cache: ListCache | None, clock: Clock) -> State:
    """The state before the first poll: the head of the cached list, if there is one."""
    cached = cache.load_head() if cache is not None else None
    return reduce(State(), _restored(cached, clock))


async def events_with_cache(
    poller: Poller, cache: ListCache | None, state: State, clock: Clock
) -> AsyncGenerator[Event, None]:
    """Yield the rest of the cached list, unless `state` has all of it, then the poller's events;
    store every complete list.
    """
    try:
        if cache is not None and len(state.orders) < sum(state.status_counts.values()):
            restored = _restored(await cache.load_all(), clock)
            poller.seed(reduce(State(), restored))
            yield restored
            del restored
        elif state.snapshot is not None:
            poller.seed(state)
        del state  # this runs for weeks, and must not keep 100,000 orders alive
        async with aclosing(poller.events()) as events:
            async for event in events:
                yield event
                if cache is not None and isinstance(event, ListLoaded) and event.is_complete:
                    cache.store(event.snapshot, event.oldest_read.wall, poller.ended_details)
    finally:
        if cache is not None:
            await cache.aclose()


def _restored(cached: CachedList | None, clock: Clock) -> CacheRestored:
    """The event; the age of the list on the monotonic clock follows from the wall clock."""
    now = clock.now()
    age = now.wall - cached.requested_at if cached is not None else 0.0
    return CacheRestored(cached, now.earlier(age))
