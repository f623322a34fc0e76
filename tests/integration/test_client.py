"""The client against the demo server and misbehaving servers."""

import asyncio
import gzip
import json
import os
import ssl
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable
from email.utils import formatdate
from pathlib import Path

import pytest
import trustme

from tests.support import accelerated_loop, seed
from tests.support.api_stand import LIST, NOW, TOKEN, TOKEN_OK, Stand, ask, client
from tests.support.demo_client import RecordingDemoServer
from tui.api.client import Client
from tui.demo.http_server import Request, Response, http_server
from tui.demo.world import World
from tui.formatting import describe_failure
from tui.model.account import Account, Secret
from tui.model.actions import Accepted
from tui.model.order import OrderDetail, Snapshot
from tui.model.ports import Failure, FailureKind
from tui.rate_limit import RateLimiter

STATM = Path("/proc/self/statm")


@pytest.fixture
async def demo() -> AsyncIterator[RecordingDemoServer]:
    async with RecordingDemoServer(World(1, 50, NOW), clock=lambda: NOW) as serving:
        yield serving


def tokens(demo: RecordingDemoServer) -> int:
    return sum(1 for served in demo.requests if served.path == TOKEN)


async def test_list_detail_and_requeue(demo: RecordingDemoServer) -> None:
    async with client(demo.url) as api:
        snapshot = await api.orders()
        assert isinstance(snapshot, Snapshot)
        assert len(snapshot.orders) == 50
        failed = next(order for order in snapshot.orders if order.status == "ERROR")
        detail = await api.order(failed.id)
        assert isinstance(detail, OrderDetail)
        assert (detail.id, detail.status) == (failed.id, "ERROR")
        assert await api.requeue(failed.id) == Accepted(failed.id)
        assert isinstance(again := await api.order(failed.id), OrderDetail)
        assert again.status == "QUEUED"
        assert await api.order("1-1") == Failure(FailureKind.MISSING, 404)
    assert tokens(demo) == 1


async def test_concurrent_calls_share_one_token_request(demo: RecordingDemoServer) -> None:
    async with client(demo.url, rate_limiter=RateLimiter(time.monotonic, 10_000)) as api:
        for expected in (1, 2):
            answers = await asyncio.gather(*(api.orders() for _ in range(20)))
            assert all(isinstance(answer, Snapshot) for answer in answers)
            assert tokens(demo) == expected
            demo.tokens.expiries.clear()


async def test_concurrent_calls_share_one_token_rejection(demo: RecordingDemoServer) -> None:
    rejected = Failure(FailureKind.CREDENTIALS, 401)
    async with client(demo.url, secret="wrong") as api:
        for expected in (1, 2):
            answers = await asyncio.gather(*(api.orders() for _ in range(20)))
            assert answers == [rejected] * 20
            assert tokens(demo) == expected


def test_requests_are_rate_limited() -> None:
    """A call with two requests counts twice."""
    times: list[float] = []

    async def minutes() -> None:
        now = asyncio.get_running_loop().time

        def answer(request: Request) -> Response:
            times.append(now())
            return TOKEN_OK if request.path == TOKEN else Response(404)

        async with http_server(answer) as server, client(server.url, monotonic=now) as api:
            end = now() + 180
            while now() < end:
                assert await api.order("1-1") == Failure(FailureKind.MISSING, 404)

    accelerated_loop.run(minutes())
    busiest = max(sum(1 for at in times if start <= at < start + 60) for start in times)
    assert 110 <= busiest <= 120


@pytest.mark.parametrize(
    ("options", "failure"),
    [
        ({"secret": "wrong"}, Failure(FailureKind.CREDENTIALS, 401)),
        ({"company": "43"}, Failure(FailureKind.FORBIDDEN, 403)),
    ],
)
async def test_forbidden_and_unauthorised_calls(
    demo: RecordingDemoServer, options: dict[str, str], failure: Failure
) -> None:
    async with client(demo.url, **options) as api:
        assert await api.orders() == failure


