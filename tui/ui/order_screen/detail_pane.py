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

    def scroll_to_row(self, row: int) -> None:
        """Scroll as far as needed to show `row`."""
        self._scroll_to_row(row)
        # Textual clamps a scroll to the size of the last layout, which may be smaller.
        self.call_after_refresh(self._scroll_to_row, row)

    def _scroll_to_row(self, row: int) -> None:
        top, height = int(self.scroll_offset.y), self.size.height
        if not top <= row < top + height:
            self.scroll_to(y=max(0, row - height // 3), animate=False, immediate=True)
