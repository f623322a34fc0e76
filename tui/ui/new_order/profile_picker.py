"""The dialog in which a profile is searched and chosen."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList  # noqa: TID251 - without markup, and with `Text`
from textual.widgets.option_list import Option  # noqa: TID251 - with `Text`

from tui.model.profiles import EncodingProfile
from tui.ui.actions import key_label
from tui.ui.dialogs.dialog import framed
from tui.ui.profile_text import matching_profiles, profile_text
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.text_field import TextField

_ID_WIDTH = 6


class ProfilePicker(ModalScreen[int | None]):
    """Returns the id of one of `profiles`; it begins with a `search`."""

    CSS_PATH: ClassVar[list[str | PurePath]] = ["../dialogs/dialogs.tcss", "profile_picker.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Choose", id="profile-picker.choose", priority=True),
        Binding("down", "move(1)", "Down", id="profile-picker.down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", id="profile-picker.up", show=False, priority=True),
        Binding("escape", "close", "Back", id="profile-picker.close"),
    ]

    def __init__(self, profiles: Sequence[EncodingProfile], search: str) -> None:
        super().__init__()
        self._profiles = profiles
        self._field = TextField("profile-search", search)
        self._shown: Sequence[EncodingProfile] = ()
        self._list = OptionList(id="profile-list", compact=True, markup=False)
        self._list.can_focus = False

    def compose(self) -> ComposeResult:
        with framed(self, Vertical(), "Profile", "profile-picker.close") as box:
            keys = {each: key_label(self, f"profile-picker.{each}") for each in ("choose", "close")}
            box.border_subtitle = Content(
                f"type to search, {keys['choose']} chooses, {keys['close']} closes"
            )
            yield self._field
            yield self._list
        yield KeyBar()

    def on_mount(self) -> None:
        if self.is_attached:  # False if the app exits: Textual then mounts no widgets
            self.set_focus(self._field)
            self._update()

    def on_input_changed(self) -> None:
        self._update()

    def _update(self) -> None:
        self._shown = matching_profiles(self._profiles, self._field.value)
        lines = (f"{each.id:>{_ID_WIDTH}}  {profile_text(each)}" for each in self._shown)
        self._list.set_options(Option(Text(line)) for line in lines)
        self._list.highlighted = 0 if self._shown else None

    def action_move(self, by: int) -> None:
        self._list.action_cursor_down() if by > 0 else self._list.action_cursor_up()

    async def action_choose(self) -> None:
        await self._field.wait_for_input()
        row = self._list.highlighted
        if row is None or row >= len(self._shown):
            self.notify("No profile has these words", markup=False)
        else:
            dismiss_if_active(self, self._shown[row].id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        dismiss_if_active(self, self._shown[event.option_index].id)

    def action_close(self) -> None:
        dismiss_if_active(self)
