"""Simulated minutes of the demo: how many requests it takes, and that its list is never late."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from contextlib import aclosing

import pytest

from tests.support.accelerated_loop import AcceleratedLoop, Time, run
from tui.api.client import Client
from tui.cli.demo_command import ACCOUNT
from tui.demo.http_server import Request, Response
from tui.demo.server import DemoServer
from tui.demo.world import World
from tui.model.account import Account
from tui.model.order_facts import ListStatus, list_status
from tui.model.state import State, reduce
from tui.polling.loop import Poller

pytestmark = pytest.mark.slow

_ROWS = 33
_REST = 0.2


class _Demo:
    """The demo with the cursor on the newest active order."""

    def __init__(self, speed: float, seed: int) -> None:
        self.time = Time()
        self._world = World(seed, 831, self.time.wall(), speed)
        self.requests: list[float] = []
        self.state = State()
        self.words: Counter[ListStatus] = Counter()

    async def play(self, minutes: float) -> None:
        requests, time = self.requests, self.time

        class Server(DemoServer):
            def handle(self, request: Request) -> Response | Awaitable[Response]:
                requests.append(time.mono())
                return super().handle(request)

        async with Server(self._world, clock=time.wall) as server:
            account = Account("42", ACCOUNT.client_id, ACCOUNT.client_secret, server.url)
            client = Client(account, clock=time.clock)
            poller = Poller(client, 5.0, clock=time.clock, jitter=lambda: 1.0)
            loop = asyncio.get_running_loop()
            assert isinstance(loop, AcceleratedLoop)
            loop.expecting = lambda: bool(poller._tasks)
            reading = asyncio.create_task(self._read(poller))
            for _ in range(int(minutes * 60 / _REST)):
                await asyncio.sleep(_REST)
                self.words[list_status(self.state, time.mono())] += 1
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await client.aclose()

    async def _read(self, poller: Poller) -> None:
        shown: tuple[str, ...] = ()
        async with aclosing(poller.events()) as events:
            async for event in events:
                self.state = reduce(self.state, event)
                rows = self.state.orders[:_ROWS]
                active = [order.id for order in rows if not order.phase.is_final]
                if (ids := tuple(order.id for order in rows)) != shown:
                    shown = ids
                    poller.set_visible(ids)
                    poller.select((active or ids)[0])


async def _play(speed: float, seed: int, minutes: float) -> _Demo:
    demo = _Demo(speed, seed)
    await demo.play(minutes)
    return demo


@pytest.mark.parametrize("seed", [1, 2])
def test_the_demo_takes_less_than_60_requests_a_minute(seed: int) -> None:
    demo = run(_play(1.0, seed, 6))
    since = demo.requests[0] + 60  # until then the rows in view are read
    busiest = max(
        sum(1 for at in demo.requests if start <= at < start + 60)
        for start in demo.requests
        if since <= start
    )
    assert 30 < busiest < 60


@pytest.mark.parametrize("seed", [1, 2])
def test_the_list_is_never_stale_where_nothing_failed(seed: int) -> None:
    """At this speed so many orders change that every request is used."""
    demo = run(_play(20.0, seed, 10))
    assert len(demo.requests) > 900
    assert demo.words.keys() <= {ListStatus.LIVE, ListStatus.CONNECTING}
    assert demo.words[ListStatus.LIVE] > 2900
