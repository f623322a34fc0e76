"""Modal dialogs: what they share, lines to read, and a list to choose from."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key, Resize
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import OptionList  # noqa: TID251 - without markup, and with `Text`
from textual.widgets.option_list import Option  # noqa: TID251 - with `Text`

from tui.ui.actions import key_label
from tui.ui.bindings import move_bindings
from tui.ui.text import Line
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.scrolled_lines import ScrolledLines

Value = TypeVar("Value")
AnyWidget = TypeVar("AnyWidget", bound=Widget)
LinesForWidth = Callable[[int], Sequence[Line]]
"""Returns the lines for a width in cells."""
_MIN_WIDTH = 8


def framed(screen: Screen[Any], widget: AnyWidget, title: str, close_id: str) -> AnyWidget:
    """Return `widget` in a frame that names the key of the binding `close_id` of `screen`."""
    widget.add_class("frame")
    widget.border_title = Content(title)
    widget.border_subtitle = Content(f"{key_label(screen, close_id)} closes")
    return widget


class ScrollableText(ScrolledLines):
    """Lines that are made again for each width."""

    BINDINGS = move_bindings("list")

    def __init__(self, lines_for: LinesForWidth) -> None:
        super().__init__()
        self._lines_for = lines_for

    def refresh_content(self) -> None:
        self.set_lines(self._lines_for(max(_MIN_WIDTH, self.content_width)))

    def on_resize(self, _: Resize) -> None:
        self.refresh_content()


class TextDialog(ModalScreen[str | None]):
    """Lines under a title. `esc`, `q`, `?` or `enter` closes it."""

    CSS_PATH = "dialogs.tcss"
    KEY_WIDGETS = (ScrollableText,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark", "dismiss", "Close", id="list.close"),
    ]

    def __init__(self, title: str, lines: LinesForWidth) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        text = ScrollableText(self._lines)
        text.set_lines(self._lines(self.app.size.width))
        yield framed(self, text, self._title, "list.close")
        yield KeyBar()

    def refresh_content(self) -> None:
        for text in self.query(ScrollableText):
            text.refresh_content()


class ChoiceDialog(ModalScreen[Value | None]):
    """Returns one of the values, each shown as a line of sanitised text; None if it is closed.

    The first character of a line chooses it, unless that is a space; so do the arrows and `enter`.
    """

    CSS_PATH = "dialogs.tcss"

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[str, Value]],
        *,
        close_id: str,
        highlighted: int | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._close_id = close_id
        self._highlighted = highlighted

    def compose(self) -> ComposeResult:
        options = OptionList(*self._options(), compact=True, markup=False)
        if self._highlighted is not None:
            options.highlighted = self._highlighted
        yield framed(self, options, self._title, self._close_id)
        yield KeyBar()

    def replace_choices(self, choices: Sequence[tuple[str, Value]]) -> None:
        """Show other choices. The cursor stays at its place as far as possible."""
        options = self.query_one(OptionList)
        place, self._choices = options.highlighted or 0, choices
        options.set_options(self._options())
        options.highlighted = min(place, len(choices) - 1)

    def _options(self) -> list[Option]:
        return [Option(Text(each)) for each, _ in self._choices]

    def on_key(self, event: Key) -> None:
        for text, value in self._choices:
            if event.character == text[0] and not text.startswith(" "):
                event.stop()
                dismiss_if_active(self, value)
                return

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        dismiss_if_active(self, self._choices[event.option_index][1])

    def action_close(self) -> None:
        dismiss_if_active(self)
