"""See `tui/ui/textual_fixes/housekeeping.py`."""

import gc
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from textual import _time, constants, events
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from tests.support.canary import canary_app, with_and_without
from tui.ui.textual_fixes.housekeeping import flush_lost_resize, release_leaks
from tui.ui.textual_fixes.patched_app import PatchedApp


def do_nothing(_: object) -> None:
    pass


class OneLineScreen(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Static("text")


Release = Callable[[Screen[Any]], None]


@with_and_without("release", release_leaks, do_nothing)
async def test_a_removed_widget_is_freed(release: Release) -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        await app.push_screen(OneLineScreen())
        await pilot.pause()
        drawn = weakref.ref(app.screen.query_one(Static)._styles_cache)
        app.pop_screen()
        await pilot.pause()
        release(app.screen)
        gc.collect()
        assert drawn() is None


@with_and_without("release", release_leaks, do_nothing)
async def test_a_toast_that_expires_below_another_screen_leaves_no_frame(release: Release) -> None:
    app = App[None]()
    async with app.run_test(notifications=True) as pilot:
        app.notify("text")
        await pilot.pause()
        assert len(app.screen.query("Toast")) == 1
        await app.push_screen(Screen())
        app.clear_notifications()
        app.pop_screen()
        await pilot.pause()
        release(app.screen)
        await pilot.pause()
        assert list(app.screen.query("Toast, ToastHolder")) == []


@with_and_without("flush", flush_lost_resize, do_nothing)
async def test_a_resize_is_handled_though_its_timer_was_lost(
    flush: Callable[[App[None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App[None]()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(OneLineScreen())
        await pilot.pause()
        # The process is paused for a second between any two of the next readings of the clock.
        pauses = iter(range(1000))
        monkeypatch.setattr(_time, "get_time", lambda: time.monotonic() + next(pauses, 1000))
        await pilot.resize_terminal(60, 20)
        flush(app)
        await pilot.pause()
        assert app.screen.query_one(Static).size == Size(60, 1)


@with_and_without("base", PatchedApp, App[Any])
async def test_a_terminal_that_shrinks_and_grows_at_once_is_drawn_again(
    base: type[App[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = canary_app(base)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.resize_terminal(100, 30)
        await pilot.pause(3 / constants.MAX_FPS)  # until that is drawn
        drawn = list[str]()

        def display(_: object, update: CompositorUpdate | None) -> None:
            if update is not None:
                drawn.append(update.render_segments(app.console))

        monkeypatch.setattr(app, "_display", display)
        monkeypatch.setattr(events.Resize, "can_replace", lambda *_: False)  # handle each
        for size in (Size(60, 20), Size(100, 30)):
            app.post_message(events.Resize(size, size))
        await pilot.pause(3 / constants.MAX_FPS)
        assert any("ready" in each for each in drawn)
