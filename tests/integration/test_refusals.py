"""What the client makes of refusals: codes of the CDN, scopes, companies."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import pytest

from tests.support.api_stand import LIST, NOW, TOKEN, TOKEN_OK, Stand, ask, client
from tests.support.demo_client import RecordingDemoServer
from tui.demo.http_server import Request, Response, http_server
from tui.demo.world import World
from tui.formatting import describe_failure
from tui.model.order import OrderDetail, Snapshot
from tui.model.ports import Failure, FailureKind


@pytest.fixture
async def demo() -> AsyncIterator[RecordingDemoServer]:
    async with RecordingDemoServer(World(1, 50, NOW), clock=lambda: NOW) as serving:
        yield serving


async def drip() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.02)


HTML = "<html><h1>Error</h1><p>Reason: <b>%s</b><p>XID: <code>%s</code>"


@pytest.mark.parametrize(
    ("status", "headers", "body", "sentence"),
    [
        (
            429,
            {"TCDN-Debug": "TCDN-RPE-GRL-429:123456"},
            "",
            "too many requests (429, TCDN-RPE-GRL-429, XID 123456)",
        ),
        (
            429,
            {},
            HTML % ("TCDN-RPE-GRL-429", "123456"),
            "too many requests (429, TCDN-RPE-GRL-429, XID 123456)",
        ),
        (
            503,
            {"X-Debug": "TCDN-BENG-Service unavailable:77"},
            "",
            "server error 503 (TCDN-BENG-Service unavailable, XID 77)",
        ),
        (502, {"X-Debug": "TCDN-OK:5"}, "TCDN-BENG-502", "server error 502 (TCDN-BENG-502)"),
        (503, {"X-Debug": "TCDN-BENG-503"}, "xid=8", "server error 503 (TCDN-BENG-503, XID 8)"),
        # The CDN knows nothing of companies, credentials and orders.
        (
            403,
            {},
            HTML % ("TCDN-RPE-UA-403-Denylist", 9),
            "unexpected answer 403 (TCDN-RPE-UA-403-Denylist, XID 9)",
        ),
        (401, {"X-Debug": "TCDN-RPE-401"}, "", "unexpected answer 401 (TCDN-RPE-401)"),
        (404, {"X-Debug": "TCDN-DNF:1"}, "", "unexpected answer 404 (TCDN-DNF, XID 1)"),
        # No code: nothing of the body is shown.
        (503, {"TCDN-Debug": "TCDN-OK:5"}, "XID: 5", "server error 503"),
        (500, {}, "TCDN-", "server error 500"),
        (403, {}, "XID: 5 <b>hunter2</b>", "no permission for company 42"),
        (503, {}, " " * 70_000 + "TCDN-BENG-503", "server error 503"),
        (503, {"content-length": "99"}, "TCDN-BENG-503", "server error 503"),
        (503, {"content-encoding": "gzip"}, "TCDN-BENG-503", "server error 503"),
    ],
)
@pytest.mark.parametrize("path", [LIST, LIST + "1-1/", TOKEN])
async def test_the_code_of_the_cdn_and_its_xid_are_named(
    path: str, status: int, headers: dict[str, str], body: str, sentence: str
) -> None:
    stand = Stand({LIST: Response(body=b"[]"), path: Response(status, headers, body.encode())})
    async with http_server(stand) as server, client(server.url) as api:
        answer = await (api.order("1-1") if path not in (LIST, TOKEN) else api.orders())
    assert isinstance(answer, Failure)
    if "TCDN" in sentence or status >= 500:
        assert describe_failure(answer, "h", "42") == sentence
    if status in (401, 403) and "TCDN" in sentence:
        assert len(stand.requests) == (1 if path == TOKEN else 2)  # no new token
    assert "hunter2" not in describe_failure(answer, "h", "42")


async def test_a_slow_page_of_a_failure_hides_nothing_that_is_known() -> None:
    response = Response(429, {"retry-after": "7"}, drip())
    assert await ask({LIST: response}) == Failure(FailureKind.LIMITED, 429, 7)


@pytest.mark.parametrize("known", ["read", "write"])
async def test_a_read_only_client_asks_for_the_scope_read(known: str) -> None:
    forms: list[dict[str, str]] = []

    def answer(request: Request) -> Response:
        if request.path != TOKEN:
            return Response(body=b"[]")
        forms.append(dict(parse_qsl(request.body.decode())))
        if forms[-1].get("scope", known) != known:
            return Response(400, body=b'{"error": "invalid_scope"}')
        return TOKEN_OK

    now = 0.0
    async with (
        http_server(answer) as server,
        client(server.url, read_only=True, monotonic=lambda: now) as api,
    ):
        assert await api.orders() == Snapshot()
        now = 40_000.0
        assert await api.orders() == Snapshot()
    scopes = [form.get("scope") for form in forms]
    assert scopes == (["read", "read"] if known == "read" else ["read", None, None])


@pytest.mark.parametrize(
    ("status", "body", "kind", "requests"),
    [
        (400, b'{"error": "invalid_scope"}', FailureKind.SCOPE, 2),
        (400, b'{"error": "invalid_client"}', FailureKind.CREDENTIALS, 1),
        (401, b'{"error": "invalid_scope"}', FailureKind.CREDENTIALS, 1),
    ],
)
async def test_a_rejected_login_is_not_repeated_without_the_scope(
    status: int, body: bytes, kind: FailureKind, requests: int
) -> None:
    """Each rejected login counts against the account."""
    stand = Stand({TOKEN: Response(status, body=body)})
    async with http_server(stand) as server, client(server.url, read_only=True) as api:
        assert await api.orders() == Failure(kind, status)
    assert len(stand.requests) == requests


async def test_a_writing_client_asks_for_no_scope(demo: RecordingDemoServer) -> None:
    async with client(demo.url) as api:
        await api.orders()
    assert b"scope" not in demo.requests[0].body


async def test_a_read_only_client_reads_the_demo(demo: RecordingDemoServer) -> None:
    async with client(demo.url, read_only=True) as api:
        assert isinstance(snapshot := await api.orders(), Snapshot)
        assert isinstance(await api.order(snapshot.orders[0].id), OrderDetail)
    assert b"scope=read" in demo.requests[0].body


@pytest.mark.parametrize(("company", "name"), [("42", "Tu Servidor"), ("43", "")])
async def test_the_name_of_the_company(demo: RecordingDemoServer, company: str, name: str) -> None:
    async with client(demo.url, company=company) as api:
        assert await api.company_name() == name


@pytest.mark.parametrize("answer", [Response(401), Response(429, {"retry-after": "60"})])
async def test_a_refused_name_changes_nothing(answer: Response) -> None:
    stand = Stand({"/v1/companies/current_user/": answer, LIST: Response(body=b"[]")})
    async with http_server(stand) as server, client(server.url) as api:
        await api.orders()
        assert await api.company_name() == ""
        assert await api.orders() == Snapshot()
    assert len(stand.requests) == 4
