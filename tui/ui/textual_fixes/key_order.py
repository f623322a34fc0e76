"""Keys that come in one burst take effect one after the other."""

import asyncio
from contextlib import suppress

from textual.events import Key
from textual.widget import Widget

_TIMEOUT = 1.0
"""Seconds; a widget that is taken down meanwhile never answers, and every key would wait for it."""


async def wait_for_pending_keys(widget: Widget | None) -> None:
    """Return when every key that has come for `widget` is done. A key with priority is done at
    once, while the one before it may still be on its way.
    """
    if widget is not None and widget.is_running:
        done = asyncio.Event()
        widget.call_later(done.set)
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), _TIMEOUT)


async def run_own_binding(widget: Widget, event: Key) -> bool:
    """Do what `widget` itself has the key for. Textual lets a key go up to the app and back
    first; of keys that come in one burst, as over a slow line, some would change places.
    """
    bindings = widget._bindings.key_to_bindings.get(event.key, ())  # noqa: SLF001 - no other way
    if not bindings:
        return False
    event.stop()
    event.prevent_default()
    await widget.run_action(bindings[0].action)
    return True
