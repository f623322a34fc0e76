"""A modal list to choose from."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec
from rich.text import Text
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import OptionList  # noqa: TID251 - without markup, and with `Text`
from textual.widgets.option_list import Option  # noqa: TID251 - with `Text`

from tui.ui.actions import key_label
from tui.ui.textual_fixes.mounting import dismiss_if_active

Value = TypeVar("Value")


class Choice(msgspec.Struct, Generic[Value], frozen=True):
    value: Value
    text: str
    """One line, sanitised."""
    shortcut: str = ""
    """The character that chooses it."""


class ChoiceDialog(ModalScreen[Value | None]):
    """Returns the chosen value, or None. A shortcut, or the arrows and `enter`, choose."""

    CSS_PATH = "dialogs.tcss"

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice[Value]],
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
        options = OptionList(
            *(
                Option(Text(choice.text, no_wrap=True, overflow="ellipsis"))
                for choice in self._choices
            ),
            compact=True,
            markup=False,
        )
        options.border_title = Content(self._title)
        options.border_subtitle = Content(f"{key_label(self, self._close_id)} closes")
        if self._highlighted is not None:
            options.highlighted = self._highlighted
        yield options

    def on_key(self, event: Key) -> None:
        for choice in self._choices:
            if choice.shortcut and choice.shortcut == event.character:
                event.stop()
                dismiss_if_active(self, choice.value)
                return

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        dismiss_if_active(self, self._choices[event.option_index].value)

    def action_close(self) -> None:
        dismiss_if_active(self, None)
