"""A dialog with one field, and a line below it that says what is wrong with its text."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui.ui.actions import key_label
from tui.ui.dialogs.dialog import Value, framed
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField


class FieldDialog(ModalScreen[Value | None]):
    """Returns what the field says, or None. A subclass binds `keep` and `close` to the ids
    `{name}.keep` and `{name}.close`; `keeps` says what the first one does.
    """

    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, field: TextField, name: str, keeps: str) -> None:
        super().__init__()
        self.field = field
        self._title = title
        self._keep_id, self._close_id = f"{name}.keep", f"{name}.close"
        self._keeps = keeps
        self._note = LineView()  # a query would find the key bar, too

    def compose(self) -> ComposeResult:
        with framed(self, Vertical(), self._title, self._close_id) as box:
            keep, close = key_label(self, self._keep_id), key_label(self, self._close_id)
            box.border_subtitle = Content(f"{keep} {self._keeps}, {close} closes")
            yield self.field
            yield self._note
        yield KeyBar()

    def say(self, text: str, role: str) -> None:
        self._note.set_lines([((text, role),)])

    def on_input_changed(self) -> None:
        self._note.set_lines(())

    def action_close(self) -> None:
        dismiss_if_active(self)
