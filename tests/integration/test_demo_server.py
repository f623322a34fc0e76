"""The demo server, over real sockets."""

import asyncio
import gc
import gzip
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import httpx
import pytest
import trustme

from tests.support.demo_client import EPOCH, LIST_PATH, TOKEN_FORM, TOKEN_PATH, SettableClock
from tui.demo import DemoOptions
from tui.demo.http_server import HOST, HttpServer, Listener, Request, Response
from tui.demo.server import DemoServer, DemoServerThread
from tui.demo.world import World

ORDERS = 300


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture(scope="module")
def trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture
async def server(clock: SettableClock) -> AsyncIterator[DemoServer]:
    async with DemoServer(World(1, ORDERS, EPOCH), clock=clock) as serving:
        yield serving


@pytest.fixture
async def anyone(server: DemoServer, trust: ssl.SSLContext) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, verify=trust, trust_env=False) as client:
        yield client


@pytest.fixture
async def client(anyone: httpx.AsyncClient) -> httpx.AsyncClient:
    token = (await anyone.post(TOKEN_PATH, data=TOKEN_FORM)).json()["access_token"]
    anyone.headers["Authorization"] = f"Bearer {token}"
    return anyone


async def ids(client: httpx.AsyncClient, **parameters: Any) -> list[str]:
    response = await client.get(LIST_PATH, params=parameters)
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()]


# --- Tokens


async def test_valid_credentials_get_a_token(anyone: httpx.AsyncClient) -> None:
    response = await anyone.post(TOKEN_PATH, data=TOKEN_FORM)
    assert response.status_code == 200
    answer = response.json()
    assert answer.keys() == {
        "access_token",
        "token_type",
        "expires_in",
        "refresh_token",
        "scope",
    }
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 36000


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "demö"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
    ],
)
async def test_invalid_credentials_get_no_token(
    anyone: httpx.AsyncClient, change: dict[str, str], status: int, error: str
) -> None:
    response = await anyone.post(TOKEN_PATH, data=TOKEN_FORM | change)
    assert (response.status_code, response.json()) == (status, {"error": error})


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"&" * 1000, json.dumps(TOKEN_FORM).encode()])
async def test_a_token_request_without_a_form_is_rejected(
    anyone: httpx.AsyncClient, body: bytes
) -> None:
    assert (await anyone.post(TOKEN_PATH, content=body)).status_code == 400


