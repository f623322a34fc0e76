"""A view with more lines than are worth making: each is made when it comes into view."""

from abc import abstractmethod
from typing import Any

from tui.ui.text import Line
from tui.ui.widgets.line_view import LineView

LineKey = tuple[Any, ...]
"""Everything that a line shows: lines of equal keys look the same."""


class CachedLines(LineView):
    """Lines are below one line of header. A line whose key stays the same is not made again, and of
    another one only the cells that differ are drawn.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._drawn: dict[int, tuple[LineKey, Line]] = {}

    # Sizes come from `outer_size`, because Textual 8.2 takes 0.1 ms to compute those of the
    # content. The view has neither border nor padding, and its scrollbar's gutter is stable.

    @property
    def top(self) -> int:
        """The first line in view, below the header."""
        return self.scroll_offset.y

    @property
    def view_height(self) -> int:
        """How many lines the view has room for, below the header."""
        return max(0, self.outer_size.height - 1)

    @property
    def line_width(self) -> int:
        """The width for lines in cells, without the scrollbar."""
        return max(0, self.outer_size.width - self.styles.scrollbar_size_vertical)

    @abstractmethod
    def line_key(self, number: int) -> LineKey:
        """Return what the line shows."""

    @abstractmethod
    def make_line(self, key: LineKey) -> Line:
        """Return the line of a key."""

    def line(self, number: int) -> Line:
        """Return a line that is drawn now."""
        self._drawn[number] = drawn = self._current(number)
        return drawn[1]

    def redraw(self) -> None:
        self._drawn.clear()
        self.refresh()

    def redraw_changes(self, number: int) -> None:
        """Redraw a line in view if it differs from the drawn one."""
        if number not in self._drawn:
            self.refresh_line(number + 1)
            return
        before, current = self._drawn[number][1], self._current(number)
        if current[1] == before:
            self._drawn[number] = current
        else:
            self.refresh_cells(number + 1, before, current[1])

    def _current(self, number: int) -> tuple[LineKey, Line]:
        key, drawn = self.line_key(number), self._drawn.get(number)
        return drawn if drawn is not None and drawn[0] == key else (key, self.make_line(key))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._drawn.clear()
