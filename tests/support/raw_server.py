"""A server whose answers are bytes, so that no library keeps it from sending what it must not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from tui.demo.http_server import HOST, Listener

TOKEN_PATH = "/v1/oauth2/access_token/"
LIST_PATH = "/v1/media/42/transcode/"


class RawRequest(NamedTuple):
    path: str
    headers: Mapping[str, str]


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """An answer with its length, and with `headers` as they are."""
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


TOKEN = answer(b'{"access_token": "tok", "expires_in": 36000}')


class RawServer:
    """Answers each path with what `answers` has for it: bytes, or a function of the request.
    Requests for anything else are answered with 404. A query is not part of the path.
    """

    def __init__(self, answers: Mapping[str, bytes | Callable[[RawRequest], bytes]]) -> None:
        self._answers = {TOKEN_PATH: TOKEN, **answers}
        self.requests: list[RawRequest] = []
        self.url = ""
        self.is_cut = False
        """Set while an answer is made: the connection is closed behind it."""

    def requests_of(self, path: str) -> list[RawRequest]:
        return [each for each in self.requests if each.path.partition("?")[0] == path]

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["RawServer"]:
        async with Listener(self._connection, port=0, ssl=None) as listener:
            self.url = f"http://{HOST}:{listener.port}"
            yield self

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                fields = (line.partition(":") for line in head[1:] if line)
                headers = {name.lower(): value.strip() for name, _, value in fields}
                await reader.readexactly(int(headers.get("content-length", "0")))
                request = RawRequest(head[0].split()[1], headers)
                self.requests.append(request)
                self.is_cut = False
                writer.write(self._answer(request))
                if self.is_cut:
                    return
                await writer.drain()

    def _answer(self, request: RawRequest) -> bytes:
        found = self._answers.get(request.path.partition("?")[0])
        if found is None:
            return answer(b"", status=b"404 Not Found")
        return found if isinstance(found, bytes) else found(request)
