"""Broken and hostile answers: headers, encodings, cached copies, closed connections.

The list can be read again after each of them.
"""

import gzip
import json
import ssl
import threading
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate
from typing import Any

import pytest
import trustme

from tests.support.raw_server import LIST_PATH, TOKEN_PATH, RawRequest, RawServer, answer
from tui.api.client import MAX_INLINE, Client
from tui.api.http_cache import ResponseAge
from tui.api.order_decoder import read_detail
from tui.clock import Clock
from tui.demo.http_server import Request, Response, http_server
from tui.model.account import Account, Secret
from tui.model.order import OrderDetail, Snapshot
from tui.model.ports import CachedAnswer, DetailAnswer, Failure, FailureKind, ListAnswer

ORDERS = json.dumps([{"id": "1-1", "status": "QUEUED", "created_on": "2025-06-15 12:00:00"}])
GOOD = answer(ORDERS.encode())
ORDER_PATH = LIST_PATH + "1-1/"
NOW = 1_750_000_000.0


@asynccontextmanager
async def client(server: RawServer, **options: Any) -> AsyncIterator[Client]:
    clock = Clock(lambda: NOW, options.pop("monotonic", time.monotonic))
    made = Client(Account("42", "id", Secret("s"), server.url), clock=clock, **options)
    try:
        yield made
    finally:
        await made.aclose()


def is_good(answered: ListAnswer) -> bool:
    return isinstance(answered, Snapshot) and len(answered.orders) == 1


