"""What is said of a view: the order of its rows, its columns, the views there are. Pure."""

from collections.abc import Mapping, Sequence

from tui.filtering.row_arranger import MAX_DETAIL_FETCHES, ArrangedRows
from tui.filtering.sorting import NEWEST_FIRST, Sort
from tui.filtering.views import View
from tui.ui.main_screen.columns import COLUMNS
from tui.ui.main_screen.counts_line import LETTERS
from tui.ui.text import Line, fit, width_of
from tui.ui.theme.terminal_output import Glyphs

_NAMES = 22


def sort_words(sort: Sort) -> str:
    """`longest first, then by file`. That the newest of equals is first goes without saying."""
    said = sort[:-1] if len(sort) > 1 and sort[-1:] == NEWEST_FIRST else sort
    columns = [(COLUMNS[key.column], key.descending) for key in said]
    return ", then ".join(each.descending if down else each.ascending for each, down in columns)


def unplaced_words(arranged: ArrangedRows) -> Line:
    """How many rows stand last only because what they are sorted by was not read yet."""
    count = len(arranged.unsortable)
    if not count:
        return ()
    many = len(arranged.needs_detail) + count > MAX_DETAIL_FETCHES
    more = ": too many, narrow it down" if many else ""
    return ((f", {count} not yet read{more}", "warning"),)


def sort_marks(sort: Sort, glyphs: Glyphs) -> dict[str, str]:
    """By column, the sign beside its name; the list's own order needs none."""
    if sort == NEWEST_FIRST:
        return {}
    return {key.column: glyphs.descending if key.descending else glyphs.ascending for key in sort}


def sort_lines(sort: Sort, width: int, keys: Mapping[str, str]) -> list[Line]:
    """The columns to sort by, each after its key."""
    asked = {name: keys.get(f"sort.{name}", "") for name in COLUMNS}
    return _letters_lines("sort by", asked, sort[0].column, width)


def status_prompt_lines(chosen: str, width: int, keys: Mapping[str, str]) -> list[Line]:
    """What is counted, each after its key."""
    asked = {word: keys.get(f"only.{word}", "") for word in LETTERS}
    return _letters_lines("only", asked, chosen, width)


def _letters_lines(title: str, asked: Mapping[str, str], now: str, width: int) -> list[Line]:
    """Names behind their keys, on as many lines as it takes; what is so `now` stands out."""
    lines: list[Line] = []
    line: Line = ((f" {title}", "strong"),)
    for name, key in asked.items():
        role = "strong" if name == now else "dim"
        item: Line = (("  ", "plain"), (key, "accent"), (f" {name}", role))
        if width_of((*line, *item)) > width:
            lines.append(line)
            line = ()
        line = (*line, *item)
    return [*lines, line]


def view_line(number: int, view: View, width: int) -> str:
    """A view to choose from: the key, the name, what it shows."""
    key = str(number) if number <= 9 else " "
    shown = view.filter or "every order"
    sort = "" if view.sort == NEWEST_FIRST else f"; {sort_words(view.sort)}"
    return fit(f"{key}  {fit(view.name, _NAMES)}  {shown}{sort}", width).rstrip()


def title_of(view: View, views: Sequence[View]) -> str:
    """The name of a view for as long as it shows what is kept under that name."""
    named = next((each for each in views if each.name == view.name), None)
    return view.name if named is not None and view == named else ""
