"""The pane of one order's detail."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.message import Message

from tui.ui.bindings import MOVE, move_bindings
from tui.ui.widgets.scrolled_lines import ScrolledLines


class DetailPane(ScrolledLines):
    """Scrolls lines. Posts `Resized`, because the lines depend on its size."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *move_bindings("detail"),
        Binding(
            "escape",
            "screen.back",
            "Back",
            id="detail.leave",
            tooltip="Back to the orders",
            group=MOVE,
        ),
    ]

    class Resized(Message):
        """The pane has a new size."""

    def on_resize(self, _: Resize) -> None:
        self.post_message(self.Resized())
