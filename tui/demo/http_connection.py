"""HTTP/1.1 on one connection (h11): bytes to a `Request`, a `Response` to bytes."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http.client import responses
from urllib.parse import parse_qsl, unquote

import h11

MAX_BODY = 1 << 20
"""Of a longer body, `Request.body` has one byte more than this."""

_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class Request:
    """A request with its whole body. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """A response. A body of bytes gets a Content-Length unless the headers have one; another body
    is sent in chunks as it comes. A body shorter than its Content-Length breaks off.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | AsyncIterable[bytes] = b""


class AbortConnection(ConnectionAbortedError):
    """Raised by a handler to close the connection without an answer."""


Handler = Callable[[Request], Response | Awaitable[Response]]


class HttpConnection:
    """Receives requests from and sends responses to one client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._state = h11.Connection(h11.SERVER)

    async def receive(self) -> Request | None:
        """Return the next request; None if the client has closed the connection."""
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._state.next_event()
            if event is h11.NEED_DATA:
                if self._state.they_are_waiting_for_100_continue:
                    self._write(h11.InformationalResponse(status_code=100, headers=[]))
                self._state.receive_data(await self._reader.read(_READ))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                # The rest is read as well: the client reads the answer only after sending it.
                body += event.data[: MAX_BODY + 1 - len(body)]
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return _to_request(head, bytes(body))
            else:
                return None

    async def send(self, response: Response, *, head_only: bool = False) -> None:
        """Send a response; without its body after a HEAD request."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        if isinstance(response.body, bytes):
            headers.setdefault("content-length", str(len(response.body)))
        self._write(
            h11.Response(
                status_code=response.status,
                headers=list(headers.items()),
                reason=responses.get(response.status, ""),
            )
        )
        if not head_only:
            if isinstance(response.body, bytes):
                self._write(h11.Data(data=response.body))
            else:
                async for part in response.body:
                    self._write(h11.Data(data=part))
                    await self._writer.drain()
        await self._writer.drain()
        self._write(h11.EndOfMessage())
        await self._writer.drain()

    async def reject(self, status: int) -> None:
        """Answer an invalid request, if that is still possible."""
        if self._state.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            await self.send(Response(status, {"connection": "close"}))

    def start_next(self) -> bool:
        """Prepare for another request; return False if the connection can't have one."""
        if self._state.our_state is not h11.DONE or self._state.their_state is not h11.DONE:
            return False
        self._state.start_next_cycle()
        return True

    def _write(self, event: h11.Event) -> None:
        self._writer.write(self._state.send(event) or b"")


def _to_request(head: h11.Request, body: bytes) -> Request:
    path, _, query = head.target.decode("ascii").partition("?")
    return Request(
        method=head.method.decode("ascii"),
        path=unquote(path),
        query=dict(parse_qsl(query, keep_blank_values=True, max_num_fields=100)),
        headers={name.decode("ascii"): value.decode("latin-1") for name, value in head.headers},
        body=body,
    )