HEADERS = {
    "ETag with an accent": 'ETag: "é"'.encode(),
    "ETag in Latin-1": b'ETag: "\xe9"',
    "ETag of 20 KB": b'ETag: "' + b"e" * 20_000 + b'"',
    "ETag with a control": b'ETag: "a\x7fb"',
    "ETag, empty": b"ETag:",
    "Last-Modified in words": "Last-Modified: mañana".encode(),
    "Last-Modified of 20 KB": b"Last-Modified: " + b"9" * 20_000,
    "a cookie with an accent": "Set-Cookie: idioma=español".encode(),
    "12 cookies of 3 KB": b"\r\n".join(
        b"Set-Cookie: c%d=" % number + b"x" * 3000 for number in range(12)
    ),
    "a cookie of the parent domain": b"Set-Cookie: a=b; Domain=0.0.1; Path=/",
    "a cookie to delete": b"Set-Cookie: a=; Max-Age=-999999999999999999999",
    "a date of nothing": b"Date: never",
    "a date in the year 99999": b"Date: Fri, 31 Dec 99999 23:59:59 GMT",
    "a date with a wild zone": b"Date: Sun, 15 Jun 2025 15:07:10 +99999999999999",
    "an age with an accent": "Age: é".encode(),
    "an age below zero": b"Age: -5",
    "a warning of garbage": b"Warning: \xff\xfe",
    "a type of garbage": b"Content-Type: \xff; charset=\xff",
    "a charset that there is not": b"Content-Type: application/json; charset=utf-99",
    "Retry-After on success": b"Retry-After: 3600",
    "a link to elsewhere": b"Link: <https://evil.example/>; rel=next",
    "100 headers": b"\r\n".join(b"X-%d: y" % number for number in range(100)),
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
async def test_hostile_headers_do_not_stop_polling(header: bytes) -> None:
    listed = answer(ORDERS.encode(), header)
    async with RawServer({LIST_PATH: listed}).serve() as server, client(server) as api:
        for _ in range(3):
            assert is_good(await api.orders())
    for request in server.requests_of(LIST_PATH):
        assert "cookie" not in request.headers
        assert sum(map(len, request.headers.values())) < 2000
        assert all(value.isascii() for value in request.headers.values())


async def test_a_validator_is_sent_back_and_dropped_after_a_failure() -> None:
    good = answer(ORDERS.encode(), b'ETag: "1"')
    sent = iter([good, good, good, answer(b"", status=b"500 Oops"), GOOD])
    answers = {LIST_PATH: lambda _: next(sent)}
    async with RawServer(answers).serve() as server, client(server) as api:
        for _ in range(3):  # the first asks for the newest page, which this server doesn't know
            assert is_good(await api.orders())
        assert await api.orders() == Failure(FailureKind.SERVER, 500)
        assert is_good(await api.orders())
    conditions = [each.headers.get("if-none-match") for each in server.requests_of(LIST_PATH)]
    assert conditions == [None, None, '"1"', '"1"', None]


async def test_a_rejected_validator_is_sent_once() -> None:
    def refusing(request: RawRequest) -> bytes:
        if "if-none-match" in request.headers:
            return answer(b"", status=b"400 Bad Request")
        return answer(ORDERS.encode(), b'ETag: "1"')

    async with RawServer({LIST_PATH: refusing}).serve() as server, client(server) as api:
        answers = [await api.orders() for _ in range(4)]
    assert answers[2] == Failure(FailureKind.STATUS, 400)
    assert [is_good(each) for each in answers] == [True, True, False, True]


async def test_an_unreadable_body_is_not_requested_conditionally() -> None:
    sent = iter([GOOD, answer(b"<html>", b'ETag: "1"'), GOOD])
    answers = {LIST_PATH: lambda _: next(sent)}
    async with RawServer(answers).serve() as server, client(server) as api:
        assert is_good(await api.orders())
        assert isinstance(await api.orders(), Failure)
        assert is_good(await api.orders())
    assert not any("if-none-match" in each.headers for each in server.requests)


def gzipped(times: int, body: bytes = ORDERS.encode()) -> bytes:
    return gzipped(times - 1, gzip.compress(body)) if times else body


BOMB = gzip.compress(gzip.compress(b" " * 20_000_000))
ENCODINGS = {
    "gzip": (b"gzip", gzipped(1), None),
    "identity": (b"identity", ORDERS.encode(), None),
    "gzip and more behind it": (b"gzip", gzipped(1) + b"trailing", None),
    "gzip, gzip": (b"gzip, gzip", gzipped(2), FailureKind.ENCODED),
    "three layers": (b"gzip, gzip, gzip", gzipped(3), FailureKind.ENCODED),
    "two headers": (b"gzip\r\nContent-Encoding: gzip", BOMB, FailureKind.ENCODED),
    "deflate": (b"deflate", zlib.compress(ORDERS.encode()), FailureKind.ENCODED),
    "br": (b"br", b"\x0b\x02\x80[]\x03", FailureKind.ENCODED),
    "zstd, gzip": (b"zstd, gzip", gzipped(1), FailureKind.ENCODED),
    "garbage": (b"\xff\x00gzip".replace(b"\x00", b""), ORDERS.encode(), FailureKind.ENCODED),
    "gzip that ends early": (b"gzip", gzipped(1)[:-9], FailureKind.NOT_THE_API),
    "not gzip": (b"gzip", ORDERS.encode(), FailureKind.NOT_THE_API),
}


REFUSED = {name: case for name, case in ENCODINGS.items() if case[2]}


@pytest.mark.parametrize("name", sorted(ENCODINGS.keys() - REFUSED.keys()))
async def test_the_encodings_that_were_requested_are_decoded(name: str) -> None:
    encoding, body, _ = ENCODINGS[name]
    listed = answer(body, b"Content-Encoding: " + encoding)
    async with RawServer({LIST_PATH: listed}).serve() as server, client(server) as api:
        assert is_good(await api.orders())


@pytest.mark.parametrize("path", [LIST_PATH, ORDER_PATH, TOKEN_PATH])
@pytest.mark.parametrize(("encoding", "body", "trouble"), REFUSED.values(), ids=REFUSED.keys())
async def test_unrequested_encodings_are_not_decoded(
    path: str, encoding: bytes, body: bytes, trouble: FailureKind
) -> None:
    answers = {LIST_PATH: GOOD, path: answer(body, b"Content-Encoding: " + encoding)}
    async with RawServer(answers).serve() as server, client(server) as api:
        answered = await (api.order("1-1") if path == ORDER_PATH else api.orders())
    assert isinstance(answered, Failure)
    assert answered.kind is trouble


@pytest.mark.parametrize("path", [LIST_PATH, ORDER_PATH, TOKEN_PATH])
async def test_a_body_with_too_many_values_is_rejected(path: str) -> None:
    body = answer(b'{"x": [' + b"1," * 100_000 + b"1]}")
    async with RawServer({LIST_PATH: GOOD, path: body}).serve() as server, client(server) as api:
        answered = await (api.order("1-1") if path == ORDER_PATH else api.orders())
    assert isinstance(answered, Failure)
    expected = FailureKind.NOT_THE_API if path == TOKEN_PATH else FailureKind.TOO_LARGE
    assert answered.kind is expected


SPELLINGS = ["https", "HTTPS", "Https", "hTTPS", "httpS", "HtTpS"]


@pytest.mark.parametrize("scheme", SPELLINGS)
async def test_every_spelling_of_https_verifies_the_certificate(scheme: str) -> None:
    heard: list[Request] = []

    def listen(request: Request) -> Response:
        heard.append(request)
        return Response(404)

    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(serving)
    async with http_server(listen, ssl=serving) as server:
        url = server.url.replace("https", scheme)
        api = Client(Account("42", "id", Secret("s"), url))
        answered = await api.orders()
        await api.aclose()
    assert isinstance(answered, Failure)
    assert answered.kind is FailureKind.UNTRUSTED
    assert heard == []


async def test_an_unrequested_partial_response_is_rejected() -> None:
    partial = answer(ORDERS.encode(), b"Content-Range: bytes 0-9/99", status=b"206 Partial Content")
    async with RawServer({LIST_PATH: partial}).serve() as server, client(server) as api:
        assert await api.orders() == Failure(FailureKind.STATUS, 206)


async def test_a_forbidden_order_fails_only_itself() -> None:
    for status in (b"401 Unauthorized", b"403 Forbidden"):
        denied = answer(b"", status=status)
        answers = {LIST_PATH: GOOD, ORDER_PATH: denied}
        async with RawServer(answers).serve() as server, client(server) as api:
            assert is_good(await api.orders())
            failure = await api.order("1-1")
            assert isinstance(failure, Failure)
            assert failure.kind is FailureKind.NO_ACCESS
            assert is_good(await api.orders())
        assert len(server.requests_of(TOKEN_PATH)) == (2 if status.startswith(b"401") else 1)


async def test_a_token_rejected_with_431_is_dropped() -> None:
    tokens = iter([b'{"access_token": "%s"}' % (b"t" * 9000), b'{"access_token": "t"}'])

    def listed(request: RawRequest) -> bytes:
        long = len(request.headers["authorization"]) > 8192
        return answer(b"", status=b"431 Request Header Fields Too Large") if long else GOOD

    answers = {TOKEN_PATH: lambda _: answer(next(tokens)), LIST_PATH: listed}
    async with RawServer(answers).serve() as server, client(server) as api:
        assert is_good(await api.orders())


@pytest.mark.parametrize(
    ("location", "hint"),
    [
        (b"/login?token=SECRET", "http://127.0.0.1"),
        (b"/hdntl=exp=1~hmac=SECRET/list", "http://127.0.0.1"),
        (b"https://SECRET@evil.example/SECRET?x=SECRET#SECRET", "https://evil.example"),
        (b"https://user:SECRET@evil.example/", "https://evil.example"),
        (b"//evil.example", "http://evil.example"),
        ("https://é\x85/".encode(), ""),
        (b"http://[::1", ""),
        (b"", "http://127.0.0.1"),
    ],
)
async def test_a_redirect_is_reported_by_its_host_only(location: bytes, hint: str) -> None:
    moved = answer(b"", b"Location: " + location, status=b"302 Found")
    async with RawServer({LIST_PATH: moved}).serve() as server, client(server) as api:
        failure = await api.orders()
    assert isinstance(failure, Failure)
    assert failure.kind in (FailureKind.REDIRECTED, FailureKind.OTHER_SLASH)
    assert failure.hint == hint
    assert "SECRET" not in repr(failure)
    assert {each.path.partition("?")[0] for each in server.requests} <= {
        TOKEN_PATH, LIST_PATH, LIST_PATH.rstrip("/")
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["list", "order"])
async def test_a_get_on_a_closed_connection_is_retried_once(kind: str) -> None:
    closes = 0

    class Closing(RawServer):
        async def _connection(self, reader: Any, writer: Any) -> None:
            """Answer the token and the first call; close the connection on the next request."""
            nonlocal closes
            for number in range(3):
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or b"0"))
                path = head.split()[1].decode().partition("?")[0]
                self.requests.append(RawRequest(path, {}))
                if number == 2:
                    closes += 1
                    return
                writer.write(self._answer(self.requests[-1]))

    order = answer(b'{"status": "QUEUED"}')
    answers = {LIST_PATH: GOOD, ORDER_PATH: order}
    async with Closing(answers).serve() as server, client(server) as api:
        assert is_good(await api.orders())
        answered: ListAnswer | DetailAnswer
        answered = await (api.orders() if kind == "list" else api.order("1-1"))
        assert not isinstance(answered, Failure)
    assert closes == 1
    assert len(server.requests_of(LIST_PATH if kind == "list" else ORDER_PATH)) >= 2


