"""The app in Textual's test harness, with a fake API and a manual clock."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from textual.app import App
from textual.command import CommandList
from textual.pilot import Pilot
from textual.strip import Strip

from tests.support.clocks import ManualClock
from tests.support.fake_company import FakeCompany
from tests.support.memory_stores import MemoryListCache, MemoryViewStore
from tests.support.poller import is_idle, is_waiting
from tui.filtering.views import BUILT_IN_VIEWS, ScreenState, View, ViewStore
from tui.model.account import Session
from tui.model.history import History
from tui.model.order import (
    MediaLocation,
    OrderDetail,
    OrderSummary,
    Profile,
    Snapshot,
    SubJob,
)
from tui.model.pages import PageRequest
from tui.model.ports import ExportTarget, Failure
from tui.ui.app import TranscodeApp
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.screen import MainScreen
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.services import ActionServices, AppServices
from tui.ui.widgets.line_view import LineView

SESSION = Session(company="42", host="api.example")
CREATED = 1_760_000_000.0
VIEWS = {view.name: view for view in BUILT_IN_VIEWS}


def order(number: int, status: str = "FINISHED") -> OrderSummary:
    """Return an order; a higher number is newer by a minute."""
    made = CREATED + number * 60
    return OrderSummary(f"{made:.0f}-{number:04}", status, made)


def orders(*numbers: int, status: str = "FINISHED") -> Snapshot:
    return Snapshot(tuple(order(number, status) for number in numbers))


MIXED_ORDERS = Snapshot(
    (order(5, "TRANSCODING"), order(4, "ERROR"), order(3), order(2, "ERROR"), order(1))
)


@dataclass
class FakeApi(FakeCompany):
    """Answers with the list and the details it is given; while `listed` is None, never.

    `asked` records the calls: `list` or the id of an order.
    """

    listed: Snapshot | Failure | None = None
    progress: dict[str, tuple[float, ...]] = field(default_factory=dict)
    raws: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    name: str = ""
    name_requests: int = 0
    closed: bool = False

    async def orders(self) -> Snapshot | Failure:
        self.asked.append("list")
        if self.listed is None:
            await asyncio.Event().wait()
            raise AssertionError
        return self.listed

    async def page(self, part: PageRequest) -> Snapshot | Failure:
        raise AssertionError(f"not a paged list: {part}")

    async def order(self, order_id: str) -> OrderDetail | Failure:
        self.asked.append(order_id)
        jobs = tuple(
            SubJob(Profile(str(number), f"Profile {number}"), f"job-{number}.mp4", None, percent)
            for number, percent in enumerate(self.progress.get(order_id, (10.0,)))
        )
        listed = self.listed.orders if isinstance(self.listed, Snapshot) else ()
        status = next((each.status for each in listed if each.id == order_id), None)
        raw = self.raws.get(order_id, "")
        return OrderDetail(
            order_id,
            status,
            filename=f"of-{order_id}.mp4",
            comment=self.comments.get(order_id),
            uploads=(MediaLocation("ftp://user:•••@host/"),),
            jobs=jobs,
            compressed_json=zlib.compress(raw.encode()) if raw else b"",
        )

    async def company_name(self) -> str:
        self.name_requests += 1
        return self.name

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class Stage:
    """A running app with its API, clock and pilot."""

    api: FakeApi
    app: TranscodeApp
    pilot: Pilot[None]
    clock: ManualClock

    async def wait_idle(self) -> None:
        """Wait until the poller has nothing in flight and Textual has handled its messages."""
        for _ in range(3):
            await asyncio.sleep(0)
            while self._busy():  # noqa: ASYNC110 - the poller has no idle event
                await asyncio.sleep(0)
            await self.pilot._wait_for_screen()

    def _busy(self) -> bool:
        poller = self.app.monitor.poller
        return not (is_idle if self.api.listed is not None else is_waiting)(poller)

    async def pass_time(self, seconds: float) -> None:
        """Advance the clock in steps of at most one second; do what is due after each."""
        while seconds > 0:
            self.clock.advance(min(seconds, 1.0))
            seconds -= 1.0
            self.app.monitor.poller._wake.set()
            await self.wait_idle()
            self.app.tick()
        await self.wait_idle()

    async def painted(self) -> None:
        """Wait until everything is painted.

        Textual paints at most 60 times a second, by the real clock.
        """
        screen = self.app.screen
        while screen._dirty_widgets or screen._repaint_required:  # noqa: ASYNC110 - Textual has no event
            await asyncio.sleep(0.005)

    async def list_again(self, listed: Snapshot | Failure) -> None:
        """Let the next poll return `listed`."""
        self.api.listed = listed
        await self.pass_time(4.9)
        await self.pass_time(0.2)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.wait_idle()

    @property
    def main_screen(self) -> MainScreen:
        screen = self.app.main_screen
        assert screen is not None
        return screen

    @property
    def table(self) -> OrdersTable:
        return self.app.screen_stack[0].query_one(OrdersTable)

    @property
    def detail(self) -> str:
        return text_of(self.app.screen_stack[0].query_one(DetailPane))

    def line(self, name: str) -> str:
        return text_of(self.app.screen_stack[0].query_one(f"#{name}", LineView))

    def row(self, y: int) -> str:
        """Return the text of a rendered line of the table; 0 is the header."""
        return self.table.render_line(y).text


def text_of(widget: LineView) -> str:
    return "\n".join("".join(text for text, _ in line) for line in widget.lines)


def rendered_strips(app: App[Any]) -> list[Strip]:
    """Return the rendered lines of the current screen."""
    return app.screen._compositor.render_strips()


def rendered_lines(app: App[Any]) -> list[str]:
    """Return the text of the current screen, line by line, in full width."""
    return [strip.text for strip in rendered_strips(app)]


def toasts(app: App[Any]) -> list[str]:
    """Return the messages of the current notifications."""
    return [toast.message for toast in app._notifications]


def message_line(app: App[Any]) -> str:
    """Return the text of the last line: the keys, or a message in their place."""
    return " ".join(text_of(app.screen.query_one("#keys", LineView)).split())


@asynccontextmanager
async def stage(  # noqa: PLR0913 - what a test starts with
    listed: Snapshot | Failure | None,
    size: tuple[int, int] = (120, 40),
    cache: MemoryListCache | None = None,
    raws: dict[str, str] | None = None,
    view_store: ViewStore | None = None,
    exports: ExportTarget | None = None,
    view: View | None = None,
    history: History | None = None,
    actions: ActionServices | None = None,
    session: Session = SESSION,
) -> AsyncIterator[Stage]:
    """Run the app until its first list was handled. It starts with `view`, or as `view_store` has
    stored it.
    """
    clock = ManualClock()
    if view is not None:
        view_store = MemoryViewStore(screen_state=ScreenState(view))
    api = FakeApi(listed, raws=raws or {})
    services = AppServices(
        api,
        session,
        cache=cache,
        views=view_store,
        exports=exports,
        history=history,
        actions=actions,
        clock=clock.clock,
    )
    app = TranscodeApp(services)
    async with app.run_test(size=size, notifications=True) as pilot:
        running = Stage(api, app, pilot, clock)
        while not api.asked:  # the first call follows the first paint
            await pilot.pause()
        await running.wait_idle()
        yield running
    for _ in range(10):  # the app exits before its worker has ended
        await asyncio.sleep(0)
    assert api.closed
    assert cache is None or cache.closed


async def run_command(on: Stage, search: str) -> None:
    """Run the one palette command that matches `search`."""
    await on.press("ctrl+p", *search)
    palette = on.app.screen
    while [each.prompt for each in palette.query_one(CommandList).options][1:]:
        await on.pilot.pause(0.01)
    await on.press("enter")
    await on.pilot.pause()
    await on.wait_idle()
    assert on.app.screen is not palette


async def type_filter(on: Stage, text: str) -> None:
    """Open the filter bar and type `text`."""
    await on.press("slash")
    await on.press(*("space" if each == " " else each for each in text))


def shown_ids(on: Stage) -> list[str]:
    return [each.id for each in on.table.rows]


def order_ids(*numbers: int) -> list[str]:
    return [order(number).id for number in numbers]


async def resize(on: Stage, width: int, height: int) -> None:
    await on.pilot.resize_terminal(width, height)
    await on.pilot.pause()
