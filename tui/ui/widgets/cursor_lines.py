"""Lines below a heading, one of which is under a cursor that the keys move."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click, Key, Resize
from textual.message import Message
from textual.strip import Strip

from tui.ui.bindings import move_bindings
from tui.ui.text import Line
from tui.ui.textual_fixes.key_order import run_own_binding
from tui.ui.widgets.line_view import LineView


class CursorLines(LineView, can_focus=True):
    """Has the actions of `move_bindings`. At an end, a key says so. Without rows, other lines take
    their place.
    """

    BINDINGS: ClassVar[list[BindingType]] = move_bindings("rows")

    class Moved(Message):
        """The cursor is on another row."""

    class Resized(Message):
        """The view has a new size, on which the lines depend."""

    def __init__(self, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.row = 0
        self._has_rows = False

    @property
    def _count(self) -> int:
        return len(self.lines) - 1 if self._has_rows else 0

    def show_rows(self, heading: Line, rows: Sequence[Line], row: int) -> None:
        """Show `rows`, with the cursor on the one at `row`."""
        is_other = row != self.row or not self._has_rows
        self.row, self._has_rows = row, True
        self.set_lines((heading, *rows))
        if is_other:
            self.refresh()
            self._scroll_to_cursor()

    def show_text(self, lines: Sequence[Line]) -> None:
        """Show `lines` in place of rows."""
        self.row, self._has_rows = 0, False
        self.set_lines(lines)

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y if y else 0
        line = self.lines[number] if number < len(self.lines) else ()
        is_cursor = self._has_rows and number == self.row + 1
        return self.render_strip(line, cursor=is_cursor)

    def on_resize(self, _: Resize) -> None:
        self._scroll_to_cursor()
        self.post_message(self.Resized())

    async def on_key(self, event: Key) -> None:
        await run_own_binding(self, event)

    def action_move(self, rows: int) -> None:
        self._go_to(self.row + rows)

    def action_page(self, pages: float) -> None:
        self._go_to(self.row + int(pages * max(2, self.size.height - 2)))

    def action_jump(self, row: int) -> None:
        self._go_to(row if row >= 0 else self._count - 1)

    def _go_to(self, row: int) -> None:
        before, self.row = self.row, max(0, min(self._count - 1, row))
        if self.row == before:
            where = "first" if row <= before else "last"
            self.notify(
                f"This is the {where} line" if self._count else "There are no lines here",
                markup=False,
            )
            return
        self.refresh()
        self._scroll_to_cursor()
        self.post_message(self.Moved())

    def _scroll_to_cursor(self) -> None:
        top, height = int(self.scroll_offset.y), max(1, self.size.height - 1)
        if not top <= self.row < top + height:
            target = self.row if self.row < top else self.row - height + 1
            # `force`, because a list that was empty has no scrollbar yet.
            self.scroll_to(y=target, animate=False, immediate=True, force=True)

    def on_click(self, event: Click) -> None:
        number = event.y + int(self.scroll_offset.y) - 1
        if event.y > 0 and number < self._count and number != self.row:
            self._go_to(number)
