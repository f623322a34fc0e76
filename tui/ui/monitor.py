"""Polls the orders of one account and keeps the state that the screens show."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, aclosing

import msgspec

from tui.model.events import EndedOrdersRead, Event, GoneDismissed, ListLoaded, TimingsChanged
from tui.model.state import reduce
from tui.model.statistics import Statistics
from tui.model.telemetry import Diagnosis, Telemetry
from tui.polling.loop import Poller, cached_state, events_with_cache
from tui.ui.ended_orders import EndedOrdersReader
from tui.ui.event_log import describe_event
from tui.ui.services import AppServices
from tui.ui.text import fit
from tui.ui.timing_loader import TimingLoader

_MAX_NAME = 40
"""Cells of the company's name."""

_STALL = 5.0
"""Seconds between two ticks from which on the process was stopped or blocked."""


class OrderMonitor:
    """Runs the poller of one account and reduces its events to `state`. Knows no widget.

    `state` begins with the cached list; nothing is requested before `run`. `on_change` is called
    after each change of `state`. Notable events are logged to `telemetry`. The company's name is
    requested once, after the first list; without it `session` stays as it is.
    """

    def __init__(self, services: AppServices, on_change: Callable[[], None]) -> None:
        self.session = services.session
        self.clock = clock = services.clock
        self.telemetry = services.telemetry or Telemetry(clock.wall())
        self.poller = Poller(services.api, services.refresh, clock=clock)
        self.state = cached_state(services.cache, clock)
        self._api = services.api
        self._cache = services.cache
        self.history = services.history
        self._on_change = on_change
        self._last_tick = clock.mono()
        self._naming: asyncio.Task[None] | None = None
        self._ended_orders: EndedOrdersReader | None = None
        self._timing_loader: TimingLoader | None = None
        if self.history is not None:
            self._ended_orders = EndedOrdersReader(self.history, self._note_ended_orders)
            self._timing_loader = TimingLoader(
                self.history, lambda: self.state, self._apply_timings
            )

    async def run(self) -> None:
        """Apply the poller's events until cancelled, then close the API client and the history."""
        # A stack: the end of the app cancels this again, and each of these must be called anyway.
        async with AsyncExitStack() as at_end:
            if self.history is not None:
                at_end.push_async_callback(self.history.aclose)
            if self._ended_orders is not None:
                at_end.push_async_callback(self._ended_orders.aclose)
            at_end.push_async_callback(self._api.aclose)
            if self._timing_loader is not None:
                at_end.push_async_callback(self._timing_loader.aclose)
            at_end.push_async_callback(self._stop_naming)
            events = events_with_cache(self.poller, self._cache, self.state, self.clock)
            async with aclosing(events):
                async for event in events:
                    self.apply(event)
                    if isinstance(event, ListLoaded) and self._naming is None:
                        self._naming = asyncio.create_task(self._read_company_name())

    async def _stop_naming(self) -> None:
        if self._naming is not None:
            self._naming.cancel()
            await asyncio.gather(self._naming, return_exceptions=True)

    async def _read_company_name(self) -> None:
        name = fit(await self._api.company_name(), _MAX_NAME).rstrip()
        if name:
            self.session = msgspec.structs.replace(self.session, company_name=name)
            self._on_change()

    def apply(self, event: Event) -> None:
        before, self.state = self.state, reduce(self.state, event)
        if self.history is not None:
            timings = self.history.observe(before, event, self.state)
            if timings:
                self.state = reduce(self.state, TimingsChanged(timings))
                if self._timing_loader is not None:
                    self._timing_loader.on_observed(timings)
        if text := describe_event(before, event, self.state, self.session):
            self.log(text)
        self._on_change()

    def _note_ended_orders(self, statistics: Statistics) -> None:
        self.state = reduce(self.state, EndedOrdersRead(statistics))
        self._on_change()

    def _apply_timings(self, event: TimingsChanged) -> None:
        self.state = reduce(self.state, event)
        self._on_change()

    def require_timings(self, order_ids: Sequence[str], *, all_orders: bool) -> None:
        """Load the timings of these orders, or of all that ended."""
        if self._timing_loader is not None:
            self._timing_loader.require(order_ids, all_orders=all_orders)
        elif all_orders and not self.state.has_all_timings:
            self._apply_timings(TimingsChanged({}, has_all=True))

    def take_notices(self) -> Sequence[str]:
        """Return what the history has to say, once; it is logged, too."""
        notices = () if self.history is None else self.history.take_notices()
        for text in notices:
            self.log(text)
        return notices

    def log(self, text: str) -> None:
        self.telemetry.log_event(text, self.clock.wall())

    def dismiss_gone(self) -> None:
        """Forget the orders that are no longer in the list."""
        self.apply(GoneDismissed(tuple(self.state.gone)))

    def diagnose(self, about: Sequence[tuple[str, str]]) -> Diagnosis:
        """Return what was observed so far. `about` are names and values that don't change."""
        now, status, history = self.clock.now(), self.poller.status(), self.history
        accuracy = None if history is None else history.accuracy
        problem = "" if history is None else history.problem
        return Diagnosis(
            now, self.telemetry, status, self.session, about, self.state, accuracy, problem
        )

    def tick(self) -> None:
        """Invalidate the data if the process stood still since the last tick: suspended, or
        blocked by a terminal that is not read. Read the last hours of the history if it is time to.
        To be called once a second.
        """
        now = self.clock.now()
        has_stalled = now.mono - self._last_tick > _STALL
        self._last_tick = now.mono
        if has_stalled:
            self.poller.invalidate()
        if self._ended_orders is not None:
            self._ended_orders.tick(self.state, now)
