"""The whole program before a server that misbehaves, in one process and on one clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from typing import TypeVar, cast

import pyte

from tests.accelerated import WALL, AcceleratedLoop, Time
from tests.faults import Answer, Fault, FaultServer
from tests.terminal import MISREAD
from tests.truth.screen import Picture, TerminalDriver, read
from tests.truth.world import World
from tui.api.client import Client
from tui.demo.http import Request, Response
from tui.model.account import Account
from tui.model.events import Moment
from tui.model.order import OrderDetail, Snapshot
from tui.model.page import Page
from tui.model.ports import Failure
from tui.model.secret import Secret
from tui.ui.app import TranscodeApp
from tui.ui.banner import Identity

SIZE = (150, 60)
REFRESH = 5.0

_Answer = TypeVar("_Answer")


class WorldServer(FaultServer):
    """Tells what is true of the world at that moment, but for its faults."""

    def __init__(self, world: World, time: Time) -> None:
        super().__init__()
        self._world, self.time = world, time

    def __call__(self, request: Request) -> Response | Awaitable[Response]:
        self._catch_up()
        return super().__call__(request)

    def good(self, request: Request) -> Response:
        self._catch_up()
        return super().good(request)

    def _catch_up(self) -> None:
        now = self.time.mono()
        self.service.rows = self._world.rows(now)
        self.service.details = self._world.details(now)

    async def begin(self, fault: Fault) -> None:
        self.faulty = 0
        self.over.clear()
        await super().begin(fault)


def late(seconds: float) -> Answer:
    """What was true when it was asked for, told so much later."""

    async def answer(server: FaultServer, request: Request) -> Response:
        good = server.good(request)
        await asyncio.sleep(seconds)
        return good

    return answer


def until(seconds: float) -> Answer:
    """Too many requests; `Retry-After` is the date in so many seconds."""

    def answer(server: FaultServer, _: Request) -> Response:
        assert isinstance(server, WorldServer)
        at = datetime.fromtimestamp(server.time.wall() + seconds, UTC)
        return Response(429, {"Retry-After": format_datetime(at, usegmt=True)})

    return answer


@asynccontextmanager
async def refused(_: FaultServer) -> AsyncIterator[None]:
    """Nobody is at the port."""
    yield


@dataclass
class Call:
    """One call of the client: of the list where `order_id` is None."""

    order_id: str | None
    start: Moment
    end: float | None = None
    good: bool = False


class NotedClient(Client):
    """The client, and when it was asked for what."""

    def __init__(self, account: Account, time: Time) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(account, clock=time.wall, monotonic=loop.time)
        self._time = time
        self.calls: list[Call] = []

    async def orders(self) -> Snapshot | Page | Failure:
        return await self._noted(None, super().orders())

    async def order(self, order_id: str) -> OrderDetail | Failure:
        return await self._noted(order_id, super().order(order_id))

    async def _noted(self, order_id: str | None, call: Awaitable[_Answer]) -> _Answer:
        noted = Call(order_id, self._time.clock.now())
        self.calls.append(noted)
        answer = await call
        noted.end, noted.good = self._time.mono(), not isinstance(answer, Failure)
        return answer


class Stage:
    """The program on its stage; `look` reads what the terminal shows."""

    def __init__(self, seed: int) -> None:
        self.time = Time()
        self.started = self.time.mono()
        self.world = World(seed, self.started, WALL)
        self.server = WorldServer(self.world, self.time)
        self.paused = False
        self.doubted = float("-inf")
        self._screen = pyte.Screen(*SIZE)
        self._stream = pyte.Stream(self._screen)
        self._lines = [""] * SIZE[1]
        self._random = Random(seed)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        """The curtain is open."""
        await self.server.start()
        environ = self.server.environ
        account = Account(
            environ["TRANSPARENT_COMPANY_ID"],
            environ["TRANSPARENT_CLIENT_ID"],
            Secret(environ["TRANSPARENT_CLIENT_SECRET"]),
            environ["TRANSPARENT_API_URL"],
        )
        self.client = NotedClient(account, self.time)
        who = Identity("42", "127.0.0.1", REFRESH)
        self.app = TranscodeApp(self.client, who, clock=self.time.clock)
        self.app.driver_class = TerminalDriver
        self.app._feed._jitter = lambda: self._random.uniform(0.5, 1)
        loop = cast(AcceleratedLoop, asyncio.get_running_loop())
        loop.expecting = lambda: bool(self.app._feed._tasks)
        running = asyncio.create_task(self.app.run_async(size=SIZE, mouse=False))
        try:
            yield
        finally:
            self.app.exit()
            await running
            await self.server.end()
            await self.server.stop()

    @property
    def driver(self) -> TerminalDriver:
        return cast(TerminalDriver, self.app._driver)

    @property
    def calls(self) -> list[Call]:
        return self.client.calls

    def press(self, key: str) -> None:
        self.driver.press(key)
        if key == "p":
            self.paused = not self.paused

    def suspend(self, seconds: float) -> None:
        self.time.suspend(seconds)
        self.doubted = self.time.mono()

    @property
    def is_half_drawn(self) -> bool:
        """True between two lines that say the same: what is on the terminal is not whole yet."""
        screen = self.app.screen
        return bool(screen._dirty_widgets or screen._repaint_required or screen._layout_required)

    def look(self) -> Picture | None:
        sent = self.driver.take()
        if sent:
            self._stream.feed(MISREAD.sub(b"", sent.encode()).decode())
        for y in self._screen.dirty:
            line = self._screen.buffer[y]
            self._lines[y] = "".join(line[x].data for x in range(SIZE[0]))
        self._screen.dirty.clear()
        return read(self._lines)
