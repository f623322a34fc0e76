"""The whole program before servers that look for orders themselves, or not, or in part."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from tests.integration.test_app import WHO, FakeApi, Stage
from tests.integration.test_filter_bar import typed
from tests.integration.test_sort_columns_views import shown_ids
from tests.support.clocks import MovingClock
from tui.api.client import Client
from tui.demo.http_connection import Request, Response
from tui.demo.http_server import HttpServer
from tui.demo.server import DemoServer
from tui.demo.world import World
from tui.model.account import Account
from tui.model.order import Snapshot
from tui.model.pages import PageRequest
from tui.model.ports import DetailAnswer, Failure, ListAnswer
from tui.model.secret import Secret
from tui.model.server_search import NOWHERE
from tui.rate_limit import RateLimiter
from tui.ui.app import TranscodeApp

NOW = 1_750_000_000.0
TEXT = "entrevista"


@dataclass
class Wired(FakeApi):
    """A real client in the place of what is made up."""

    client: Client | None = None
    listed: Snapshot | Failure | None = field(default_factory=Snapshot)

    @property
    def _client(self) -> Client:
        assert self.client is not None
        return self.client

    async def orders(self) -> ListAnswer:  # type: ignore[override] # all that the port has
        self.asked.append("list")
        return await self._client.orders()

    async def page(self, part: PageRequest) -> ListAnswer:  # type: ignore[override] # all that the port has
        return await self._client.page(part)

    async def order(self, order_id: str) -> DetailAnswer:  # type: ignore[override] # the same
        return await self._client.order(order_id)

    async def aclose(self) -> None:
        await self._client.aclose()


class Server:
    """The demo's, with some parameters that it does not know."""

    def __init__(self, count: int, ignores: Collection[str] = ()) -> None:
        self.world = World(1, count, NOW)
        self.demo = DemoServer(self.world, clock=lambda: NOW)
        self.ignores = ignores
        self.queries: list[dict[str, str]] = []

    def __call__(self, request: Request) -> Response:
        if request.path.endswith("/transcode/"):
            self.queries.append(dict(request.query))
        query = {key: text for key, text in request.query.items() if key not in self.ignores}
        if "filters" in query:
            members = json.loads(query["filters"]).items()
            kept = {key: value for key, value in members if key not in self.ignores}
            query["filters"] = json.dumps(kept)
        return self.demo.handle(replace(request, query=query))

    def where(self, suits: Callable[[int], bool]) -> list[str]:
        """The ids of the orders that suit, newest first."""
        found = (number for number in self.world.indices(NOW) if suits(number))
        return [self.world.order_id(number) for number in found]

    def named(self, number: int) -> bool:
        names = (self.world.filename(number), self.world.label(number))
        return any(TEXT in name.casefold() for name in names)

    def searches(self) -> list[dict[str, str]]:
        return [query for query in self.queries if query.keys() & {"search", "filters"}]


@asynccontextmanager
async def watching(server: Server) -> AsyncIterator[Stage]:
    clock = MovingClock(NOW)
    async with HttpServer(server) as http:
        account = Account("42", "demo", Secret("demo-secret"), http.url)
        mono = clock.clock.mono
        # The feed keeps to the budget by the clock of the test; this one would wait by its own.
        turnstile = RateLimiter(mono, 1_000_000)
        client = Client(account, clock=clock.clock.wall, monotonic=mono, turnstile=turnstile)
        api = Wired(client=client)
        app = TranscodeApp(api, WHO, clock=clock.clock)
        async with app.run_test(size=(200, 40)) as pilot:
            on = Stage(api, app, pilot, clock)
            while not api.asked:
                await pilot.pause()
            await on.settle()
            yield on
        for _ in range(10):
            await asyncio.sleep(0)


EVERYTHING = ("limit", "offset", "output", "search", "filters")


