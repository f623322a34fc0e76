"""A screen whose rows the user filters, sorts, marks, and arranges in views."""

from abc import abstractmethod
from typing import TYPE_CHECKING

import msgspec
from textual import on

from tui import formatting
from tui.filtering import sorting
from tui.filtering.views import View
from tui.model.state import State
from tui.ui.actions import VIEW
from tui.ui.main_screen.filter_control import FilterControl, completion_values
from tui.ui.main_screen.marks import Marks
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.pane_binder import PaneBinder
from tui.ui.main_screen.prompt_host import PromptHost
from tui.ui.main_screen.throughput import TARGET as THROUGHPUT
from tui.ui.main_screen.view_control import ViewControl
from tui.ui.main_screen.view_host import ViewHost
from tui.ui.order_presenter import OrderPresenter
from tui.ui.textual_fixes.key_order import wait_for_pending_keys
from tui.ui.widgets.clickable_line import ClickableLine
from tui.ui.widgets.responsive_screen import ResponsiveScreen

if TYPE_CHECKING:
    from tui.ui.widgets.text_field import TextField


class ArrangedScreen(ResponsiveScreen):
    """Carries out what the keys, the counts and the tabs say of filter, view and marks."""

    def __init__(
        self,
        presenter: OrderPresenter,
        filter_: FilterControl,
        view: ViewControl,
        panes: PaneBinder,
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._filter = filter_
        self._view = view
        self._panes = panes
        self._marks = Marks()
        panes.table.marked = self._marks.ids
        self._prompts = PromptHost(self, panes.table)
        self._views = ViewHost(self, self._prompts, view, self.use_view, panes.table)
        filter_.on_arranged = lambda: self.call_later(self._bind_if_ready)

    @property
    def _state(self) -> State:
        return self._presenter.state

    @property
    def is_prompting(self) -> bool:
        """A filter is being typed, or a letter is awaited."""
        return self._prompts.is_open

    @abstractmethod
    def _bind(self) -> None:
        """Show the rows of the state."""

    def _bind_if_ready(self) -> None:
        if self.is_ready:
            self._bind()

    def _rearrange(self) -> None:
        """Show the rows of a changed filter or view."""
        self._bind()
        self.call_after_refresh(self._panes.table.scroll_to_cursor)

    # Filter

    def _remember_place(self) -> None:
        """Remember where the cursor is, unless there is a filter already."""
        if not (self._filter.is_active or self._prompts.filter_bar):
            self._filter.place = self._panes.table.place

    def apply_filter(self, text: str) -> None:
        """Put a filter in force; one that can't be parsed leaves the last one, and says why."""
        self._remember_place()
        if self._filter.apply(text):
            view = self._view.current
            self._view.current = msgspec.structs.replace(view, filter=self._filter.text)
        self._rearrange()

    def on_input_changed(self, event: "TextField.Changed") -> None:
        self.apply_filter(event.value)

    async def action_filter(self) -> None:
        await wait_for_pending_keys(self.focused)
        self._remember_place()
        current, values = self._filter, lambda: completion_values(self._state)
        await self._prompts.open_filter_bar(current.text, values, current.history)

    async def action_commit_filter(self) -> None:
        """Put what was typed in force and return to the table, unless it can't be parsed."""
        if bar := await self._prompts.typed_filter_bar():
            self.apply_filter(bar.field.value)
            if self._filter.problem is None:
                self._filter.keep_in_history()
                await self._prompts.close_filter_bar()
                self._bind()  # the filter is shown elsewhere now
            else:
                bar.field.cursor_position = self._filter.problem.position

    async def action_clear_filter(self) -> None:
        """Return to the filter that belongs to the view; most have none."""
        place = self._filter.place
        await self._prompts.close_filter_bar()
        self.apply_filter(self._view.own_filter)
        if place is not None:
            self._panes.table.return_to(place)

    async def action_complete_filter(self, by: int) -> None:
        await self._prompts.complete(by)

    async def action_recall_filter(self, by: int) -> None:
        await self._prompts.recall(by)

    # Marks

    def action_mark(self) -> None:
        """Mark the order under the cursor, or remove its mark, and go to the next one."""
        if (order_id := self._panes.table.cursor_id) is not None:
            self._marks.toggle(order_id)
            self._panes.table.move_on()  # and the screen then shows the mark

    def action_mark_all(self) -> None:
        """Mark all orders that are shown; remove their marks if all are marked."""
        shown = [each.id for each in self._panes.table.rows]
        marked = self._marks.toggle_all(shown)
        text = f"{formatting.orders(marked)} marked"
        self._tell_marked(text if marked else f"{formatting.orders(len(shown))} unmarked")

    def action_unmark_all(self) -> None:
        text = f"{formatting.orders(len(self._marks.ids))} unmarked"
        self._marks.clear()
        self._tell_marked(text)

    def update_marks(self) -> None:
        """Show the marks as they are now."""
        self._bind_if_ready()

    def _tell_marked(self, text: str) -> None:
        self.update_marks()
        self.notify(text, markup=False)

    # View

    def use_view(self, view: View) -> None:
        self._remember_place()
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
        view = self._view.saved[number - 1]
        if view == self._view.current:
            self.notify(f"The view {view.name} is shown already", markup=False)
        self.use_view(view)

    def describe_action(self, action: str) -> str:
        """Return what an action does if it depends on the views; else an empty text."""
        named = {f"view({n})": VIEW + view.name for n, view in enumerate(self._view.saved, 1)}
        return named.get(action, "")

    async def action_views(self) -> None:
        await self._views.choose_view()

    async def action_columns(self) -> None:
        await self._views.choose_columns()

    async def action_save_view(self) -> None:
        await self._views.save_view()

    def on_orders_table_header_clicked(self, message: OrdersTable.HeaderClicked) -> None:
        sort = sorting.sort_by(self._view.current.sort, message.column)
        is_same = sort == self._view.current.sort
        self.use_view(self._view.with_sort(sorting.reversed_sort(sort) if is_same else sort))

    # Status

    async def action_choose_status(self) -> None:
        from tui.ui.main_screen.prompts import StatusPrompt

        await self._prompts.open_letter_prompt(StatusPrompt(self._filter.only_status))

    async def action_only_status(self, word: str) -> None:
        if word:
            self._toggle_status(word)
        await self._prompts.close_letter_prompt()

    @on(ClickableLine.Clicked, "#counts")
    async def on_count_clicked(self, message: ClickableLine.Clicked) -> None:
        if message.target not in ("unreadable", THROUGHPUT):
            self._toggle_status(message.target)
        elif not self.is_prompting:
            await self.run_action(message.target)

    @on(ClickableLine.Clicked, "#tabs")
    async def on_tab_clicked(self, message: ClickableLine.Clicked) -> None:
        if not self.is_prompting:
            self.use_view(self._view.saved[int(message.target) - 1])

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
