"""Asks for the name under which a view is kept."""
# FOLD """The views there are, to choose from."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import OptionList  # noqa: TID251 - without markup, and given `Text`
from textual.widgets.option_list import Option  # noqa: TID251 - given `Text`

from tui.filtering.views import View, parse_view_name
from tui.ui.actions import keys_by_id
from tui.ui.main_screen.view_text import view_line
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField


class ViewNameDialog(ModalScreen[str | None]):
    """`enter` keeps, `esc` does not."""

    CSS_PATH = "choosers.tcss"
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
        await self._field.wait_for_input()
        try:
            name = parse_view_name(self._field.value)
        except ValueError as error:
            self.query_one(LineView).set_lines([((f"the name {error}", "error"),)])
        else:
            self._done(name)

    def action_close(self) -> None:
        self._done(None)

    def _done(self, name: str | None) -> None:
        dismiss_if_active(self, name)


_WIDTH = 200


class ViewsDialog(ModalScreen[View | None]):
    """A digit, or the arrows and `enter`, choose; `esc` closes."""

    CSS_PATH = "choosers.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "close", "Close", id="views.close"),
        Binding("j", "down", "Down", id="views.down", show=False),
        Binding("k", "up", "Up", id="views.up", show=False),
    ]

    def __init__(self, views: Sequence[View], now: View, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._views = views
        self._now = now

    def compose(self) -> ComposeResult:
        lines = (view_line(number, view, _WIDTH) for number, view in enumerate(self._views, 1))
        options = OptionList(
            *(Option(Text(line, no_wrap=True, overflow="ellipsis")) for line in lines),
            compact=True,
            markup=False,
        )
        options.border_title = "Views"
        options.border_subtitle = Content(f"{keys_by_id(self, self._glyphs)['views.close']} closes")
        shown = (n for n, view in enumerate(self._views) if view.is_like(self._now))
        options.highlighted = next(shown, 0)
        yield options

    def on_key(self, event: Key) -> None:
        digit = event.character or ""
        if digit.isascii() and digit.isdigit() and 1 <= int(digit) <= len(self._views):
            event.stop()
            self._choose(self._views[int(digit) - 1])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._choose(self._views[event.option_index])

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def action_close(self) -> None:
        self._choose(None)

    def _choose(self, view: View | None) -> None:
        dismiss_if_active(self, view)