async def test_a_rejected_token_is_renewed_once() -> None:
    """The sentence doesn't blame the secret, which the server has accepted."""
    stand = Stand({LIST: Response(401)})
    async with http_server(stand) as server, client(server.url) as api:
        answer = await api.orders()
    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.CREDENTIALS
    assert describe_failure(answer, "h") == "the server rejects its own new token (401)"
    assert len(stand.requests) == 4


@pytest.mark.parametrize(
    ("status", "header", "failure"),
    [
        (429, None, Failure(FailureKind.LIMITED, 429)),
        (429, "7", Failure(FailureKind.LIMITED, 429, 7)),
        (429, "999999999999", Failure(FailureKind.LIMITED, 429, 3600)),
        (429, "Sun, 15 Jun 2025 15:07:10 GMT", Failure(FailureKind.LIMITED, 429, 30)),
        (429, "Sun, 15 Jun 2025 15:00:00 GMT", Failure(FailureKind.LIMITED, 429)),
        (429, "Sun, 15 Jun 2025 15:07:10 +99999999999999", Failure(FailureKind.LIMITED, 429)),
        (429, "soon", Failure(FailureKind.LIMITED, 429)),
        (429, "-5", Failure(FailureKind.LIMITED, 429)),
        (503, "9", Failure(FailureKind.SERVER, 503, 9)),
        (500, None, Failure(FailureKind.SERVER, 500)),
        (418, None, Failure(FailureKind.STATUS, 418)),
        (410, None, Failure(FailureKind.MISSING, 410)),
    ],
)
async def test_statuses(status: int, header: str | None, failure: Failure) -> None:
    headers = {} if header is None else {"retry-after": header}
    assert await ask({LIST: Response(status, headers, b"<html>")}) == failure


@pytest.mark.parametrize("off", [-7200, -3600, 0, 3600, 7200])
async def test_a_retry_after_date_uses_the_clock_of_the_server(off: int) -> None:
    headers = {
        "date": formatdate(NOW + off, usegmt=True),
        "retry-after": formatdate(NOW + off + 30, usegmt=True),
    }
    assert await ask({LIST: Response(429, headers)}) == Failure(FailureKind.LIMITED, 429, 30)


async def test_retry_after_blocks_other_calls() -> None:
    now = 0.0
    asked, result = asyncio.Event(), asyncio.Event()
    stand = Stand({LIST: Response(429, {"retry-after": "60"})})

    async def answer(request: Request) -> Response:
        response = stand(request)
        if request.path == LIST + "1-1/":
            asked.set()
            await result.wait()
            return Response(401)  # so that a token is requested
        return response

    async with http_server(answer) as server, client(server.url, monotonic=lambda: now) as api:
        under_way = asyncio.create_task(api.order("1-1"))
        await asked.wait()
        assert await api.orders() == Failure(FailureKind.LIMITED, 429, 60)
        result.set()
        now = 20.0
        assert await under_way == await api.orders() == Failure(FailureKind.LIMITED, 429, 40)
        assert len(stand.requests) == 3
        now = 60.0
        assert await api.order("2-2") == Failure(FailureKind.MISSING, 404)


@pytest.mark.parametrize(
    ("response", "trouble"),
    [
        (Response(body=b"<html>log in</html>"), FailureKind.NOT_THE_API),
        (Response(body=b""), FailureKind.NOT_THE_API),
        (Response(204), FailureKind.NOT_THE_API),
        (Response(body=b"{}"), FailureKind.SHAPE),
        (Response(200, {"content-length": "99"}, b"[]"), FailureKind.CUT),
        (Response(200, {"content-encoding": "gzip"}, b"no gzip"), FailureKind.NOT_THE_API),
        (Response(body=b" " * 2000), FailureKind.TOO_LARGE),
        (
            Response(200, {"content-encoding": "gzip"}, gzip.compress(b" " * 1_000_000)),
            FailureKind.TOO_LARGE,
        ),
    ],
)
async def test_invalid_answers(
    response: Response, trouble: FailureKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.api.client.LIST_CAP", 1500)
    answer = await ask({LIST: response})
    assert isinstance(answer, Failure)
    assert answer.kind is trouble


async def drip() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.02)


async def silence() -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield b""


