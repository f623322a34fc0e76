"""The demo server: one world behind the service's calls."""
# FOLD """The demo server as a program of its own."""
# FOLD """The demo server beside a program, in a thread and an event loop of its own."""

import asyncio
import json
import signal
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from threading import Thread
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlencode

from tui.demo import DemoOptions
from tui.demo.http_connection import Request, Response
from tui.demo.http_server import HttpServer
from tui.demo.responses import TokenIssuer, compressed
from tui.demo.routes import Api
from tui.demo.scenarios import outage_response
from tui.demo.world import World

# All others might carry what should not be kept.
_SHOWN = {"limit", "offset", "search", "output", "filters"}


class RequestLogEntry(NamedTuple):
    """A request that was answered, without anything secret."""

    at: float
    method: str
    path: str
    query: str
    status: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client needs to be let in."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    company_id: str


class DemoServer:
    """Serves a world on the loopback for as long as its `async with` block lasts."""

    def __init__(
        self,
        world: World,
        *,
        client_id: str = "demo",
        client_secret: str = "demo-secret",  # noqa: S107 - known to all, and good for nothing else
        port: int = 0,
        clock: Callable[[], float] = time.time,
        token_lifetime: float = 36000,
    ) -> None:
        self.world = world
        self.client_id, self.client_secret = client_id, client_secret
        self.company_id = world.company_id
        self.requests: deque[RequestLogEntry] = deque(maxlen=1000)
        self._clock = clock
        self._gate = TokenIssuer(client_id, client_secret, token_lifetime, clock)
        self._api = Api(world, self._gate, clock)
        self._http = HttpServer(self.handle, port=port)

    async def __aenter__(self) -> Self:
        """Listen; from here on `url` and `port` are the real ones."""
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the listener and every connection."""
        await self._http.__aexit__(kind, error, traceback)

    @property
    def url(self) -> str:
        """The server's origin, without a slash at its end."""
        return self._http.url

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._http.port

    @property
    def credentials(self) -> Credentials:
        """What a client needs to be let in."""
        return Credentials(self.url, self.client_id, self.client_secret, self.company_id)

    def revoke_tokens(self) -> None:
        """Make every token given out so far invalid."""
        self._gate.revoke()

    def handle(self, request: Request) -> Response:
        """Answer one request and note it; a stand-in server may wrap this.

        Raises `AbortConnection` where the scene is "outage" and the connection is to be cut.
        """
        storm = (
            outage_response(self._clock() - self.world.epoch)
            if self.world.scenario.outage
            else None
        )
        response = storm or compressed(request, self._api(request))
        shown = {name: value for name, value in request.query.items() if name in _SHOWN}
        self.requests.append(
            RequestLogEntry(
                self._clock(), request.method, request.path, urlencode(shown), response.status
            )
        )
        return response


async def serve_forever(port: int, options: DemoOptions, announce: Callable[[str], None]) -> None:
    """Serve a new world until SIGINT or SIGTERM. Once the server listens, `announce` gets its
    `Credentials` as one line of JSON.

    Raises OSError, in one sentence, if the port isn't available, and ValueError for an invalid
    world.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows, where Ctrl+C raises KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    async with DemoServer(_new_world(options), port=port) as server:
        announce(json.dumps(asdict(server.credentials)))
        await stop.wait()


class DemoServerThread:
    """A demo server in a thread and event loop of its own."""

    def __init__(self, options: DemoOptions = DemoOptions()) -> None:  # noqa: B008 - immutable
        self._options = options
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._listening: Future[Credentials] = Future()
        # A daemon, so that a program that crashes before `stop` doesn't hang.
        self._thread = Thread(target=self._run, name="demo-server", daemon=True)

    def start(self) -> Credentials:
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
        self._loop = None

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._listening.done():
                raise
            self._listening.set_exception(error)  # `start` raises it

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with DemoServer(_new_world(self._options)) as server:
            self._listening.set_result(server.credentials)
            await self._stop.wait()


def _new_world(options: DemoOptions) -> World:
    orders, seed, speed, scenario = options
    return World(seed, orders, time.time(), speed, scenario=scenario)
