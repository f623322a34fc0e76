"""The client's writes: sent once, and what is known of them afterwards."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import parse_qs

import pytest

from tests.support import accelerated_loop
from tests.support.api_stand import NOW, TOKEN, TOKEN_OK, Stand, client
from tests.support.demo_client import NEW_PROFILE, ORDER, RecordingDemoServer
from tests.support.raw_server import RawRequest, RawServer, answer
from tui.api.client import Client, Hooks
from tui.api.transport import BODY_CAP, ApiRequest
from tui.demo.http_server import Listener, Request, Response, http_server
from tui.demo.world import World
from tui.formatting import describe_failure
from tui.model.actions import Accepted, WriteAnswer, WriteFailure
from tui.model.ports import Failure, FailureKind
from tui.model.profiles import EncodingProfile
from tui.model.telemetry import RequestRecord

REQUEUE = "/v1/media/42/transcode_requeue/1-1/"
LIST = "/v1/media/42/transcode/"
PROFILES = "/v1/media/42/transcoding_profiles/"
PROFILE = "/v1/media/42/transcoding_profile/7/"
HTML = b"<!doctype html><title>Sign in</title>"

WRITES: list[Callable[[Client], Awaitable[WriteAnswer]]] = [
    lambda api: api.requeue("1-1"),
    lambda api: api.create_order(b"{}"),
    lambda api: api.save_profile(None, b"{}"),
    lambda api: api.save_profile(7, b"{}"),
    lambda api: api.delete_profile(7),
]


@pytest.fixture
async def demo() -> AsyncIterator[RecordingDemoServer]:
    async with RecordingDemoServer(World(1, 50, NOW), clock=lambda: NOW) as serving:
        yield serving


@pytest.mark.parametrize("write", WRITES)
async def test_a_read_only_client_sends_no_write(
    demo: RecordingDemoServer, write: Callable[[Client], Awaitable[WriteAnswer]]
) -> None:
    async with client(demo.url, read_only=True) as api:
        refused = WriteFailure(Failure(FailureKind.READ_ONLY), may_have_acted=False)
        assert await write(api) == refused
    assert demo.requests == []


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "X"]
)
async def test_a_read_only_client_sends_nothing_but_gets(
    demo: RecordingDemoServer, method: str
) -> None:
    async with client(demo.url, read_only=True) as api:
        request = ApiRequest("orders", method, LIST, BODY_CAP)
        refusal = Failure(FailureKind.READ_ONLY)
        assert await api._send(request) == refusal
        answered = await api._write(method, LIST.rstrip("/"))
        assert answered == WriteFailure(refusal, may_have_acted=False)
        assert demo.requests == []
        await api.orders()
    assert [each.method for each in demo.requests] == ["POST", "GET"]
    assert parse_qs(demo.requests[0].body.decode())["scope"] == ["read"]


async def test_an_order_is_sent_in_the_form_field(demo: RecordingDemoServer) -> None:
    sent = json.dumps(ORDER, ensure_ascii=False).encode()
    async with client(demo.url) as api:
        accepted = await api.create_order(sent)
        assert isinstance(accepted, Accepted)
        assert accepted.subject
        detail = await api.order(accepted.subject)
    request = next(each for each in demo.requests if each.method == "POST" and each.path == LIST)
    assert parse_qs(request.body.decode()) == {"order": [sent.decode()]}
    assert request.query == {}
    assert not isinstance(detail, Failure)


async def test_a_profile_is_created_changed_and_deleted(demo: RecordingDemoServer) -> None:
    async with client(demo.url) as api:
        created = await api.save_profile(None, json.dumps(NEW_PROFILE).encode())
        assert isinstance(created, Accepted)
        number = int(created.subject)
        saved = await api.profile(number)
        assert isinstance(saved, EncodingProfile)
        assert (saved.name, saved.video_height, saved.video_width) == ("東京 360p", 360, None)
        changed = json.dumps({**NEW_PROFILE, "name": "other"}).encode()
        assert await api.save_profile(number, changed) == Accepted(str(number))
        assert isinstance(saved := await api.profile(number), EncodingProfile)
        assert saved.name == "other"
        assert await api.delete_profile(number) == Accepted()
        assert await api.profile(number) == Failure(FailureKind.MISSING, 404)
    written = [each for each in demo.requests if "profile" in each.path and each.method != "GET"]
    assert [each.method for each in written] == ["POST", "PUT", "DELETE"]
    assert written[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "created"),
    [
        (b"Order #1631092552-1237 created", "1631092552-1237"),
        (b"Order #1631092552-1237.", "1631092552-1237"),
        (b'"Order #1-2"', "1-2"),
        (b'{"id": "1-2"}', "1-2"),
        (b'\xef\xbb\xbf{"order_id": 12}', "12"),
        (b'{"id": null, "order_id": "1-2"}', "1-2"),
        (b'{"id": "../../x"}', ""),
        (b'{"status": "QUEUED"}', ""),
        (b"[]", ""),
    ],
)
async def test_the_id_of_a_new_order_is_found(body: bytes, created: str) -> None:
    stand = Stand({LIST: Response(201, {"content-type": "text/html"}, body)})
    async with http_server(stand) as server, client(server.url) as api:
        assert await api.create_order(b"{}") == Accepted(created)


@pytest.mark.parametrize("body", [b"", b"ok", b"Please log in", b"# 1"])
async def test_a_text_without_an_id_is_no_new_order(body: bytes) -> None:
    stand = Stand({LIST: Response(200, {}, body)})
    async with http_server(stand) as server, client(server.url) as api:
        answered = await api.create_order(b"{}")
        assert isinstance(answered, WriteFailure)
        assert answered.failure.kind is FailureKind.NOT_THE_API
        assert answered.may_have_acted


@pytest.mark.parametrize(
    "response",
    [
        Response(200),
        Response(204),
        Response(202, {}, b"queued"),
        Response(200, {"content-type": "text/html"}, b"ok"),
        Response(200, {}, b'{"detail": "queued"}'),
        Response(200, {}, b"null"),
    ],
)
async def test_a_requeue_is_accepted(response: Response) -> None:
    stand = Stand({REQUEUE: response})
    async with http_server(stand) as server, client(server.url) as api:
        assert await api.requeue("1-1") == Accepted()


def status(line: bytes, body: bytes = b"", *headers: bytes) -> bytes:
    return answer(body, *headers, status=line)


ELSEWHERE = b"Location: https://elsewhere.example/"

OUTCOMES = {
    "html": (status(b"200 OK", HTML), FailureKind.NOT_THE_API, True),
    "error": (status(b"200 OK", b'{"error": "no"}'), FailureKind.SHAPE, True),
    "cut off": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", FailureKind.CUT, True),
    "too long": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", FailureKind.TOO_LARGE, True),
    "encoded": (status(b"200 OK", b"x", b"Content-Encoding: br"), FailureKind.ENCODED, True),
    "no answer": (b"", FailureKind.CUT, True),
    "no http": (b"220 ftp ready\r\n", FailureKind.CUT, True),
    "206": (status(b"206 Partial", b"{}"), FailureKind.STATUS, True),
    "304": (status(b"304 Not Modified"), FailureKind.STATUS, True),
    "301": (status(b"301 Moved", b"", ELSEWHERE), FailureKind.REDIRECTED, True),
    "302": (status(b"302 Found", b"", ELSEWHERE), FailureKind.REDIRECTED, True),
    "303": (status(b"303 See Other", b"", ELSEWHERE), FailureKind.REDIRECTED, True),
    "307": (status(b"307 Temporary", b"", ELSEWHERE), FailureKind.REDIRECTED, False),
    "308": (status(b"308 Permanent", b"", ELSEWHERE), FailureKind.REDIRECTED, False),
    "slash": (status(b"301 Moved", b"", b"Location: " + REQUEUE[:-1].encode()),
              FailureKind.OTHER_SLASH, True),
    "400": (status(b"400 Bad Request", b'{"detail": "no"}'), FailureKind.REJECTED, False),
    "401": (status(b"401 Unauthorized"), FailureKind.CREDENTIALS, False),
    "403": (status(b"403 Forbidden"), FailureKind.FORBIDDEN, False),
    "404": (status(b"404 Not Found"), FailureKind.MISSING, False),
    "405": (status(b"405 Not Allowed"), FailureKind.REJECTED, False),
    "408": (status(b"408 Timeout"), FailureKind.STATUS, True),
    "409": (status(b"409 Conflict"), FailureKind.REJECTED, False),
    "429": (status(b"429 Too Many", b"", b"Retry-After: 9"), FailureKind.LIMITED, False),
    "431": (status(b"431 Too Large"), FailureKind.REJECTED, False),
    "500": (status(b"500 Error"), FailureKind.SERVER, True),
    "503": (status(b"503 Unavailable", b"TCDN-BENG-503"), FailureKind.SERVER, True),
}  # fmt: skip


@pytest.mark.parametrize("case", OUTCOMES)
async def test_a_write_without_a_usable_answer_is_sent_once(case: str) -> None:
    """Also on a connection that was used before, and after the server has rejected the token."""
    reply, kind, may_have_acted = OUTCOMES[case]
    server = RawServer({LIST: answer(b"[]")})

    def cut(_: RawRequest) -> bytes:
        server.is_cut = True
        return reply

    server._answers = {**server._answers, REQUEUE: cut}
    async with server.serve(), client(server.url) as api:
        await api.orders()
        answered = await api.requeue("1-1")
        assert isinstance(answered, WriteFailure)
        assert (answered.failure.kind, answered.may_have_acted) == (kind, may_have_acted)
        assert len(server.requests_of(REQUEUE)) == 1
        assert len(server.requests_of(TOKEN)) == 1
        await api.order("1-1")
        assert len(server.requests_of(TOKEN)) == 1 + (case in ("401", "431"))


async def test_the_words_after_a_401_blame_the_token() -> None:
    stand = Stand({REQUEUE: Response(401)})
    async with http_server(stand) as server, client(server.url) as api:
        answered = await api.requeue("1-1")
        assert isinstance(answered, WriteFailure)
        assert describe_failure(answered.failure, "h") == "the token is no longer valid (401)"


async def test_a_write_that_finds_no_server_was_not_sent() -> None:
    async with http_server(lambda _: TOKEN_OK) as server:
        url = server.url
        async with client(url) as api:
            await api.log_in()
            await server.__aexit__()
            answered = await api.requeue("1-1")
    assert isinstance(answered, WriteFailure)
    assert (answered.failure.kind, answered.may_have_acted) == (FailureKind.REFUSED, False)


async def test_a_write_without_a_token_was_not_sent() -> None:
    stand = Stand({TOKEN: Response(503)})
    async with http_server(stand) as server, client(server.url) as api:
        answered = await api.requeue("1-1")
    assert answered == WriteFailure(Failure(FailureKind.SERVER, 503), may_have_acted=False)
    assert stand.paths == []


async def test_a_write_that_is_never_answered() -> None:
    async def handle(request: Request) -> Response:
        if request.path != TOKEN:
            await asyncio.Event().wait()
        return TOKEN_OK

    async with http_server(handle) as server, client(server.url, deadline=0.3) as api:
        answered = await api.requeue("1-1")
    assert isinstance(answered, WriteFailure)
    assert (answered.failure.kind, answered.may_have_acted) == (FailureKind.SLOW, True)


async def test_a_token_that_never_comes_ends_with_the_deadline() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    stand = Stand({TOKEN: Response(body=drip())})
    async with http_server(stand) as server, client(server.url, deadline=0.3) as api:
        answered = await api.requeue("1-1")
    assert answered == WriteFailure(Failure(FailureKind.SLOW), may_have_acted=False)
    assert stand.paths == []


async def test_a_drip_after_a_good_status_ends_with_the_deadline() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    stand = Stand({REQUEUE: Response(body=drip())})
    async with http_server(stand) as server, client(server.url, deadline=0.3) as api:
        answered = await api.requeue("1-1")
    assert isinstance(answered, WriteFailure)
    assert (answered.failure.kind, answered.may_have_acted) == (FailureKind.SLOW, True)


async def test_a_proxy_that_opens_no_tunnel_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with Listener(refuse) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        async with client("https://api.example") as api:
            request = ApiRequest("write", "POST", REQUEUE, BODY_CAP, secrets=())
            sent = await api._transport.exchange(request, {})
    assert sent == (Failure(FailureKind.UNREACHABLE, hint="the proxy refused"), False)
    assert len(asked) == 1
    assert asked[0].startswith(b"CONNECT api.example:443")


def test_the_wait_for_the_rate_limiter_costs_no_deadline() -> None:
    """Forty writes at once wait for longer than a deadline, and all are sent."""
    stand = Stand({REQUEUE: Response()})

    async def requeue() -> None:
        now = asyncio.get_running_loop().time
        async with http_server(stand) as server, client(server.url, monotonic=now) as api:
            began = now()
            answers = await asyncio.gather(*(api.requeue("1-1") for _ in range(40)))
            assert answers == [Accepted()] * 40
            assert now() - began > 15

    accelerated_loop.run(requeue())
    assert stand.paths == [REQUEUE] * 40


async def test_after_a_429_the_next_write_is_not_sent() -> None:
    stand = Stand({REQUEUE: Response(429, {"retry-after": "60"})})
    async with http_server(stand) as server, client(server.url) as api:
        for _ in range(2):
            answered = await api.requeue("1-1")
            assert isinstance(answered, WriteFailure)
            assert answered.failure.kind is FailureKind.LIMITED
            assert answered.failure.retry_after == pytest.approx(60, abs=5)
            assert not answered.may_have_acted
    assert stand.paths == [REQUEUE]


@pytest.mark.parametrize(
    ("code", "body", "sentence"),
    [
        (400, '{"detail": "This order is not in ERROR."}', "This order is not in ERROR (400)"),
        (
            400,
            '{"origin": ["Enter a valid URL."], "jobs": [{}, {"profile_id": ["Unknown."]}]}',
            "origin: Enter a valid URL.; jobs 2 profile_id: Unknown (400)",
        ),
        (422, '["Not a valid value."]', "Not a valid value (422)"),
        (409, "already queued", "already queued (409)"),
        (400, '{"non_field_errors": ["a\\u202eb\\u001b[2J"]}', "a\ufffdb\ufffd[2J (400)"),
        (400, HTML.decode(), "the server refuses it (400)"),
        (405, "", "the server refuses it (405)"),
    ],
)
async def test_the_words_of_a_refusal_are_kept(code: int, body: str, sentence: str) -> None:
    stand = Stand({REQUEUE: Response(code, {}, body.encode())})
    async with http_server(stand) as server, client(server.url) as api:
        answered = await api.requeue("1-1")
    assert isinstance(answered, WriteFailure)
    assert describe_failure(answered.failure, "h") == sentence


async def test_the_words_of_a_refusal_show_no_secret() -> None:
    """Not the document's passwords and keys, the token or the client secret, if they come back."""
    password, key, secret, token = "pa+ss w0rd!", "0f" * 16, "client-canary-1", "tok"
    order = {
        "origin": f"ftp://me:{password}@host/a.mp4",
        "destinations": [f"sftp://you:{password}@host/"],
        "post_process": [{"drm": {"key": key, "key_id": "ab" * 16, "pssh": "AAAAcGFzc2g="}}],
    }
    echo = json.dumps({"origin": [f"bad: {order} {key.upper()[:20]} {secret} Bearer {token}"]})
    stand = Stand({LIST: Response(400, {}, echo.encode())})
    async with http_server(stand) as server, client(server.url, secret=secret) as api:
        answered = await api.create_order(json.dumps(order).encode())
    assert isinstance(answered, WriteFailure)
    hint = answered.failure.hint
    assert hint.startswith("origin: bad: ")
    for hidden in (password, "w0rd", key[:8], key[:3].upper(), "abababab", "AAAAcGFz", secret):
        assert hidden not in hint
    assert not hint.endswith("tok")


