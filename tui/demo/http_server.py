"""A server on the loopback interface: TCP connections for any protocol, HTTP/1.1 for a handler."""

import asyncio
import inspect
import logging
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Self

import h11

from tui.demo.http_connection import (
    MAX_BODY,
    AbortConnection,
    Handler,
    HttpConnection,
    Request,
    Response,
)

HOST = "127.0.0.1"

_BACKLOG = 100

ConnectionHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_log = logging.getLogger(__name__)


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
        """Listen. Raises OSError, in one sentence, if the port isn't available."""
        # asyncio sets TCP_NODELAY only if the socket names TCP: otherwise 40 ms per answer.
        listening = socket.socket(proto=socket.IPPROTO_TCP)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((HOST, self.port))
            listening.listen(_BACKLOG)
        except (OSError, OverflowError) as error:
            listening.close()
            raise OSError(f"Cannot listen on {HOST} port {self.port}: {_reason(error)}.") from error
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
        protocol = asyncio.StreamReaderProtocol(reader)
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
                transport.abort()
                with suppress(OSError):
                    await writer.wait_closed()


class HttpServer(Listener):
    """Answers HTTP requests by `handler`."""

    def __init__(
        self, handler: Handler, *, port: int = 0, ssl: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(http_connection_handler(handler), port=port, ssl=ssl)


def http_connection_handler(handler: Handler) -> ConnectionHandler:
    """Return a connection handler that answers HTTP requests by `handler`."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # LocalProtocolError: a body doesn't match its Content-Length; the connection ends.
        with suppress(h11.LocalProtocolError):
            await _serve_requests(HttpConnection(reader, writer), handler)

    return handle


async def _serve_requests(connection: HttpConnection, handler: Handler) -> None:
    while True:
        try:
            request = await connection.receive()
        except h11.RemoteProtocolError as error:
            await connection.reject(error.error_status_hint)
            return
        except ValueError:
            await connection.reject(HTTPStatus.BAD_REQUEST)
            return
        if request is None:
            return
        response = await _answer(request, handler)
        await connection.send(response, head_only=request.method == "HEAD")
        if not connection.start_next():
            return


async def _answer(request: Request, handler: Handler) -> Response:
    if len(request.body) > MAX_BODY:
        return Response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        answer = handler(request)
        return await answer if inspect.isawaitable(answer) else answer
    except AbortConnection:
        raise
    except Exception:  # noqa: BLE001 - a bug in the handler must not end the server
        _log.exception("the handler failed")
        return Response(HTTPStatus.INTERNAL_SERVER_ERROR)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno).lower()
    return str(error)
