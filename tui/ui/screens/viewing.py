"""A screen whose orders can be sorted, whose columns can be chosen, and views of both kept."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from tui.model import sorting
from tui.model.arrange import ArrangedRows
from tui.model.sorting import Sort
from tui.model.state import State
from tui.model.view import View, ColumnSpec, with_view
from tui.ui.banner import ListTitle
from tui.ui.columns import DEFAULT_COLUMNS
from tui.ui.glyphs import Glyphs
from tui.ui.layout import Layout
from tui.ui.screens.filtering import FilteringScreen
from tui.ui.settled import wait_for_pending_keys
from tui.ui.view_lines import sort_words, title_of, unplaced_words

if TYPE_CHECKING:
    from tui.ui.widgets.letters import LetterPrompt


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

    async def ask(self, bar: "LettersBar") -> None:
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
        from tui.ui.widgets.sortbar import SortPrompt  # noqa: PLC0415 - not for the first paint

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
        from tui.ui.screens.views import ViewsScreen  # noqa: PLC0415 - not for the first paint

        def chosen(view: View | None) -> None:
            if view is not None:
                self.use(view)

        await wait_for_pending_keys(self.focused)
        await self.app.push_screen(ViewsScreen(self._views, self.view, self._glyphs), chosen)

    async def action_columns(self) -> None:
        from tui.ui.screens.columns import ColumnsScreen  # noqa: PLC0415 - nor is this

        def changed(columns: tuple[ColumnSpec, ...]) -> None:
            self.change_view(columns=() if columns == DEFAULT_COLUMNS else columns)

        await wait_for_pending_keys(self.focused)
        await self.app.push_screen(ColumnsScreen(self.view.columns or DEFAULT_COLUMNS, changed, self._glyphs))

    async def action_save_view(self) -> None:
        from tui.ui.screens.naming import ViewNameDialog  # noqa: PLC0415 - nor is this

        def named(name: str | None) -> None:
            if name is not None:
                view = msgspec.structs.replace(self.view, name=name)
                self._views = with_view(self._views, view)
                self.use(view)
                self.post_message(self.Kept(view))

        await wait_for_pending_keys(self.focused)
        await self.app.push_screen(ViewNameDialog(self.view.name, self._glyphs), named)
