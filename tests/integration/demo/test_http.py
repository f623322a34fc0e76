"""The demo's HTTP server: bytes on the wire, and any handler."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support import accelerated_loop
from tests.support.demo_client import EPOCH, LIST_PATH, TOKEN_PATH, list_json
from tui.demo.http_server import Request, Response, http_server
from tui.demo.server import DemoServer


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
    assert (gzip.decompress(sent) if zipped else sent) == list_json(server.world, EPOCH)


async def test_small_bodies_are_not_compressed(client: httpx.AsyncClient) -> None:
    response = await client.get(LIST_PATH, params={"limit": 3})
    assert "Content-Encoding" not in response.headers


async def test_one_connection_serves_many_requests(server: DemoServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for _ in range(3):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 404")
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
        (b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 404"),
        (b"GET /%ff?%ff=%00 HTTP/1.1\r\nHost: \xff\r\n\r\n", b"HTTP/1.1 404"),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 404"),
        (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 404"),
        (b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1.1 404"),
    ],
)
async def test_any_bytes_are_handled(server: DemoServer, sent: bytes, answer: bytes) -> None:
    said = await exchange(server.port, sent)
    assert said.startswith(answer) or said == b""
    well = await exchange(server.port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert well.startswith(b"HTTP/1.1 404")


async def test_pipelined_requests_are_answered_in_turn(server: DemoServer) -> None:
    said = await exchange(server.port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
    assert said.count(b"HTTP/1.1 404") == 3


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "HTTPS://any.example"])
async def test_a_target_may_be_a_whole_url(origin: str) -> None:
    def handler(request: Request) -> Response:
        return Response(body=f"{request.path} {dict(request.query)}".encode())

    async with http_server(handler) as server:
        for rest, seen in (
            ("/a?b=http://c/d", b"/a {'b': 'http://c/d'}"),
            ("?b=1", b"/ {'b': '1'}"),
            ("", b"/ {}"),
        ):
            answer = await exchange(
                server.port, f"GET {origin}{rest} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            )
            assert answer.endswith(seen)


@pytest.mark.parametrize("packet", [1000, 16_000, 1 << 17])
@pytest.mark.parametrize(("size", "status"), [(65_536, 200), (65_537, 431)])
async def test_heads_have_at_most_64_kib_whatever_the_packets(
    packet: int, size: int, status: int
) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nA: %b\r\n\r\n"
    head %= b"a" * (size + 2 - len(head))
    assert len(head) == size
    async with http_server(lambda _: Response()) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for start in range(0, size, packet):
            writer.write(head[start : start + packet])
            await writer.drain()
            await asyncio.sleep(0)
        assert (await reader.readuntil(b" "), await reader.readexactly(3)) == (
            b"HTTP/1.1 ",
            b"%d" % status,
        )
        writer.close()


@pytest.mark.parametrize(
    ("sent", "seconds", "answer"),
    [
        (b"", 75, b""),
        (b"G", 30, b"HTTP/1.1 408"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 75, b"HTTP/1.1 200"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", 30, b"HTTP/1.1 408"),
    ],
)
def test_connections_without_a_whole_request_time_out(
    sent: bytes, seconds: float, answer: bytes
) -> None:
    async def play() -> tuple[bytes, float]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, accelerated_loop.AcceleratedLoop)
        loop.expecting = lambda: True  # what was sent arrives before the clock jumps
        async with http_server(lambda _: Response()) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            began = loop.time()
            writer.write(sent)
            said = await asyncio.wait_for(reader.read(), 200)
            writer.close()
            return said, loop.time() - began

    said, waited = accelerated_loop.run(play())
    assert said.startswith(answer)
    assert said.count(b"HTTP/1.1") == (answer != b"")
    assert waited == pytest.approx(seconds, abs=1)


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


async def test_an_async_handler(trust: ssl.SSLContext) -> None:
    async def handler(request: Request) -> Response:
        await asyncio.sleep(0)
        return Response(201, {"X-Seen": request.query["a"]}, request.body)

    async with http_server(handler) as server, httpx.AsyncClient(verify=trust) as client:
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

    async with http_server(handler) as server, httpx.AsyncClient(verify=trust) as client:
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

    async with http_server(handler) as server, httpx.AsyncClient(verify=trust) as client:
        assert (await client.get(server.url + "/parts")).content == b"one two"
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(server.url + "/short")