@pytest.mark.parametrize(
    "path", [LIST_PATH, LIST_PATH + "1-0000", "/v1/companies/current_user/", "/", "/x"]
)
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", "Basic ZGVtbzpk"])
async def test_every_path_needs_a_token(
    anyone: httpx.AsyncClient, path: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = await anyone.get(path, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "detail" in response.json()


async def test_a_token_expires(client: httpx.AsyncClient, clock: SettableClock) -> None:
    clock.now += 35_999
    assert (await client.get(LIST_PATH)).status_code == 200
    clock.now += 1
    assert (await client.get(LIST_PATH)).status_code == 401


async def test_tokens_can_be_revoked(client: httpx.AsyncClient, server: DemoServer) -> None:
    server.revoke_tokens()
    assert (await client.get(LIST_PATH)).status_code == 401


# --- The list


@pytest.mark.parametrize("path", [LIST_PATH, LIST_PATH.rstrip("/")])
async def test_the_list_equals_the_world(
    client: httpx.AsyncClient, server: DemoServer, clock: SettableClock, path: str
) -> None:
    for _ in range(2):
        response = await client.get(path)
        assert response.content == server.world.list_json(clock.now)
        assert response.headers["Content-Type"] == "application/json"
        clock.now += 100


@pytest.mark.parametrize(
    ("parameters", "part"),
    [
        ({"limit": "5"}, slice(5)),
        ({"limit": "5", "offset": "7"}, slice(7, 12)),
        ({"limit": "5", "offset": "0"}, slice(5)),
        ({"limit": "5", "offset": "298"}, slice(298, 300)),
        ({"limit": "5", "offset": "300"}, slice(0)),
        ({"limit": "9" * 30}, slice(None)),
        ({"limit": "1", "offset": "9" * 30}, slice(0)),
        ({"filters": "{}"}, slice(None)),
        ({"filters": '{"status": null, "timestamp": {}}'}, slice(None)),
        ({"search": ""}, slice(None)),
        ({"unknown": "1"}, slice(None)),
    ],
)
async def test_limit_and_offset(
    client: httpx.AsyncClient, parameters: dict[str, str], part: slice
) -> None:
    assert await ids(client, **parameters) == (await ids(client))[part]


async def test_next_links_lead_through_all_pages(client: httpx.AsyncClient) -> None:
    first = (await client.get(LIST_PATH, params={"output": "std", "limit": 128})).json()
    assert first.keys() == {"count", "next", "previous", "results"}
    assert (first["count"], first["previous"]) == (ORDERS, None)
    pages = [first]
    while pages[-1]["next"]:
        pages.append((await client.get(pages[-1]["next"])).json())
    assert [row["id"] for page in pages for row in page["results"]] == await ids(client)
    for page, following in pairwise(pages):
        assert (await client.get(following["previous"])).json() == page


async def test_an_envelope_of_everything_has_no_pages(client: httpx.AsyncClient) -> None:
    page = (await client.get(LIST_PATH, params={"output": "std"})).json()
    assert (page["count"], page["next"], page["previous"]) == (ORDERS, None, None)
    assert [row["id"] for row in page["results"]] == await ids(client)


@pytest.mark.parametrize("status", ["QUEUED", "TRANSCODING", "FINISHED", "ERROR", "NONE"])
async def test_filter_by_status(client: httpx.AsyncClient, status: str) -> None:
    everything = (await client.get(LIST_PATH)).json()
    wanted = [row["id"] for row in everything if row["status"] == status]
    assert await ids(client, filters=json.dumps({"status": status})) == wanted


async def test_filter_by_id_profile_and_search_agree_with_the_details(
    client: httpx.AsyncClient,
) -> None:
    everything = await ids(client)
    full = [(await client.get(LIST_PATH + name)).json() for name in everything]
    some = everything[4]
    assert await ids(client, filters=json.dumps({"order_id": some})) == [some]
    assert await ids(client, filters=json.dumps({"order_id": "1-0000"})) == []
    assert await ids(client, search=f" {some[3:]} ") == [some]
    hls = [
        detail["order_id"]
        for detail in full
        if any(job["profile"]["name"] == "Test HLS" for job in detail["transcodingjob_set"])
    ]
    assert await ids(client, filters='{"profile_name": "Test HLS"}') == hls != []
    high = [
        detail["order_id"]
        for detail in full
        if "prioridad ALTA".casefold() in (detail["label"] + detail["filename"])
    ]
    assert await ids(client, search="prioridad ALTA") == high != []
    page = {"output": "std", "search": "prioridad alta", "limit": "2"}
    assert (await client.get(LIST_PATH, params=page)).json()["count"] == len(high)


@pytest.mark.parametrize("form", ["{:%Y-%m-%d %H:%M:%S}", "{:%Y-%m-%dT%H:%M:%SZ}", "epoch"])
async def test_filter_by_time(client: httpx.AsyncClient, server: DemoServer, form: str) -> None:
    def written(seconds: int) -> str:
        moment = time.gmtime(seconds)
        if form == "epoch":
            return str(seconds)
        return time.strftime(form[2:-1], moment)

    since, until = int(EPOCH) - 90_000, int(EPOCH) - 5000
    wanted = [order.id for order in server.world.orders(EPOCH) if since <= order.created <= until]
    period = {"from": written(since), "to": written(until)}
    assert await ids(client, filters=json.dumps({"timestamp": period})) == wanted != []


async def test_filters_combine(client: httpx.AsyncClient) -> None:
    failed = await ids(client, filters='{"status": "ERROR"}')
    both = {"status": "ERROR", "order_id": failed[0]}
    assert await ids(client, filters=json.dumps(both), search=failed[0]) == failed[:1]
    assert await ids(client, filters=json.dumps(both | {"status": "QUEUED"})) == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": "x"},
        {"limit": ""},
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "9" * 5000},
        {"offset": "3"},
        {"limit": "1", "offset": "-1"},
        {"output": "xml"},
        {"filters": ""},
        {"filters": "{"},
        {"filters": "[]"},
        {"filters": "[" * 9000},
        {"filters": '{"colour": "red"}'},
        {"filters": '{"status": 7}'},
        {"filters": '{"timestamp": "2021"}'},
        {"filters": '{"timestamp": {"from": "yesterday"}}'},
        {"filters": '{"timestamp": {"to": []}}'},
    ],
)
async def test_invalid_parameters_are_rejected(
    client: httpx.AsyncClient, parameters: dict[str, str]
) -> None:
    response = await client.get(LIST_PATH, params=parameters)
    assert response.status_code == 400
    assert response.json()["detail"].endswith(".")


