"""A server on real sockets with three orders, and the faults that a test can switch on."""

import asyncio
import json
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum, auto
from functools import cache
from pathlib import Path

import trustme

from tests.support.changing_server import LIST_PATH, TOKEN_PATH, Service, detail, row
from tui.demo.http_server import HOST, Listener, Request, Response, http_server

MANY = 200 * 1024 * 1024
AUTHORITY = trustme.CA()


class Place(Enum):
    TOKEN = auto()
    LIST = auto()
    DETAIL = auto()


Answer = Callable[["FaultServer", Request], Response | Awaitable[Response]]
Serve = Callable[["FaultServer"], AbstractAsyncContextManager[object]]


@dataclass(frozen=True)
class Fault:
    """A call with a wrong answer, or something else that serves the port meanwhile."""

    place: Place = Place.LIST
    answer: Answer | None = None
    instead: Serve | None = None


class FaultServer:
    """Serves company 42; its newest order is active, so its detail is polled.

    `lists` counts the list calls, `faulty` those that the fault answered; `over` is set when the
    fault ends. The host name resolves while the file `known` exists (`support/resolver`).
    """

    def __init__(
        self, context: ssl.SSLContext | None = None, host: str = HOST, known: Path | None = None
    ) -> None:
        self.service = Service()
        self.service.rows = [row(3, "TRANSCODING"), row(2), row(1)]
        self.service.details = {
            listed["id"]: detail(listed, 10.0, filename=f"of-{listed['id']}.mp4")
            for listed in self.service.rows
        }
        self.lists = self.faulty = 0
        self.port = 0
        self.over = asyncio.Event()
        self.known = known
        self._context = context
        self._host = host
        self._fault: Fault | None = None
        self._serving = AsyncExitStack()

    @property
    def ids(self) -> list[str]:
        return [listed["id"] for listed in self.service.rows]

    @property
    def environ(self) -> dict[str, str]:
        scheme = "https" if self._context else "http"
        return {
            "TRANSPARENT_API_URL": f"{scheme}://{self._host}:{self.port}",
            "TRANSPARENT_COMPANY_ID": "42",
            "TRANSPARENT_CLIENT_ID": "an-id",
            "TRANSPARENT_CLIENT_SECRET": self.service.secret,
        }

    def __call__(self, request: Request) -> Response | Awaitable[Response]:
        place = place_of(request)
        self.lists += place is Place.LIST
        fault = self._fault
        if fault is None or fault.answer is None or fault.place is not place:
            return self.good(request)
        self.faulty += 1
        return fault.answer(self, request)

    def good(self, request: Request) -> Response:
        response = self.service(request)
        assert isinstance(response, Response)
        return response

    async def start(self) -> None:
        server = http_server(self, port=self.port, ssl=self._context)
        self.port = (await self._serving.enter_async_context(server)).port

    async def stop(self) -> None:
        await self._serving.aclose()

    async def begin(self, fault: Fault) -> None:
        self.over, self.faulty = asyncio.Event(), 0
        if fault.place is Place.TOKEN:
            self.service.token = f"after-{self.service.token}"  # the old one is refused
        if fault.instead is not None:
            await self.stop()
            await self._serving.enter_async_context(fault.instead(self))
        self._fault = fault

    async def end(self) -> None:
        instead = self._fault is not None and self._fault.instead is not None
        self._fault = None
        self.over.set()
        if instead:
            await self.stop()
            await self.start()


def place_of(request: Request) -> Place:
    if request.path == TOKEN_PATH:
        return Place.TOKEN
    return Place.LIST if request.path.rstrip("/") == LIST_PATH else Place.DETAIL


# Answers of one call.


