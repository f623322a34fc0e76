"""A one-line text input."""

from textual.events import Key
from textual.widgets import Input  # noqa: TID251 - shows its value unparsed

from tui.sanitize import sanitize
from tui.ui.textual_fixes.key_order import run_own_binding, wait_for_pending_keys

_MAX_LENGTH = 2000


class TextField(Input):
    """One line of text. The text of a hidden field can't be copied."""

    def __init__(self, key: str, value: str, *, hidden: bool = False) -> None:
        super().__init__(value, password=hidden, compact=True, id=key)
        self.cursor_blink = False

    async def wait_for_input(self) -> None:
        """Wait until every key that was pressed in this field is in its value."""
        await wait_for_pending_keys(self)

    async def on_key(self, event: Key) -> None:
        if not event.is_printable:
            await run_own_binding(self, event)

    def replace(self, text: str, start: int, end: int) -> None:
        # Pasted text may contain control characters, which the terminal would execute.
        super().replace(sanitize(text, _MAX_LENGTH), start, end)

    def action_copy(self) -> None:
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        if not self.password:
            super().action_cut()
