"""The only loop that asks the API for anything, and the only place that tries again."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from functools import partial
from typing import TypeVar

from tui.feed import cadence
from tui.feed.agenda import Agenda
from tui.feed.clock import Clock
from tui.model.events import (
    DetailFailed,
    DetailRead,
    DetailsDropped,
    Doubted,
    Event,
    OrdersFailed,
    OrdersRead,
    Paused,
)
from tui.model.order import OrderSummary, Snapshot
from tui.model.ports import Api, Failure, Trouble
from tui.model.state import DetailReading
from tui.model.vitals import Outlook

Wait = Callable[[asyncio.Event, float], Awaitable[None]]

_Answer = TypeVar("_Answer")

_LONGEST_SLEEP = 60.0


async def wait_for(wake: asyncio.Event, seconds: float) -> None:
    """Return when `wake` is set, at the latest after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        pass


class Feed:
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
        self._agenda = Agenda(refresh)
        self._budget = cadence.Budget()
        self._wake = asyncio.Event()
        self._outbox: deque[Event] = deque()
        self._tasks: dict[str | None, asyncio.Task[None]] = {}  # by order id; the list is None
        self._paused = False
        self._list_due = float("-inf")
        self._hold_until = float("-inf")
        self._hold: Failure | None = None
        self._doubted_at = float("-inf")
        self._failures = 0
        self._failing_since = 0.0
        self._snapshot: Snapshot | None = None
        self._index: dict[str, OrderSummary] = {}

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

    def select(self, order_id: str | None) -> None:
        self._agenda.select(order_id, self._clock.mono())
        self._wake.set()

    def look_at(self, order_ids: Iterable[str]) -> None:
        self._agenda.look_at(order_ids, self._clock.mono())
        self._wake.set()

    def refresh(self) -> None:
        """Ask now. Only what the server itself asked to wait for is still waited for."""
        self._list_due = float("-inf")
        if self._hold is not None and self._hold.retry_after is None:
            self._hold_until = float("-inf")
        self._agenda.refresh_selected()
        self._wake.set()

    def pause(self, *, paused: bool) -> None:
        if paused != self._paused:
            self._paused = paused
            self._outbox.append(Paused(paused))
            if not paused:
                self.refresh()
            self._wake.set()

    def doubt(self) -> None:
        """The program stood still: what was read is old, so ask at once."""
        at = self._clock.now()
        self._doubted_at = at.mono
        self._outbox.append(Doubted(at))
        self.refresh()

    def outlook(self) -> Outlook:
        """What is being done and waited for, to be shown."""
        return Outlook(
            paused=self._paused,
            used=self._budget.used(self._clock.mono()),
            most=self._budget.per_minute,
            asking_list=None in self._tasks,
            asking_details=sum(1 for key in self._tasks if key is not None),
            list_due=self._list_due,
            hold_until=self._hold_until,
            hold=self._hold,
        )

    def _start_what_is_due(self) -> float:
        """Start the calls that are due and allowed; returns the seconds until the next."""
        if self._paused:
            return _LONGEST_SLEEP
        now = self._clock.mono()
        if now < self._hold_until:
            return self._hold_until - now
        if None not in self._tasks:
            if now < self._list_due:
                return min(self._list_due - now, self._start_details(now))
            if self._budget.level(now) < 1:
                return self._budget.seconds_until(1, now)
            self._start(None, self._read_orders, now)
        return self._start_details(now)

    def _start_details(self, now: float) -> float:
        """Start the details that are due; a list that fails is all that is tried."""
        if self._failures or self._snapshot is None:
            return _LONGEST_SLEEP
        delay = _LONGEST_SLEEP
        for want in self._agenda.wants():
            if want.order_id in self._tasks:
                continue
            if want.due > now:
                delay = min(delay, want.due - now)
                continue
            # The list and the selected order always find a place and a request left.
            spare = 0 if want.urgent else 1
            if len(self._tasks) >= cadence.IN_FLIGHT - spare:
                continue  # the end of a call wakes the loop
            if self._budget.level(now) < 1 + spare:
                delay = min(delay, self._budget.seconds_until(1 + spare, now))
                continue
            self._agenda.asked(want.order_id)
            self._start(want.order_id, partial(self._read_detail, want.order_id), now)
        return delay

    def _start(self, key: str | None, call: Callable[[], Awaitable[None]], now: float) -> None:
        async def run() -> None:
            try:
                await call()
            finally:
                del self._tasks[key]
                self._wake.set()

        self._budget.take(now)
        self._tasks[key] = asyncio.create_task(run())

    async def _read_orders(self) -> None:
        sent = self._clock.now()
        answer = await _guarded(self._api.orders())
        now = self._clock.now()
        took = now.mono - sent.mono
        if isinstance(answer, Failure):
            self._orders_failed(answer)
            return
        self._failures = 0
        if now.mono >= self._hold_until:
            self._hold = None  # else a detail was refused meanwhile, and a person may lift that
        if answer is not self._snapshot:
            self._snapshot = answer
            self._index = {order.id: order for order in answer.orders}
        self._agenda.listed(self._index, sent.mono)
        pause = cadence.interval(self._refresh, took)
        # What was sent before the doubt is old by its very answer.
        self._list_due = now.mono + pause if sent.mono >= self._doubted_at else now.mono
        self._outbox.append(OrdersRead(answer, sent, took, pause))

    def _orders_failed(self, failure: Failure) -> None:
        now = self._clock.now()
        if self._failures == 0:
            self._failing_since = now.mono
        self._failures += 1
        failing_for = now.mono - self._failing_since
        wait = cadence.retry_wait(failure, self._failures, failing_for, self._jitter())
        self._list_due = now.mono + wait
        self._hold_for(failure, wait, now.mono)
        self._outbox.append(OrdersFailed(failure, now, now.wall + wait))

    async def _read_detail(self, order_id: str) -> None:
        listed_as = self._agenda.listed_as(order_id)
        sent = self._clock.now()
        answer = await _guarded(self._api.order(order_id))
        now = self._clock.now()
        if isinstance(answer, Failure):
            failures, failing_for = self._agenda.failed(order_id, now.mono)
            wait = cadence.retry_wait(answer, failures, failing_for, self._jitter())
            self._agenda.retry(order_id, now.mono + wait)
            self._outbox.append(DetailFailed(order_id, answer, now))
            if self._hold_for(answer, wait, now.mono):
                # The list waits with it, so the screen must say for what.
                self._outbox.append(OrdersFailed(answer, now, now.wall + wait))
            return
        reading = DetailReading(answer, sent)
        dropped = self._agenda.read(answer, reading, listed_as, now.mono)
        if dropped:
            self._outbox.append(DetailsDropped(dropped))
        self._outbox.append(DetailRead(answer, sent))

    def _hold_for(self, failure: Failure, wait: float, now: float) -> bool:
        if not cadence.holds_everything(failure):
            return False
        if now + wait >= self._hold_until:  # a shorter one must not make the longer liftable
            self._hold = failure
            self._hold_until = now + wait
        return True


async def _guarded(call: Awaitable[_Answer]) -> _Answer | Failure:
    """A fault of this program is one more failure to show, and no end of the loop."""
    try:
        return await call
    except Exception as error:  # noqa: BLE001 - the loop outlives every fault
        return Failure(Trouble.INTERNAL, hint=type(error).__name__)
