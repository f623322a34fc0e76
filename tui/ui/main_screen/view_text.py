"""What the main screen says of a view: its filter and its sort order. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui import formatting
from tui.filtering.row_arranger import ArrangedRows
from tui.filtering.server_filters import ServerSearchPlan
from tui.filtering.sorting import NEWEST_FIRST, Sort
from tui.filtering.views import View
from tui.model.columns import COLUMNS
from tui.model.order import InvalidRow
from tui.model.state import SearchResult, State
from tui.ui.main_screen.status_lines import empty_text
from tui.ui.text import Line, Span, clip, fit, wrap
from tui.ui.theme.terminal_output import Glyphs

if TYPE_CHECKING:
    from tui.filtering.lexer import QueryError

_MAX_FILTER_WIDTH = 60
_NAME_WIDTH = 22
_MAX_PROBLEM_LINES = 3

READING = "reading the history"


def filter_line(
    text: str, rows: ArrangedRows, state: State, now: float, *, typing: bool, clear: str
) -> Line:
    """The filter, how many orders match it, how many were searched for that, and what the server's
    search found. While it is being typed, its text is above; `clear` is a key, or empty.
    """
    shown: Line = ((" ", "plain"),)
    if not typing:
        shown_text = clip(((text, "accent"),), _MAX_FILTER_WIDTH)
        shown = ((" filter ", "dim"), *shown_text, ("  ", "plain"))
    total = len(state.orders)
    known = " known" if state.is_partially_loaded else ""
    matching, of = formatting.count(len(rows.rows)), formatting.count(total)
    line: Line = (*shown, (f"{matching} of {of}{known}", "strong"))
    if rows.is_pending and not rows.rows:
        line = (*shown, (f"comparing {of} orders", "warning"))
    elif rows.is_pending:
        line = (*line, ("  comparing", "warning"))
    elif doing := unfinished(rows, state):
        line = (*line, (f"  {doing}", "warning"))
    elif rows.needs_detail:
        line = (*line, ("  ", "plain"), _indexing(rows, state))
    elif rows.needed and not rows.unsortable:
        line = (*line, ("  all searched", "dim"))
    if state.past is None and (search := _search_text(rows.server_search, now)):
        line = (*line, (f"  {search}", "dim"))
    return (*line, (f"  {clear}: clear", "dim")) if clear and not typing else line


def _indexing(rows: ArrangedRows, state: State) -> Span:
    """How many of the orders were read whose details the filter or the sort order needs."""
    read, needed = formatting.count(rows.indexed), formatting.count(rows.needed)
    doing = "indexing" if state.past is None else "details recorded"
    return (f"{doing} {read}/{needed}", "warning")


def _search_text(search: ServerSearchPlan, now: float) -> str:
    """What the server's own search found and when; empty if none is needed."""
    if results := [result for result in search.results if not result.failed]:
        at = formatting.time_with_date(min(result.sent.wall for result in results), now)
        unread = f", {len(search.read_first)} to read" if search.read_first else ""
        return f"server search: {_count(results)} at {at}{unread}"
    if search.is_pending:
        return "server search pending"
    return "server search failed" if search.results else ""


def _count(results: Sequence[SearchResult]) -> str:
    """How many orders were found; several searches may have found the same."""
    ids = len(frozenset[str]().union(*(result.ids for result in results)))
    if len(results) == 1 and results[0].count > ids:
        return str(results[0].count)
    return f"{'' if all(result.is_complete for result in results) else 'at least '}{ids}"


def problem_lines(problem: "QueryError", width: int) -> list[Line]:
    """What is wrong with the text that was typed."""
    lines = wrap(problem.message, width - 2, _MAX_PROBLEM_LINES)
    return [((f" {line}", "error"),) for line in lines]


def no_match_lines(
    text: str, rows: ArrangedRows, state: State, width: int, clear: str
) -> list[Line]:
    """What an empty table says of the filter; `clear` is a key, or empty."""
    second = f"{clear}: clear the filter" if clear else ""
    if rows.is_pending:
        count = formatting.count(len(state.orders))
        return empty_text(f"Comparing {count} orders with {text}.", second, width)
    if unfinished(rows, state):
        return empty_text(f"No match yet for {text}: the history is being read.", second, width)
    if rows.needs_detail:
        count = formatting.count(len(rows.needs_detail))
        first = f"No match yet for {text}: {count} orders are not read."
        if state.past is not None:
            first = f"No match for {text}: {count} orders have no recorded details."
        return empty_text(first, second, width)
    matches = "matches" if state.past is None else "is known to match"
    return empty_text(f"No order {matches} {text}.", second, width)


def sort_text(sort: Sort) -> str:
    """`longest first, then by file`. The last key is left out if it is "newest first"."""
    keys = sort[:-1] if len(sort) > 1 and sort[-1:] == NEWEST_FIRST else sort
    columns = [(COLUMNS[key.column], key.descending) for key in keys]
    return ", then ".join(
        column.descending if descending else column.ascending for column, descending in columns
    )


def sort_line(sort: Sort, rows: ArrangedRows, state: State) -> Line:
    """The sort order, unless it is the list's own, and how many rows were read for it, or what it
    waits for.
    """
    if sort == NEWEST_FIRST:
        return ()
    line: Line = ((sort_text(sort), "plain"),)
    if doing := unfinished(rows, state):
        return (*line, (f"  {doing}", "warning"))
    return (*line, ("  ", "plain"), _indexing(rows, state)) if rows.unsortable else line


def unfinished(rows: ArrangedRows, state: State) -> str:
    """What filter and sort order wait for; empty if the rows are what they can be."""
    if rows.is_pending:
        return "sorting"
    is_read = state.has_all_timings or state.past is not None
    return "" if is_read or not rows.needs_all_timings else READING


def sort_marks(sort: Sort, glyphs: Glyphs) -> dict[str, str]:
    """Return the sort arrows by column; none for the order of the list itself."""
    if sort == NEWEST_FIRST:
        return {}
    return {key.column: glyphs.descending if key.descending else glyphs.ascending for key in sort}


def view_line(number: int, view: View, width: int) -> str:
    """A view to choose from: key, name, filter and sort order."""
    key = str(number) if number <= 9 else " "
    shown = view.filter or "no filter"
    sort = "" if view.sort == NEWEST_FIRST else f"; {sort_text(view.sort)}"
    return fit(f"{key}  {fit(view.name, _NAME_WIDTH)}  {shown}{sort}", width).rstrip()


def unreadable_lines(rows: Sequence[InvalidRow], width: int) -> list[Line]:
    """Why each invalid row of the list can't be read."""
    texts = (f"row {row.position + 1}: {row.reason}" for row in rows)
    return [((line, "plain"),) for text in texts for line in wrap(text, width, 3)]
