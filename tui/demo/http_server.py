"""HTTP/1.1 on the loopback interface (asyncio and h11): each `Request` goes to a handler, which
returns a `Response`. The listener below it serves any protocol.
"""

import asyncio
import inspect
import logging
import re
import socket
import ssl
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import responses
from typing import Self
from urllib.parse import parse_qsl, unquote

import h11

HOST = "127.0.0.1"

_READ = 1 << 16
_MAX_HEAD = 1 << 16
_MAX_BODY = 1 << 20

_IDLE_TIMEOUT, _REQUEST_TIMEOUT = 75.0, 30.0
"""Seconds until a request begins, and from its first byte to its last."""

_ORIGIN = re.compile(r"\Ahttps?://[^/?]*", re.IGNORECASE)

ConnectionHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_log = logging.getLogger(__name__)


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


Handler = Callable[[Request], Response | Awaitable[Response]]


class _ConnectionProtocol(asyncio.StreamReaderProtocol):
    """`is_lost` tells whether the transport is closed: asyncio 3.11 raises `AttributeError` if a
    transport is aborted after `close` has sent the rest of its buffer.
    """

    is_lost = False

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        super().connection_lost(exc)


class Listener:
    """Listens during its `async with` block and calls `handle` for every connection. The end of the
    block closes all connections at once.

    `asyncio.start_server` never closes a connection that it accepts while it is closed: its client
    waits forever.
    """

    def __init__(
        self, handle: ConnectionHandler, *, port: int = 0, ssl: ssl.SSLContext | None = None
    ) -> None:
        self.port = port
        """0 is any free port; while it listens this is the real one."""
        self._handle_connection = handle
        self._ssl = ssl
        self._socket: socket.socket | None = None
        self._connections: dict[asyncio.Task[None], socket.socket] = {}

    @property
    def url(self) -> str:
        """The origin, without a slash at its end."""
        return f"{'https' if self._ssl else 'http'}://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        """Listen. Raises OSError, with a sentence, if the port isn't available."""
        # asyncio sets TCP_NODELAY only if the socket names TCP: otherwise 40 ms per answer.
        listening = socket.socket(proto=socket.IPPROTO_TCP)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((HOST, self.port))
            listening.listen()
        except (OSError, OverflowError) as error:
            listening.close()
            reason = str(error.args[-1]).lower().rstrip(".")
            raise OSError(f"cannot listen on {HOST} port {self.port}: {reason}") from error
        listening.setblocking(False)
        self._socket = listening
        self.port = listening.getsockname()[1]
        asyncio.get_running_loop().add_reader(listening, self._accept, listening)
        return self

    async def __aexit__(self, *_: object) -> None:
        listening, self._socket = self._socket, None
        if listening is None:
            return
        asyncio.get_running_loop().remove_reader(listening)
        listening.close()
        connections = dict(self._connections)
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        for connection in connections.values():
            connection.close()  # a task that is cancelled before its first step doesn't

    def _accept(self, listening: socket.socket) -> None:
        # The client may be gone, or the process may have no file descriptor left.
        with suppress(OSError):
            connection, _ = listening.accept()
            connection.setblocking(False)
            task = asyncio.get_running_loop().create_task(self._serve(connection))
            self._connections[task] = connection
            task.add_done_callback(self._connections.pop)

    async def _serve(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = _ConnectionProtocol(reader)
        # OSError: the client is gone or doesn't accept the certificate.
        with suppress(OSError):
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, connection, ssl=self._ssl
            )
            writer = asyncio.StreamWriter(transport, protocol, reader, loop)
            try:
                await self._handle_connection(reader, writer)
                writer.close()
                await writer.wait_closed()
            finally:
                if not protocol.is_lost:
                    transport.abort()
                with suppress(OSError):
                    await writer.wait_closed()


def http_server(handler: Handler, *, port: int = 0, ssl: ssl.SSLContext | None = None) -> Listener:
    """Return a listener that answers requests by `handler`. A `ConnectionError` from it closes the
    connection without an answer; any other exception is answered by status 500.
    """
    return Listener(partial(answer_requests, handler), port=port, ssl=ssl)


async def answer_requests(
    handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer the requests of one connection by `handler`."""
    connection = _HttpConnection(reader, writer)
    # LocalProtocolError: no other request may follow, or a body is shorter than announced.
    with suppress(h11.LocalProtocolError):
        while request := await connection.receive():
            response = await _answer(handler, request)
            await connection.send(response, head_only=request.method == "HEAD")


async def _answer(handler: Handler, request: Request) -> Response:
    if len(request.body) > _MAX_BODY:
        return Response(413)
    try:
        answer = handler(request)
        return await answer if inspect.isawaitable(answer) else answer
    except ConnectionError:
        raise
    except Exception:  # noqa: BLE001 - a bug in the handler must not end the server
        _log.exception("the handler failed")
        return Response(500)


class _HttpConnection:
    """Bytes of one client to requests, and responses to bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._state = h11.Connection(h11.SERVER, max_incomplete_event_size=_MAX_HEAD - 1)

    async def receive(self) -> Request | None:
        """Return the next request. None if the client has closed the connection, sent something
        invalid, which is answered, or nothing for too long.
        """
        try:
            async with asyncio.timeout(_IDLE_TIMEOUT) as deadline:
                return await self._receive(deadline)
        except TimeoutError:
            if self._has_begun:
                await self.send(Response(408, {"connection": "close"}))
            return None
        except (h11.RemoteProtocolError, ValueError) as error:
            if self._state.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                status = getattr(error, "error_status_hint", 400)
                await self.send(Response(status, {"connection": "close"}))
            return None

    @property
    def _has_begun(self) -> bool:
        """Whether a part of a request has come."""
        return self._state.their_state is not h11.IDLE or self._state.trailing_data[0] != b""

    async def _receive(self, deadline: asyncio.Timeout) -> Request | None:
        if self._state.our_state is not h11.IDLE:
            self._state.start_next_cycle()
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._state.next_event()
            if event is h11.NEED_DATA:
                if self._state.they_are_waiting_for_100_continue:
                    self._write(h11.InformationalResponse(status_code=100, headers=[]))
                had_begun = self._has_begun
                # No more than a whole head, so that its length is limited, not that of a packet.
                size = _READ if head else _MAX_HEAD - len(self._state.trailing_data[0])
                self._state.receive_data(await self._reader.read(size))
                if not had_begun:
                    deadline.reschedule(asyncio.get_running_loop().time() + _REQUEST_TIMEOUT)
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                # The rest is read as well: the client reads the answer only after sending it.
                body += event.data[: _MAX_BODY + 1 - len(body)]
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
        if isinstance(response.body, bytes):
            self._write(h11.Data(data=b"" if head_only else response.body))
        elif not head_only:
            async for part in response.body:
                self._write(h11.Data(data=part))
                await self._writer.drain()
        self._write(h11.EndOfMessage())
        await self._writer.drain()

    def _write(self, event: h11.Event) -> None:
        self._writer.write(self._state.send(event) or b"")


def _to_request(head: h11.Request, body: bytes) -> Request:
    # A client of a proxy sends the whole URL.
    target = _ORIGIN.sub("", head.target.decode("ascii"), count=1)
    path, _, query = target.partition("?")
    return Request(
        method=head.method.decode("ascii"),
        path=unquote(path) or "/",
        query=dict(parse_qsl(query, keep_blank_values=True, max_num_fields=100)),
        headers={name.decode("ascii"): value.decode("latin-1") for name, value in head.headers},
        body=body,
    )
