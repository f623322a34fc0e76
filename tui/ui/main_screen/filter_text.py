"""What is said of a filter. Pure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tui import formatting
from tui.filtering.row_arranger import MAX_DETAIL_FETCHES, ArrangedRows
from tui.filtering.server_filters import ServerSearchPlan
from tui.model.state import SearchResult, State
from tui.ui.text import Line, fit

if TYPE_CHECKING:
    from tui.filtering.lexer import QueryError

_LONGEST = 60


def filter_line(text: str, shown: ArrangedRows, state: State, now: float) -> Line:
    """The filter, how many of all orders match it, and how many may; what the server finds."""
    told: Line = ((fit(text, min(len(text), _LONGEST)), "accent"),)
    known = " known" if state.is_partially_loaded else ""
    told = (*told, (f"  {len(shown.rows)} of {len(state.orders)}{known}", "strong"))
    if shown.needs_detail:
        told = (*told, (f", {len(shown.needs_detail)} not yet read", "warning"))
    if len(shown.needs_detail) > MAX_DETAIL_FETCHES and not shown.server_search.read_first:
        told = (*told, (": too many, narrow it down", "warning"))
    search = _search_text(shown.server_search, now)
    return (*told, (f"; {search}", "dim")) if search else told


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


def problem_line(problem: "QueryError") -> Line:
    """What is wrong with what was typed, and where."""
    return ((f"! at {problem.position + 1}: {problem.message}", "error"),)


def nothing_matches(text: str, shown: ArrangedRows, width: int, clear: str = "esc") -> list[Line]:
    """What stands in the place of the rows where there are none; `clear` is a key."""
    first = f"No order matches {text}."
    second = f"{clear} clears the filter."
    if shown.needs_detail:
        second = f"{len(shown.needs_detail)} orders are not yet read; {second}"
    return [(), ((fit("  " + first, width), "plain"),), ((fit("  " + second, width), "dim"),)]


def seen_values(state: State) -> Mapping[str, list[str]]:
    """What was seen of the filter's keys, to complete what is typed."""
    details = [reading.detail for reading in state.details.values()]
    jobs = [job for detail in details for job in detail.jobs]
    labels = [detail.label for detail in details] + [job.label for job in jobs]
    return {
        "status": sorted(word.lower() for word in state.status_counts),
        "profile": sorted({job.profile.name for job in jobs if job.profile.name}),
        "label": sorted({label for label in labels if label}),
    }
