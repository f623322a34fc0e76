"""A line of text to be typed in."""

import asyncio

from textual.events import Key
from textual.widgets import Input  # noqa: TID251 - shows its value as it is

from tui.model.text import clean

_LONGEST = 2000


class Field(Input):
    """One line of text. A hidden one gives nothing to the clipboard."""

    def __init__(self, key: str, value: str, *, hidden: bool) -> None:
        super().__init__(value, password=hidden, compact=True, id=key)
        self.cursor_blink = False

    async def _on_key(self, event: Key) -> None:
        # Textual lets editing keys go up to the app and back while letters are taken at
        # once. Keys that come in one burst, as over a slow line, would change places.
        bindings = self._bindings.key_to_bindings.get(event.key, ())
        if not event.is_printable and bindings:
            event.stop()
            event.prevent_default()
            await self.run_action(bindings[0].action)
        else:
            await super()._on_key(event)

    def replace(self, text: str, start: int, end: int) -> None:
        """What was pasted may be from anywhere, and a terminal would obey it."""
        super().replace(clean(text, _LONGEST), start, end)

    async def settle(self) -> None:
        """Return when every key that has come for this field is in its value."""
        done = asyncio.Event()
        self.call_later(done.set)
        await done.wait()

    def action_copy(self) -> None:
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        if not self.password:
            super().action_cut()
