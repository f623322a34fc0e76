"""The main screen: status, counts, orders and detail pane.

It binds slices of the state to its panes and turns messages of its panes into requests to the app.
What the filter and the view decide is in `FilterControl` and `ViewControl`.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from tui.clock import Clock
from tui.filtering import sorting
from tui.filtering.row_arranger import ArrangedRows
from tui.filtering.views import ScreenState, View
from tui.model.account import Session
from tui.model.order import InvalidRow
from tui.model.state import State
from tui.ui.actions import MAIN_SCREEN_IDS, ORDER_SCREEN_IDS, KeyLabels, key_labels
from tui.ui.dialogs.copy_menu import copy_id, open_copy_menu
from tui.ui.main_screen.counts_line import CountsBar
from tui.ui.main_screen.filter_control import FilterControl, completion_values
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.pane_binder import PaneBinder
from tui.ui.main_screen.prompt_host import PromptHost
from tui.ui.main_screen.rows import DEFAULT_COLUMNS
from tui.ui.main_screen.view_control import ViewControl
from tui.ui.main_screen.view_text import unreadable_lines
from tui.ui.order_presenter import DetailModel, OrderPresenter
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.textual_fixes.key_order import wait_for_pending_keys
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView, PaneContainer
from tui.ui.widgets.responsive_screen import Layout, ResponsiveScreen

if TYPE_CHECKING:
    from tui.model.export import ExportRequest
    from tui.model.pages import ServerFilters
    from tui.ui.order_screen.header import OrderModel
    from tui.ui.order_screen.screen import OrderScreen
    from tui.ui.widgets.text_field import TextField

_VIEW = Binding("1", "view(1)", "View", show=False, tooltip="Go to a view", priority=True)


class MainScreen(ResponsiveScreen):
    """Shows one company's orders. Keys that open something have priority, so that keys typed ahead
    reach what they open.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", id="watch.filter", key_display="/",
                tooltip="Filter the orders", priority=True),
        Binding("enter", "commit_filter", "Keep", id="filter.keep", priority=True),
        Binding("escape", "clear_filter", "Clear", id="filter.clear", priority=True),
        Binding("s", "sort", "Sort", id="watch.sort",
                tooltip="Sort by a column, then a letter", priority=True),
        Binding("S", "reverse_sort", "Reverse", id="watch.turn-sort", show=False,
                tooltip="Sort the other way round", priority=True),
        Binding("v", "views", "Views", id="watch.views", tooltip="Choose a view", priority=True),
        Binding("V", "save_view", "Save view", id="watch.save-view", show=False,
                tooltip="Keep filter, order and columns under a name", priority=True),
        Binding("c", "columns", "Columns", id="watch.columns", show=False,
                tooltip="Choose the columns", priority=True),
        *(replace(_VIEW, key=f"{n}", action=f"view({n})", id=f"watch.view-{n}")
          for n in range(1, 10)),
        Binding("f", "choose_status", "Status", id="watch.status", priority=True,
                tooltip="Show one status alone, then a letter; the same again shows all"),
        Binding("r", "app.refresh", "Refresh", id="watch.refresh", tooltip="Ask now"),
        Binding("p", "app.toggle_pause", "Pause", id="watch.pause", tooltip="Pause or resume"),
        Binding("y", "copy_id", "Copy id", id="watch.copy-id", tooltip="Copy the order's id"),
        Binding("Y", "copy_menu", "Copy", id="watch.copy", tooltip="Choose what to copy"),
        Binding("x", "app.dismiss_gone", "Dismiss", id="watch.dismiss",
                tooltip="Dismiss gone orders"),
        Binding("u", "unreadable", "Unreadable", id="watch.unreadable"),
        Binding("e", "app.export", "Export", id="watch.export", show=False,
                tooltip="Export the rows to a file", priority=True),
        # Textual tries several bindings of one key only if one class declares them.
        Binding("tab", "complete_filter", "Complete", id="filter.complete", priority=True),
        Binding("tab", "other_pane", "Panes", id="watch.next-pane", tooltip="Other pane"),
        Binding("shift+tab", "other_pane", "Panes", id="watch.pane", show=False,
                tooltip="Other pane"),
    ]  # fmt: skip
    AUTO_FOCUS = "#orders"
    KEY_WIDGETS = (OrdersTable, DetailPane)

    class DetailsNeeded(Message):
        """Filter or sort order need these orders' details, and these searches of the server."""

        def __init__(
            self, order_ids: tuple[str, ...], searches: tuple["ServerFilters", ...]
        ) -> None:
            super().__init__()
            self.order_ids = order_ids
            self.searches = searches

    class ViewSaved(Message):
        """The user saved a view."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    def __init__(
        self,
        session: Session,
        refresh: float,
        glyphs: Glyphs,
        clock: Clock,
        state: State,
        restored: ScreenState,
        views: Sequence[View],
    ) -> None:
        super().__init__()
        self._clock = clock
        self._glyphs = glyphs
        self._restored_cursor = restored.cursor
        self._presenter = OrderPresenter(session, refresh, state, clock.now())
        self._view = ViewControl(restored.view, views)
        self._filter = FilterControl(restored.view.filter)
        self._details_needed: tuple[tuple[str, ...], tuple[ServerFilters, ...]] = ((), ())
        self._layout_shown = Layout.WIDE
        self._arranged_size = Size(0, 0)
        self._panes = PaneBinder(self._presenter, self._filter, self._view, glyphs)
        self._prompts = PromptHost(self, self._panes.table)
        self._order_screen: OrderScreen | None = None

    def compose(self) -> ComposeResult:
        self.update_layout_class()  # first, so that widgets are styled once
        panes = self._panes
        yield panes.status_bar
        yield panes.counts_bar
        yield panes.title_bar
        with PaneContainer(id="panes"):
            yield panes.table
            yield panes.detail_pane
        yield KeyBar()
        yield LineView(id="too-small")

    @property
    def _state(self) -> State:
        return self._presenter.state

    @property
    def _keys(self) -> KeyLabels:
        return key_labels(self.app, MainScreen, MAIN_SCREEN_IDS)

    @property
    def screen_state(self) -> ScreenState:
        """View and cursor, to be restored at the next start."""
        return ScreenState(self._view.current, self._panes.table.cursor_id)

    @property
    def is_prompting(self) -> bool:
        """A filter is being typed, or a letter is awaited."""
        return self._prompts.is_open

    def export_request(self) -> "ExportRequest":
        from tui.model.export import ExportRequest

        session, text = self._presenter.session, self._view.current.filter
        return ExportRequest(
            self._state,
            self._panes.table.rows,
            text,
            session.host,
            session.company,
            self._clock.now(),
        )

    def on_mount(self) -> None:
        if not self.is_attached:  # the app is exiting and Textual has mounted no widgets
            return
        if self._restored_cursor is not None:
            self._panes.table.restore_cursor(self._restored_cursor)
        self._bind(self._state)  # so that the first paint is complete

    def on_resize(self) -> None:
        if self.is_ready:
            self._arrange_panes()
        # The state is read when the callback runs: a newer one may come in between.
        self.call_after_refresh(lambda: self.show(self._state, self._presenter.session))

    def show(self, state: State, session: Session) -> None:
        """Show `state` as of now. Only what changed is redrawn."""
        self._presenter.session = session
        if self.is_ready:
            self._bind(state)

    def _bind(self, state: State) -> None:
        before, now, keys = self._state, self._clock.now(), self._keys
        is_list_new = self._presenter.update(state, now)
        touched: set[str] | None = None
        rows = self._filter.arrange(state, self._view.current.sort, now.wall)
        if not is_list_new and state is not before:  # only details are new
            touched = self._panes.touched(rows)
        if touched is None:
            self._arrange_panes()  # the terminal may have been resized below another screen
        self._request_details(rows)
        self._panes.bind_lines(rows, keys, is_list_new=is_list_new)
        is_typing = self._prompts.filter_bar is not None
        self._panes.bind_table(rows, keys, touched, is_typing=is_typing)
        self._bind_detail(keys, touched)
        if bool(before.gone) != bool(state.gone) or _unreadable(before) != _unreadable(state):
            self.refresh_bindings()

    def _bind_detail(self, keys: KeyLabels, touched: set[str] | None = None) -> None:
        """Bind the detail pane, and the order's own screen if it is open."""
        changed = self._panes.bind_detail(keys, touched)
        if self._order_screen is not None and (touched is None or changed):
            self._order_screen.bind(self._order_model(self._panes.detail))

    def _request_details(self, rows: ArrangedRows) -> None:
        needed = (rows.details_to_fetch, rows.server_search.queries)
        if needed != self._details_needed:
            self._details_needed = needed
            self.post_message(self.DetailsNeeded(*needed))

    def _arrange_panes(self) -> None:
        """Show the panes that the terminal has room for."""
        if self.size == self._arranged_size and self.focused is not None:
            return
        self._arranged_size = self.size
        before = self._layout_shown
        layout = self._layout_shown = self.apply_layout()
        self._panes.detail_pane.display = layout is not Layout.SINGLE
        if layout is not Layout.TOO_SMALL and self.focused is None:
            self.set_focus(self._panes.table)
        if layout is not before:
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys of actions that have no effect now."""
        may_prompt = not (self.is_prompting or self._layout_shown is Layout.TOO_SMALL)
        match action:
            case (
                "filter"
                | "sort"
                | "reverse_sort"
                | "choose_status"
                | "views"
                | "columns"
                | "save_view"
            ):
                return may_prompt
            case "view":
                number = parameters[0]
                return may_prompt and isinstance(number, int) and number <= len(self._view.saved)
            case "commit_filter" | "complete_filter":
                return self._prompts.filter_bar is not None
            case "clear_filter":
                on_table = self._filter.is_active and isinstance(self.focused, OrdersTable)
                return self._prompts.filter_bar is not None or on_table
            case "other_pane":
                return self._prompts.filter_bar is None and self._layout_shown is not Layout.SINGLE
            case "unreadable":
                return bool(_unreadable(self._state))
        return super().check_action(action, parameters)

    def _rearrange(self) -> None:
        """Show the rows of a changed filter or view."""
        self._bind(self._state)
        self.call_after_refresh(self._panes.table.scroll_to_cursor)

    # Filter

    def apply_filter(self, text: str) -> None:
        """Put a filter in force; one that can't be parsed leaves the last one, and says why."""
        if self._filter.apply(text):
            view = self._view.current
            self._view.current = msgspec.structs.replace(view, filter=self._filter.text)
        self._rearrange()

    def on_input_changed(self, event: "TextField.Changed") -> None:
        self.apply_filter(event.value)

    async def action_filter(self) -> None:
        await self._prompts.open_filter_bar(
            self._filter.text, lambda: completion_values(self._state)
        )

    async def action_commit_filter(self) -> None:
        """Put what was typed in force and return to the table, unless it can't be parsed."""
        if bar := self._prompts.filter_bar:
            await bar.field.wait_for_input()
            self.apply_filter(bar.field.value)
            if self._filter.problem is None:
                await self._prompts.close_filter_bar()

    async def action_clear_filter(self) -> None:
        await self._prompts.close_filter_bar()
        self.apply_filter("")

    async def action_complete_filter(self) -> None:
        if bar := self._prompts.filter_bar:
            await bar.field.wait_for_input()
            bar.complete()

    # View

    def use_view(self, view: View) -> None:
        self._view.current = view
        self._filter.apply(view.filter)
        self._rearrange()

    async def action_sort(self) -> None:
        from tui.ui.main_screen.prompts import SortPrompt

        await self._prompts.open_letter_prompt(SortPrompt(self._view.current.sort))

    async def action_sort_by(self, column: str) -> None:
        if column:
            sort = sorting.sort_by(self._view.current.sort, column)
            self.use_view(self._view.with_sort(sort))
        await self._prompts.close_letter_prompt()

    async def action_reverse_sort(self) -> None:
        await wait_for_pending_keys(self.focused)
        sort = sorting.reversed_sort(self._view.current.sort)
        self.use_view(self._view.with_sort(sort))

    async def action_view(self, number: int) -> None:
        await wait_for_pending_keys(self.focused)
        self.use_view(self._view.saved[number - 1])

    async def action_views(self) -> None:
        from tui.ui.dialogs.view_dialogs import ViewsDialog

        def chosen(view: View | None) -> None:
            if view is not None:
                self.use_view(view)

        await wait_for_pending_keys(self.focused)
        dialog = ViewsDialog(self._view.saved, self._view.current)
        await self.app.push_screen(dialog, chosen)

    async def action_columns(self) -> None:
        from tui.ui.dialogs.column_chooser import ColumnsDialog

        await wait_for_pending_keys(self.focused)
        shown = self._view.current.columns or DEFAULT_COLUMNS
        changed = lambda columns: self.use_view(self._view.with_columns(columns))  # noqa: E731
        await self.app.push_screen(ColumnsDialog(shown, changed))

    async def action_save_view(self) -> None:
        from tui.ui.dialogs.view_dialogs import ViewNameDialog

        def named(name: str | None) -> None:
            if name is not None:
                view = self._view.save_as(name)
                self.use_view(view)
                self.post_message(self.ViewSaved(view))

        await wait_for_pending_keys(self.focused)
        await self.app.push_screen(ViewNameDialog(self._view.current.name), named)

    # Status

    async def action_choose_status(self) -> None:
        from tui.ui.main_screen.prompts import StatusPrompt

        await self._prompts.open_letter_prompt(StatusPrompt(self._filter.only_status))

    async def action_only_status(self, word: str) -> None:
        if word:
            self._toggle_status(word)
        await self._prompts.close_letter_prompt()

    async def on_counts_bar_count_clicked(self, message: CountsBar.CountClicked) -> None:
        if message.word != "unreadable":
            self._toggle_status(message.word)
        elif not self.is_prompting:
            await self.run_action("unreadable")

    def _toggle_status(self, word: str) -> None:
        """Show the orders of one status only, or all if it is that already."""
        text = self._filter.with_only_status(word)
        bar = self._prompts.filter_bar
        if bar is None:
            self.apply_filter(text)
        elif self._filter.problem is None:  # keep a text that is being typed and can't be parsed
            bar.set_text(text)

    async def on_descendant_blur(self) -> None:
        if self.focused is not self._prompts.letter_prompt:
            await self._prompts.close_letter_prompt()

    # Order

    def on_orders_table_order_selected(self, message: OrdersTable.OrderSelected) -> None:
        if self._order_screen is not None:
            self._filter.pinned_id = message.order_id
        self._panes.detail_pane.scroll_to(y=0, animate=False)
        self._bind_detail(self._keys)

    def on_orders_table_order_opened(self) -> None:
        from tui.ui.order_screen.screen import OrderScreen

        model = self._panes.detail
        if model is not None and self._order_screen is None:
            order_model = self._order_model(model)
            self._order_screen = OrderScreen(order_model, self._glyphs, list_screen=self)
            self._filter.pinned_id = model.facts.id
            self.app.push_screen(self._order_screen, self._on_order_screen_closed)

    def _order_model(self, model: DetailModel | None) -> "OrderModel":
        from tui.ui.order_screen.header import OrderModel
        from tui.ui.order_screen.screen import OrderScreen

        keys = key_labels(self.app, OrderScreen, ORDER_SCREEN_IDS)
        presenter = self._presenter
        if model is not None:
            model = msgspec.structs.replace(model, dismiss=keys.dismiss)
        return OrderModel(
            self._state, presenter.session, model, self._panes.table.position, presenter.now, keys
        )

    def _on_order_screen_closed(self, _: None) -> None:
        self._order_screen = self._filter.pinned_id = None
        self.set_focus(self._panes.table)

    def on_order_screen_step_requested(self, message: "OrderScreen.StepRequested") -> None:
        self._panes.table.action_move(message.by)

    def on_detail_pane_back_requested(self, _: DetailPane.BackRequested) -> None:
        self.set_focus(self._panes.table)

    def on_detail_pane_resized(self, _: DetailPane.Resized) -> None:
        self._bind_detail(self._keys)

    def action_other_pane(self) -> None:
        on_table = self.focused is self._panes.table
        self.set_focus(self._panes.detail_pane if on_table else self._panes.table)

    def action_copy_id(self) -> None:
        copy_id(self, self._panes.table.cursor_id)

    def action_copy_menu(self) -> None:
        model = self._panes.detail
        if model is not None:
            detail = model.reading.detail if model.reading is not None else None
            open_copy_menu(self, model.facts.id, detail, self._presenter.session)

    def action_unreadable(self) -> None:
        from tui.ui.dialogs.text_dialog import TextDialog

        lines = partial(unreadable_lines, _unreadable(self._state))
        self.app.push_screen(TextDialog("Unreadable rows of the list", lines))


def _unreadable(state: State) -> tuple[InvalidRow, ...]:
    return state.snapshot.invalid_rows if state.snapshot is not None else ()
