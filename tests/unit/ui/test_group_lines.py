"""The lines of rows and group headings."""

from hypothesis import given
from hypothesis import strategies as st

from tui.filtering.groups import Group
from tui.ui.main_screen.group_lines import GroupLines

SIZES = st.lists(st.integers(0, 3), max_size=3)


@given(SIZES, st.integers(0, 20), st.integers(0, 20))
def test_lines_are_rows_and_headings_in_turn(sizes: list[int], first: int, count: int) -> None:
    groups = [Group(f"group {number}", size, "error") for number, size in enumerate(sizes)]
    rows = sum(sizes) if sizes else 4
    lines: list[int | Group] = [] if sizes else list(range(rows))
    for number, group in enumerate(groups):
        start = sum(sizes[:number])
        lines += [group, *range(start, start + group.size)]

    placed = GroupLines(rows, groups)
    assert [placed.at(line) for line in range(placed.total)] == lines
    for row in range(rows):
        assert lines[placed.line_of(row)] == row
        above = lines[placed.top_with(row, placed.total, placed.total) : placed.line_of(row)]
        assert all(isinstance(each, Group) for each in above)
    in_view = [each for each in lines[first : first + count] if isinstance(each, int)]
    assert list(placed.rows_between(first, first + count)) == in_view
