"""A screen whose orders can be filtered: `/` opens the bar, and what is typed counts at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from tui.model.state import State
from tui.model.view import Shown, Sieve
from tui.ui.filter_lines import filter_line, nothing_matches, problem_line, seen_values
from tui.ui.spans import Line
from tui.ui.widgets.orders import OrdersTable

if TYPE_CHECKING:
    from tui.model.query import Query, QueryError
    from tui.ui.widgets.filterbar import FilterBar


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

    class Needed(Message):
        """These orders' details would tell whether they match."""

        def __init__(self, order_ids: tuple[str, ...]) -> None:
            super().__init__()
            self.order_ids = order_ids

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._text = ""
        self._query: Query | None = None
        self._problem: QueryError | None = None
        self._sieve = Sieve()
        self._needed: tuple[str, ...] = ()
        self._bar: FilterBar | None = None
        self.kept: str | None = None
        """The order that is looked at elsewhere: no filter takes it away meanwhile."""

    def filtered(self) -> None:
        """Another filter counts from now on."""

    @property
    def is_filtered(self) -> bool:
        return self._query is not None

    @property
    def is_typing(self) -> bool:
        return self._bar is not None

    def shown(self, now: float) -> Shown:
        """The rows at `now` (UTC epoch seconds); tells which details are needed for more."""
        found = self._sieve.shown(self._state, self._query, now, self.kept)
        if found.needed != self._needed:
            self._needed = found.needed
            self.post_message(self.Needed(found.needed))
        return found

    def filter_words(self, shown: Shown) -> Line:
        """What the rule says of the filter; nothing where there is none."""
        if self._problem is not None:
            return problem_line(self._problem)
        return filter_line(self._text, shown, len(self._state.orders)) if self.is_filtered else ()

    def lines_for_none(self, shown: Shown, width: int) -> Sequence[Line] | None:
        """What stands where no order matches; None where it is not for a filter."""
        return nothing_matches(self._text, shown, width) if self.is_filtered else None

    def on_filter_bar_typed(self, event: "FilterBar.Typed") -> None:
        self._take(event.text)

    def _take(self, text: str) -> None:
        """What was typed counts; where it cannot be read, the last that could still does."""
        # Who never filters need not load it, and the first paint must not wait for it.
        from tui.model.query import EVERYTHING, QueryError, parse  # noqa: PLC0415

        try:
            query = parse(text)
        except QueryError as problem:
            self._problem = problem
        else:
            self._text, self._problem = text.strip(), None
            self._query = None if query == EVERYTHING else query
        self.filtered()

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
        from tui.ui.widgets.filterbar import FilterBar  # noqa: PLC0415 - not for the first paint

        self._bar = FilterBar(self._text, lambda: seen_values(self._state))
        await self.mount(self._bar, before="#panes")
        self.set_focus(self._bar.field)  # at once: `focus` would wait its turn
        self.refresh_bindings()

    async def action_keep_filter(self) -> None:
        """What was typed so far counts, and the keys are the table's again."""
        if self._bar is not None:
            await self._bar.field.settle()
            self._take(self._bar.field.value)
            if self._problem is None:
                await self._close_bar()

    async def action_clear_filter(self) -> None:
        await self._close_bar()
        self._take("")

    async def action_complete_filter(self) -> None:
        if self._bar is not None:
            await self._bar.field.settle()
            self._bar.complete()

    async def _close_bar(self) -> None:
        bar, self._bar = self._bar, None
        if bar is not None:
            self.set_focus(self.query_one(OrdersTable))
            await bar.remove()
        self.refresh_bindings()
