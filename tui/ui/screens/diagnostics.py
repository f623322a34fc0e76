"""What the program observed of itself, brought up to date while it is looked at."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.ui.screens.listing import ListScreen, Made


class DiagnosticsScreen(ListScreen):
    """The key that opens it closes it, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "dismiss", "Close", id="diagnostics.close", show=False),
    ]

    def __init__(self, made: Made) -> None:
        super().__init__("Diagnostics", made)
