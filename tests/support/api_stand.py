"""A client with a fixed clock, and a server with one answer per path."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from tui.api.client import Client
from tui.clock import Clock
from tui.demo.http_server import Request, Response, http_server
from tui.model.account import Account, Secret
from tui.model.ports import ListAnswer

NOW = 1_750_000_000.0
TOKEN = "/v1/oauth2/access_token/"
LIST = "/v1/media/42/transcode/"
TOKEN_OK = Response(body=b'{"access_token":"tok","expires_in":36000}')


@asynccontextmanager
async def client(url: str, **options: Any) -> AsyncIterator[Client]:
    secret = Secret(options.pop("secret", "demo-secret"))
    account = Account(options.pop("company", "42"), "demo", secret, url)
    clock = Clock(lambda: NOW, options.pop("monotonic", time.monotonic))
    made = Client(account, clock=clock, **options)
    try:
        yield made
    finally:
        await made.aclose()


class Stand:
    """A server with one answer per path; it records the requests."""

    def __init__(self, answers: Mapping[str, Response | Callable[[], Response]]) -> None:
        self.answers = {TOKEN: TOKEN_OK, **answers}
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self.answers.get(request.path, Response(404))
        return answer if isinstance(answer, Response) else answer()

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests if request.path != TOKEN]


async def ask(answers: Mapping[str, Response], **options: Any) -> ListAnswer:
    async with http_server(Stand(answers)) as server, client(server.url, **options) as api:
        return await api.orders()