# --- Orders


async def test_order_detail(client: httpx.AsyncClient, server: DemoServer) -> None:
    name = (await ids(client))[3]
    for path in (LIST_PATH + name, LIST_PATH + name + "/"):
        response = await client.get(path)
        assert response.json() == server.world.detail(name, EPOCH)


@pytest.mark.parametrize("name", ["1631092552-1237", "x", "%00", "..", "%2e%2e%2f", "ñ", "1" * 999])
async def test_an_unknown_order_is_not_found(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(LIST_PATH + name)).status_code == 404


async def test_a_requeue_runs_an_order_again(client: httpx.AsyncClient) -> None:
    name = (await ids(client, filters='{"status": "ERROR"}'))[0]
    requeue = f"/v1/media/42/transcode_requeue/{name}/"
    assert (await client.post(requeue.rstrip("/"))).status_code == 404
    assert (await client.get(LIST_PATH + name)).json()["status"] == "ERROR"
    assert (await client.post(requeue)).json() == {"id": name, "status": "QUEUED"}
    assert (await client.get(LIST_PATH + name)).json()["status"] == "QUEUED"
    refused = await client.post(requeue)
    assert refused.status_code == 400
    assert "QUEUED" in refused.json()["detail"]
    assert (await client.post("/v1/media/42/transcode_requeue/1-0000/")).status_code == 404


# --- The other calls


async def test_current_user(client: httpx.AsyncClient) -> None:
    for path in ("/v1/companies/current_user/", "/v1/companies/current_user"):
        assert (await client.get(path)).json()["companies"][0]["id"] == 42


async def test_profiles(client: httpx.AsyncClient) -> None:
    profiles = (await client.get("/v1/media/42/transcoding_profiles/")).json()
    assert {"id": 92, "name": "Prueba escalado", "company": 42}.items() <= next(
        profile for profile in profiles if profile["id"] == 92
    ).items()
    for profile in profiles:
        path = f"/v1/media/42/transcoding_profile/{profile['id']}/"
        assert (await client.get(path)).json() == profile
    assert (await client.get("/v1/media/42/transcoding_profile/1/")).status_code == 404


async def test_allowed_values(client: httpx.AsyncClient) -> None:
    values = (await client.get("/v1/media/42/allowed_values/")).json()
    assert values.keys() == {"video_formats", "video_codecs", "audio_codecs", "aspect_ratio"}
    assert all(all(value) for value in values.values())


@pytest.mark.parametrize(
    "path", ["transcode/", "transcode", "transcode/1-0000", "transcoding_profiles/"]
)
async def test_another_company_is_forbidden(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/v1/media/43/{path}")).status_code == 403


@pytest.mark.parametrize("path", ["/", "/v1/media/42/", "/v2/media/42/transcode/", "//", "/v1//"])
async def test_other_paths_are_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"{client.base_url}".rstrip("/") + path)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", TOKEN_PATH, "POST"),
        ("PUT", LIST_PATH, "GET, POST"),
        ("HEAD", LIST_PATH, "GET, POST"),
        ("DELETE", LIST_PATH + "1-0000", "GET"),
        ("GET", "/v1/media/42/transcode_requeue/1-0000/", "POST"),
        ("BREW", "/v1/companies/current_user/", "GET"),
    ],
)
async def test_a_wrong_method_is_rejected(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    response = await client.request(method, path)
    assert (response.status_code, response.headers["Allow"]) == (405, allowed)


# --- The wire


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
    ],
)
async def test_bodies_are_compressed_on_request(
    client: httpx.AsyncClient, server: DemoServer, accepted: str, zipped: bool
) -> None:
    async with client.stream("GET", LIST_PATH, headers={"Accept-Encoding": accepted}) as response:
        sent = b"".join([part async for part in response.aiter_raw()])
        assert response.headers["Content-Length"] == str(len(sent))
    assert ("Content-Encoding" in response.headers) is zipped
    assert (gzip.decompress(sent) if zipped else sent) == server.world.list_json(EPOCH)


async def test_small_bodies_are_not_compressed(client: httpx.AsyncClient) -> None:
    response = await client.get(LIST_PATH, params={"limit": 3})
    assert "Content-Encoding" not in response.headers


async def test_requests_are_logged_without_secrets(
    client: httpx.AsyncClient, server: DemoServer
) -> None:
    await client.get(LIST_PATH, params={"limit": "3", "client_secret": "demo-secret"})
    await client.get("/nothing")
    assert [entry[1:] for entry in server.requests] == [
        ("POST", TOKEN_PATH, "", 200),
        ("GET", LIST_PATH, "limit=3", 200),
        ("GET", "/nothing", "", 404),
    ]
    assert "secret" not in repr((server.requests, server.access))


