"""What of an order can be copied, to choose from."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import OptionList  # noqa: TID251 - without markup, and given `Text`
from textual.widgets.option_list import Option  # noqa: TID251 - given `Text`

from tui.ui.closing import dismiss_if_active
from tui.ui.copies import LIMIT, CopyItem, copied_lines, size_of, too_long_lines
from tui.ui.hints import hints_for
from tui.ui.screens.listing import TextDialog
from tui.ui.spans import fit

_NAMES = 13


class CopyMenu(ModalScreen[CopyItem | None]):
    """A letter, or the arrows and `enter`, choose; `esc` closes."""

    CSS_PATH = "copy_menu.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,Y", "close", "Close", id="copy.close"),
    ]

    def __init__(self, copies: Sequence[CopyItem]) -> None:
        super().__init__()
        self._copies = copies

    def compose(self) -> ComposeResult:
        choices = OptionList(*map(_option, self._copies), compact=True, markup=False)
        choices.border_title = "CopyItem"
        choices.border_subtitle = Content(f"{hints_for(self.app).close_copy} closes")
        yield choices

    def on_key(self, event: Key) -> None:
        chosen = next((each for each in self._copies if each.key == event.character), None)
        if chosen is not None:
            event.stop()
            self._choose(chosen)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._choose(self._copies[event.option_index])

    def action_close(self) -> None:
        self._choose(None)

    def _choose(self, copy: CopyItem | None) -> None:
        dismiss_if_active(self, copy)


def _option(copy: CopyItem) -> Option:
    first, *others = copy.text.split("\n")
    shown = f"{len(others) + 1} lines" if others else first
    return Option(Text(f"{copy.key or ' '}  {fit(copy.name, _NAMES)}{shown}"))


def offer(app: App[None], copies: Sequence[CopyItem]) -> None:
    """Let a person choose, copy it, and say what was copied."""

    def chosen(copy: CopyItem | None) -> None:
        if copy is not None:
            send(app, copy)

    app.push_screen(CopyMenu(copies), chosen)


def send(app: App[None], copy: CopyItem) -> None:
    """Send `copy` to the terminal's clipboard, unless it is too long for that."""
    if size_of(copy.text) > LIMIT:
        app.push_screen(TextDialog("Not copied", lambda width: too_long_lines(copy, width)))
        return
    app.copy_to_clipboard(copy.text)
    app.push_screen(TextDialog(f"Copied: {copy.name}", lambda width: copied_lines(copy, width)))
