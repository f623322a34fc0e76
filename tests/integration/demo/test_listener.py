"""Listening of the demo's servers: ports, TLS and the end."""

import asyncio
import gc
import socket
import ssl
import time
from contextlib import suppress

import httpx
import pytest
import trustme

from tui.demo.http_server import HOST, Listener, Request, Response, http_server
from tui.demo.server import DemoServer


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
    async with http_server(lambda _: Response(204), ssl=context) as server:
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
    async with http_server(never, ssl=context) as server:
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
    async with http_server(lambda _: Response()) as server:
        for client in clients:
            client.connect((HOST, server.port))  # accepted by the kernel, not yet by the server
        for _ in range(turns):
            await asyncio.sleep(0)
    for client in clients:
        with client, suppress(ConnectionResetError):
            client.settimeout(5)
            assert client.recv(1) == b""
    gc.collect()


@pytest.mark.parametrize("size", [0, 20_000_000])
async def test_a_connection_ends_in_peace_after_its_buffer_is_sent(size: int) -> None:
    """asyncio 3.11 can't abort a transport that `close` has ended late."""
    problems: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: problems.append(context))

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"a" * size)

    async with Listener(talk) as listener:
        reader, writer = await asyncio.open_connection(HOST, listener.port)
        assert len(await reader.read()) == size
        writer.close()
        await writer.wait_closed()
    gc.collect()
    assert problems == []


async def test_a_port_in_use_is_reported_in_one_sentence(server: DemoServer) -> None:
    with pytest.raises(OSError, match=r"^cannot listen on 127\.0\.0\.1 port \d+: .* in use$"):
        async with http_server(lambda _: Response(), port=server.port):
            pass


async def test_an_invalid_port_raises_oserror() -> None:
    with pytest.raises(OSError, match=r"^cannot listen on 127\.0\.0\.1 port 70000: [^.]*$"):
        async with http_server(lambda _: Response(), port=70_000):
            pass
