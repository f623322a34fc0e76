"""A port on the loopback: hands each connection to a coroutine, and leaves none behind."""
# FOLD """HTTP/1.1 on the loopback, for any handler."""

import asyncio
import inspect
import logging
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Self

import h11

from tui.demo.http_connection import (
    MOST_BODY,
    AbortConnection,
    Handler,
    HttpConnection,
    Request,
    Response,
)

HOST = "127.0.0.1"

_BACKLOG = 100

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Listener:
    """Listens for as long as its `async with` block lasts; leaving it closes every connection at
    once, whatever is waited for.

    `asyncio.start_server` loses a connection that is accepted while the server closes: nobody
    closes its socket then, and its client waits for ever.
    """

    def __init__(self, talk: Talk, *, port: int = 0, ssl: ssl.SSLContext | None = None) -> None:
        self.port = port
        self._talk = talk
        self._ssl = ssl
        self._socket: socket.socket | None = None
        self._connections: dict[asyncio.Task[None], socket.socket] = {}

    async def __aenter__(self) -> Self:
        """Listen. Raises OSError or OverflowError where the port can't be had."""
        # Where a socket does not name TCP, asyncio leaves Nagle's delay on: 40 ms an answer.
        listening = socket.socket(proto=socket.IPPROTO_TCP)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((HOST, self.port))
            listening.listen(_BACKLOG)
        except (OSError, OverflowError):
            listening.close()
            raise
        listening.setblocking(False)
        self._socket = listening
        self.port = listening.getsockname()[1]
        asyncio.get_running_loop().add_reader(listening, self._accept, listening)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening and close all connections."""
        listening, self._socket = self._socket, None
        if listening is None:
            return
        asyncio.get_running_loop().remove_reader(listening)
        listening.close()
        open_ones = dict(self._connections)
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        for connection in open_ones.values():
            connection.close()  # a task that is cancelled before its first step never takes it

    def _accept(self, listening: socket.socket) -> None:
        # None is there any more, or the process may open no more files: the next may be luckier.
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
        # A client that went away or does not agree on TLS: nothing is owed.
        with suppress(OSError):
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, connection, ssl=self._ssl
            )
            writer = asyncio.StreamWriter(transport, protocol, reader, loop)
            try:
                await self._talk(reader, writer)
                writer.close()
                await writer.wait_closed()
            finally:
                transport.abort()
                with suppress(OSError):
                    await writer.wait_closed()


__all__ = ["HOST", "Handler", "HttpServer", "Request", "Response"]

_log = logging.getLogger(__name__)


class HttpServer:
    """Serves one handler on the loopback for as long as its `async with` block lasts.

    Leaving the block closes every connection at once, whatever its handler is waiting for.
    """

    def __init__(
        self, handler: Handler, *, port: int = 0, ssl: ssl.SSLContext | None = None
    ) -> None:
        self._handler = handler
        self._scheme = "https" if ssl else "http"
        self._listener = Listener(self._connection, port=port, ssl=ssl)

    @property
    def port(self) -> int:
        """The port that was asked for; once it listens, the one that it has."""
        return self._listener.port

    @property
    def url(self) -> str:
        """The server's origin, without a slash at its end."""
        return f"{self._scheme}://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        """Listen. Raises OSError, in one sentence, where the port can't be had."""
        try:
            await self._listener.__aenter__()
        except (OSError, OverflowError) as error:
            raise OSError(f"Cannot listen on {HOST} port {self.port}: {_reason(error)}.") from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening and close all connections."""
        await self._listener.__aexit__(kind, error, traceback)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A body that isn't what its headers say ends the connection, and nothing is owed.
        with suppress(h11.LocalProtocolError):
            await self._converse(HttpConnection(reader, writer))

    async def _converse(self, wire: HttpConnection) -> None:
        while True:
            try:
                request = await wire.receive()
            except h11.RemoteProtocolError as error:
                await wire.refuse(error.error_status_hint)
                return
            except ValueError:
                await wire.refuse(HTTPStatus.BAD_REQUEST)
                return
            if request is None:
                return
            await wire.send(await self._answer(request), head=request.method == "HEAD")
            if not wire.next():
                return

    async def _answer(self, request: Request) -> Response:
        if len(request.body) > MOST_BODY:
            return Response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            answer = self._handler(request)
            return await answer if inspect.isawaitable(answer) else answer
        except AbortConnection:
            raise
        except Exception:  # noqa: BLE001 - a handler's mistake costs one answer, not the server
            _log.exception("the handler failed")
            return Response(HTTPStatus.INTERNAL_SERVER_ERROR)


def _reason(error: Exception) -> str:
    # asyncio words a failed bind itself, address and all: the system's own words are enough.
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno).lower()
    return str(error)
