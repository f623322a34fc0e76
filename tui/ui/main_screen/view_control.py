"""Keeps how the screen is left, for the next start."""
# FOLD """A screen whose orders can be sorted, whose columns can be chosen, and views of both
# FOLD kept."""
# FOLD """A screen whose counts are filters: a click on one, or `f` and its letter, shows those
# FOLD alone."""
# FOLD """A screen of which an order can be opened: that has a screen of its own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from tui.filtering import sorting
from tui.filtering.row_arranger import ArrangedRows
from tui.filtering.sorting import Sort
from tui.filtering.views import ColumnSpec, View, with_view
from tui.model.state import State
from tui.ui.main_screen.columns import DEFAULT_COLUMNS
from tui.ui.main_screen.counts_line import CountsBar
from tui.ui.main_screen.filter_control import FilteringScreen
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.status_lines import ListTitle
from tui.ui.main_screen.view_text import sort_words, title_of, unplaced_words
from tui.ui.order_presenter import DetailModel, OrderPresenter
from tui.ui.textual_fixes.key_order import wait_for_pending_keys
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.responsive_screen import Layout

if TYPE_CHECKING:
    from tui.ui.main_screen.prompts import LetterPrompt


_GO = Binding("1", "view(1)", "View", show=False, tooltip="Go to a view", priority=True)


class ViewingScreen(FilteringScreen):
    """Keeps the view. The keys have priority for the sake of those that are typed ahead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "s", "sort", "Sort", id="watch.sort", tooltip="Sort by a column, then a letter",
            priority=True,
        ),
        Binding(
            "S", "turn_sort", "Reverse", id="watch.turn-sort", show=False,
            tooltip="Sort the other way round", priority=True,
        ),
        Binding("v", "views", "Views", id="watch.views", tooltip="Choose a view", priority=True),
        Binding(
            "V", "save_view", "Save view", id="watch.save-view", show=False,
            tooltip="Keep filter, order and columns under a name", priority=True,
        ),
        Binding(
            "c", "columns", "Columns", id="watch.columns", show=False,
            tooltip="Choose the columns", priority=True,
        ),
        *(
            replace(_GO, key=f"{n}", action=f"view({n})", id=f"watch.view-{n}")
            for n in range(1, 10)
        ),
    ]  # fmt: skip

    class Kept(Message):
        """A view that is to be there at the next start."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    def __init__(self, state: State, view: View, views: Sequence[View], glyphs: Glyphs) -> None:
        super().__init__(state, view)
        self._glyphs = glyphs
        self._views = tuple(views)
        self._letters: LetterPrompt | None = None
        self._focused_before: Widget | None = None

    def view_words(self, arranged: ArrangedRows, now: float) -> ListTitle:
        title = title_of(self.view, self._views) if self.view != self._views[0] else ""
        filtered = self.filter_words(arranged, now)
        if filtered and title:
            filtered = ((f"{title}: ", "strong"), *filtered)
        sort = sort_words(self.view.sort)
        return ListTitle(title or "Orders", filtered, sort, unplaced_words(arranged))

    @property
    def is_asking(self) -> bool:
        """A filter is being typed, or a letter is waited for."""
        return self._letters is not None or self.is_typing

    @property
    def may_ask(self) -> bool:
        """Nothing else is being asked, and there is room for it."""
        return not (self.is_asking or self.has_class(Layout.TOO_SMALL.value))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        asks = action in ("sort", "turn_sort", "views", "columns", "view", "save_view", "filter")
        if asks and not self.may_ask:
            return False
        if action == "view":
            return isinstance(parameters[0], int) and parameters[0] <= len(self._views)
        return super().check_action(action, parameters)

    def change_view(
        self, *, sort: Sort | None = None, columns: tuple[ColumnSpec, ...] | None = None
    ) -> None:
        view = self.view
        sort = view.sort if sort is None else sort
        columns = view.columns if columns is None else columns
        self.use(msgspec.structs.replace(view, sort=sort, columns=columns))

    async def ask(self, bar: "LetterPrompt") -> None:
        """Show `bar` until a letter is typed or the focus goes elsewhere."""
        self._letters, self._focused_before = bar, self.focused
        await self.mount(bar, before="#panes")
        self.set_focus(bar)  # at once: `focus` would wait its turn
        self.refresh_bindings()

    async def asked(self) -> None:
        """A letter was typed."""
        self.set_focus(self._focused_before)
        await self._close_letters()

    async def on_descendant_blur(self) -> None:
        if self.focused is not self._letters:
            await self._close_letters()

    async def _close_letters(self) -> None:
        bar, self._letters = self._letters, None
        if bar is not None:
            await bar.remove()
            self.refresh_bindings()

    async def action_sort(self) -> None:
        from tui.ui.main_screen.prompts import SortPrompt  # noqa: PLC0415 - not for the first paint

        await wait_for_pending_keys(self.focused)
        await self.ask(SortPrompt(self.view.sort, self._glyphs))

    async def action_sort_by(self, column: str) -> None:
        if column:
            self.change_view(sort=sorting.sort_by(self.view.sort, column))
        await self.asked()

    async def action_turn_sort(self) -> None:
        await wait_for_pending_keys(self.focused)
        self.change_view(sort=sorting.reversed_sort(self.view.sort))

    async def action_view(self, number: int) -> None:
        await wait_for_pending_keys(self.focused)
        self.use(self._views[number - 1])

    async def action_views(self) -> None:
        from tui.ui.dialogs.view_dialogs import ViewsDialog  # noqa: PLC0415 - not for the first paint

        def chosen(view: View | None) -> None:
            if view is not None:
                self.use(view)

        await wait_for_pending_keys(self.focused)
        await self.app.push_screen(ViewsDialog(self._views, self.view, self._glyphs), chosen)

    async def action_columns(self) -> None:
        from tui.ui.dialogs.column_chooser import ColumnsDialog  # noqa: PLC0415 - nor is this

        def changed(columns: tuple[ColumnSpec, ...]) -> None:
            self.change_view(columns=() if columns == DEFAULT_COLUMNS else columns)

        await wait_for_pending_keys(self.focused)
        await self.app.push_screen(
            ColumnsDialog(self.view.columns or DEFAULT_COLUMNS, changed, self._glyphs)
        )

    async def action_save_view(self) -> None:
        from tui.ui.dialogs.view_dialogs import ViewNameDialog  # noqa: PLC0415 - nor is this

        def named(name: str | None) -> None:
            if name is not None:
                view = msgspec.structs.replace(self.view, name=name)
                self._views = with_view(self._views, view)
                self.use(view)
                self.post_message(self.Kept(view))

        await wait_for_pending_keys(self.focused)
        await self.app.push_screen(ViewNameDialog(self.view.name, self._glyphs), named)


