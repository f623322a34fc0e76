"""Where an order stands among others. Pure."""
# FOLD """The orders table: virtual, on the line API, its cursor tied to an order's id.
# FOLD
# FOLD `DataTable` costs O(rows) for each refresh and its cursor is an index; here a row is painted
# FOLD when it is seen, and only visible lines that changed are drawn.
# FOLD """

from collections.abc import Callable, Mapping, Sequence
from itertools import compress, count
from operator import attrgetter
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.events import Click, Key, Resize
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.filtering.views import ColumnSpec
from tui.model.order import OrderSummary
from tui.ui.main_screen.columns import DEFAULT_COLUMNS, Columns, lay_out
from tui.ui.main_screen.rows import header
from tui.ui.text import Line
from tui.ui.textual_fixes.key_order import run_own_binding
from tui.ui.widgets.line_view import LineView

_ID = attrgetter("id")


class LostCursor(NamedTuple):
    """An order that is not there, and where it was."""

    order_id: str
    row: int = 0
    rows: Sequence[OrderSummary] = ()


def find_row(orders: Sequence[OrderSummary], order_id: str, *likely: int) -> int | None:
    """The row of an order; it is looked for in the `likely` ones first."""
    for row in likely:
        if 0 <= row < len(orders) and orders[row].id == order_id:
            return row
    # One by one in Python it would take five times as long.
    return next(compress(count(), map(order_id.__eq__, map(_ID, orders))), None)


def nearest_surviving_row(orders: Sequence[OrderSummary], lost: LostCursor) -> int:
    """The row of the order that stood nearest to one that is not there; 0 where none did."""
    rows = dict(zip(map(_ID, orders), count(), strict=False))
    beside = (*lost.rows[lost.row + 1 :], *reversed(lost.rows[: lost.row]))
    return next((rows[order.id] for order in beside if order.id in rows), 0)


_ID_WIDTH, _MOST_ID_WIDTH = 15, 28


Paint = Callable[[OrderSummary, Columns, bool], Line]


