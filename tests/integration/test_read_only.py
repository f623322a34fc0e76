"""With `--read-only` every key of every screen and every command only reads: the server sees one
token call, for the scope `read`, and GETs.
"""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from textual.pilot import Pilot

from tests.support.acting import MemoryJournal
from tests.support.demo_client import ORDER, TOKEN_PATH, RecordingDemoServer
from tests.support.every_key import bound_keys, let_it_end, note_the_end
from tests.support.memory_history import MemoryHistory
from tests.support.paths import ROOT
from tui.cli.accounts import LazyApi, create_client
from tui.demo.world import World
from tui.model.account import Account, Secret, Session
from tui.model.telemetry import Telemetry
from tui.rate_limit import RateLimiter
from tui.ui.app import TranscodeApp
from tui.ui.services import ActionServices, AppServices

SCREENS = {
    "orders": (),
    "an order": ("enter",),
    "activity": ("A",),
    "statistics": ("T",),
    "profiles": ("P",),
    "minutes": ("M",),
    "new order": ("C",),
    "the past": ("t", "left"),
}
"""The keys that open each from the orders."""


@pytest.fixture
async def server() -> AsyncIterator[RecordingDemoServer]:
    async with RecordingDemoServer(World(1, 12, time.time(), scenario="errors")) as serving:
        yield serving


@asynccontextmanager
async def opened(
    server: RecordingDemoServer, journal: MemoryJournal, keys: tuple[str, ...]
) -> AsyncIterator[tuple[TranscodeApp, Pilot[None]]]:
    account = Account("42", "demo", Secret("demo-secret"), server.url)
    limiter = RateLimiter(time.monotonic, 9000, 900)
    api = LazyApi(lambda: create_client(account, Telemetry(0.0), limiter, read_only=True))
    acting = ActionServices(api, api, journal, "anna@wall")
    session = Session("42", "127.0.0.1", read_only=True)
    app = TranscodeApp(AppServices(api, session, actions=acting, history=MemoryHistory()))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        while app.monitor.state.snapshot is None:
            await pilot.pause(0.02)
        await pilot.press("4", "home", *keys)  # the failed orders
        await pilot.pause(0.1)
        yield app, pilot


@pytest.mark.slow
@pytest.mark.parametrize("name", SCREENS)
async def test_no_key_of_a_screen_writes(server: RecordingDemoServer, name: str) -> None:
    journal, ended = MemoryJournal(), list[str]()
    async with opened(server, journal, SCREENS[name]) as (app, pilot):
        note_the_end(app, ended)
        depth, keys = len(app.screen_stack), bound_keys(app)
        assert len(keys) > 3
        for key in sorted(keys):
            before = app.screen, app.focused
            await pilot.press(key)
            if (app.screen, app.focused) != before:
                await pilot.press("1", "enter", "y", "enter")  # whatever it asks
            while len(app.screen_stack) > depth:
                app.pop_screen()
            if len(app.screen_stack) < depth:
                await pilot.press("escape", "escape", *SCREENS[name])
            await pilot.pause(0.01)
        let_it_end(app)
    assert journal.entries == []
    assert_only_read(server)


def assert_only_read(server: RecordingDemoServer) -> None:
    written = [each for each in server.requests if each.method != "GET"]
    assert [(each.method, each.path) for each in written] == [("POST", TOKEN_PATH)]
    assert parse_qs(written[0].body.decode())["scope"] == ["read"]
    assert len(server.requests) > 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["requeue", "ID"],
        ["requeue", "ID", "--yes"],
        ["requeue", "ID", "--yes", "--json", "--include-finished"],
        ["requeue", "--filter", "status:error", "--yes"],
        ["requeue", "--filter", "status:error", "--dry-run"],
        ["create", "FILE", "--yes"],
        ["create", "FILE", "--yes", "--json"],
        ["create", "FILE", "--dry-run"],
    ],
    ids=" ".join,
)
async def test_no_command_writes(
    arguments: list[str], server: RecordingDemoServer, tmp_path: Path
) -> None:
    failed = next(
        order.id
        for order in server.world.orders(time.time())
        if server.world.status(order, time.time()) == "ERROR"
    )
    draft = tmp_path / "order.json"
    draft.write_text(json.dumps(ORDER))
    names = {"ID": failed, "FILE": str(draft)}
    command = [names.get(each, each) for each in arguments]
    environ = {
        "HOME": str(tmp_path),
        "PATH": os.defpath,
        "TRANSPARENT_API_URL": server.url,
        "TRANSPARENT_COMPANY_ID": "42",
        "TRANSPARENT_CLIENT_ID": "demo",
        "TRANSPARENT_CLIENT_SECRET": "demo-secret",
    }
    ran = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tui", *command, "--read-only",
        env=environ, cwd=ROOT, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(ran.communicate(), 60)
    if "--dry-run" in command:
        assert_only_read(server)
    else:
        assert b"read-only" in said
        assert ran.returncode == 2
        assert [each.method for each in server.requests if each.path != TOKEN_PATH] in ([], ["GET"])