@pytest.mark.parametrize("code", [201, 400, 500])
async def test_no_secret_of_an_order_is_logged(code: int, caplog: pytest.LogCaptureFixture) -> None:
    """At any level, by any library, nor kept in the records of the requests."""
    order = {
        "origin": "ftp://me:canary-1@host/a.mp4",
        "post_process": [{"drm": {"key": "canary-2", "key_id": "canary-3"}}],
    }
    echo = json.dumps({"detail": str(order)}).encode()
    records: list[RequestRecord] = []
    with caplog.at_level(logging.DEBUG):
        stand = Stand({LIST: Response(code, {}, echo)})
        hooks = Hooks(records.append)
        async with http_server(stand) as server, client(server.url, hooks=hooks) as api:
            answered = await api.create_order(json.dumps(order).encode())
    assert b"canary-2" in stand.requests[-1].body
    said = "".join(f"{each.getMessage()} {vars(each)}" for each in caplog.records)
    assert len(caplog.records) > 2
    assert "canary" not in said + repr(records) + repr(answered)


@pytest.mark.parametrize("write", WRITES)
async def test_every_write_has_the_path_of_the_table(
    write: Callable[[Client], Awaitable[WriteAnswer]],
) -> None:
    stand = Stand({})
    async with http_server(stand) as server, client(server.url) as api:
        await write(api)
    paths = [REQUEUE, LIST, PROFILES, PROFILE, PROFILE]
    assert stand.paths == [paths[WRITES.index(write)]]


async def test_cancelling_a_write_leaves_the_client_usable() -> None:
    begun = asyncio.Event()

    async def handle(request: Request) -> Response:
        if request.path == REQUEUE:
            begun.set()
            await asyncio.Event().wait()
        return TOKEN_OK if request.path == TOKEN else Response(body=b"[]")

    async with http_server(handle) as server, client(server.url, monotonic=time.monotonic) as api:
        write = asyncio.ensure_future(api.requeue("1-1"))
        await begun.wait()
        write.cancel()
        with pytest.raises(asyncio.CancelledError):
            await write
        assert not isinstance(await api.orders(), Failure)
