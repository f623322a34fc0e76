"""The list of changes: virtual, with a cursor that stays on its change."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.events import Click, Key, Resize
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.model.activity import ActivityEntry
from tui.ui.activity.lines import Layout, header_line, item_line, layout_for
from tui.ui.activity.window import Item
from tui.ui.bindings import CHANGE_LIST_BINDINGS
from tui.ui.text import Line
from tui.ui.textual_fixes.key_order import run_own_binding
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.cached_lines import CachedLines, LineKey


class ChangeList(CachedLines, can_focus=True):
    """Shows a header line, and one line for each item, the newest last."""

    BINDINGS = CHANGE_LIST_BINDINGS

    @dataclass
    class Moved(Message):
        """The user moved the cursor or scrolled; if `is_to_end`, to the newest change."""

        is_to_end: bool = False

    class Resized(Message):
        """The list has a new size."""

    @dataclass
    class Opened(Message):
        """The user opens the order of a change."""

        order_id: str

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="changes")
        # Called at once: `bind` may come before `Moved` has reached the screen, and would move the
        # cursor back to the end.
        self.user_moves: Callable[[], None] = lambda: None
        self._glyphs = glyphs
        self._items: tuple[Item, ...] = ()
        self._row = 0
        self._layout = Layout(0, 0, has_dates=False)

    @property
    def is_at_end(self) -> bool:
        """True if the cursor is on the last line, and that is in view."""
        is_in_view = len(self._items) <= self.top + self.view_height
        return self._row >= len(self._items) - 1 and is_in_view

    @property
    def entry(self) -> ActivityEntry | None:
        """The change under the cursor; None if it is on another line."""
        item = self._items[self._row] if self._items else None
        return item if isinstance(item, ActivityEntry) else None

    def bind(self, items: tuple[Item, ...], now: float, *, following: bool) -> None:
        """Show `items` at `now` (UTC epoch seconds). The cursor stays on its item and that at its
        place; with `following` it goes to the last one.
        """
        before, row, top = self._items, self._row, self.top
        if items is not before:
            self._replace(items)
        layout = layout_for(items, self.line_width, now // 60 * 60)
        if layout != self._layout:
            self._layout = layout
            self.redraw()
        if following:
            self._move_to(len(items) - 1)
            self._show_from(len(items) - self.view_height)
        elif items is not before and self._row != row:
            self._show_from(top + self._row - row)
        for number in range(self.top, min(len(items), self.top + self.view_height)):
            self.redraw_changes(number)

    def _replace(self, items: tuple[Item, ...]) -> None:
        before = self._items
        place = _place(before[self._row]) if before else None
        self._items = items
        found = (row for row, each in enumerate(items) if _place(each) == place)
        self._row = next(found, max(0, min(self._row, len(items) - 1)))
        if not before or not items:
            self.set_lines(())
            self.redraw()
        self.virtual_size = Size(0, len(items) + 1)

    def line_key(self, number: int) -> LineKey:
        return self._items[number], self._layout, number == self._row

    def make_line(self, key: LineKey) -> Line:
        item, layout, is_cursor = key
        return item_line(item, layout, self._glyphs, cursor=is_cursor)

    def render_line(self, y: int) -> Strip:
        if not self._items:
            return super().render_line(y)
        if y == 0:
            return self.render_strip(header_line(self._layout))
        number = self.top + y - 1
        if number >= len(self._items):
            return self.render_strip(())
        return self.render_strip(self.line(number), cursor=number == self._row)

    def on_resize(self, _: Resize) -> None:
        self.redraw()
        self.post_message(self.Resized())

    def _show_from(self, top: int) -> None:
        # `force`, because a list that was empty has no scrollbar yet.
        self.scroll_to(y=max(0, top), animate=False, immediate=True, force=True)

    def _move_to(self, row: int) -> None:
        before, self._row = self._row, max(0, min(len(self._items) - 1, row))
        for number in {before, self._row}:
            self.refresh_line(number + 1)

    def _report_move(self, *, is_to_end: bool = False) -> None:
        self.user_moves()
        self.post_message(self.Moved(is_to_end=is_to_end))

    def _go_to(self, row: int, *, is_to_end: bool = False) -> None:
        """Move the cursor by a key. At an end, say so."""
        before = self._row
        self._move_to(row)
        if not self._items:
            self.notify("There are no changes here", markup=False)
        elif self._row == before:
            self.notify(f"This is the {'first' if row <= 0 else 'last'} line", markup=False)
        self.scroll_to_cursor()
        self._report_move(is_to_end=is_to_end)

    def scroll_to_cursor(self) -> None:
        if not self.top <= self._row < self.top + self.view_height:
            is_above = self._row < self.top
            self._show_from(self._row if is_above else self._row - self.view_height + 1)

    async def on_key(self, event: Key) -> None:
        await run_own_binding(self, event)

    def action_move(self, rows: int) -> None:
        self._go_to(self._row + rows)

    def action_page(self, pages: float) -> None:
        self._go_to(self._row + int(pages * max(2, self.view_height - 1)))

    def action_jump(self, row: int) -> None:
        self._go_to(row if row >= 0 else len(self._items) - 1, is_to_end=row < 0)

    def action_open(self) -> None:
        if (entry := self.entry) is None:
            self.notify("This line is not about an order", markup=False)
        else:
            self.post_message(self.Opened(entry.change.order_id))

    def on_click(self, event: Click) -> None:
        number = self.top + event.y - 1
        if event.y > 0 and number < len(self._items):
            self._move_to(number)
            self._report_move()
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self) -> None:
        self.post_message(self.Moved())

    on_mouse_scroll_up = on_mouse_scroll_down


def _place(item: Item) -> object:
    """What remains of an item when others are added."""
    return item.number if isinstance(item, ActivityEntry) else ("gap", item.gaps[-1].end)
