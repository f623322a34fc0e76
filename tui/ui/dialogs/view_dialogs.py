"""Dialogs that choose a view, rename or delete it, and name a new one."""

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList  # noqa: TID251 - only to move its cursor

from tui.filtering.views import BUILT_IN_VIEWS, View, parse_view_name
from tui.ui.actions import key_label
from tui.ui.dialogs.dialog import ChoiceDialog
from tui.ui.dialogs.field_dialog import FieldDialog
from tui.ui.main_screen.view_text import view_line
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.text_field import TextField

_LINE_WIDTH = 200
"""Cells of a view's line; the dialog cuts it."""


class ViewsDialog(ChoiceDialog[View]):
    """Chooses a view. The user's own views are renamed by `on_rename` and deleted by `on_delete`;
    `views` returns the remaining ones.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "close", "Close", id="views.close"),
        Binding("j", "down", "Down", id="views.down", show=False),
        Binding("k", "up", "Up", id="views.up", show=False),
        Binding("r,R", "rename", "Rename", id="views.rename"),
        Binding("d,x", "delete", "Delete", id="views.delete"),
    ]

    def __init__(
        self,
        views: Callable[[], Sequence[View]],
        current: View,
        on_rename: Callable[[View, str], None],
        on_delete: Callable[[View], None],
    ) -> None:
        similar = (number for number, view in enumerate(views()) if view.is_like(current))
        choices = _choices(views())
        super().__init__("Views", choices, close_id="views.close", highlighted=next(similar, 0))
        self._views = views
        self._on_rename = on_rename
        self._on_delete = on_delete
        self._to_delete: View | None = None

    @property
    def _highlighted_view(self) -> View:
        return self._views()[self.query_one(OptionList).highlighted or 0]

    def _own_view(self) -> View | None:
        """Return the view under the cursor if it is the user's own; else say that it is not."""
        view = self._highlighted_view
        if view not in BUILT_IN_VIEWS:
            return view
        self._say(f'"{view.name}" is built in: it can\'t be renamed or deleted')
        return None

    def _say(self, text: str) -> None:
        self.query_one(OptionList).border_subtitle = Content(text)

    def _say_keys(self) -> None:
        names = ("rename", "delete", "close")
        self._say(", ".join(f"{key_label(self, f'views.{name}')} {name}s" for name in names))

    def on_option_list_option_highlighted(self) -> None:
        self._to_delete = None
        self._say_keys()

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def action_rename(self) -> None:
        view = self._own_view()
        if view is None:
            return

        def renamed(name: str | None) -> None:
            if name is not None and name != view.name:
                self._on_rename(view, name)
                self.replace_choices(_choices(self._views()))

        taken = [each.name for each in self._views() if each is not view]
        self.app.push_screen(ViewNameDialog("Rename view", view.name, taken), renamed)

    def action_delete(self) -> None:
        view = self._own_view()
        if view is None:
            return
        if self._to_delete is view:
            self._on_delete(view)
            self.replace_choices(_choices(self._views()))
        else:
            self._to_delete = view
            self._say(f'Delete view "{view.name}"? {key_label(self, "views.delete")}: delete')


def _choices(views: Sequence[View]) -> list[tuple[str, View]]:
    return [(view_line(n, view, _LINE_WIDTH), view) for n, view in enumerate(views, 1)]


class ViewNameDialog(FieldDialog[str]):
    """Returns the name of a view, or None. It asks before a name of `taken` is used again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Save", id="naming.keep", priority=True),
        Binding("escape", "close", "Close", id="naming.close", priority=True),
    ]

    def __init__(self, title: str, name: str, taken: Collection[str]) -> None:
        super().__init__(title, TextField("view-name", name), "naming", "saves")
        self._taken = taken
        self._confirmed: str | None = None

    async def action_keep(self) -> None:
        await self.field.wait_for_input()
        try:
            name = parse_view_name(self.field.value)
        except ValueError as error:
            self.say(f"the name {error}", "error")
            return
        if name in self._taken and name != self._confirmed:
            self._confirmed = name
            key = key_label(self, "naming.keep")
            self.say(f'View "{name}" exists. {key} again: overwrite', "warning")
        else:
            dismiss_if_active(self, name)

    def on_input_changed(self) -> None:
        self._confirmed = None
        super().on_input_changed()
