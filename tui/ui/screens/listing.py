"""A list over the main screen: the help, the unreadable rows, the diagnostics."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.screen import ModalScreen

from tui.ui.hints import hints_for
from tui.ui.spans import Line
from tui.ui.widgets.lines import LineView

Made = Callable[[int], Sequence[Line]]
"""The lines for a width in cells."""


class _Scroller(LineView, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", id="list.up", show=False),
        Binding("down,j", "scroll_down", "Down", id="list.down", show=False),
        Binding("pageup", "page_up", "Page up", id="list.page-up", show=False),
        Binding("pagedown", "page_down", "Page down", id="list.page-down", show=False),
        Binding("g,home", "scroll_home", "Top", id="list.top", show=False),
        Binding("G,end", "scroll_end", "Bottom", id="list.bottom", show=False),
    ]

    def __init__(self, made: Made) -> None:
        super().__init__()
        self._made = made

    def again(self) -> None:
        self.show(self._made(self.room))

    def on_resize(self, _: Resize) -> None:
        self.again()


class TextDialog(ModalScreen[None]):
    """Lines under a title; any of `esc`, `q`, `?` and `enter` closes it."""

    CSS_PATH = "listing.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark", "dismiss", "Close", id="list.close"),
    ]

    def __init__(self, title: str, made: Made) -> None:
        super().__init__()
        self._title = title
        self._made = made

    def compose(self) -> ComposeResult:
        scroller = _Scroller(self._made)
        scroller.border_title = Content(self._title)
        scroller.border_subtitle = Content(f"{hints_for(self.app).close} closes")
        scroller.show(self._made(self.app.size.width))
        yield scroller

    def again(self) -> None:
        """Make the lines anew; those that are as they were are not drawn again."""
        for scroller in self.query(_Scroller):
            scroller.again()
