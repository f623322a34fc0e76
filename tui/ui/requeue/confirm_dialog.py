"""The questions of a requeue: the text that must be typed, and whether to stop."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.ui.dialogs.dialog import ChoiceDialog
from tui.ui.dialogs.field_dialog import FieldDialog
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.text_field import TextField

STYLES = "../dialogs/dialogs.tcss"
"""Textual looks for a relative path beside the module of the class."""


class ConfirmDialog(FieldDialog[bool]):
    """Returns True if `text` was typed. `note` says what it is."""

    CSS_PATH = STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Confirm", id="confirm.keep", priority=True),
        Binding("escape", "close", "Back", id="confirm.close", priority=True),
    ]

    def __init__(self, title: str, text: str, note: str) -> None:
        super().__init__(title, TextField("typed", ""), "confirm", "confirms")
        self._text = text
        self._said = note

    def on_mount(self) -> None:
        self.say(self._said, "dim")

    async def action_keep(self) -> None:
        await self.field.wait_for_input()
        if self.field.value.strip() == self._text:
            dismiss_if_active(self, True)
        else:
            self.say(f"Type {self._text} to confirm. Nothing is sent yet", "error")


class StopDialog(ChoiceDialog[bool]):
    """Returns whether to stop. The run goes on until then."""

    CSS_PATH = STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Go on", id="stop.close"),
    ]

    def __init__(self, unsent: str) -> None:
        choices = [
            (f"s  Stop after the request in flight; {unsent} are not sent", True),
            ("g  Go on", False),
        ]
        super().__init__("The plan is being sent", choices, close_id="stop.close", highlighted=1)
