"""Lines that keys scroll."""

from tui.ui.widgets.line_view import LineView


class ScrolledLines(LineView, can_focus=True):
    """Has the actions of `move_bindings`. At an end, a key says so."""

    def action_move(self, lines: int) -> None:
        self._go_to(self.scroll_offset.y + lines)

    def action_page(self, pages: float) -> None:
        height = max(2, self.scrollable_content_region.height - 1)
        self._go_to(self.scroll_offset.y + int(pages * height))

    def action_jump(self, line: int) -> None:
        self._go_to(line if line >= 0 else len(self.lines))

    def _go_to(self, line: int) -> None:
        before = self.scroll_offset.y
        self.scroll_to(y=line, animate=False, immediate=True)
        if self.scroll_offset.y == before:
            self.notify("This is the top" if line <= 0 else "This is the end", markup=False)

    def scroll_to_row(self, row: int) -> None:
        """Scroll as far as needed to show `row`."""
        self._scroll_to_row(row)
        # Textual clamps a scroll to the size of the last layout, which may be smaller.
        self.call_after_refresh(self._scroll_to_row, row)

    def _scroll_to_row(self, row: int) -> None:
        if not self.shows_row(row):
            top = max(0, row - self.size.height // 3)
            self.scroll_to(y=top, animate=False, immediate=True)

    def shows_row(self, row: int) -> bool:
        top = int(self.scroll_offset.y)
        return top <= row < top + self.size.height
