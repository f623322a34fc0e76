"""Fix: closing a screen while it is mounted ends the app with `NoMatches`.

A screen that a key closes at once mounts no more widgets, but its `on_mount` still runs. Textual:
`app.py`, `App._replace_screen` and `App._prune`. Version: 8.2.8. Delete `wait_until_mounted` and
`PatchedApp._replace_screen` when Textual itself waits for the mount. (When the app ends, `on_mount`
has the same problem; there a screen can check `is_attached`.)

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