async def test_a_server_that_looks_is_used_and_what_it_finds_is_looked_at() -> None:
    server = Server(1200)
    async with watching(server) as on:
        await on.pass_time(5)
        await typed(on, TEXT)
        assert "too many, narrow it down; the server itself has not looked yet" in on.line("rule")
        await on.pass_time(3)
        wanted = server.where(server.named)
        assert 20 < len(wanted) < 500
        assert f"; the server itself found {len(wanted)} at " in on.line("rule")
        assert "of them to be read" in on.line("rule")
        assert "not yet read" in on.line("rule")
        assert "too many" not in on.line("rule")
        await on.press("enter")
        await on.pass_time(len(wanted))
        assert "of them to be read" not in on.line("rule")
        assert set(wanted) <= set(shown_ids(on))
        assert f"{TEXT}  {len(shown_ids(on))} of 1200, " in on.line("rule")
        assert [query["search"] for query in server.queries if "search" in query] == [TEXT]


async def test_its_filters_go_together_where_it_knows_them_all() -> None:
    server = Server(3000)
    async with watching(server) as on:
        await on.pass_time(15)
        await typed(on, f"status:finished {TEXT}")
        await on.press("enter")
        await on.pass_time(4)
        ids = server.where(lambda n: server.named(n) and server.world.status(n, NOW) == "FINISHED")
        assert f"; the server itself found {len(ids)} at " in on.line("rule")
        asked = server.searches()[-1]
        assert (asked["search"], asked["filters"]) == (TEXT, '{"status": "FINISHED"}')
        await on.pass_time(len(ids))
        assert set(ids) <= set(shown_ids(on))


async def test_a_server_that_ignores_all_it_is_told_is_asked_twice_and_not_believed() -> None:
    server = Server(1200, EVERYTHING)
    async with watching(server) as on:
        await typed(on, TEXT)
        before = on.line("rule").partition(";")[0]
        await on.pass_time(4)
        assert "the server itself does not look by text" in on.line("rule")
        assert ": too many, narrow it down" in on.line("rule")
        assert ", 1" in before  # more than a thousand are not yet read, before and after
        await on.press("enter")
        await on.pass_time(130)
        assert [query["search"] for query in server.searches()] == [TEXT, NOWHERE]
        assert "live" in on.line("status")
        assert not on.app.state.gone
        assert len(on.app.state.orders) == 1200


async def test_a_server_that_pages_but_does_not_search_is_not_believed() -> None:
    server = Server(1200, ("search",))
    async with watching(server) as on:
        await on.pass_time(5)
        await typed(on, f"status:finished {TEXT}")
        await on.pass_time(4)
        assert "the server itself does not look by text" in on.line("rule")
        assert ": too many, narrow it down" in on.line("rule")
        await on.pass_time(130)
        searches = [query["search"] for query in server.queries if "search" in query]
        assert searches == [TEXT, NOWHERE]
        # By profile it may look, and is asked.
        await on.press("escape")
        await typed(on, "profile:hls")
        await on.pass_time(3)
        assert any("profile_name" in query.get("filters", "") for query in server.searches())


async def test_a_server_that_searches_but_knows_no_times_is_asked_for_the_text_alone() -> None:
    server = Server(1200, ("timestamp",))
    async with watching(server) as on:
        await on.pass_time(5)
        await typed(on, f"age>1d {TEXT}")
        await on.press("enter")
        await on.pass_time(6)
        wanted = server.where(server.named)
        assert f"; the server itself found {len(wanted)} at " in on.line("rule")
        assert on.app.state.ignored == {"timestamp"}
        first, second = (query for query in server.queries if "search" in query)
        assert "timestamp" in first["filters"]
        assert "filters" not in second
        await on.pass_time(len(wanted) + 10)
        old = server.where(lambda n: server.named(n) and server.world.created(n) < NOW - 86_500)
        assert 0 < len(old) < len(wanted)
        assert set(old) <= set(shown_ids(on))
        assert all((each.created or NOW) < NOW - 86_300 for each in on.table.rows)


async def test_failed_orders_that_are_not_known_yet_are_found() -> None:
    server = Server(60_000)
    async with watching(server) as on:
        await on.pass_time(2)
        assert on.app.state.is_partly_read
        errors = server.where(lambda n: server.world.status(n, NOW) == "ERROR")
        await on.press("f", "e")
        assert len(shown_ids(on)) < len(errors) / 3
        await on.pass_time(3)
        assert on.app.state.is_partly_read
        assert f"; the server itself found {len(errors)} at " in on.line("rule")
        assert set(errors[:500]) <= set(shown_ids(on))
        await on.pass_time(120)
        assert not on.app.state.is_partly_read
        assert shown_ids(on) == errors
        assert "the server itself" not in on.line("rule")