async def test_one_connection_serves_many_requests(server: DemoServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for _ in range(3):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 401")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()


async def exchange(port: int, sent: bytes) -> bytes:
    """Send bytes and EOF; return the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        writer.write_eof()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (b"\x00", b"HTTP/1.1 400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b""),
        (b"GET\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET / HTTP/11\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", b"HTTP/1.1 400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", b"HTTP/1.1 400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz", b"HTTP/1.1 400"),
        (b"GET /" + b"a" * 200_000, b"HTTP/1.1 431"),
        (b"GET /?" + b"a&" * 200 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 401"),
        (b"GET /%ff?%ff=%00 HTTP/1.1\r\nHost: \xff\r\n\r\n", b"HTTP/1.1 401"),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 401"),
        (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 401"),
        (b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1.1 401"),
    ],
)
async def test_any_bytes_are_handled(server: DemoServer, sent: bytes, answer: bytes) -> None:
    said = await exchange(server.port, sent)
    assert said.startswith(answer) or said == b""
    well = await exchange(server.port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert well.startswith(b"HTTP/1.1 401")


async def test_pipelined_requests_are_answered_in_turn(server: DemoServer) -> None:
    said = await exchange(server.port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
    assert said.count(b"HTTP/1.1 401") == 3


async def test_bodies_are_capped(anyone: httpx.AsyncClient) -> None:
    assert (await anyone.post(TOKEN_PATH, content=b"a" * (1 << 20))).status_code == 400
    assert (await anyone.post(TOKEN_PATH, content=b"a" * 3_000_000)).status_code == 413


async def test_expect_100_continue_is_answered(server: DemoServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = f"POST {TOKEN_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
    writer.write(f"{head}Expect: 100-continue\r\n\r\n".encode())
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
    writer.write(b"x")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 400")
    writer.close()


# --- Serving any handler


async def test_an_async_handler(trust: ssl.SSLContext) -> None:
    async def handler(request: Request) -> Response:
        await asyncio.sleep(0)
        return Response(201, {"X-Seen": request.query["a"]}, request.body)

    async with HttpServer(handler) as server, httpx.AsyncClient(verify=trust) as client:
        response = await client.put(f"{server.url}/?a=b%20c", content=b"body")
    assert (response.status_code, response.headers["X-Seen"], response.content) == (
        201,
        "b c",
        b"body",
    )


async def test_an_exception_in_a_handler_is_a_500(
    trust: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(request: Request) -> Response:
        return Response(200, {"x": request.headers["missing"]})

    async with HttpServer(handler) as server, httpx.AsyncClient(verify=trust) as client:
        for _ in range(2):
            assert (await client.get(server.url)).status_code == 500
    assert "the handler failed" in caplog.text


async def test_a_body_may_be_chunked_or_cut_off(trust: ssl.SSLContext) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        await asyncio.sleep(0)
        yield b"two"

    def handler(request: Request) -> Response:
        if request.path == "/parts":
            return Response(body=parts())
        return Response(headers={"Content-Length": "100"}, body=b"short")

    async with HttpServer(handler) as server, httpx.AsyncClient(verify=trust) as client:
        assert (await client.get(server.url + "/parts")).content == b"one two"
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(server.url + "/short")


async def test_responses_are_not_delayed_by_nagle() -> None:
    """Head and body are two writes; Nagle's algorithm would delay the second by 40 ms."""
    delays: list[int] = []

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        delays.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    async with Listener(talk) as listener:
        reader, writer = await asyncio.open_connection(HOST, listener.port)
        assert await reader.read() == b""
        writer.close()
    assert delays == [1]


async def test_tls(trust: ssl.SSLContext) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with HttpServer(lambda _: Response(204), ssl=context) as server:
        assert server.url.startswith("https://127.0.0.1:")
        async with httpx.AsyncClient(verify=trusting) as client:
            assert (await client.get(server.url)).status_code == 204
        async with httpx.AsyncClient(verify=trust) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(server.url)


@pytest.mark.parametrize("tls", [False, True])
async def test_closing_does_not_wait_for_handlers(tls: bool) -> None:
    asked = asyncio.Event()

    async def never(_: Request) -> Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    context = trusting = None
    if tls:
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
    before = asyncio.all_tasks()
    async with HttpServer(never, ssl=context) as server:
        idle = await asyncio.open_connection("127.0.0.1", server.port, ssl=trusting)
        _, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=trusting)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(asked.wait(), 5)
        started = time.perf_counter()
    assert time.perf_counter() - started < 0.5
    assert asyncio.all_tasks() == before
    for end in (idle[1], writer):
        end.close()
    with pytest.raises(OSError, match=r"refused|Connect"):
        await asyncio.open_connection("127.0.0.1", server.port)


