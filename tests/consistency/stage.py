"""The app and a misbehaving server in one process and on one simulated clock."""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from typing import TypeVar, cast
from unittest.mock import patch

import pyte

from tests.consistency.answers import Call
from tests.consistency.ledger import Ledger
from tests.consistency.main_screen import VIEWS, Picture, read_picture
from tests.consistency.order_screen import OrderPicture, read_order_screen
from tests.consistency.plain_terminal import PlainScreen, TerminalDriver
from tests.consistency.recorded_run import RecordedRun
from tests.consistency.world import World
from tests.support.accelerated_loop import WALL, AcceleratedLoop, Time
from tests.support.app_actions import acting
from tests.support.faulty_server import Answer, Fault, FaultServer, Place, place_of
from tests.support.memory_stores import MemoryViewStore
from tests.support.terminal import MISREAD
from tui.api.client import Client
from tui.clock import Clock
from tui.demo.http_server import Request, Response
from tui.demo.list_query import ListQuery
from tui.model.account import Account, Secret, Session
from tui.model.order import OrderDetail, Phase, Snapshot
from tui.model.pages import NEWEST_PAGE, Page, PageRequest
from tui.model.ports import CachedAnswer, DetailAnswer, Failure, ListAnswer
from tui.ui.app import TranscodeApp
from tui.ui.services import AppServices

SIZE = (210, 60)
"""Columns and lines: the table has its ids, and all times, too."""

REFRESH = 5.0

OLD = 4500
"""Resting orders of a paged list, besides the changing ones: three pages of a scan."""

_Answer = TypeVar("_Answer", ListAnswer, DetailAnswer)


class WorldServer(FaultServer):
    """Serves the current state of the world, apart from faults.

    With `in_pieces` it honours paging as the demo server does (O), else it sends everything (S).
    """

    def __init__(self, world: World, time: Time, *, in_pieces: bool) -> None:
        super().__init__()
        self._world, self.time, self._in_pieces = world, time, in_pieces
        self.cache: dict[str, tuple[float, Response]] = {}
        """Time and body of the last good answer, by request."""

    def good(self, request: Request) -> Response:
        now = self.time.mono()
        self._world.advance(now)
        if place_of(request) is Place.LIST:
            self.service.list_body = self._listed(request, now)
        else:
            order_id = request.path.rstrip("/").rpartition("/")[2]
            detail = self._world.detail(order_id, now)
            self.service.details = {order_id: detail} if detail else {}
        answer = super().good(request)
        assert isinstance(answer, Response)
        self.cache[_key(request)] = now, answer
        return answer

    def _listed(self, request: Request, now: float) -> bytes:
        asked = ListQuery.parse(request.query) if self._in_pieces else ListQuery()
        end = None if asked.limit is None else asked.offset + asked.limit
        rows = self._world.rows(now, asked.offset, end, asked.status)
        count = self._world.count(now, asked.status)
        return json.dumps({"count": count, "results": rows} if asked.envelope else rows).encode()

    async def begin(self, fault: Fault) -> None:
        self.faulty = 0
        self.over.clear()
        await super().begin(fault)


def among_good(bad: object) -> Answer:
    """Answer the list with one more item."""
    return _changed(lambda rows: [*rows, bad])


def no_orders() -> Answer:
    """Answer a list without orders."""
    return _changed(lambda _: [])


def _changed(change: Callable[[list[object]], list[object]]) -> Answer:
    def answer(server: FaultServer, request: Request) -> Response:
        body = server.good(request).body
        assert isinstance(body, bytes)
        parsed = json.loads(body)
        if isinstance(parsed, dict):
            parsed["results"] = change(parsed["results"])
            parsed["count"] = parsed["count"] if parsed["results"] else 0
        else:
            parsed = change(parsed)
        return Response(body=json.dumps(parsed).encode())

    return answer


def beyond(fault: Answer) -> Answer:
    """Fail for every page but the newest."""

    def answer(server: FaultServer, request: Request) -> Response | Awaitable[Response]:
        asked = ListQuery.parse(request.query)
        is_newest = asked.offset == 0 and asked.status is None
        return server.good(request) if is_newest else fault(server, request)

    return answer


def _key(request: Request) -> str:
    return f"{request.path} {sorted(request.query.items())}"


def from_a_cache(server: FaultServer, request: Request) -> Response | Awaitable[Response]:
    """Repeat the last good answer with an `Age` header."""
    assert isinstance(server, WorldServer)
    kept = server.cache.get(_key(request))
    if kept is None:
        return server.good(request)
    at, answer = kept
    return Response(headers={"Age": str(math.ceil(server.time.mono() - at))}, body=answer.body)


def late(seconds: float) -> Answer:
    """Answer correctly as of the request, `seconds` later."""

    async def answer(server: FaultServer, request: Request) -> Response:
        good = server.good(request)
        await asyncio.sleep(seconds)
        return good

    return answer


