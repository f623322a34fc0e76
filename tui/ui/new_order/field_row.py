"""One field of the form of a new order: its label, what is typed, and what is wrong with it."""

import re

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from tui.ui.new_order.form import FieldKind, FormField
from tui.ui.text import Line, wrap
from tui.ui.widgets.choice_field import ChoiceField
from tui.ui.widgets.line_view import LineView, set_variable_lines
from tui.ui.widgets.secret_field import UrlField
from tui.ui.widgets.text_field import TextField

LABEL_WIDTH = 15
_MAX_TEXT = 10_000
"""Characters of a field: the check of an order says what is too long."""
_MAX_NOTE_LINES = 3


def field_id(path: str) -> str:
    """Return the id of the widget of a path."""
    return "f-" + re.sub(r"\W+", "-", path).strip("-")


class FieldRow(Vertical):
    """Shows `text` in a field of the kind of `field`."""

    def __init__(self, field: FormField, text: str) -> None:
        super().__init__()
        self.field = field
        self.input = _widget(field, text)
        self._note = LineView(classes="note")
        self._note.display = False

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield LineView([((f"  {self.field.label}", "plain"),)], classes="label")
            yield self.input
        yield self._note

    def show_note(self, text: str, role: str, width: int) -> None:
        """Show `text` below the field, in a screen of `width` cells; nothing if it is empty."""
        lines = wrap(text, max(8, width - LABEL_WIDTH - 2), _MAX_NOTE_LINES) if text else []
        shown: list[Line] = [((line, role),) for line in lines]
        set_variable_lines(self._note, shown)


def _widget(field: FormField, text: str) -> Widget:
    key = field_id(field.path)
    match field.kind:
        case FieldKind.URL:
            return UrlField(key, text, limit=_MAX_TEXT)
        case FieldKind.CHOICE:
            return ChoiceField(key, text, field.choices)
        case kind:
            return TextField(key, text, hidden=kind is FieldKind.SECRET, limit=_MAX_TEXT)
