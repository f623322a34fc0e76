"""The input line of the filter."""

from collections.abc import Callable, Iterable, Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input  # noqa: TID251 - only for its messages

from tui.filtering.completion import complete
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField

KnownValues = Callable[[], Mapping[str, Iterable[str]]]
"""Returns the values to complete, by the key of the filter language."""


class FilterBar(Horizontal):
    """Posts `TextChanged` on every change."""

    CSS_PATH = None
    DEFAULT_CSS = """
    FilterBar { height: 1; background: $background; }
    FilterBar > LineView { width: 3; height: 1; scrollbar-size: 0 0; scrollbar-gutter: auto; }
    FilterBar > Input { width: 1fr; background: $background; color: $role-plain; padding: 0; }
    FilterBar > Input:focus { background: $background; }
    """

    class TextChanged(Message):
        """The text of the bar changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, text: str, known_values: KnownValues) -> None:
        super().__init__(id="filter")
        self.field = TextField("filter-text", text)
        self._known_values = known_values

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
        """Replace the word at the cursor by its first completion."""
        text, cursor = self.field.value, self.field.cursor_position
        for completion in complete(text, cursor, self._known_values())[:1]:
            self.field.value = completion.apply(text)
            self.field.cursor_position = completion.start + len(completion.text)