def until(seconds: float) -> Answer:
    """Answer 429 with a `Retry-After` date `seconds` ahead."""

    def answer(server: FaultServer, _: Request) -> Response:
        assert isinstance(server, WorldServer)
        at = datetime.fromtimestamp(server.time.wall() + seconds, UTC)
        return Response(429, {"Retry-After": format_datetime(at, usegmt=True)})

    return answer


@asynccontextmanager
async def refused(_: FaultServer) -> AsyncIterator[None]:
    """Close the port."""
    yield


class NotedClient(Client):
    """A client that records its calls in the ledger."""

    def __init__(self, account: Account, time: Time, ledger: Ledger) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(account, clock=Clock(time.wall, loop.time))
        self._time = time
        self._ledger = ledger

    async def orders(self) -> ListAnswer:
        return await self._noted(NEWEST_PAGE, super().orders())

    async def page(self, part: PageRequest) -> ListAnswer:
        return await self._noted(part, super().page(part))

    async def order(self, order_id: str) -> DetailAnswer:
        return await self._noted(order_id, super().order(order_id))

    async def _noted(self, asked: PageRequest | str, call: Awaitable[_Answer]) -> _Answer:
        noted = Call(asked, self._time.clock.now())
        self._ledger.calls.append(noted)
        answer = await call
        content = answer.content if isinstance(answer, CachedAnswer) else answer
        if isinstance(answer, CachedAnswer):
            noted.start, noted.cached_for = noted.start.earlier(answer.age), answer.age
        if isinstance(content, Failure):
            noted.failure = content
        else:
            self._ledger.came(noted, _ids(content))
            if not isinstance(content, OrderDetail):
                self._ledger.unreadable += len(content.invalid_rows)
        noted.end = self._time.mono()
        return answer


def _ids(answer: Snapshot | Page | OrderDetail) -> Collection[str]:
    """Return the ids of the orders in an answer."""
    match answer:
        case Snapshot():
            return answer.index.keys()
        case Page():
            return answer.ids
        case OrderDetail():
            return (answer.id,)


class Stage:
    """The running program; `look` reads the terminal."""

    def __init__(self, seed: int, *, in_pieces: bool = False) -> None:
        self.time = Time()
        self.started = self.time.mono()
        self.world = World(seed, self.started, WALL, OLD if in_pieces else 0)
        self.ledger = Ledger(self.world)
        self.server = WorldServer(self.world, self.time, in_pieces=in_pieces)
        self.in_pieces = in_pieces
        self.paused = False
        self.touched_at = float("-inf")
        """When the last key was pressed."""
        self.invalid_before = float("-inf")
        self._screen = PlainScreen(*SIZE)
        self._stream = pyte.Stream(self._screen)
        self._lines = [""] * SIZE[1]
        self._random = Random(seed)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        """Run the server, the client and the app."""
        await self.server.start()
        environ = self.server.environ
        account = Account(
            environ["TRANSPARENT_COMPANY_ID"],
            environ["TRANSPARENT_CLIENT_ID"],
            Secret(environ["TRANSPARENT_CLIENT_SECRET"]),
            environ["TRANSPARENT_API_URL"],
        )
        client = NotedClient(account, self.time, self.ledger)
        who = Session("42", "127.0.0.1")
        services = AppServices(
            client,
            who,
            refresh=REFRESH,
            clock=self.time.clock,
            views=MemoryViewStore(VIEWS),
            history=RecordedRun(),
            actions=acting(),
        )
        with patch("textual.constants.COLOR_SYSTEM", "truecolor"):
            self.app = TranscodeApp(services)
        self.app.driver_class = TerminalDriver
        self.app.monitor.poller._jitter = lambda: self._random.uniform(0.5, 1)
        loop = cast(AcceleratedLoop, asyncio.get_running_loop())
        loop.expecting = lambda: bool(self.app.monitor.poller._tasks)
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

    def press(self, key: str) -> None:
        self.driver.press(key)
        self.touched_at = self.time.mono()
        if key == "p":
            self.paused = not self.paused

    def suspend(self, seconds: float) -> None:
        self.time.suspend(seconds)
        self.invalid_before = self.time.mono()

    def color(self, role: str) -> str:
        """Return the color of a role of text."""
        return self.app.theme_variables[f"role-{role}"]

    @property
    def status_colors(self) -> set[str]:
        return {self.color(phase.value) for phase in Phase}

    @property
    def is_half_drawn(self) -> bool:
        """True while an update is only partly written to the terminal."""
        screen = self.app.screen
        return bool(screen._dirty_widgets or screen._repaint_required or screen._layout_required)

    def look(self) -> Picture | OrderPicture | None:
        sent = self.driver.take()
        if sent:
            plain = MISREAD.sub(b"", sent.encode()).decode()
            self._stream.feed(self._screen.shorten_styles(plain))
        for y in self._screen.dirty:
            line = self._screen.buffer[y]
            self._lines[y] = "".join(line[x].data for x in range(SIZE[0]))
        self._screen.dirty.clear()
        screen = self._screen
        return read_picture(self._lines, screen) or read_order_screen(self._lines, screen)
