"""HTTP/1.1 on the loopback, for any handler."""

import asyncio
import inspect
import logging
import os
import ssl
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Self

import h11

from .message import CutError, Handler, Request, Response
from .wire import MOST_BODY, Wire

__all__ = ["HOST", "Handler", "HttpServer", "Request", "Response"]

HOST = "127.0.0.1"

_log = logging.getLogger(__name__)


class HttpServer:
    """Serves one handler on the loopback for as long as its `async with` block lasts.

    Leaving the block closes every connection at once, whatever its handler is waiting for.
    """

    def __init__(
        self, handler: Handler, *, port: int = 0, ssl: ssl.SSLContext | None = None
    ) -> None:
        self.port = port
        self._handler = handler
        self._ssl = ssl
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The server's origin, without a slash at its end."""
        return f"{'https' if self._ssl else 'http'}://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        """Listen. Raises OSError, in one sentence, where the port can't be had."""
        try:
            server = await asyncio.start_server(self._accept, HOST, self.port, ssl=self._ssl)
        except (OSError, OverflowError) as error:
            raise OSError(f"Cannot listen on {HOST} port {self.port}: {_reason(error)}.") from error
        self._server = server
        self.port = server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening and close all connections."""
        if self._server is None:
            return
        self._server.close()
        for task, writer in self._connections.items():
            # Not left to the task: one that is cancelled before its first step never takes it.
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The stream's own task for a coroutine here could be neither awaited nor cancelled.
        task = asyncio.get_running_loop().create_task(self._connection(reader, writer))
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # A client that went away, or a body that isn't what its headers say: nothing is owed.
            with suppress(OSError, h11.LocalProtocolError):
                await self._converse(Wire(reader, writer))
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()

    async def _converse(self, wire: Wire) -> None:
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
        except CutError:
            raise
        except Exception:  # noqa: BLE001 - a handler's mistake costs one answer, not the server
            _log.exception("the handler failed")
            return Response(HTTPStatus.INTERNAL_SERVER_ERROR)


def _reason(error: Exception) -> str:
    # asyncio words a failed bind itself, address and all: the system's own words are enough.
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno).lower()
    return str(error)
