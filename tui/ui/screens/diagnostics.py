"""What the program observed of itself, brought up to date while it is looked at."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.ui.diagnostics_lines import Diagnosis, diagnostics_lines
from tui.ui.screens.listing import TextDialog


class DiagnosticsScreen(TextDialog):
    """The key that opens it closes it, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "dismiss", "Close", id="diagnostics.close", show=False),
    ]

    def __init__(self, seen: Callable[[], Diagnosis]) -> None:
        super().__init__("Diagnostics", lambda width: diagnostics_lines(seen(), width))
