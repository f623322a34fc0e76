"""The demo server: a world behind the service's HTTP API, in a loop, a thread or a program."""

import asyncio
import json
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from threading import Thread

from tui.demo import CLIENT_ID, CLIENT_SECRET, COMPANY_ID, DemoOptions
from tui.demo.api import is_read, respond
from tui.demo.http_server import Listener, Request, Response, answer_requests
from tui.demo.responses import ApiError, TokenIssuer, compressed
from tui.demo.scenarios import outage_response
from tui.demo.world import World
from tui.demo.write_faults import WriteFaults


class DemoServer(Listener):
    """Serves a world. `clock` is in unix seconds, `token_lifetime` in seconds."""

    def __init__(
        self,
        world: World,
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        token_lifetime: int = DemoOptions().token_lifetime,
    ) -> None:
        super().__init__(partial(answer_requests, self.handle), port=port)
        self.world = world
        self.tokens = TokenIssuer(token_lifetime)
        self._clock = clock
        self._write_faults = WriteFaults() if world.scenario.has_write_faults else None

    def handle(self, request: Request) -> Response | Awaitable[Response]:
        """Answer a request. Raises `ConnectionAbortedError` during an outage, and after a write
        whose answer is lost.
        """
        now = self._clock()
        if self.world.scenario.has_outages:
            page = outage_response(now - self.world.epoch)
            if page is not None:
                return page
        act = partial(respond, request, self.world, self.tokens, now)
        try:
            if self._write_faults is None or is_read(request) or not self.tokens.may_write(request):
                return compressed(request, act())
            return self._write_faults.answer(request, act)
        except ApiError as error:
            return compressed(request, error.response)


async def serve_forever(port: int, options: DemoOptions, announce: Callable[[str], None]) -> None:
    """Serve a new world until SIGINT or SIGTERM. Once the server listens, `announce` gets what a
    client needs as one line of JSON.

    Raises OSError if the port isn't available and ValueError for an invalid world, both with a
    sentence.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows, where Ctrl+C raises KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    async with _new_server(options, port) as server:
        access = {
            "url": server.url,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "company_id": str(COMPANY_ID),
        }
        announce(json.dumps(access))
        await stop.wait()


@contextmanager
def serve_in_thread(options: DemoOptions, epoch: float | None = None) -> Iterator[str]:
    """Serve a new world, which begins now or at `epoch` (unix seconds), in a separate thread and
    event loop; return the URL once it listens. Raises OSError if it can't, and ValueError for an
    invalid world.
    """
    listening: Future[tuple[str, asyncio.AbstractEventLoop]] = Future()
    stop = asyncio.Event()

    async def serve() -> None:
        async with _new_server(options, epoch=epoch) as server:
            listening.set_result((server.url, asyncio.get_running_loop()))
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            if listening.done():
                raise
            listening.set_exception(error)

    # A daemon, so that a program that crashes before the end of the block doesn't hang.
    thread = Thread(target=run, name="demo-server", daemon=True)
    thread.start()
    url, loop = listening.result()
    try:
        yield url
    finally:
        with suppress(RuntimeError):  # the loop is closed already
            loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=2)


def _new_server(options: DemoOptions, port: int = 0, epoch: float | None = None) -> DemoServer:
    world = new_world(options, time.time() if epoch is None else epoch)
    return DemoServer(world, port=port, token_lifetime=options.token_lifetime)


def new_world(options: DemoOptions, epoch: float) -> World:
    return World(options.seed, options.orders, epoch, options.speed, options.scenario)
