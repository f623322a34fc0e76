"""A poller with a fake API and a clock that advances only while everything waits."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from tui.clock import Clock
from tui.model.events import Event, Paused
from tui.model.order import InvalidRow, OrderDetail, OrderSummary, Snapshot
from tui.model.pages import NEWEST_PAGE, Page, PageRequest
from tui.model.ports import DetailAnswer, Failure, ListAnswer
from tui.model.state import State, reduce
from tui.polling.loop import Poller


def is_waiting(poller: Poller) -> bool:
    """Whether there is nothing to do until a call ends, a call is due or a method is called."""
    return not (poller._outbox or poller._wake.is_set())


def is_idle(poller: Poller) -> bool:
    """Whether it is waiting with no call in flight."""
    return is_waiting(poller) and not poller._tasks


class PollerHarness:
    """Runs a poller; it is its API and its clock, too.

    `calls` are pairs of time and order id, None for the list. `took` is how many seconds a call
    takes; with `hang` it never ends.
    """

    def __init__(self, refresh: float = 5.0, **statuses: str) -> None:
        self.now = 1000.0
        self.statuses = statuses
        self.calls: list[tuple[float, str | None]] = []
        self.list_answers: deque[ListAnswer | Exception] = deque()
        self.detail_answer: Callable[[str], DetailAnswer] = self._detail
        self.took = 0.0
        self.cancelled = 0
        self.hang = False
        self.events: list[Event] = []
        self.plan: list[tuple[float, Callable[[], None]]] = []
        clock = Clock(wall=lambda: 1e9 + self.now, mono=lambda: self.now)
        self.feed = Poller(self, refresh, clock=clock, wait=self._wait, jitter=lambda: 1.0)
        self.stream = self.feed.events()

    def _detail(self, order_id: str) -> OrderDetail:
        return OrderDetail(order_id, self.statuses.get(order_id))

    async def _wait(self, wake: asyncio.Event, seconds: float) -> None:
        for _ in range(6):  # let calls in flight end
            await asyncio.sleep(0)
        if wake.is_set():
            return
        step = max(seconds, 1e-6)
        if self.plan and self.plan[0][0] <= self.now + step:
            when, act = self.plan.pop(0)
            self.now = max(self.now, when)
            act()
        else:
            self.now += step

    async def _call(self, key: str | None) -> None:
        self.calls.append((self.now, key))
        if self.hang:
            try:
                await asyncio.Event().wait()
            finally:
                self.cancelled += 1
        self.now += self.took

    async def orders(self) -> ListAnswer:
        await self._call(None)
        if self.list_answers:
            answer = self.list_answers.popleft()
            if isinstance(answer, Exception):
                raise answer
            return answer
        return Snapshot(tuple(OrderSummary(name, word) for name, word in self.statuses.items()))

    async def page(self, part: PageRequest) -> ListAnswer:
        raise AssertionError(f"not a paged list: {part}")

    async def order(self, order_id: str) -> DetailAnswer:
        await self._call(order_id)
        return self.detail_answer(order_id)

    async def company_name(self) -> str:
        return ""

    async def aclose(self) -> None:
        raise AssertionError("the poller does not own the client")

    def at(self, seconds: float, act: Callable[[], None]) -> None:
        self.plan.append((1000 + seconds, act))
        self.plan.sort(key=lambda step: step[0])

    async def run(self, seconds: float) -> None:
        """Run until `seconds` after the start."""
        reached = False

        def end() -> None:
            nonlocal reached
            reached = True
            self.feed._outbox.append(Paused(False))  # an event to stop at

        self.at(seconds, end)
        async with asyncio.timeout(120):
            async for event in self.stream:
                if reached:
                    break
                self.events.append(event)

    def lists(self) -> list[float]:
        return [time - 1000 for time, key in self.calls if key is None]

    def details(self, name: str | None = None) -> list[float]:
        return [time - 1000 for time, key in self.calls if key is not None and name in (None, key)]

    def seen(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


class PagedPollerHarness(PollerHarness):
    """A paged list of `count` orders; the newest has the highest number."""

    def __init__(self, count: int, refresh: float = 5.0) -> None:
        super().__init__(refresh)
        self.listed = [self.order_of(number) for number in range(count, 0, -1)]
        self.parts: list[tuple[float, PageRequest]] = []
        self.honours_filters = True
        self.honours_offset = True
        self.reach = count
        """Pages from this offset on are empty."""
        self.failing: Failure | None = None
        self.unreadable: tuple[InvalidRow, ...] = ()

    def order_of(self, number: int, status: str = "FINISHED") -> OrderSummary:
        return OrderSummary(f"o{number}", status, float(number))

    def set(self, number: int, status: str) -> None:
        at = len(self.listed) - number
        self.listed[at] = self.order_of(number, status)
        self.statuses[f"o{number}"] = status

    async def orders(self) -> Snapshot | Page | Failure:
        return await self.page(NEWEST_PAGE)

    async def page(self, part: PageRequest) -> Snapshot | Page | Failure:
        self.parts.append((self.now - 1000, part))
        await self._call(None)
        if self.failing is not None and part != NEWEST_PAGE:
            return self.failing
        found: Iterable[OrderSummary] = self.listed
        if part.status and self.honours_filters:
            found = [order for order in found if order.status == part.status]
        rows = list(found)
        offset = part.offset if self.honours_offset else 0
        found = rows[offset : offset + part.limit] if offset < self.reach else ()
        page = Page(part, tuple(found), self.unreadable, len(rows) if self.reach else 0)
        return Snapshot(page.orders) if page.is_last and part == NEWEST_PAGE else page

    def state(self) -> State:
        state = State()
        for event in self.events:
            state = reduce(state, event)
        return state

    def asked(
        self, *, sweep: bool = False, status: bool = False, view: bool = False
    ) -> list[PageRequest]:
        kinds = [
            "newest"
            if part == NEWEST_PAGE
            else "status"
            if part.status
            else "sweep"
            if part.limit == 2000
            else "view"
            for _, part in self.parts
        ]
        wanted = {"sweep": sweep, "status": status, "view": view}
        return [
            part
            for kind, (_, part) in zip(kinds, self.parts, strict=True)
            if wanted.get(kind, False)
        ]
