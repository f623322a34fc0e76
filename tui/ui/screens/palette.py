"""The palette: Textual's own, closed once however fast the keys come."""

from textual import on
from textual.command import CommandPalette
from textual.widgets import OptionList


class Palette(CommandPalette):
    """Textual's runs a choice and closes for every enter that a burst of keys holds: the second
    would run the choice again and close the screen below, or end the app where there is none.
    """

    @on(OptionList.OptionSelected)
    def _choose_once(self, event: OptionList.OptionSelected) -> None:
        if self.app.screen is not self:
            event.stop()
            event.prevent_default()
