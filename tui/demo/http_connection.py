"""What passes between the sockets and the application: requests, responses, and who answers."""
# FOLD """One connection: bytes to a `Request`, a `Response` to bytes."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote

import h11


@dataclass(frozen=True, slots=True)
class Request:
    """One request, its body read to the end. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. A body of bytes gets its Content-Length, any other is sent as it comes.

    A Content-Length among the headers is sent as given; where the body is shorter, the client sees
    it cut off.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | AsyncIterable[bytes] = b""


class AbortConnection(ConnectionAbortedError):
    """Raised by a handler: the connection is to be cut without an answer."""


Handler = Callable[[Request], Response | Awaitable[Response]]


MOST_BODY = 1 << 20
"""A body that is longer than this comes out one byte longer than this."""

_READ = 1 << 16


class HttpConnection:
    """One connection, message by message."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._state = h11.Connection(h11.SERVER)

    async def receive(self) -> Request | None:
        """The next request, or None when the client is done."""
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
                # Beyond the cap a body is read, so that the answer can be, but not kept.
                body += event.data[: MOST_BODY + 1 - len(body)]
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return _request(head, bytes(body))
            else:
                return None

    async def send(self, response: Response, *, head: bool = False) -> None:
        """Send a whole answer; after a HEAD request, all but its body."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        if isinstance(response.body, bytes):
            headers.setdefault("content-length", str(len(response.body)))
        self._write(
            h11.Response(
                status_code=response.status,
                headers=list(headers.items()),
                reason=_phrase(response.status),
            )
        )
        if not head:
            if isinstance(response.body, bytes):
                self._write(h11.Data(data=response.body))
            else:
                async for part in response.body:
                    self._write(h11.Data(data=part))
                    await self._writer.drain()
        await self._writer.drain()
        self._write(h11.EndOfMessage())
        await self._writer.drain()

    async def refuse(self, status: int) -> None:
        """Answer what was no request, where an answer is still possible, and then no more."""
        if self._state.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            await self.send(Response(status, {"connection": "close"}))

    def next(self) -> bool:
        """Whether the connection is good for another request."""
        if self._state.our_state is not h11.DONE or self._state.their_state is not h11.DONE:
            return False
        self._state.start_next_cycle()
        return True

    def _write(self, event: h11.Event) -> None:
        self._writer.write(self._state.send(event) or b"")


def _request(head: h11.Request, body: bytes) -> Request:
    path, _, query = head.target.decode("ascii").partition("?")
    return Request(
        method=head.method.decode("ascii"),
        path=unquote(path),
        query=dict(parse_qsl(query, keep_blank_values=True, max_num_fields=100)),
        headers={name.decode("ascii"): value.decode("latin-1") for name, value in head.headers},
        body=body,
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
