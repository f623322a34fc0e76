"""The demo server: a world behind the service's HTTP API, in a loop, a thread or a program."""

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
from typing import NamedTuple
from urllib.parse import urlencode

from tui.demo import DemoOptions
from tui.demo.api import DemoApi
from tui.demo.http_server import HttpServer, Request, Response
from tui.demo.responses import TokenIssuer, compressed
from tui.demo.scenarios import outage_response
from tui.demo.world import World

# Other parameters may be secret.
_LOGGED_PARAMETERS = {"limit", "offset", "search", "output", "filters"}


class RequestLogEntry(NamedTuple):
    """A request that was answered; has no secrets. `at` is in seconds of the server's clock."""

    at: float
    method: str
    path: str
    query: str
    status: int


@dataclass(frozen=True, slots=True)
class Access:
    """What a client needs."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    company_id: str


class DemoServer(HttpServer):
    """Serves a world. `clock` is in unix seconds; `token_lifetime` in seconds."""

    def __init__(
        self,
        world: World,
        *,
        client_id: str = "demo",
        client_secret: str = "demo-secret",  # noqa: S107 - public, and valid only here
        port: int = 0,
        clock: Callable[[], float] = time.time,
        token_lifetime: float = 36000,
    ) -> None:
        super().__init__(self.handle, port=port)
        self.world = world
        self.requests: deque[RequestLogEntry] = deque(maxlen=1000)
        self._client_id, self._client_secret = client_id, client_secret
        self._clock = clock
        self._tokens = TokenIssuer(client_id, client_secret, token_lifetime, clock)
        self._api = DemoApi(world, self._tokens, clock)

    @property
    def access(self) -> Access:
        return Access(self.url, self._client_id, self._client_secret, self.world.company_id)

    def revoke_tokens(self) -> None:
        self._tokens.revoke_all()

    def handle(self, request: Request) -> Response:
        """Answer and log a request. Raises `ConnectionAbortedError` during an outage."""
        response = None
        if self.world.scenario.has_outages:
            response = outage_response(self._clock() - self.world.epoch)
        response = response or compressed(request, self._api(request))
        query = {name: text for name, text in request.query.items() if name in _LOGGED_PARAMETERS}
        self.requests.append(
            RequestLogEntry(
                self._clock(), request.method, request.path, urlencode(query), response.status
            )
        )
        return response


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
    async with DemoServer(_new_world(options), port=port) as server:
        announce(json.dumps(asdict(server.access)))
        await stop.wait()


class DemoServerThread:
    """A demo server in a separate thread and event loop."""

    def __init__(self, options: DemoOptions = DemoOptions()) -> None:  # noqa: B008 - immutable
        self._options = options
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
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
            self._listening.set_result(server.access)
            await self._stop.wait()


def _new_world(options: DemoOptions) -> World:
    return World(
        options.seed, options.orders, time.time(), options.speed, scenario=options.scenario
    )
