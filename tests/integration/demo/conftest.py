import ssl
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.demo_client import EPOCH, TOKEN_FORM, TOKEN_PATH, SettableClock
from tui.demo.server import DemoServer
from tui.demo.world import World


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture(scope="session")
def trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture
async def server(clock: SettableClock) -> AsyncIterator[DemoServer]:
    async with DemoServer(World(1, 300, EPOCH), clock=clock) as serving:
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
