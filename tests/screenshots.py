"""Makes `screenshots/` from the real app on the demo server: `python -m tests.screenshots`.

The clock is made up and moved by hand, so that the same code makes the same pictures.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.moving import MovingClock
from tui.api.client import Client
from tui.demo.server import DemoServer
from tui.demo.world import World
from tui.model.account import Account
from tui.model.secret import Secret
from tui.ui.app import TranscodeApp
from tui.ui.banner import Identity

FOLDER = Path(__file__).parent.parent / "screenshots"
EVENING = 1_795_550_400.0  # 2026-11-24 20:00:00 UTC
_STEP = 0.25

Scene = Callable[["Stage"], Awaitable[None]]


@dataclass
class Stage:
    """A running app, its server, and a clock that moves when it is told to."""

    app: TranscodeApp
    server: DemoServer
    clock: MovingClock
    press: Callable[..., Awaitable[None]]
    pause: Callable[[float], Awaitable[None]]

    async def pass_time(self, seconds: float) -> None:
        """Let the world and the feed live through `seconds`."""
        for _ in range(int(seconds / _STEP)):
            self.clock.advance(_STEP)
            self.app._feed._wake.set()
            await self.pause(0.02)
            while self.app._feed._tasks:
                await self.pause(0.01)
            self.app._tick()
        await self.pause(0.05)


async def active(stage: Stage) -> None:
    await stage.pass_time(12)
    await stage.press("down", "down", "down", "down")
    await stage.pass_time(14)


async def error(stage: Stage) -> None:
    await stage.pass_time(10)
    while _selected_status(stage.app) != "ERROR":
        await stage.press("down")
        await stage.pause(0.01)
    await stage.pass_time(6)


async def stale(stage: Stage) -> None:
    await active(stage)
    await stage.server.__aexit__(None, None, None)
    await stage.pass_time(70)


async def keys(stage: Stage) -> None:
    await active(stage)
    await stage.press("question_mark")
    await stage.pause(0.1)


def _selected_status(app: TranscodeApp) -> str:
    summary = app.state.index.get(app._feed._agenda.selected or "")
    return summary.status if summary is not None else ""


SCENES: tuple[tuple[str, tuple[int, int], str, Scene], ...] = (
    ("main-dark", (120, 40), "dark", active),
    ("main-light", (120, 40), "light", active),
    ("main-80x24", (80, 24), "dark", active),
    ("main-200x60", (200, 60), "dark", active),
    ("error", (120, 40), "dark", error),
    ("stale", (120, 40), "dark", stale),
    ("help", (100, 30), "dark", keys),
)


async def shoot(name: str, size: tuple[int, int], theme: str, scene: Scene) -> None:
    clock = MovingClock(EVENING)
    world = World(1, 823, epoch=EVENING)
    async with DemoServer(world, clock=clock.read_wall) as server:
        secret = Secret(server.client_secret)
        account = Account(server.company_id, server.client_id, secret, server.url)
        client = Client(account, clock=clock.read_wall)
        who = Identity(server.company_id, "127.0.0.1", 5.0, demo=True)
        app = TranscodeApp(client, who, theme=theme, clock=clock.clock)
        async with app.run_test(size=size) as pilot:
            await scene(Stage(app, server, clock, pilot.press, pilot.pause))
            svg = app.export_screenshot(title="transcode-tui --demo")
            (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


async def main(only: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, size, theme, scene in SCENES:
        if not only or name in only:
            await shoot(name, size, theme, scene)


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    asyncio.run(main(sys.argv[1:]))
