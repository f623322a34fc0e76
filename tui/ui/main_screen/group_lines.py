"""Where rows and the headings of their groups are among the lines of the orders table. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from tui.filtering.groups import Group


class GroupLines:
    """Lines are counted from the first heading, or from the first row if there are no groups."""

    def __init__(self, rows: int, groups: Sequence[Group] = ()) -> None:
        self.groups = tuple(groups)
        self.total = rows + len(self.groups)
        sizes = [group.size for group in groups]
        self._starts = list(accumulate(sizes, initial=0))[: len(sizes)]
        """The rows before each heading."""
        self._headings = [start + number for number, start in enumerate(self._starts)]

    def line_of(self, row: int) -> int:
        return row + bisect_right(self._starts, row)

    def top_with(self, row: int, top: int, height: int) -> int:
        """Return the scroll position nearest to `top` from which a row is among `height` lines, and
        the headings directly above it.
        """
        first_heading = row + bisect_left(self._starts, row)
        return max(self.line_of(row) - height + 1, min(top, first_heading))

    def at(self, line: int) -> int | Group:
        """Return the row at `line`, or the group whose heading is there."""
        above = self._headings_above(line)
        is_heading = line in self._headings[above : above + 1]
        return self.groups[above] if is_heading else line - above

    def rows_between(self, first: int, end: int) -> range:
        """Return the rows on the lines from `first` up to `end`, which is excluded."""
        start = first - self._headings_above(first)
        return range(start, max(start, min(end, self.total) - self._headings_above(end)))

    def _headings_above(self, line: int) -> int:
        return bisect_left(self._headings, line)
