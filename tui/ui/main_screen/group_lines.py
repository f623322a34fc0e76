"""Where rows and the headings of their groups are among the lines of the orders table. Pure."""

from collections.abc import Sequence

from tui.filtering.groups import Group


class GroupLines:
    """Lines are counted from the first heading, or from the first row if there are no groups."""

    def __init__(self, rows: int, groups: Sequence[Group] = ()) -> None:
        self.groups = tuple(groups)
        self.total = rows + len(self.groups)
        self._starts: list[int] = []  # the rows before each heading
        start = 0
        for group in self.groups:
            self._starts.append(start)
            start += group.size

    def line_of(self, row: int) -> int:
        return row + sum(start <= row for start in self._starts)

    def first_line_of(self, row: int) -> int:
        """Return the line of the first heading directly above a row, or of the row itself."""
        return self.line_of(row) - sum(start == row for start in self._starts)

    def at(self, line: int) -> int | Group:
        """Return the row at `line`, or the group whose heading is there."""
        for number, start in enumerate(self._starts):
            if line == start + number:
                return self.groups[number]
        return line - self._headings_above(line)

    def rows_between(self, first: int, end: int) -> range:
        """Return the rows on the lines from `first` up to `end`, which is excluded."""
        start = first - self._headings_above(first)
        return range(start, max(start, min(end, self.total) - self._headings_above(end)))

    def _headings_above(self, line: int) -> int:
        return sum(start + number < line for number, start in enumerate(self._starts))
