"""The orders table: virtual, on Textual's line API, with a cursor that follows its order's id.

`DataTable` costs O(rows) for each refresh and its cursor is an index. Here a row is painted when it
comes into view, and only visible rows whose model changed are redrawn.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from textual.events import Click, Key, Resize
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.filtering.groups import Group
from tui.filtering.views import ColumnSpec
from tui.model.order import OrderSummary
from tui.ui.bindings import ORDERS_TABLE_BINDINGS
from tui.ui.main_screen.cursor import Place, RowCursor, find_row, next_failed_row
from tui.ui.main_screen.group_lines import GroupLines
from tui.ui.main_screen.rows import heading_line, row_line
from tui.ui.main_screen.table_columns import Columns, TableColumns, column_at, header
from tui.ui.order_presenter import RowModel
from tui.ui.text import Line
from tui.ui.textual_fixes.key_order import run_own_binding
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.cached_lines import CachedLines, LineKey


class OrdersTable(CachedLines, can_focus=True):
    """Shows a header line, one line for each order, and a heading above each group of them."""

    BINDINGS = ORDERS_TABLE_BINDINGS

    @dataclass
    class OrderSelected(Message):
        """The cursor is on another order; None if the table is empty."""

        order_id: str | None

    @dataclass
    class VisibleRowsChanged(Message):
        """Other orders are in view."""

        order_ids: tuple[str, ...]

    class OrderOpened(Message):
        """The user opens the order under the cursor."""

    class CursorMoved(Message):
        """The user moved the cursor or scrolled."""

    @dataclass
    class HeaderClicked(Message):
        """The header of a column was clicked."""

        column: str

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.cursor_id: str | None = None
        self.visible_ids: tuple[str, ...] = ()
        self.marked: Collection[str] = ()
        # Called at once: `bind` may come before `CursorMoved` has reached the screen, and would
        # move a followed cursor back.
        self.user_moves: Callable[[], None] = lambda: None
        self._glyphs = glyphs
        self._present: Callable[[OrderSummary], RowModel]
        self._faded = False
        self._lines = GroupLines(0)
        self._cursor = RowCursor()
        self._columns = TableColumns()

    @property
    def rows(self) -> Sequence[OrderSummary]:
        """All orders as arranged, those out of view included."""
        return self._cursor.rows

    @property
    def position(self) -> tuple[int, int]:
        """The row of the cursor, from 1, and the number of rows."""
        return (self._cursor.row + 1 if self.rows else 0), len(self.rows)

    @property
    def columns(self) -> Columns:
        """The columns that are drawn, with their widths."""
        return self._columns.fit(self.line_width)

    @property
    def _rows_in_view(self) -> range:
        return self._lines.rows_between(self.top, self.top + self.view_height)

    def bind(
        self,
        orders: Sequence[OrderSummary],
        present: Callable[[OrderSummary], RowModel],
        touched: Collection[str] | None = None,
        *,
        groups: Sequence[Group] = (),
        searching: bool = False,
        following: bool = False,
        faded: bool = False,
    ) -> None:
        """Show `orders`, each as `present` returns it, in `groups`. Cursor and scroll position stay
        with their orders or move to the nearest one. While `searching`, more orders may follow: a
        cursor whose order is missing returns to it. With `following`, the table is at its top, and
        the cursor on the newest active order there. Headings have no color if they are `faded`.

        If `orders` are the ones shown, only the rows of `touched` ids are bound (None: all).
        """
        self._present, self._faded = present, faded
        if orders is not self.rows or tuple(groups) != self._lines.groups:
            self._replace(orders, groups, searching=searching, keep_cursor=not following)
            touched = None
        if following:
            self._follow()
        for number in range(self.top, min(self._lines.total, self.top + self.view_height)):
            row = self._lines.at(number)
            if touched is None or (isinstance(row, int) and orders[row].id in touched):
                self.redraw_changes(number)
        self._report_visible()

    def _follow(self) -> None:
        """Move to the newest active order on the first page, or to the first order."""
        if self.top:
            self.scroll_to(y=0, animate=False, immediate=True)
        models = map(self._present, (self.rows[row] for row in self._rows_in_view))
        is_active = (not (each.facts.phase.is_final or each.facts.gone) for each in models)
        self._move_to(next((row for row, active in enumerate(is_active) if active), 0))

    def show_empty(self, lines: Sequence[Line], *, hidden: bool) -> None:
        """Show `lines` and no orders. If orders are only `hidden` by a filter, the cursor returns
        to its order when that is shown again.
        """
        had_rows = bool(self.rows)
        self._cursor.clear(hidden=hidden)
        if had_rows:
            self._lines = GroupLines(0)
            self._columns.forget_ids()
            self.redraw()
            self._draw_cursor(0)
            self.scroll_to(y=0, animate=False)
        self.set_lines(lines)

    def set_columns(
        self, specs: tuple[ColumnSpec, ...], marks: Mapping[str, str], *, estimates: bool
    ) -> None:
        """Show other columns; see `TableColumns.choose`."""
        if self._columns.choose(specs, marks, estimates=estimates):
            self.redraw()

    def restore_cursor(self, order_id: str) -> None:
        """Move the cursor to an order as soon as it is listed."""
        self._cursor.restore(order_id)

    @property
    def place(self) -> Place | None:
        """Where the cursor is, to return to; None if the table is empty."""
        if self.cursor_id is None:
            return None
        return Place(self.cursor_id, self._lines.line_of(self._cursor.row) - self.top)

    def return_to(self, place: Place) -> None:
        """Restore cursor and scroll position, if the order is in the table."""
        row = find_row(self.rows, place.order_id)
        if row is not None:
            self._move_to(row)
            top = self._lines.line_of(row) - place.line
            # `force`, because a table that was empty has no scrollbar yet.
            self.scroll_to(y=max(0, top), animate=False, immediate=True, force=True)

    def scroll_to_cursor(self) -> None:
        if self.rows and self.view_height:
            top = self._lines.top_with(self._cursor.row, self.top, self.view_height)
            if top != self.top:
                self.scroll_to(y=top, animate=False, immediate=True)

    def _replace(
        self,
        orders: Sequence[OrderSummary],
        groups: Sequence[Group],
        *,
        searching: bool,
        keep_cursor: bool,
    ) -> None:
        before, row, in_view = self.rows, self._cursor.row, self._rows_in_view
        # A view at the top stays there, unless the cursor would leave it. Else the cursor keeps its
        # place in the view.
        is_cursor_in_view = row in in_view
        anchor = row if is_cursor_in_view else in_view.start
        anchor_id = before[anchor].id if self.top and anchor < len(before) else None
        anchor_line, cursor_line = self._lines.line_of(anchor), self._lines.line_of(row)
        if not before:
            self.set_lines(())
        self._cursor.replace_rows(orders, searching=searching)
        self._lines = GroupLines(len(orders), groups)
        if not before:
            self.redraw()
        self._resize_lines(self._lines.total + 1)
        moved = None if anchor_id is None else find_row(orders, anchor_id)
        if moved is not None and (by := self._lines.line_of(moved) - anchor_line):
            self.scroll_to(y=max(0, self.top + by), animate=False, immediate=True)
        if is_cursor_in_view and keep_cursor:
            self.scroll_to_cursor()
        self._draw_cursor(cursor_line)

    def _resize_lines(self, height: int) -> None:
        before = self.virtual_size.height
        if min(before, height) > self.size.height:
            self._resize_content(before, height)  # each line in view is redrawn if it changed
        else:
            self.virtual_size = Size(0, height)  # draws also what is now blank below the rows

    def line_key(self, number: int) -> LineKey:
        row = self._lines.at(number)
        if isinstance(row, int):
            order, is_cursor = self.rows[row], row == self._cursor.row
            return self._present(order), self.columns, is_cursor, order.id in self.marked
        return row, self.line_width, self._faded, False

    def make_line(self, key: LineKey) -> Line:
        item, layout, flag, marked = key
        if isinstance(item, Group):
            return heading_line(item, layout, self._glyphs, faded=flag)
        return row_line(item, layout, self._glyphs, cursor=flag, marked=marked)

    def render_line(self, y: int) -> Strip:
        if not self.rows:
            return super().render_line(y)
        if y == 0:
            return self.render_strip(header(self.columns, self._columns.marks))
        number = self.top + y - 1
        if number >= self._lines.total:
            return self.render_strip(())
        is_cursor = self._lines.at(number) == self._cursor.row
        return self.render_strip(self.line(number), cursor=is_cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._report_visible()

    def on_resize(self, _: Resize) -> None:
        self.redraw()
        if self.rows:
            self.scroll_to_cursor()
            self._report_visible()

    def report(self) -> None:
        """Report again which orders are in view and selected."""
        self._post(self.VisibleRowsChanged(self.visible_ids))
        self._post(self.OrderSelected(self.cursor_id))

    def _report_visible(self) -> None:
        visible = tuple(self.rows[row].id for row in self._rows_in_view)
        if visible != self.visible_ids:
            self.visible_ids = visible
            if self._columns.widen_ids(visible):
                self.redraw()
            self._post(self.VisibleRowsChanged(visible))

    def _post(self, message: Message) -> None:
        """Post a message as this widget's. Textual takes the active message pump as the sender, and
        a message that a screen sends itself doesn't reach the app.
        """
        self.post_message(message.set_sender(self))

    def _draw_cursor(self, line_before: int) -> None:
        """Draw the cursor where it is now, and report the order it is on."""
        order_id, line = self._cursor.order_id, self._lines.line_of(self._cursor.row)
        if line_before != line:
            self.refresh_line(line_before + 1)
        if line_before != line or order_id != self.cursor_id:
            self.refresh_line(line + 1)
        if order_id != self.cursor_id:
            self.cursor_id = order_id
            self._post(self.OrderSelected(order_id))

    def _move_to(self, row: int) -> None:
        before = self._lines.line_of(self._cursor.row)
        self._cursor.move(row)
        self._draw_cursor(before)

    def _report_move(self) -> None:
        self.user_moves()
        self._post(self.CursorMoved())

    def _move_cursor(self, row: int) -> None:
        """Move the cursor as the user wants it."""
        self._report_move()
        if self.rows:
            self._move_to(row)
            self.scroll_to_cursor()

    def _go_to(self, row: int) -> None:
        """Move the cursor by a key. At an end, say so."""
        before = self._cursor.row
        self._move_cursor(row)
        if not self.rows:
            self.notify("There are no orders here", markup=False)
        elif self._cursor.row == before:
            self.notify(f"This is the {'first' if row <= 0 else 'last'} order", markup=False)

    def check_action(self, action: str, _: tuple[object, ...]) -> bool | None:
        return None if action == "open" and not self.rows else True

    async def on_key(self, event: Key) -> None:
        await run_own_binding(self, event)

    def action_move(self, rows: int) -> None:
        self._go_to(self._cursor.row + rows)

    def action_page(self, pages: float) -> None:
        self._go_to(self._cursor.row + int(pages * max(2, self.view_height - 1)))

    def action_jump(self, row: int) -> None:
        self._go_to(row if row >= 0 else len(self.rows) - 1)

    def move_on(self) -> None:
        """Move to the next order, if there is one."""
        self._move_cursor(self._cursor.row + 1)

    def move_to_failed(self, direction: int) -> bool:
        """Move to the next failed order in a `direction`, 1 or -1; return whether there is one."""
        if (row := next_failed_row(self.rows, self._cursor.row, direction)) is None:
            return False
        self._move_cursor(row)
        return True

    def action_open(self) -> None:
        self.post_message(self.OrderOpened())

    def on_click(self, event: Click) -> None:
        number = self.top + event.y - 1
        if not self.rows:
            return
        if event.y == 0:
            if column := column_at(self.columns, event.x):
                self._post(self.HeaderClicked(column))
        elif number < self._lines.total and isinstance(row := self._lines.at(number), int):
            self._move_cursor(row)
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self) -> None:
        self._report_move()

    on_mouse_scroll_up = on_mouse_scroll_down
