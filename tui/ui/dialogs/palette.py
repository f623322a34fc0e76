"""The palette: Textual's own, which does nothing more once it is closed."""

from typing import Any

from textual import on
from textual.command import CommandList, CommandPalette
from textual.message import Message
from textual.widgets import Input, OptionList  # noqa: TID251 - of their messages only


class Palette(CommandPalette):
    """In a burst of keys, some are still on their way within Textual's when it closes. What was
    chosen would be done twice and the screen below be closed, or the app fail where there is
    none; what was typed would be looked up and shown in a list that is gone.
    """

    CSS_PATH = "palette.tcss"

    def _gather_commands(self, *search: str) -> Any:
        """Begin only where there is a list to fill: begun while it closes, it would end the app."""
        if self.app.screen is self and self.query(CommandList):
            return super()._gather_commands(*search)
        return None

    @on(Input.Changed)
    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _only_while_open(self, event: Message) -> None:
        if self.app.screen is not self:
            event.stop()
            event.prevent_default()