async def test_a_connection_that_closes_each_time_is_a_failure() -> None:
    count = 0

    def cut(_: RawRequest) -> bytes:
        nonlocal count
        count += 1
        return b""

    class Cutting(RawServer):
        async def _connection(self, reader: Any, writer: Any) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or b"0"))
            request = RawRequest(head.split()[1].decode(), {})
            writer.write(self._answer(request))

    async with Cutting({LIST_PATH: cut}).serve() as server, client(server) as api:
        assert await api.orders() == Failure(FailureKind.CUT)
    assert count == 1  # it was not sent on a reused connection


OLD = formatdate(NOW - 3600, usegmt=True).encode()


@pytest.mark.parametrize(
    ("headers", "age"),
    [
        ((), 0),
        ((b"Age: 0",), 0),
        ((b"Age: 120",), 120),
        ((b"Age: 120", b"Date: " + OLD), 120),  # the clock of the server may be an hour off
        ((b"Age: 99999999999999999999",), 1e9),
    ],
)
async def test_the_age_header_counts(headers: tuple[bytes, ...], age: float) -> None:
    listed, order = answer(ORDERS.encode(), *headers), answer(b'{"status": "QUEUED"}', *headers)
    answers = {LIST_PATH: listed, ORDER_PATH: order}
    async with RawServer(answers).serve() as server, client(server) as api:
        found: list[object] = [await api.orders(), await api.order("1-1")]
    for answered, kind in zip(found, (Snapshot, OrderDetail), strict=True):
        assert getattr(answered, "age", 0) == pytest.approx(age, abs=0.5)
        assert isinstance(getattr(answered, "content", answered), kind)


