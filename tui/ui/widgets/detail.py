"""The detail pane: lines that scroll, with the keys for it."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.message import Message

from tui.ui.widgets.lines import LineView


class DetailPane(LineView, can_focus=True):
    """Shows the detail's lines; says when its size changed, for lines are made to measure."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", id="detail.up", show=False),
        Binding("down,j", "scroll_down", "Down", id="detail.down", show=False),
        Binding("pageup,ctrl+b", "page_up", "Page up", id="detail.page-up", show=False),
        Binding("pagedown,ctrl+f", "page_down", "Page down", id="detail.page-down", show=False),
        Binding("g,home", "scroll_home", "Top", id="detail.top", show=False),
        Binding("G,end", "scroll_end", "Bottom", id="detail.bottom", show=False),
        Binding("escape", "leave", "Back", id="detail.leave", tooltip="Back to the orders"),
    ]

    class BackRequested(Message):
        """Back to the orders."""

    class Resized(Message):
        """The pane has another size."""

    def action_leave(self) -> None:
        self.post_message(self.BackRequested())

    def on_resize(self, _: Resize) -> None:
        self.post_message(self.Resized())
