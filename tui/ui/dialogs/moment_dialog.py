"""The dialog that asks for a moment in the past."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.clock import Clock
from tui.filtering.moments import FORMS, parse_moment
from tui.ui.dialogs.field_dialog import FieldDialog
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.text_field import TextField


class MomentDialog(FieldDialog[float]):
    """Returns a moment, in UTC epoch seconds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Go", id="moment.keep", priority=True),
        Binding("escape", "close", "Close", id="moment.close", priority=True),
    ]

    def __init__(self, clock: Clock) -> None:
        super().__init__("Go to a time", TextField("moment", ""), "moment", "goes")
        self._clock = clock

    def on_mount(self) -> None:
        self.say(FORMS, "dim")

    async def action_keep(self) -> None:
        await self.field.wait_for_input()
        try:
            moment = parse_moment(self.field.value, self._clock.wall())
        except ValueError as error:
            self.say(str(error), "error")
        else:
            dismiss_if_active(self, moment)
