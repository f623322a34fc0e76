"""Render `screenshots/` from the app and the demo server: `python -m tests.tools.screenshots`.

A manual clock makes the pictures reproducible.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from tests.support.clocks import ManualClock
from tui import __version__
from tui.api.client import Client, Hooks
from tui.cli.accounts import ConfigAccountStore
from tui.cli.demo_history import write_last_day
from tui.config.loader import resolve_settings
from tui.config.settings import DEFAULT_API_URL
from tui.demo import CLIENT_ID, CLIENT_SECRET
from tui.demo.server import DemoServer
from tui.demo.world import World
from tui.history.company_history import CompanyHistory
from tui.history.journal import SqliteJournal
from tui.model.account import Account, Secret, Session
from tui.model.telemetry import Telemetry
from tui.rate_limit import RateLimiter
from tui.ui.app import TranscodeApp
from tui.ui.services import ActionServices, AppServices
from tui.ui.theme.colors import ColorDepth

FOLDER = Path(__file__).parents[2] / "screenshots"
EVENING = 1_795_550_400.0  # 2026-11-24 20:00:00 UTC
_STEP = 0.25

Scene = Callable[["Stage"], Awaitable[None]]


@dataclass
class Stage:
    """A running app with its server and a manual clock."""

    app: TranscodeApp
    server: DemoServer
    clock: ManualClock
    press: Callable[..., Awaitable[None]]
    pause: Callable[[float], Awaitable[None]]

    async def pass_time(self, seconds: float) -> None:
        """Advance world and poller by `seconds`."""
        for _ in range(int(seconds / _STEP)):
            self.clock.advance(_STEP)
            self.app.monitor.poller._wake.set()
            await self.pause(0.02)
            while self.app.monitor.poller._tasks:
                await self.pause(0.01)
            self.app.tick()
        await self.wait_for_history()

    async def wait_for_history(self) -> None:
        """Return when all that was observed is written, and what was asked for is shown."""
        assert self.app.monitor.history is not None
        for _ in range(3):
            await self.app.monitor.history.timings(())
            await self.pause(0.05)
        self.app.tick()
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


async def setup(stage: Stage) -> None:
    await stage.pause(0.1)
    await stage.press(*"your-client-id", "enter", *"not-the-real-one")
    await stage.pause(0.1)


async def filtered(stage: Stage) -> None:
    await active(stage)
    await stage.press("slash", *"status:error hls")
    await stage.pass_time(20)


async def sorted_(stage: Stage) -> None:
    await active(stage)
    await stage.press("f", "e", "s", "d")
    await stage.pass_time(25)
    await stage.press("s")
    await stage.pause(0.1)


async def columns(stage: Stage) -> None:
    await active(stage)
    await stage.press("c", *"jjjjjj", "space")
    await stage.pause(0.1)


async def opened(stage: Stage) -> None:
    await active(stage)
    await stage.press("enter")
    await stage.pass_time(3)


async def timeline(stage: Stage) -> None:
    await error(stage)
    await stage.press("enter", "3")
    await stage.wait_for_history()


async def activity(stage: Stage) -> None:
    await active(stage)
    await stage.press("A")
    await stage.pass_time(5)


async def statistics(stage: Stage) -> None:
    await active(stage)
    await stage.press("T")
    await stage.wait_for_history()


async def past(stage: Stage) -> None:
    await active(stage)
    await stage.press("t")
    await stage.wait_for_history()
    await stage.press("[", "[", "[")
    await stage.wait_for_history()


async def requeued(stage: Stage) -> None:
    """In this world a refusal and a cut connection are among the answers."""
    await stage.pass_time(6)
    await stage.press("4", "home", *["space"] * 5, "R")
    await stage.pause(1)
    await stage.press("enter")
    await stage.pause(4)
    await stage.pass_time(1)


async def new_order(stage: Stage) -> None:
    await error(stage)
    await stage.press("L")
    await stage.wait_for_history()
    await stage.press(*"hunter2")
    await stage.pause(0.2)


async def profiles(stage: Stage) -> None:
    await active(stage)
    await stage.press("P")
    await stage.wait_for_history()
    await stage.press("down", "down", "down")
    await stage.pause(0.2)


async def minutes(stage: Stage) -> None:
    await active(stage)
    await stage.press("M")
    await stage.wait_for_history()


async def diagnosed(stage: Stage) -> None:
    await active(stage)
    await stage.press("ctrl+l")
    await stage.pass_time(3)


async def waiting(stage: Stage) -> None:
    await stage.pass_time(8)


async def keys(stage: Stage) -> None:
    await active(stage)
    await stage.press("question_mark")
    await stage.pause(0.1)


def _selected_status(app: TranscodeApp) -> str:
    summary = app.monitor.state.index.get(app.monitor.poller._details.selected or "")
    return summary.status if summary is not None else ""


@dataclass(frozen=True)
class Shot:
    """One picture: the actions before it and the kind of terminal."""

    name: str
    scene: Scene
    size: tuple[int, int] = (120, 40)
    theme: str = "dark"
    depth: ColorDepth = ColorDepth.TRUE_COLOR
    world: str = ""
    account: Account | None = None


SHOTS = (
    Shot("main-dark", active),
    Shot("main-light", active, theme="light"),
    Shot("main-80x24", active, (80, 24)),
    Shot("main-60x15", active, (60, 15)),
    Shot("main-200x60", active, (200, 60)),
    Shot("main-16-colours", active, (100, 30), depth=ColorDepth.ANSI_16),
    Shot("main-mono", active, (100, 30), theme="mono"),
    Shot("error", error),
    Shot("stale", stale),
    Shot("order", opened, (120, 30)),
    Shot("timeline", timeline, (120, 24)),
    Shot("activity", activity, (120, 30)),
    Shot("statistics", statistics),
    Shot("past", past, (120, 30)),
    Shot("requeue", requeued, (120, 30), world="write-faults"),
    Shot("new-order", new_order, (120, 34)),
    Shot("profiles", profiles, (120, 30)),
    Shot("minutes", minutes, (120, 30)),
    Shot("filter", filtered, (120, 30)),
    Shot("sorted", sorted_, (120, 30)),
    Shot("columns", columns, (120, 30)),
    Shot("diagnostics", diagnosed, (100, 40)),
    Shot("help", keys, (100, 50)),
    Shot("empty", waiting, (100, 24), world="empty"),
    Shot("setup", setup, (100, 24), account=Account("", "", Secret(""), DEFAULT_API_URL)),
)


def _accounts() -> ConfigAccountStore:
    place = Path("~/.config/transcode-tui/config.toml")
    return ConfigAccountStore(
        place,
        resolve_settings({}, {}, place),
        Telemetry(0),
        read_only=False,
        cache_folder=None,
        state_folder=None,
        history=lambda _: None,
    )


def _history(world: World, clock: ManualClock) -> CompanyHistory:
    write = partial(write_last_day, world=world, stall_after=600)
    return CompanyHistory(
        None, clock.read_wall, days=90, size=10**8, stall_after=600, prepare=write
    )


async def shoot(shot: Shot) -> None:
    clock = ManualClock(EVENING)
    world = World(1, 823, epoch=EVENING, scenario=shot.world)
    async with DemoServer(world, clock=clock.read_wall) as server:
        account = Account("42", CLIENT_ID, Secret(CLIENT_SECRET), server.url)
        vitals = Telemetry(clock.read_wall())
        client = Client(
            account,
            clock=clock.clock,
            hooks=Hooks(vitals.record_request, vitals.set_token),
            rate_limiter=RateLimiter(time.monotonic, 10**6),
        )
        app = TranscodeApp(
            AppServices(
                client,
                Session("42", "127.0.0.1", demo=True),
                account=shot.account,
                accounts=None if shot.account is None else _accounts(),
                theme=shot.theme,
                color_depth=shot.depth,
                clock=clock.clock,
                history=_history(world, clock),
                actions=ActionServices(
                    client, client, SqliteJournal(None, clock.read_wall), "anna@wall"
                ),
                telemetry=vitals,
                environment_info=lambda: (
                    ("transcode-tui", __version__),
                    ("Textual", version("textual")),
                ),
            )
        )
        async with app.run_test(size=shot.size) as pilot:
            await shot.scene(Stage(app, server, clock, pilot.press, pilot.pause))
            title = "transcode-tui --demo" if shot.account is None else "transcode-tui"
            svg = app.export_screenshot(title=title)
            (FOLDER / f"{shot.name}.svg").write_text(svg, encoding="utf-8")


async def main(only: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for shot in SHOTS:
        if not only or shot.name in only:
            await shoot(shot)


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    asyncio.run(main(sys.argv[1:]))