@pytest.mark.parametrize("body", [drip, silence])
@pytest.mark.parametrize("path", [LIST, TOKEN])
async def test_no_call_outlives_its_deadline(
    body: Callable[[], AsyncIterator[bytes]], path: str
) -> None:
    answer = await asyncio.wait_for(ask({path: Response(body=body())}, deadline=0.2), 5)
    assert answer == Failure(FailureKind.SLOW)


async def test_no_server() -> None:
    async with http_server(Stand({})) as server:
        url = server.url
    for address, trouble in (
        (url, FailureKind.REFUSED),
        ("https://no-host.invalid", FailureKind.NAME),
    ):
        async with client(address) as api:
            assert await api.orders() == Failure(trouble)


@pytest.mark.parametrize(
    "url", ["http://example.com", "ftp://h", "https://u:p@h", "https://h?x=1", "https://h:x", ""]
)
def test_rejected_addresses(url: str) -> None:
    with pytest.raises(ValueError, match="the API's address"):
        Client(Account("42", "demo", Secret("x"), url))


async def test_tls_is_verified() -> None:
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    stand = Stand({LIST: Response(body=b"[]")})
    async with http_server(stand, ssl=serving) as server:
        async with client(server.url, verify=trusting) as api:
            assert await api.orders() == Snapshot()
        async with client(server.url, verify=ssl.create_default_context()) as api:
            answer = await api.orders()
    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.UNTRUSTED
    assert len(stand.requests) == 2  # those of the first


async def test_redirects_never_send_the_token_to_another_host() -> None:
    other = Stand({})
    async with http_server(other) as elsewhere:
        target = {"location": f"{elsewhere.url}{LIST}?secret=1"}
        for path in (LIST, TOKEN):
            answer = await ask({path: Response(302, target)})
            assert answer == Failure(FailureKind.REDIRECTED, 302, hint="http://127.0.0.1")
    assert other.requests == []


SEED_ONLY = {
    "/v1/media/42/transcode": Response(body=seed.LIST),
    "/v1/media/42/transcode/1631092552-1237": Response(body=seed.DETAIL),
}


async def test_a_server_with_only_the_documented_calls() -> None:
    stand = Stand(SEED_ONLY)
    async with http_server(stand) as server, client(server.url) as api:
        for _ in range(2):
            assert isinstance(snapshot := await api.orders(), Snapshot)
            assert len(snapshot.orders) == 7
            assert isinstance(await api.order(snapshot.orders[0].id), OrderDetail)
    # The other form is tried once; the one that works is used from then on.
    assert stand.paths == [LIST, *SEED_ONLY, *SEED_ONLY]


@pytest.mark.parametrize("slash", [True, False])
async def test_a_redirect_to_the_other_trailing_slash(slash: bool) -> None:
    with_slash, without = LIST, LIST.rstrip("/")
    good, bad = (with_slash, without) if slash else (without, with_slash)
    stand = Stand({good: Response(body=b"[]"), bad: Response(301, {"location": good})})
    async with http_server(stand) as server, client(server.url) as api:
        assert [await api.orders() for _ in range(3)] == [Snapshot()] * 3
    assert stand.paths.count(bad) == (0 if slash else 1)


async def test_loopback_requests_bypass_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert await ask({LIST: Response(body=b"[]")}) == Snapshot()


@pytest.mark.parametrize(
    ("expires", "age", "asked"),
    [
        (None, 32_000, 1),
        (None, 32_500, 2),
        ("soon", 32_000, 1),
        (-5, 53, 1),
        (-5, 55, 2),
        (0, 55, 2),
        (1, 53, 1),
        (36_000_000, 77_000, 1),
        (36_000_000, 78_000, 2),
        (253_402_300_799, 78_000, 2),
        (10**400, 32_500, 2),
        ([], 32_000, 1),
        (100, 89, 1),
        (100, 91, 2),
    ],
)
async def test_the_life_of_a_token(expires: object, age: float, asked: int) -> None:
    token = {"access_token": "tok"} | ({} if expires is None else {"expires_in": expires})
    stand = Stand({TOKEN: Response(body=json.dumps(token).encode()), LIST: Response(body=b"[]")})
    now = 0.0
    async with http_server(stand) as server, client(server.url, monotonic=lambda: now) as api:
        await api.orders()
        now = age
        assert await api.orders() == Snapshot()
    assert sum(1 for request in stand.requests if request.path == TOKEN) == asked


