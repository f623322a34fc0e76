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

from tui.demo.listener import HOST, Listener
from tui.demo.message import CutError, Handler, Request, Response
from tui.demo.wire import MOST_BODY, HttpConnection

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
