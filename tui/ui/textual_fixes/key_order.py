"""Fix: keys of a fast burst, as over a slow link, are handled out of order.

Textual: `app.py`, `App.on_event` runs a priority binding at once, while earlier keys still wait in
a widget's queue; and `App._on_key` runs all other bindings only when the key has bubbled up to the
app, for the widget that has the focus by then. Version: 8.2.8. Delete this module when Textual
handles one key after the other.
"""

import asyncio
from contextlib import suppress

from textual.events import Key
from textual.widget import Widget

_TIMEOUT = 1.0
"""Seconds. A widget that is being removed never answers."""


async def wait_for_pending_keys(widget: Widget | None) -> None:
    """Return when `widget` has handled its queued keys. For actions of priority bindings."""
    if widget is not None and widget.is_running:
        done = asyncio.Event()
        widget.call_later(done.set)
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), _TIMEOUT)


async def run_own_binding(widget: Widget, event: Key) -> None:
    """Run the binding that `widget` itself has for a key, if it has one that works now, and stop
    `event`.

    The public `Screen.active_bindings` doesn't help: it has the bindings of the widget with the
    focus, which may have moved since the key was sent. (It also costs 0.15 ms instead of 0.1 us.)
    """
    own = getattr(widget, "_bindings", None)
    bindings = own.key_to_bindings.get(event.key) if own is not None else None
    if bindings and await widget.app.run_action(bindings[0].action, widget):
        event.stop()
        event.prevent_default()