class CountingScreen(ViewingScreen):
    """A count that is chosen becomes part of the filter, as if it had been typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f",
            "choose_count",
            "Status",
            id="watch.status",
            tooltip="Show one status alone, then a letter; the same again shows all",
            priority=True,
        ),
    ]

    @property
    def only_status(self) -> str:
        """The count that is chosen."""
        if self.query_shown is None:
            return ""
        from tui.filtering.printer import only_status  # noqa: PLC0415 - who never filters

        return only_status(self.query_shown)

    def choose(self, word: str) -> None:
        """The orders of this status alone count from now on; if they do already, all."""
        from tui.filtering.printer import toggle_status  # noqa: PLC0415 - nor is this for the first paint

        self.set_text(toggle_status(self.view.filter, word))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "choose_count":
            return self.may_ask
        return super().check_action(action, parameters)

    async def action_choose_count(self) -> None:
        from tui.ui.main_screen.prompts import StatusPrompt  # noqa: PLC0415 - not for the first paint

        await wait_for_pending_keys(self.focused)
        await self.ask(StatusPrompt(self.only_status, self._glyphs))

    async def action_only(self, word: str) -> None:
        if word:
            self.choose(word)
        await self.asked()

    async def on_counts_bar_chosen(self, message: CountsBar.Chosen) -> None:
        if message.word != "unreadable":
            self.choose(message.word)
        elif not self.is_asking:
            await self.run_action("unreadable")


if TYPE_CHECKING:
    from tui.ui.order_screen.facts import OrderModel
    from tui.ui.order_screen.screen import OrderScreen


class OpeningScreen(CountingScreen):
    """What is opened is the order under the cursor, and what it shows is what this one knows."""

    sight: OrderPresenter
    _opened: "OrderScreen | None" = None

    @property
    def is_opened(self) -> bool:
        return self._opened is not None

    @property
    def detail(self) -> DetailModel | None:
        """What is known of the order under the cursor."""
        return self.sight.detail(self.query_one(OrdersTable).cursor_id, self.hints.dismiss)

    def show_opened(self, view: DetailModel | None) -> None:
        if self._opened is not None:
            self._opened.bind(self._page(view))

    def _page(self, view: DetailModel | None) -> "OrderModel":
        from tui.ui.order_screen.facts import OrderModel  # noqa: PLC0415 - not for the first paint

        place, keys = self.query_one(OrdersTable).place, self.hints.on_order
        if view is not None:
            view = msgspec.structs.replace(view, dismiss=keys.dismiss)
        state, who, now, _ = self.sight
        return OrderModel(state, who, view, place, (now.wall, now.mono), keys)

    def on_orders_table_order_opened(self) -> None:
        from tui.ui.order_screen.screen import OrderScreen  # noqa: PLC0415 - nor is this

        view = self.detail
        if view is not None and self._opened is None:
            self._opened = OrderScreen(self._page(view), self._glyphs, behind=self)
            self.kept = view.facts.id
            self.app.push_screen(self._opened, self._came_back)

    def _came_back(self, _: None) -> None:
        self._opened = self.kept = None
        self.set_focus(self.query_one(OrdersTable))

    def on_order_screen_step_requested(self, message: "OrderScreen.StepRequested") -> None:
        self.query_one(OrdersTable).action_move(message.by)