@pytest.mark.parametrize("token", [None, 5, "", "a b", "a\r\nX: y", "ñ", ["x"]])
async def test_invalid_token_answers(token: object) -> None:
    body = json.dumps({"access_token": token}).encode()
    answer = await ask({TOKEN: Response(body=body)})
    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.SHAPE


@pytest.mark.slow
async def test_cancelled_calls_leak_no_connection() -> None:
    good = Stand({LIST: Response(body=b"[]")})
    freely = RateLimiter(time.monotonic, 10**9)
    async with (
        http_server(good) as server,
        client(server.url, deadline=1.0, rate_limiter=freely) as api,
    ):
        for moment in range(400):
            calls = [asyncio.ensure_future(api.orders()) for _ in range(3)]
            for _ in range(moment % 80):  # however far they are
                await asyncio.sleep(0)
            for call in calls:
                call.cancel()
            await asyncio.wait(calls)
        assert isinstance(await api.orders(), Snapshot)


async def test_a_call_cancelled_in_the_queue_uses_no_slot() -> None:
    good = Stand({LIST: Response(body=b"[]")})
    async with http_server(good) as server, client(server.url) as api:
        for _ in range(100):
            call = asyncio.ensure_future(api.orders())
            await asyncio.sleep(0)
            call.cancel()
            await asyncio.wait([call])
        assert isinstance(await api.orders(), Snapshot)


async def test_an_unanswered_tls_handshake_is_closed() -> None:
    hung_up = asyncio.Semaphore(0)

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        hung_up.release()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, client(f"https://127.0.0.1:{port}", deadline=0.2) as api:
        for _ in range(3):
            assert await api.orders() == Failure(FailureKind.SLOW)
        async with asyncio.timeout(5):
            for _ in range(3):
                await hung_up.acquire()


async def test_certificate_authorities_are_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled calls cause new connections, at a limited rate."""
    read: list[object] = []

    def authorities(**_: bool) -> ssl.SSLContext:
        read.append(None)
        return ssl.create_default_context()

    monkeypatch.setattr("tui.api.connections.tls_context", authorities)
    async with client("https://127.0.0.1:1") as api:
        first = api._transport._pool._client
        for _ in range(3):
            call = asyncio.ensure_future(api.orders())
            await asyncio.sleep(0)
            call.cancel()
            await asyncio.wait([call])
        assert api._transport._pool._client is not first
    assert read == [None]


@pytest.mark.skipif(not STATM.exists(), reason="needs /proc/self/statm")
async def test_a_too_large_answer_is_not_kept_in_memory() -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(130):
            yield b" " * (1 << 20)

    stand = Stand({LIST: lambda: Response(body=body())})
    async with http_server(stand) as server, client(server.url) as api:
        before = resident()
        assert await api.orders() == Failure(FailureKind.TOO_LARGE)
        assert resident() - before < 32 << 20


def resident() -> int:
    """Return the resident memory of this process in bytes."""
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("length", [2 << 20, (1 << 20) + 1, 100])
async def test_a_gzip_list_is_read_completely(length: int) -> None:
    orders = b"[" + b" " * (length - 2) + b"]"
    answer = Response(200, {"Content-Encoding": "GZIP"}, gzip.compress(orders))
    assert isinstance(await ask({LIST: answer}), Snapshot)


async def test_a_gzip_bomb_is_never_fully_decompressed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.api.client.LIST_CAP", 1 << 20)
    bomb = Response(200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * (100 << 20)))
    async with (
        http_server(Stand({LIST: bomb})) as server,
        client(server.url) as api,
    ):
        tracemalloc.start()
        try:
            assert await api.orders() == Failure(FailureKind.TOO_LARGE)
            assert tracemalloc.get_traced_memory()[1] < 16 << 20
        finally:
            tracemalloc.stop()
