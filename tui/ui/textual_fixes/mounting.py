"""How screens are closed."""
# FOLD """An app whose screens are made whole before they are taken down."""

import asyncio
from contextlib import suppress
from typing import Any, TypeVar

from textual.screen import Screen

from tui.ui.textual_fixes.crash_handling import CrashSafeApp

Result = TypeVar("Result")


def dismiss_if_active(screen: Screen[Result], result: Result | None = None) -> None:
    """Dismiss `screen`. In a burst of keys some come for it when it is closed already, or lies
    below the palette: its `dismiss` would close what lies over it.
    """
    if screen.app.screen is screen:
        screen.dismiss(result)


_PATIENCE = 1.0
"""Seconds; whoever quits is not to wait for what never comes."""


class OrderlyApp(CrashSafeApp):
    """Textual takes the widgets of a screen away while it still mounts that, where a key closes it
    at once or the program ends: then its own handler finds nothing there, and fails.
    """

    async def _replace_screen(self, screen: Screen[Any]) -> Screen[Any]:
        await _wait_until_mounted(screen)
        return await super()._replace_screen(screen)

    async def _close_all(self) -> None:
        for screen in self.screen_stack:
            await _wait_until_mounted(screen)
        await super()._close_all()


async def _wait_until_mounted(screen: Screen[Any]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE if screen.is_running else 0):
            await screen._mounted_event.wait()  # noqa: SLF001 - there is no other door
