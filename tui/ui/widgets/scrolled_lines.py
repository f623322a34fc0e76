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
