"""The demo server: a world behind the service's HTTP API, in a loop, a thread or a program."""

import asyncio
import json
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from threading import Thread

from tui.demo import DemoOptions
from tui.demo.api import respond
from tui.demo.http_server import HttpServer, Request, Response
from tui.demo.responses import CLIENT_ID, CLIENT_SECRET, ApiError, TokenIssuer, compressed
from tui.demo.scenarios import outage_response
from tui.demo.world import COMPANY_ID, World


@dataclass(frozen=True, slots=True)
class Access:
    """What a client needs."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    company_id: str


class DemoServer(HttpServer):
    """Serves a world. `clock` is in unix seconds."""

    def __init__(
        self, world: World, *, port: int = 0, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(self.handle, port=port)
        self.world = world
        self.tokens = TokenIssuer()
        self._clock = clock

    @property
    def access(self) -> Access:
        return Access(self.url, CLIENT_ID, CLIENT_SECRET, str(COMPANY_ID))

    def handle(self, request: Request) -> Response:
        """Answer a request. Raises `ConnectionAbortedError` during an outage."""
        now = self._clock()
        if self.world.scenario.has_outages:
            page = outage_response(now - self.world.epoch)
            if page is not None:
                return page
        try:
            response = respond(request, self.world, self.tokens, now)
        except ApiError as error:
            response = error.response
        return compressed(request, response)


async def serve_forever(port: int, options: DemoOptions, announce: Callable[[str], None]) -> None:
    """Serve a new world until SIGINT or SIGTERM. Once the server listens, `announce` gets its
    `Access` as one line of JSON.

    Raises OSError, in one sentence, if the port isn't available, and ValueError for an invalid
    world.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows, where Ctrl+C raises KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    async with _new_server(options, port) as server:
        announce(json.dumps(asdict(server.access)))
        await stop.wait()


class DemoServerThread:
    """A demo server in a separate thread and event loop."""

    def __init__(self, options: DemoOptions = DemoOptions()) -> None:  # noqa: B008 - immutable
        self._options = options
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listening: Future[Access] = Future()
        # A daemon, so that a program that crashes before `stop` doesn't hang.
        self._thread = Thread(target=self._run, name="demo-server", daemon=True)

    def start(self) -> Access:
        """Start the server and wait until it listens. Raises OSError if it can't."""
        self._thread.start()
        return self._listening.result()

    def stop(self) -> None:
        """Close everything. Does nothing if the server isn't running."""
        if self._loop is None:
            return
        with suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=2)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._listening.done():
                raise
            self._listening.set_exception(error)  # `start` raises it

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with _new_server(self._options) as server:
            self._listening.set_result(server.access)
            await self._stop.wait()


def _new_server(options: DemoOptions, port: int = 0) -> DemoServer:
    orders, seed, speed, scenario = options
    return DemoServer(World(seed, orders, time.time(), speed, scenario), port=port)
