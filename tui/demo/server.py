"""The demo server: one world behind the service's calls."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlencode

from tui.demo.answers import compressed
from tui.demo.gate import TokenIssuer
from tui.demo.http import HttpServer
from tui.demo.message import Request, Response
from tui.demo.outage import outage_response
from tui.demo.routes import Api
from tui.demo.world import World

# All others might carry what should not be kept.
_SHOWN = {"limit", "offset", "search", "output", "filters"}


class Served(NamedTuple):
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
        self.requests: deque[Served] = deque(maxlen=1000)
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

        Raises `CutError` where the scene is "outage" and the connection is to be cut.
        """
        storm = outage_response(self._clock() - self.world.epoch) if self.world.scene.outage else None
        response = storm or compressed(request, self._api(request))
        shown = {name: value for name, value in request.query.items() if name in _SHOWN}
        self.requests.append(
            Served(self._clock(), request.method, request.path, urlencode(shown), response.status)
        )
        return response
