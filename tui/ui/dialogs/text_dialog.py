"""A modal dialog of text lines: help, invalid rows, diagnostics, export and copy results."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.screen import ModalScreen

from tui.ui.actions import key_label
from tui.ui.text import Line
from tui.ui.widgets.line_view import LineView

LinesForWidth = Callable[[int], Sequence[Line]]
"""Returns the lines for a width in cells."""
_MIN_WIDTH = 8


class _ScrollableText(LineView, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", id="list.up", show=False),
        Binding("down,j", "scroll_down", "Down", id="list.down", show=False),
        Binding("pageup", "page_up", "Page up", id="list.page-up", show=False),
        Binding("pagedown", "page_down", "Page down", id="list.page-down", show=False),
        Binding("g,home", "scroll_home", "Top", id="list.top", show=False),
        Binding("G,end", "scroll_end", "Bottom", id="list.bottom", show=False),
    ]

    def __init__(self, lines_for: LinesForWidth) -> None:
        super().__init__()
        self._lines_for = lines_for

    def refresh_content(self) -> None:
        self.set_lines(self._lines_for(max(_MIN_WIDTH, self.content_width)))

    def on_resize(self, _: Resize) -> None:
        self.refresh_content()


class TextDialog(ModalScreen[None]):
    """Lines under a title. `esc`, `q`, `?` or `enter` closes it."""

    CSS_PATH = "dialogs.tcss"
    KEY_WIDGETS = (_ScrollableText,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark", "dismiss", "Close", id="list.close"),
    ]

    def __init__(self, title: str, lines: LinesForWidth) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        text = _ScrollableText(self._lines)
        text.border_title = Content(self._title)
        text.border_subtitle = Content(f"{key_label(self, 'list.close')} closes")
        text.set_lines(self._lines(self.app.size.width))
        yield text

    def refresh_content(self) -> None:
        for text in self.query(_ScrollableText):
            text.refresh_content()