@pytest.mark.parametrize("turns", range(6))
async def test_a_connection_during_shutdown_is_closed(turns: int) -> None:
    """A leftover connection would fail by `filterwarnings`."""
    clients = [socket.socket() for _ in range(3)]
    async with HttpServer(lambda _: Response()) as server:
        for client in clients:
            client.connect((HOST, server.port))  # accepted by the kernel, not yet by the server
        for _ in range(turns):
            await asyncio.sleep(0)
    for client in clients:
        with client, suppress(ConnectionResetError):
            client.settimeout(5)
            assert client.recv(1) == b""
    gc.collect()


async def test_a_port_in_use_is_reported_in_one_sentence(server: DemoServer) -> None:
    with pytest.raises(OSError, match=r"^Cannot listen on 127\.0\.0\.1 port \d+: .* in use\.$"):
        async with HttpServer(lambda _: Response(), port=server.port):
            pass


async def test_an_invalid_port_raises_oserror() -> None:
    with pytest.raises(OSError, match=r"^Cannot listen"):
        async with HttpServer(lambda _: Response(), port=70_000):
            pass


@pytest.mark.slow
async def test_a_hundred_thousand_orders_are_listed_quickly() -> None:
    world = World(1, 100_000, EPOCH)
    clock = SettableClock()
    async with (
        DemoServer(world, clock=clock) as server,
        httpx.AsyncClient(base_url=server.url) as client,
    ):
        token = (await client.post(TOKEN_PATH, data=TOKEN_FORM)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        clock.now += 30
        started = time.perf_counter()
        body = world.list_json(clock.now)
        assert time.perf_counter() - started < 0.5  # a fiftieth, unless everything is encoded again
        response = await client.get(LIST_PATH)
        assert response.content == body
        assert len(response.json()) == world.count(clock.now)


# --- In a thread, and as a command


@pytest.fixture
def threaded() -> Iterator[DemoServerThread]:
    demo = DemoServerThread(DemoOptions(orders=20))
    yield demo
    demo.stop()


def test_the_server_runs_in_a_thread(threaded: DemoServerThread, trust: ssl.SSLContext) -> None:
    credentials = threaded.start()
    with httpx.Client(base_url=credentials.url, verify=trust) as client:
        token = client.post(TOKEN_PATH, data=TOKEN_FORM).json()["access_token"]
        listed = client.get(LIST_PATH, headers={"Authorization": f"Bearer {token}"})
        assert len(listed.json()) == 20
        started = time.perf_counter()
        threaded.stop()
        assert time.perf_counter() - started < 1
        threaded.stop()
        with pytest.raises(httpx.TransportError):
            client.get(LIST_PATH)


def test_a_thread_that_never_started_stops(threaded: DemoServerThread) -> None:
    threaded.stop()


def test_a_thread_reports_why_it_could_not_start() -> None:
    with pytest.raises(ValueError, match="A world has"):
        DemoServerThread(DemoOptions(orders=-1)).start()


PROGRAM = (
    "import asyncio; from tui.demo.server import serve_forever; from tui.demo import DemoOptions;"
    "asyncio.run(serve_forever(0, DemoOptions(orders=5), lambda line: print(line, flush=True)))"
)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_demo_server_command_runs_until_interrupted(trust: ssl.SSLContext) -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout
        assert program.stderr
        result = json.loads(program.stdout.readline())
        assert result.keys() == {"url", "client_id", "client_secret", "company_id"}
        assert httpx.get(result["url"], verify=trust).status_code == 401
        with socket.create_connection(("127.0.0.1", int(result["url"].rpartition(":")[2]))):
            program.terminate()
            assert program.wait(5) == 0
        assert program.stdout.read() == program.stderr.read() == ""


def test_the_demo_imports_nothing_else_of_the_project() -> None:
    code = (
        "import sys, tui.demo.server, tui.demo.server;"
        "print([name for name in sys.modules"
        " if name.startswith('tui.') and not name.startswith('tui.demo')"
        " or name in {'textual', 'httpx', 'rich'}])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
