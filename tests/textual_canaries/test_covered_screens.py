"""See `tui/ui/textual_fixes/covered_screens.py`."""

from typing import Any

import pytest
from textual import constants
from textual.app import App
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tests.support.canary import canary_app, with_and_without
from tui.ui.textual_fixes.patched_app import PatchedApp


@with_and_without("base", PatchedApp, App[Any])
async def test_a_change_of_a_covered_screen_draws_nothing(
    base: type[App[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = canary_app(base)
    async with app.run_test() as pilot:
        covered = app.screen
        await app.push_screen(Screen[None]())
        await pilot.pause(3 / constants.MAX_FPS)
        drawn: list[object] = []
        display = app._display

        def record(screen: Screen[Any], renderable: Any) -> None:
            if renderable is not None:
                drawn.append(renderable)
            display(screen, renderable)

        monkeypatch.setattr(app, "_display", record)
        covered.refresh()
        await pilot.pause(3 / constants.MAX_FPS)
        assert drawn == []
        await app.pop_screen()
        await pilot.pause(3 / constants.MAX_FPS)
        assert drawn != []


async def test_a_covered_screen_still_calls_back() -> None:
    app = canary_app(PatchedApp)
    async with app.run_test() as pilot:
        covered, called = app.screen, list[str]()
        await app.push_screen(Screen[None]())
        covered.refresh()
        covered.call_after_refresh(called.append, "after refresh")
        await pilot.pause(3 / constants.MAX_FPS)
        assert called == ["after refresh"]


class Dialog(ModalScreen[None]):
    DEFAULT_CSS = "Dialog { background: black 60%; }"


@with_and_without("base", PatchedApp, App[Any])
async def test_a_change_below_two_dialogs_is_drawn(
    base: type[App[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = canary_app(base)
    async with app.run_test() as pilot:
        below = app.screen.query_one(Static)
        await app.push_screen(Dialog())
        await app.push_screen(Dialog())
        await pilot.pause(3 / constants.MAX_FPS)
        drawn: list[str] = []
        display = app._display

        def record(screen: Screen[Any], renderable: Any) -> None:
            if renderable is not None:
                drawn.append("".join(each.text for each in app.console.render(renderable)))
            display(screen, renderable)

        monkeypatch.setattr(app, "_display", record)
        below.update("after")
        await pilot.pause(5 / constants.MAX_FPS)
        assert len(drawn) == 1
        assert "after" in drawn[0]
