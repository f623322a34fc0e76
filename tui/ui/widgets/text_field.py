"""A one-line text input."""

from textual.events import Key
from textual.widgets import Input  # noqa: TID251 - shows its value as it is

from tui.sanitize import sanitize
from tui.ui.textual_fixes.key_order import run_own_binding, wait_for_pending_keys

_LONGEST = 2000


class TextField(Input):
    """One line of text. A hidden one gives nothing to the clipboard."""

    def __init__(self, key: str, value: str, *, hidden: bool) -> None:
        super().__init__(value, password=hidden, compact=True, id=key)
        self.cursor_blink = False

    async def on_key(self, event: Key) -> None:
        if not event.is_printable:
            await run_own_binding(self, event)

    def replace(self, text: str, start: int, end: int) -> None:
        """What was pasted may be from anywhere, and a terminal would obey it."""
        super().replace(sanitize(text, _LONGEST), start, end)

    async def wait_for_input(self) -> None:
        """Return when every key that has come for this field is in its value."""
        await wait_for_pending_keys(self)

    def action_copy(self) -> None:
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        if not self.password:
            super().action_cut()