def says(body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return lambda *_: Response(status, headers or {}, body)


def page(status: int = 200, **headers: str) -> Answer:
    """Answer HTML; underscores in header names become dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = b"<!doctype html><title>Sign in</title><p>0 orders"
    return says(body, status, {"Content-Type": "text/html", **named})


def once(answer: Answer) -> Answer:
    """Answer wrongly once, then correctly."""
    return lambda server, request: (answer if server.faulty == 1 else _good)(server, request)


def once_then_silence(answer: Answer) -> Answer:
    """Answer wrongly once; hold the next, correct answer back until the fault ends."""
    return lambda server, request: (answer if server.faulty == 1 else silence)(server, request)


async def silence(server: FaultServer, request: Request) -> Response:
    await server.over.wait()
    return server.good(request)


def drip(server: FaultServer, _: Request) -> Response:
    """Send a blank each second: JSON may begin with blanks."""
    over = server.over

    async def body() -> AsyncIterator[bytes]:
        while not over.is_set():
            yield b" "
            await asyncio.sleep(1)

    return Response(body=body())


def cut(server: FaultServer, request: Request) -> Response:
    """Send half of the declared body."""
    whole = server.good(request).body
    assert isinstance(whole, bytes)
    return Response(headers={"Content-Length": str(len(whole))}, body=whole[: len(whole) // 2])


def come_back_at(_: FaultServer, __: Request) -> Response:
    """Answer 429 with a `Retry-After` date two seconds ahead."""
    return Response(429, {"Retry-After": _date(timedelta(seconds=2))})


def come_back_by_its_clock(off: timedelta) -> Answer:
    """Answer 429 with a `Retry-After` date two seconds ahead of a wrong server clock."""

    def answer(*_: object) -> Response:
        later = off + timedelta(seconds=2)
        return Response(429, {"Date": _date(off), "Retry-After": _date(later)})

    return answer


def with_header(name: str, value: str) -> Answer:
    """Answer correctly with one more header."""

    def answer(server: "FaultServer", request: Request) -> Response:
        good = server.good(request)
        assert isinstance(good, Response)
        return Response(good.status, {**good.headers, name: value}, good.body)

    return answer


def made_by_its_clock(off: timedelta) -> Answer:
    """Answer a list of new orders, created by a wrong server clock."""

    def answer(server: FaultServer, _: Request) -> Response:
        made = datetime.now(UTC) + off
        rows = [
            {**row, "created_on": f"{made - timedelta(seconds=number):%Y-%m-%d %H:%M:%S}+00:00"}
            for number, row in enumerate(server.service.rows)
        ]
        return Response(headers={"Date": _date(off)}, body=json.dumps(rows).encode())

    return answer


def _date(off: timedelta) -> str:
    return format_datetime(datetime.now(UTC) + off, usegmt=True)


def among_good(bad: object) -> Answer:
    """Answer the list with one more item."""

    def answer(server: FaultServer, _: Request) -> Response:
        return Response(body=json.dumps([*server.service.rows, bad]).encode())

    return answer


def mislabelled(server: FaultServer, request: Request) -> Response:
    return Response(headers={"Content-Type": "text/html"}, body=server.good(request).body)


def token(**lifetime: object) -> Answer:
    """Answer a valid token with these lifetime members."""

    def answer(server: FaultServer, _: Request) -> Response:
        return Response(
            body=json.dumps({"access_token": server.service.token, **lifetime}).encode()
        )

    return answer


def flood(*_: object) -> Response:
    """Send 200 MB without a declared length."""

    async def body() -> AsyncIterator[bytes]:
        for _ in range(MANY >> 20):
            yield b" " * (1 << 20)

    return Response(body=body())


def bomb(*_: object) -> Response:
    """Send 200 MB as 200 KB of gzip."""
    return Response(headers={"Content-Encoding": "gzip"}, body=_bomb())


@cache
def _bomb() -> bytes:
    gzip = zlib.compressobj(wbits=31)
    return b"".join(gzip.compress(b" " * (1 << 20)) for _ in range(MANY >> 20)) + gzip.flush()


def _good(server: FaultServer, request: Request) -> Response:
    return server.good(request)


# What else may serve the port.


def shaking_hands_as(context: ssl.SSLContext | None) -> Serve:
    """Serve the same with another certificate, or without TLS."""
    return lambda server: http_server(server, port=server.port, ssl=context)


def certificate(
    name: str = HOST, authority: trustme.CA = AUTHORITY, not_after: datetime | None = None
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=not_after).configure_cert(context)
    return context


@asynccontextmanager
async def nameless(server: FaultServer) -> AsyncIterator[None]:
    """Make the host name unknown."""
    assert server.known is not None
    server.known.unlink()
    try:
        yield
    finally:
        server.known.touch()


def saying_bytes(data: bytes | None) -> Serve:
    """Send these bytes and close; with None accept and never answer."""

    def serve(server: FaultServer) -> Listener:
        async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if data is None:
                await server.over.wait()
            else:
                writer.write(data)

        return Listener(talk, port=server.port)

    return serve
