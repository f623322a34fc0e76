"""Every override of Textual's `App` that works around a fault of Textual, in one class."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from rich.text import Text
from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen
from textual.widget import Widget

from tui.crash_report import crash_report
from tui.ui.textual_fixes.covered_screens import forget_backgrounds, is_opaque
from tui.ui.textual_fixes.crash_screen import crash_text
from tui.ui.textual_fixes.housekeeping import redraw_unchanged_size
from tui.ui.textual_fixes.mounting import wait_until_mounted
from tui.ui.textual_fixes.outdated_sizes import ignore_outdated_sizes
from tui.ui.textual_fixes.partial_redraw import crop_update

_WRITE_TIME = 0.001
"""Seconds. Textual writes in a thread, which needs the interpreter lock for a moment."""


class PatchedApp(App[None]):
    """Textual's `App` with all fixes of this package. It knows nothing of the program."""

    crash_report: Callable[[BaseException], str] = staticmethod(crash_report)
    """Returns what the crash screen shows."""
    after_first_frame: Callable[[], None] | None = None
    """Called once, after the first frame was handed to the terminal."""
    on_exit: Callable[[int], None] | None = None
    """Called with the exit code when the app begins to end, from any thread."""
    unprinted_report = ""
    """The report of a crash until it is printed; then empty."""

    async def on_ready(self) -> None:
        if self.after_first_frame is not None:
            await asyncio.sleep(_WRITE_TIME)
            self.after_first_frame()

    def call_soon_threadsafe(self, callback: Callable[[], None]) -> None:
        """Run `callback` in the event loop. Returns at once; for any thread or signal handler.

        Textual's `call_later` does not wake the loop in a signal handler, and its
        `call_from_thread` waits for the result.
        """
        if self._loop is not None:
            self._loop.call_soon_threadsafe(callback)

    # The terminal: see `driver.py`.

    def get_driver_class(self) -> type[Driver]:
        try:
            # Late: `driver` needs modules that another Textual may not have.
            from tui.ui.textual_fixes.driver import TolerantDriver
        except ImportError:
            return super().get_driver_class()
        return TolerantDriver

    @property
    def is_terminal_in_use(self) -> bool:
        """True while the terminal has the app's screen and modes."""
        return bool(getattr(self._driver, "is_active", False))

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Give the terminal to another program."""
        ignore_signal_keys = getattr(self._driver, "ignore_signal_keys", nullcontext)
        with ignore_signal_keys(), super().suspend():
            yield

    def set_terminal_title(self, title: str) -> None:
        if self._driver is not None:
            self._driver.write(f"\x1b]2;{title}\x07")

    def on_terminal_closed(self) -> None:
        """End with exit code 1. Called in any thread; the event loop may be blocked."""
        self._notify_exit(1)
        self.call_later(self.exit, return_code=1)

    def exit(self, result: None = None, return_code: int = 0, message: Any = None) -> None:
        self._notify_exit(return_code)
        super().exit(result, return_code, message)

    def _notify_exit(self, code: int) -> None:
        if self.on_exit is not None:
            self.on_exit(code)

    # The crash screen: see `crash_screen.py`.

    def _handle_exception(self, error: Exception) -> None:
        self._return_code = 1
        if self._exception is not None:
            return  # one report; further errors are consequences of the first
        self._exception = error
        self._exception_event.set()
        text = crash_text(error, self.crash_report)
        self.unprinted_report = f"{text}\n"
        self._notify_exit(1)
        self.panic(Text(text))
        self.bell()  # last: it blocks while the terminal is not read

    def _print_error_renderables(self) -> None:
        super()._print_error_renderables()
        self.unprinted_report = ""

    # Two resizes at once: see `housekeeping.py`.

    def on_resize(self, event: events.Resize) -> None:
        redraw_unchanged_size(self, event)

    # Two resizes in a row: see `outdated_sizes.py`.

    def _register(self, parent: DOMNode, *widgets: Widget, **place: Any) -> list[Widget]:
        for widget in widgets:
            if isinstance(widget, Screen):
                ignore_outdated_sizes(widget)
        return super()._register(parent, *widgets, **place)

    # Screens below another one: see `covered_screens.py`.

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        if is_opaque(self.screen):
            return []
        screens = super()._background_screens
        forget_backgrounds(screens[1:])
        return screens

    # Partial updates: see `partial_redraw.py`.

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, crop_update(renderable))

    # Screens that are closed while they are mounted: see `mounting.py`.

    async def _replace_screen(self, screen: Screen[Any]) -> Screen[Any]:
        await wait_until_mounted(screen)
        return await super()._replace_screen(screen)
