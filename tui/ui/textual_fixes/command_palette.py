"""Fix: keys of a fast burst act on a command palette that is already closed.

What was chosen runs twice, and the screen below is closed, or the app fails if there is none; what
was typed is searched, and shown in a list that was removed. Textual: `command.py`,
`CommandPalette._gather_commands` and its handlers of `Input` and `OptionList`. Version: 8.2.8.
Delete this module when they check that the palette is active.
"""

from typing import Any

from textual import on
from textual.command import CommandList, CommandPalette
from textual.message import Message
from textual.widgets import Input, OptionList  # noqa: TID251 - of their messages only


class PatchedCommandPalette(CommandPalette):
    """A `CommandPalette` that does nothing once it is closed."""

    def _gather_commands(self, *search: str) -> Any:
        if self.app.screen is self and self.query(CommandList):
            return super()._gather_commands(*search)
        return None

    @on(Input.Changed)
    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _ignore_if_closed(self, event: Message) -> None:
        if self.app.screen is not self:
            event.stop()
            event.prevent_default()
