"""A screen whose orders can be filtered: `/` opens the bar, and what is typed counts at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from tui.filtering.row_arranger import ArrangedRows, RowArranger
from tui.filtering.views import View
from tui.model.state import State
from tui.ui.actions import KeyLabels, hints_for
from tui.ui.main_screen.filter_text import filter_line, nothing_matches, problem_line, seen_values
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.text import Line
from tui.ui.textual_fixes.key_order import wait_for_pending_keys

if TYPE_CHECKING:
    from tui.filtering.lexer import QueryError
    from tui.filtering.syntax_tree import Query
    from tui.model.pages import ServerFilters
    from tui.ui.widgets.filter_bar import FilterBar


class FilteringScreen(Screen[None]):
    """Keeps the filter. The keys have priority: those that are typed ahead must find the bar."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash",
            "filter",
            "Filter",
            id="watch.filter",
            key_display="/",
            tooltip="Filter the orders",
            priority=True,
        ),
        Binding("enter", "keep_filter", "Keep", id="filter.keep", priority=True),
        Binding("escape", "clear_filter", "Clear", id="filter.clear", priority=True),
    ]

    class DetailsNeeded(Message):
        """The filter needs these orders' details, and these searches of the server."""

        def __init__(
            self, order_ids: tuple[str, ...], searches: tuple["ServerFilters", ...]
        ) -> None:
            super().__init__()
            self.order_ids = order_ids
            self.searches = searches

    def __init__(self, state: State, view: View) -> None:
        super().__init__()
        self._state = state
        self.view = view
        self._query = _query_of(view.filter)
        self._problem: QueryError | None = None
        self._arranger = RowArranger()
        self._needed: tuple[tuple[str, ...], tuple[ServerFilters, ...]] = ((), ())
        self._bar: FilterBar | None = None
        self.kept: str | None = None
        """The order that is looked at elsewhere: no filter takes it away meanwhile."""

    def arranged(self) -> None:
        """Another filter, order or choice of columns counts from now on."""

    @property
    def is_filtered(self) -> bool:
        return self._query is not None

    @property
    def query_shown(self) -> "Query | None":
        """The filter that counts."""
        return self._query

    @property
    def hints(self) -> KeyLabels:
        """The keys that what is said here names."""
        return hints_for(self.app)

    @property
    def is_typing(self) -> bool:
        return self._bar is not None

    def use(self, view: View) -> None:
        """Show `view` from now on."""
        self._use(view, _query_of(view.filter))

    def _use(self, view: View, query: "Query | None") -> None:
        self._query, self._problem, self.view = query, None, view
        self.arranged()

    def shown(self, now: float) -> ArrangedRows:
        """The rows at `now` (UTC epoch seconds); tells which details are needed for more."""
        found = self._arranger.arrange(self._state, self._query, now, self.view.sort, self.kept)
        needed = (found.details_to_fetch, found.server_search.queries)
        if needed != self._needed:
            self._needed = needed
            self.post_message(self.DetailsNeeded(*needed))
        return found

    def filter_words(self, shown: ArrangedRows, now: float) -> Line:
        """What the rule says of the filter at `now`; nothing where there is none."""
        if self._problem is not None:
            return problem_line(self._problem)
        if not self.is_filtered:
            return ()
        return filter_line(self.view.filter, shown, self._state, now)

    def lines_for_none(self, shown: ArrangedRows, width: int) -> Sequence[Line] | None:
        """What stands where no order matches; None where it is not for a filter."""
        if not self.is_filtered:
            return None
        return nothing_matches(self.view.filter, shown, width, self.hints.clear)

    def on_filter_bar_text_changed(self, event: "FilterBar.TextChanged") -> None:
        self.take(event.text)

    def set_text(self, text: str) -> None:
        """Take `text` as if it had been typed. What is being typed and cannot be read stays."""
        if self._bar is None:
            self.take(text)
        elif self._problem is None:
            self._bar.set_text(text)

    def take(self, text: str) -> None:
        """What was typed counts; where it cannot be read, the last that could still does."""
        # Who never filters need not load it, and the first paint must not wait for it.
        from tui.filtering.lexer import QueryError  # noqa: PLC0415 - as said

        try:
            query = _query_of(text)
        except QueryError as problem:
            self._problem = problem
            self.arranged()
        else:
            self._use(msgspec.structs.replace(self.view, filter=text.strip()), query)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "filter":
                return self._bar is None
            case "keep_filter" | "complete_filter":
                return self._bar is not None
            case "clear_filter":
                on_table = self.is_filtered and isinstance(self.focused, OrdersTable)
                return self._bar is not None or on_table
        return super().check_action(action, parameters)

    async def action_filter(self) -> None:
        from tui.ui.widgets.filter_bar import FilterBar  # noqa: PLC0415 - not for the first paint

        await wait_for_pending_keys(self.focused)
        self._bar = FilterBar(self.view.filter, lambda: seen_values(self._state))
        await self.mount(self._bar, before="#panes")
        self.set_focus(self._bar.field)  # at once: `focus` would wait its turn
        self.refresh_bindings()

    async def action_keep_filter(self) -> None:
        """What was typed so far counts, and the keys are the table's again."""
        if self._bar is not None:
            await self._bar.field.wait_for_input()
            self.take(self._bar.field.value)
            if self._problem is None:
                await self._close_bar()

    async def action_clear_filter(self) -> None:
        await self._close_bar()
        self.take("")

    async def action_complete_filter(self) -> None:
        if self._bar is not None:
            await self._bar.field.wait_for_input()
            self._bar.complete()

    async def _close_bar(self) -> None:
        bar, self._bar = self._bar, None
        if bar is not None:
            self.set_focus(self.query_one(OrdersTable))
            await bar.remove()
        self.refresh_bindings()


def _query_of(text: str) -> "Query | None":
    """None for what says nothing: who never filters need not load the language."""
    if not text:
        return None
    from tui.filtering.parser import parse  # noqa: PLC0415 - as said
    from tui.filtering.syntax_tree import EVERYTHING  # noqa: PLC0415 - as said

    query = parse(text)
    return None if query == EVERYTHING else query
