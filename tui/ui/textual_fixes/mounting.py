"""Fix: closing a screen while it is mounted ends the app with `NoMatches`.

A key that closes a screen at once, or the end of the program, removes the screen's widgets, or
mounts none, before its `on_mount` runs. Textual: `app.py`, `App._replace_screen` and
`App._on_exit_app`. Version: 8.2.8. Delete `wait_until_mounted`, and `_replace_screen` and
`on_exit_app` in `PatchedApp`, when Textual itself waits for the mount.

`dismiss_if_active` is for another race: `Screen.dismiss` (`screen.py`) pops whatever screen is on
top, or raises, if it is called twice or below another screen.
"""

import asyncio
from contextlib import suppress
from typing import Any, TypeVar

from textual.screen import Screen

Result = TypeVar("Result")

_TIMEOUT = 1.0
"""Seconds. A mount that never ends must not keep the program from ending."""


async def wait_until_mounted(screen: Screen[Any]) -> None:
    """Return when `screen` is mounted, or after `_TIMEOUT`."""
    with suppress(TimeoutError, AttributeError):
        async with asyncio.timeout(_TIMEOUT):
            await screen._mounted_event.wait()  # noqa: SLF001 - Textual has no public event


def dismiss_if_active(screen: Screen[Result], result: Result | None = None) -> None:
    """Dismiss `screen` if it is on top. Keys of a fast burst may arrive after it was closed."""
    if screen.app.screen is screen:
        screen.dismiss(result)
