"""Dialogs that choose a view, and that name a new one."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList  # noqa: TID251 - only to move its cursor

from tui.filtering.views import View, parse_view_name
from tui.ui.actions import key_label
from tui.ui.dialogs.choice_dialog import Choice, ChoiceDialog
from tui.ui.main_screen.view_text import view_line
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField

_LINE_WIDTH = 200
"""Cells of a view's line; the dialog cuts it."""


class ViewsDialog(ChoiceDialog[View]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "close", "Close", id="views.close"),
        Binding("j", "down", "Down", id="views.down", show=False),
        Binding("k", "up", "Up", id="views.up", show=False),
    ]

    def __init__(self, views: Sequence[View], current: View) -> None:
        choices = [
            Choice(view, view_line(number, view, _LINE_WIDTH), str(number) if number < 10 else "")
            for number, view in enumerate(views, 1)
        ]
        similar = (number for number, view in enumerate(views) if view.is_like(current))
        super().__init__("Views", choices, close_id="views.close", highlighted=next(similar, 0))

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()


class ViewNameDialog(ModalScreen[str | None]):
    """Returns the name to save a view under, or None."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Keep", id="naming.keep", priority=True),
        Binding("escape", "close", "Close", id="naming.close", priority=True),
    ]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._field = TextField("view-name", name)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content("Save this view as")
            save, close = key_label(self, "naming.keep"), key_label(self, "naming.close")
            box.border_subtitle = Content(f"{save} saves, {close} closes")
            yield self._field
            yield LineView()

    async def action_keep(self) -> None:
        await self._field.wait_for_input()
        try:
            name = parse_view_name(self._field.value)
        except ValueError as error:
            self.query_one(LineView).set_lines([((f"the name {error}", "error"),)])
        else:
            dismiss_if_active(self, name)

    def action_close(self) -> None:
        dismiss_if_active(self, None)