async def test_a_stale_copy_of_unknown_age_is_a_failure() -> None:
    warned = answer(ORDERS.encode(), b'Warning: 110 - "Response is Stale"')
    async with RawServer({LIST_PATH: warned}).serve() as server, client(server) as api:
        assert await api.orders() == Failure(FailureKind.CACHED)


async def test_a_date_behind_that_of_the_token_counts_as_age() -> None:
    token = answer(b'{"access_token": "t"}', b"Date: " + formatdate(NOW, usegmt=True).encode())
    listed = answer(ORDERS.encode(), b"Date: " + OLD)
    answers = {TOKEN_PATH: token, LIST_PATH: listed}
    async with RawServer(answers).serve() as server, client(server, monotonic=lambda: 9.0) as api:
        answered = await api.orders()
    assert isinstance(answered, CachedAnswer)
    assert answered.age == 3600


def date(seconds: float) -> dict[str, str]:
    return {"date": formatdate(NOW + seconds, usegmt=True)}


Answers = list[tuple[float, dict[str, str], float | None]]


@pytest.mark.parametrize(
    "answers",
    [
        [(0, date(0), 0), (5, date(5), 0), (10, date(10), 0)],
        [(0, date(-9000), 0), (5, date(-8995), 0)],  # a wrong clock gives no age
        [(0, date(0), 0), (5, date(0), 5), (10, date(0), 10), (15, date(15), 0)],  # frozen
        [(0, date(0), 0), (2, date(0), 0), (4, date(0), 4), (6, date(0), 6)],
        [(0, date(0), 0), (5, date(5) | {"age": "3"}, 3), (10, date(10), 0)],
        [(0, date(0) | {"age": "30"}, 30), (5, date(35), 0)],
        # The server clock is set back by an hour.
        [(0, date(0), 0), (5, date(-3595), 3600), (10, date(-3590), 0), (15, date(-3585), 0)],
        [(0, {"warning": "110 - stale"}, None), (5, {"warning": '112 x "a", 299 y "b"'}, None)],
        [(0, {"warning": "299 - deprecated"}, 0), (5, {"warning": "110 - stale", "age": "7"}, 7)],
        [(0, {"age": "x"}, 0), (5, {"date": "x"}, 0), (10, {"age": "1.5"}, 0)],
    ],
)
def test_ages(answers: Answers) -> None:
    ages = ResponseAge()
    assert [ages.measure(headers, now) for now, headers, _ in answers] == [a for *_, a in answers]


async def test_the_deadline_covers_decoding_and_the_next_call_waits_for_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[int] = []

    def slow(body: bytes, order_id: str, now: float) -> OrderDetail:
        threads.append(threading.get_ident())
        if len(threads) == 1:
            began.set()
            release.wait(5)
        return read_detail(body, order_id, now)

    monkeypatch.setattr("tui.api.client.read_detail", slow)
    began, release = threading.Event(), threading.Event()
    large = answer(b'{"status": "QUEUED", "comment": "' + b"x" * MAX_INLINE + b'"}')
    async with RawServer({ORDER_PATH: large}).serve() as server:
        async with client(server, deadline=0.3) as api:
            assert await api.order("1-1") == Failure(FailureKind.SLOW)
            assert began.is_set()
            assert await api.order("1-1") == Failure(FailureKind.SLOW)
            assert len(threads) == 1  # the second waits for the first
            release.set()
        async with client(server) as api:
            assert isinstance(await api.order("1-1"), OrderDetail)
    assert threading.get_ident() not in threads
