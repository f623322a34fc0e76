"""The app and the search of a server: working, ignored, or wrong."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from tests.support.app_stage import SESSION, FakeApi, Stage, shown_ids, type_filter
from tests.support.clocks import ManualClock
from tui import formatting
from tui.api.client import Client
from tui.demo.http_server import Request, Response, http_server
from tui.demo.orders import AnyOrder
from tui.demo.server import DemoServer
from tui.demo.world import World
from tui.model.account import Account, Secret
from tui.model.order import Snapshot
from tui.model.pages import PageRequest
from tui.model.ports import DetailAnswer, Failure, ListAnswer
from tui.rate_limit import RateLimiter
from tui.ui.app import TranscodeApp
from tui.ui.services import AppServices

NOW = 1_750_000_000.0
TEXT = "entrevista"


@dataclass
class ClientApi(FakeApi):
    """A real client with the interface of the fake API."""

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

    async def company_name(self) -> str:
        return await self._client.company_name()

    async def aclose(self) -> None:
        await self._client.aclose()


class Server:
    """The demo server, without some parameters."""

    def __init__(self, count: int, ignores: Collection[str] = ()) -> None:
        self.world = World(1, count, NOW)
        self.demo = DemoServer(self.world, clock=lambda: NOW)
        self.ignores = ignores
        self.queries: list[dict[str, str]] = []
        self.finds: list[str] | None = None
        """Ids that a search returns; None for a real search."""

    def __call__(self, request: Request) -> Response:
        if request.path.endswith("/transcode/"):
            self.queries.append(dict(request.query))
        query = {key: text for key, text in request.query.items() if key not in self.ignores}
        if self.finds is not None and "search" in query:
            orders = {order.id: order for order in self.world.orders(NOW)}
            rows = [
                {
                    "id": order_id,
                    "status": self.world.status(orders[order_id], NOW),
                    "created_on": orders[order_id].created,
                }
                for order_id in self.finds
            ]
            return Response(body=json.dumps({"count": len(rows), "results": rows}).encode())
        if "filters" in query:
            members = json.loads(query["filters"]).items()
            kept = {key: value for key, value in members if key not in self.ignores}
            query["filters"] = json.dumps(kept)
        response = self.demo.handle(replace(request, query=query))
        assert isinstance(response, Response)
        return response

    def where(self, matches: Callable[[AnyOrder], bool]) -> list[str]:
        """Return the ids of matching orders, newest first."""
        return [order.id for order in self.world.orders(NOW) if matches(order)]

    def named(self, order: AnyOrder) -> bool:
        return any(TEXT in name.casefold() for name in (order.filename, order.label))

    def searches(self) -> list[dict[str, str]]:
        return [query for query in self.queries if query.keys() & {"search", "filters"}]


@asynccontextmanager
async def watching(server: Server) -> AsyncIterator[Stage]:
    clock = ManualClock(NOW)
    async with http_server(server) as http:
        account = Account("42", "demo", Secret("demo-secret"), http.url)
        # The poller's limiter uses the clock of the test; the client's would really sleep.
        limiter = RateLimiter(clock.clock.mono, 1_000_000)
        client = Client(account, clock=clock.clock, rate_limiter=limiter)
        api = ClientApi(client=client)
        app = TranscodeApp(AppServices(api, SESSION, clock=clock.clock))
        async with app.run_test(size=(200, 40)) as pilot:
            on = Stage(api, app, pilot, clock)
            while not api.asked:
                await pilot.pause()
            await on.wait_idle()
            yield on
        for _ in range(10):
            await asyncio.sleep(0)


EVERYTHING = ("limit", "offset", "output", "search", "filters")


async def test_server_results_are_read_first() -> None:
    server = Server(1200)
    async with watching(server) as on:
        await on.pass_time(5)
        await type_filter(on, TEXT)
        assert "server search pending" in on.line("filter-info")
        await on.pass_time(3)
        wanted = server.where(server.named)
        assert 20 < len(wanted) < 500
        assert f"  server search: {len(wanted)} at " in on.line("filter-info")
        assert " to read" in on.line("filter-info")
        assert "indexing " in on.line("filter-info")
        await on.press("enter")
        await on.pass_time(len(wanted))
        assert " to read" not in on.line("filter-info")
        assert set(wanted) <= set(shown_ids(on))
        assert f"{TEXT}  {len(shown_ids(on))} of {formatting.count(1200)}  indexing " in on.line(
            "filter-info"
        )
        assert {query["search"] for query in server.queries if "search" in query} == {TEXT}


@pytest.mark.slow
async def test_status_and_search_are_sent_in_one_request() -> None:
    server = Server(3000)
    async with watching(server) as on:
        await on.pass_time(15)
        await type_filter(on, f"status:finished {TEXT}")
        await on.press("enter")
        await on.pass_time(4)
        ids = server.where(lambda n: server.named(n) and server.world.status(n, NOW) == "FINISHED")
        assert f"  server search: {len(ids)} at " in on.line("filter-info")
        asked = server.searches()[-1]
        assert (asked["search"], asked["filters"]) == (TEXT, '{"status": "FINISHED"}')
        await on.pass_time(len(ids))
        assert set(ids) <= set(shown_ids(on))


@pytest.mark.slow
@pytest.mark.parametrize("ignores", [("search",), EVERYTHING])
async def test_a_server_that_does_not_search_costs_one_request_a_minute(
    ignores: Collection[str],
) -> None:
    server = Server(1200, ignores)
    async with watching(server) as on:
        await on.pass_time(5)
        await type_filter(on, TEXT)
        await on.pass_time(4)
        assert "  server search: 1200 at " in on.line("filter-info")
        await on.press("enter")
        await on.pass_time(130)
        searches = [query for query in server.queries if "search" in query]
        assert [query["search"] for query in searches] == [TEXT] * 3
        assert "live" in on.line("status")
        assert not on.app.monitor.state.gone
        assert len(on.app.monitor.state.orders) == 1200


@pytest.mark.slow
async def test_wrong_server_results_only_change_the_reading_order() -> None:
    server = Server(1200)
    async with watching(server) as on:
        await on.pass_time(5)
        nonsense = server.where(lambda n: not server.named(n))[-40:]
        server.finds = nonsense
        before = on.app.monitor.state
        await type_filter(on, TEXT)
        await on.press("enter")
        await on.pass_time(3)
        assert "  server search: 40 at " in on.line("filter-info")
        assert set(nonsense).isdisjoint(before.details)
        await on.pass_time(60)
        assert set(nonsense) <= on.app.monitor.state.details.keys()
        assert set(nonsense).isdisjoint(shown_ids(on))
        assert on.app.monitor.state.index.keys() == before.index.keys()
        assert not on.app.monitor.state.gone
        assert "indexing " in on.line("filter-info")
        assert "live" in on.line("status")


@pytest.mark.slow
async def test_failed_orders_beyond_the_loaded_list_are_found() -> None:
    server = Server(60_000)
    async with watching(server) as on:
        await on.pass_time(2)
        assert on.app.monitor.state.is_partially_loaded
        errors = server.where(lambda n: server.world.status(n, NOW) == "ERROR")
        await on.press("f", "e")
        assert len(shown_ids(on)) < len(errors) / 3
        await on.pass_time(3)
        assert on.app.monitor.state.is_partially_loaded
        assert f"  server search: {len(errors)} at " in on.line("filter-info")
        assert set(errors[:500]) <= set(shown_ids(on))
        await on.pass_time(120)
        assert not on.app.monitor.state.is_partially_loaded
        assert shown_ids(on) == errors
        assert "server search" not in on.line("filter-info")