class OrdersTable(LineView, can_focus=True):
    """One line an order under a header line. It is handed orders and how to paint one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", id="orders.up", show=False),
        Binding("down,j", "move(1)", "Down", id="orders.down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", id="orders.page-up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", id="orders.page-down", show=False),
        Binding("g,home", "jump(0)", "First order", id="orders.first", show=False),
        Binding("G,end", "jump(-1)", "Last order", id="orders.last", show=False),
        Binding("enter", "open", "Open", id="orders.open", tooltip="Open the order"),
    ]

    class OrderSelected(Message):
        """The cursor is on another order (None: there is none)."""

        def __init__(self, order_id: str | None) -> None:
            super().__init__()
            self.order_id = order_id

    class VisibleRowsChanged(Message):
        """Other rows are in view."""

        def __init__(self, order_ids: tuple[str, ...]) -> None:
            super().__init__()
            self.order_ids = order_ids

    class OrderOpened(Message):
        """The order under the cursor is to be read in full."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._orders: Sequence[OrderSummary] = ()
        self._paint: Paint | None = None
        self._cursor = 0
        self._cursor_id: str | None = None
        self._id_width = _ID_WIDTH
        self._drawn: dict[int, Line] = {}
        self._seen: tuple[str, ...] = ()
        self._lost: LostCursor | None = None
        self._wished: tuple[ColumnSpec, ...] = DEFAULT_COLUMNS
        self._marks: Mapping[str, str] = {}

    @property
    def cursor_id(self) -> str | None:
        return self._cursor_id

    @property
    def place(self) -> tuple[int, int]:
        """Which of how many rows the cursor is in, from 1."""
        return (self._cursor + 1 if self._orders else 0), len(self._orders)

    @property
    def rows(self) -> Sequence[OrderSummary]:
        """The orders as they are arranged, those out of view too."""
        return self._orders

    @property
    def _columns(self) -> Columns:
        return lay_out(
            self.content_width, self._id_width, self._wished, next(iter(self._marks), "")
        )

    @property
    def top(self) -> int:
        """The first row in view."""
        return int(self.scroll_offset.y)

    @property
    def rows_in_view(self) -> int:
        return max(0, self.size.height - 1)

    def bind(
        self,
        orders: Sequence[OrderSummary],
        paint: Paint,
        empty: Sequence[Line],
        *,
        hidden: bool = False,
        searching: bool = False,
    ) -> None:
        """Show `orders`; the cursor and the view stay on the orders they are on, or go to the
        nearest. With `hidden` there are others, among them maybe the one that has the cursor;
        while `searching` more are still to come, and that one is to have it again.
        """
        self._paint = paint
        if not orders:
            self._clear()
            # One that is sought was never here.
            if not hidden and self._lost is not None and self._lost.rows:
                self._lost = None
            self.set_lines(empty)
            return
        if orders is not self._orders:
            self._replace(orders, searching=searching)
        self._draw_changes()

    def dress(self, wished: tuple[ColumnSpec, ...], marks: Mapping[str, str]) -> None:
        """Show these columns, if any are wished for, and beside their names these marks; the
        first is what the rows are sorted by.
        """
        wished = wished or DEFAULT_COLUMNS
        if (wished, marks) != (self._wished, self._marks):
            self._wished, self._marks = wished, marks
            self._drawn.clear()
            self.refresh()

    def seek(self, order_id: str) -> None:
        """Put the cursor on an order as soon as it is there."""
        self._lost = LostCursor(order_id)

    def neighbour(self, order_id: str, step: int) -> str | None:
        """The order so many rows below, or above; None where there is none."""
        row = find_row(self._orders, order_id, self._cursor)
        if row is None or not 0 <= row + step < len(self._orders):
            return None
        return self._orders[row + step].id

    def _clear(self) -> None:
        if self._orders:
            if self._lost is None and self._cursor_id is not None:
                self._lost = LostCursor(self._cursor_id, self._cursor, self._orders)
            self._orders, self._drawn, self._id_width = (), {}, _ID_WIDTH
            self._set_cursor(0, None)
            self.scroll_to(y=0, animate=False)

    def _replace(self, orders: Sequence[OrderSummary], *, searching: bool) -> None:
        before, row = self._orders, self._cursor
        # A view at the top stays there; else the cursor keeps its place in it.
        held = row if row in self._in_view() else self.top
        anchor = before[held].id if self.top and held < len(before) else None
        if not before:
            self.set_lines(())
        more = len(orders) - len(before)
        self._orders = orders
        # It never gets narrower while there are orders: nothing is to jump.
        widest = max(map(len, map(_ID, orders)))
        self._id_width = max(self._id_width, min(_MOST_ID_WIDTH, widest))
        self.virtual_size = Size(0, len(orders) + 1)
        had = self._lost
        if had is None and self._cursor_id is not None:
            had = LostCursor(self._cursor_id, row, before)
        cursor = 0
        if had is not None:
            found = find_row(orders, had.order_id, row, row + more)
            self._lost = had if found is None and searching else None
            cursor = nearest_surviving_row(orders, had) if found is None else found
        if anchor is not None:
            moved = find_row(orders, anchor, held, held + more)
            if moved is not None and moved != held:
                self.scroll_to(y=max(0, self.top + moved - held), animate=False, immediate=True)
        self._set_cursor(cursor, orders[cursor].id)

    def _draw_changes(self) -> None:
        """Redraw the visible lines that are not what was drawn; tell what is in view."""
        for row in self._in_view():
            drawn, line = self._drawn.get(row), self._line(row)
            if drawn is None:
                self.refresh_line(row + 1)
            elif drawn != line:
                self.refresh_cells(row + 1, drawn, line)
        self._tell_view()

    def _say(self, message: Message) -> None:
        """Post it as this widget's own, whoever binds: Textual takes it for the word of the screen
        where that does, and then the app does not hear it.
        """
        self.post_message(message.set_sender(self))

    def _in_view(self) -> range:
        return range(self.top, min(len(self._orders), self.top + self.rows_in_view))

    def _tell_view(self) -> None:
        seen = tuple(self._orders[row].id for row in self._in_view())
        if seen != self._seen:
            self._seen = seen
            self._say(self.VisibleRowsChanged(seen))

    def _line(self, row: int) -> Line:
        if self._paint is None:
            return ()
        return self._paint(self._orders[row], self._columns, row == self._cursor)

    def render_line(self, y: int) -> Strip:
        if not self._orders:
            return super().render_line(y)
        if y == 0:
            return self.render_strip(header(self._columns, self._marks))
        row = self.top + y - 1
        if row >= len(self._orders):
            return self.render_strip(())
        line = self._drawn[row] = self._line(row)
        return self.render_strip(line, cursor=row == self._cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._drawn.clear()
            self._tell_view()

    def on_resize(self, _: Resize) -> None:
        self._drawn.clear()
        self.refresh()
        if self._orders:
            self._reveal(self._cursor)
            self._tell_view()

    def _set_cursor(self, row: int, order_id: str | None) -> None:
        before, self._cursor = self._cursor, row
        if before != row:
            self.refresh_line(before + 1)
            self.refresh_line(row + 1)
        if order_id != self._cursor_id:
            self._cursor_id = order_id
            self.refresh_line(row + 1)
            self._say(self.OrderSelected(order_id))

    def _go(self, row: int) -> None:
        """Put the cursor on a row and bring it into view."""
        if not self._orders:
            return
        self._lost = None
        row = max(0, min(len(self._orders) - 1, row))
        self._set_cursor(row, self._orders[row].id)
        self._reveal(row)

    def reveal(self) -> None:
        """Bring the cursor into view."""
        if self._orders:
            self._reveal(self._cursor)

    def _reveal(self, row: int) -> None:
        """Bring a row into view, if there is a view at all."""
        room = self.rows_in_view
        if room and row < self.top:
            self.scroll_to(y=row, animate=False, immediate=True)
        elif room and row >= self.top + room:
            self.scroll_to(y=row - room + 1, animate=False, immediate=True)

    async def on_key(self, event: Key) -> None:
        await run_own_binding(self, event)

    def action_move(self, rows: int) -> None:
        self._go(self._cursor + rows)

    def action_page(self, pages: int) -> None:
        self._go(self._cursor + pages * max(1, self.rows_in_view - 1))

    def action_jump(self, row: int) -> None:
        self._go(row if row >= 0 else len(self._orders) - 1)

    def action_open(self) -> None:
        self.post_message(self.OrderOpened())

    def on_click(self, event: Click) -> None:
        if event.y > 0 and self.top + event.y - 1 < len(self._orders):
            self._go(self.top + event.y - 1)
