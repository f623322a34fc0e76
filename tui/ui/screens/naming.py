"""Asks for the name under which a view is kept."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui.model.view import parse_view_name
from tui.ui.bound import keys_by_id
from tui.ui.closing import dismiss_if_active
from tui.ui.glyphs import Glyphs
from tui.ui.widgets.field import TextField
from tui.ui.widgets.lines import LineView


class ViewNameDialog(ModalScreen[str | None]):
    """`enter` keeps, `esc` does not."""

    CSS_PATH = "choosing.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Keep", id="naming.keep", priority=True),
        Binding("escape", "close", "Close", id="naming.close", priority=True),
    ]

    def __init__(self, name: str, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._field = TextField("view-name", name, hidden=False)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content("Save this view as")
            keys = keys_by_id(self, self._glyphs)
            box.border_subtitle = Content(
                f"{keys['naming.keep']} saves, {keys['naming.close']} closes"
            )
            yield self._field
            yield LineView()

    async def action_keep(self) -> None:
        await self._field.settle()
        try:
            name = parse_view_name(self._field.value)
        except ValueError as error:
            self.query_one(LineView).show([((f"the name {error}", "error"),)])
        else:
            self._done(name)

    def action_close(self) -> None:
        self._done(None)

    def _done(self, name: str | None) -> None:
        dismiss_if_active(self, name)
