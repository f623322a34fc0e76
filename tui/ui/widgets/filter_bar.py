"""The line in which a filter is typed."""

from collections.abc import Callable, Iterable, Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input  # noqa: TID251 - its messages alone are meant

from tui.filtering.completion import complete
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField

Values = Callable[[], Mapping[str, Iterable[str]]]
"""By the key of the filter language, what was seen of it."""


class FilterBar(Horizontal):
    """Tells of each change of its text."""

    CSS_PATH = None
    DEFAULT_CSS = """
    FilterBar { height: 1; background: $background; }
    FilterBar > LineView { width: 3; height: 1; scrollbar-size: 0 0; scrollbar-gutter: auto; }
    FilterBar > Input { width: 1fr; background: $background; color: $role-plain; padding: 0; }
    FilterBar > Input:focus { background: $background; }
    """

    class TextChanged(Message):
        """Another text stands in the bar."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, text: str, values: Values) -> None:
        super().__init__(id="filter")
        self.field = TextField("filter-text", text, hidden=False)
        self._values = values

    def compose(self) -> ComposeResult:
        sign = LineView()
        sign.set_lines(((("/", "accent"),),))
        yield sign
        yield self.field

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.TextChanged(event.value))

    def set_text(self, text: str) -> None:
        self.field.value = text
        self.field.cursor_position = len(text)

    def complete(self) -> None:
        """Put the first that fits in the place of the word at the cursor."""
        text, cursor = self.field.value, self.field.cursor_position
        for found in complete(text, cursor, self._values())[:1]:
            self.field.value = found.apply(text)
            self.field.cursor_position = found.start + len(found.text)
