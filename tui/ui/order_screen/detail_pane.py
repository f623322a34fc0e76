"""The pane of one order's detail."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.message import Message

from tui.ui.widgets.line_view import LineView


class DetailPane(LineView, can_focus=True):
    """Scrolls lines. Posts `Resized`, because the lines depend on its size."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", id="detail.up", show=False),
        Binding("down,j", "scroll_down", "Down", id="detail.down", show=False),
        Binding("pageup,ctrl+b", "page_up", "Page up", id="detail.page-up", show=False),
        Binding("pagedown,ctrl+f", "page_down", "Page down", id="detail.page-down", show=False),
        Binding("g,home", "scroll_home", "Top", id="detail.top", show=False),
        Binding("G,end", "scroll_end", "Bottom", id="detail.bottom", show=False),
        Binding("escape", "screen.back", "Back", id="detail.leave", tooltip="Back to the orders"),
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
