"""See `tui/ui/textual_fixes/mounting.py`."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App, ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from tests.support.canary import with_and_without
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.textual_fixes.patched_app import PatchedApp


class SlowWidget(Static):
    async def on_mount(self) -> None:
        await asyncio.sleep(0.05)


class SlowScreen(Screen[None]):
    def compose(self) -> ComposeResult:
        with Container():
            yield Static(id="fast")
            yield SlowWidget()

    def on_mount(self) -> None:
        self.query_one("#fast")


@with_and_without("app_class", PatchedApp, App)
async def test_a_screen_is_closed_while_it_is_mounted(app_class: type[App[Any]]) -> None:
    app = app_class()
    async with app.run_test():  # raises what the app failed with
        app.push_screen(SlowScreen())
        app.pop_screen()
        await asyncio.sleep(0.1)


@with_and_without("dismiss", dismiss_if_active, Screen.dismiss)
async def test_a_second_dismiss_closes_nothing_else(dismiss: Callable[[Screen[None]], Any]) -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        below, above = Screen[None](), Screen[None]()
        await app.push_screen(below)
        await app.push_screen(above)
        dismiss(above)
        dismiss(above)
        await pilot.pause()
        assert app.screen is below
