"""The log: one JSON line per request, private, without secrets."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tui.api.client import Client
from tui.cli.logging_setup import configure_logging
from tui.config.settings import ConfigError
from tui.demo.fixtures import PASSWORDS
from tui.demo.http_server import Request, Response, http_server
from tui.demo.server import DemoServer
from tui.demo.world import World
from tui.model.account import Account, Secret
from tui.model.order import Snapshot
from tui.model.ports import Failure
from tui.rate_limit import RateLimiter


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    logger = logging.getLogger("tui")
    before = (logger.level, logger.propagate, logging.raiseExceptions)
    yield tmp_path / "logs" / "log.jsonl"
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(before[0])
    logger.propagate, logging.raiseExceptions = before[1:]


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    async with DemoServer(World(1, 40, epoch=time.time())) as demo:
        yield demo


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def client_of(server: DemoServer, company: str = "42", secret: str = "demo-secret") -> Client:
    account = Account(company, "demo", Secret(secret), server.url)
    return Client(account, deadline=5, rate_limiter=RateLimiter(time.monotonic, 10**9))


async def test_every_request_is_one_log_line(path: Path, server: DemoServer) -> None:
    configure_logging("info", str(path))
    client = client_of(server)
    listed = await client.orders()
    assert isinstance(listed, Snapshot)
    await client.order(listed.orders[0].id)
    await client.order("none")
    await client.probe()
    await client.aclose()
    first, *requests = records(path)
    assert first["what"].startswith("transcode-tui ")
    base = "/v1/media/42/transcode/"
    wanted = [
        ("POST", "/v1/oauth2/access_token/", 200),
        ("GET", base, 200),
        ("GET", f"{base}{listed.orders[0].id}/", 200),
        ("GET", f"{base}none/", 404),
        ("GET", base, 200),
    ]
    seen = [(each["method"], each["path"], each["status"]) for each in requests]
    assert list(dict.fromkeys(seen)) == list(dict.fromkeys(wanted))
    assert all(each["ms"] >= 0 and each["at"].endswith("Z") for each in requests)
    assert all(("bytes" in each) == (each["status"] == 200) for each in requests)
    assert {each["trouble"] for each in requests if each["status"] == 404} == {"missing"}


async def test_the_log_contains_no_secret(path: Path, server: DemoServer) -> None:
    configure_logging("debug", str(path))
    client = client_of(server)
    listed = await client.orders()
    assert isinstance(listed, Snapshot)
    for order in listed.orders:
        await client.order(order.id)
    token = client._tokens._token
    await client.aclose()
    other = client_of(server, secret="a-wrong-one")
    await other.orders()
    await other.aclose()
    logging.getLogger("tui").warning("to ftp://me:hunter2@h/x?sig=s3cret \x1b[2J\nand on")
    text = text_of(path)
    assert token is not None
    for secret in ("demo-secret", "a-wrong-one", token.reveal(), *PASSWORDS, "hunter2", "\x1b"):
        assert secret not in text
    assert len(text.splitlines()) == len(records(path)) > 40


async def test_a_cancelled_call_is_logged(path: Path) -> None:
    configure_logging("info", str(path))

    async def never(_: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with http_server(never) as silent:
        client = Client(Account("42", "demo", Secret("s"), silent.url), deadline=0.05)
        assert isinstance(await client.orders(), Failure)
        await client.aclose()
    result = records(path)[1]
    assert (result["what"], result["level"]) in (("ended early", "warning"), ("failed", "warning"))


@pytest.mark.slow
def test_the_log_is_private_and_rotates(path: Path) -> None:
    configure_logging("off", str(path))
    logger = logging.getLogger("tui")
    for _ in range(6000):
        logger.info("x" * 2000)
        logger.debug("not this")
    files = list(path.parent.iterdir())
    assert 2 <= len(files) <= 4
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    assert sum(file.stat().st_size for file in files) < 4 * 2_001_000
    assert "not this" not in path.read_text("utf-8")


def test_an_unwritable_log_is_reported(path: Path) -> None:
    path.parent.write_text("a file where the folder should be", "utf-8")
    with pytest.raises(ConfigError, match="cannot be written"):
        configure_logging("info", str(path))
