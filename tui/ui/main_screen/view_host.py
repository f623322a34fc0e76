"""Opens the dialogs about views, and tells the app what is to be saved."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message
from textual.screen import Screen

from tui.filtering.views import ColumnSpec, View
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.prompt_host import PromptHost
from tui.ui.main_screen.table_columns import automatic_columns
from tui.ui.main_screen.view_control import ViewControl


class ViewHost:
    """`use_view` puts a view in force; `drawn_columns` returns the columns that have room."""

    @dataclass
    class ViewSaved(Message):
        """The user saved a view."""

        view: View

    @dataclass
    class ViewRenamed(Message):
        """The user gave the view `name` the name of `view`."""

        name: str
        view: View

    @dataclass
    class ViewDeleted(Message):
        """The user deleted the view `name`."""

        name: str

    def __init__(
        self,
        screen: Screen[None],
        prompts: PromptHost,
        view: ViewControl,
        use_view: Callable[[View], None],
        table: OrdersTable,
    ) -> None:
        self._screen = screen
        self._prompts = prompts
        self._view = view
        self._use_view = use_view
        self._table = table

    async def choose_view(self) -> None:
        from tui.ui.dialogs.view_dialogs import ViewsDialog

        view = self._view
        await self._prompts.open_dialog(
            lambda: ViewsDialog(lambda: view.saved, view.current, self._rename, self._delete),
            self._use_view,
        )

    async def choose_columns(self) -> None:
        from tui.ui.dialogs.columns_dialog import ColumnsDialog

        def dialog() -> ColumnsDialog:
            shown, table = self._view.current.columns, self._table
            automatic = automatic_columns(table.line_width)
            return ColumnsDialog(shown, self._use_columns, lambda: dict(table.columns), automatic)

        await self._prompts.open_dialog(dialog)

    async def save_view(self) -> None:
        from tui.ui.dialogs.view_dialogs import ViewNameDialog

        name, taken = self._view.current.name, [each.name for each in self._view.saved]
        await self._prompts.open_dialog(
            lambda: ViewNameDialog("Save current view as", name, taken), self._save
        )

    def _use_columns(self, columns: tuple[ColumnSpec, ...]) -> None:
        self._use_view(self._view.with_columns(columns))

    # Messages are the app's: one that a screen posts from the callback of a dialog doesn't reach
    # the app.

    def _save(self, name: str) -> None:
        view = self._view.save_as(name)
        self._use_view(view)
        self._screen.app.post_message(self.ViewSaved(view))

    def _rename(self, view: View, name: str) -> None:
        renamed = self._view.rename(view, name)
        self._screen.app.post_message(self.ViewRenamed(view.name, renamed))
        self._use_view(self._view.current)

    def _delete(self, view: View) -> None:
        self._view.delete(view)
        self._screen.app.post_message(self.ViewDeleted(view.name))
        self._use_view(self._view.current)
