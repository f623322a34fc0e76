"""What is said of a filter. Pure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tui import formatting
from tui.filtering.row_arranger import MAX_DETAIL_FETCHES, ArrangedRows
from tui.filtering.server_filters import ServerSearchPlan
from tui.model.server_search import SearchResult
from tui.model.state import State
from tui.ui.text import Line, fit

if TYPE_CHECKING:
    from tui.filtering.lexer import QueryError

_LONGEST = 60


_NAMES = {
    "search": "text",
    "profile_name": "profile",
    "status": "status",
    "order_id": "id",
    "timestamp": "time",
}


def filter_line(text: str, shown: ArrangedRows, state: State, now: float) -> Line:
    """The filter, how many of all orders match it, and how many may; what the server finds."""
    told: Line = ((fit(text, min(len(text), _LONGEST)), "accent"),)
    known = " known" if state.is_partly_read else ""
    told = (*told, (f"  {len(shown.rows)} of {len(state.orders)}{known}", "strong"))
    if shown.needs_detail:
        told = (*told, (f", {len(shown.needs_detail)} not yet read", "warning"))
    if len(shown.needs_detail) > MAX_DETAIL_FETCHES and not _finds_few(shown.sought):
        told = (*told, (": too many, narrow it down", "warning"))
    served = _served_words(shown.sought, now)
    return (*told, (f"; {served}", "dim")) if served else told


def _finds_few(sought: ServerSearchPlan) -> bool:
    """Whether the server has found some, and no more than are read for a filter."""
    some = len(sought.needs_detail) <= MAX_DETAIL_FETCHES and any(each.ids for each in sought.found)
    return some and all(each.whole for each in sought.found)


def _served_words(sought: ServerSearchPlan, now: float) -> str:
    """What the server has said itself, and when. It is never said that it has found all."""
    if sought.ignored:
        names = " or ".join(_NAMES[name] for name in sorted(sought.ignored))
        return f"the server itself does not look by {names}"
    if found := sought.found:
        at = formatting.time_with_date(min(each.at.wall for each in found), now)
        left = f", {len(sought.needs_detail)} of them to be read" if sought.needs_detail else ""
        return f"the server itself found {_count(found)} at {at}{left}"
    if sought.is_pending:
        return "the server itself has not looked yet"
    if any(each.failed for each in sought.answers):
        return "the server did not answer when asked to look"
    return ""


def _count(found: Sequence[SearchResult]) -> str:
    """How many orders were found; one may have been found by several names."""
    seen = len(frozenset[str]().union(*(each.ids for each in found)))
    if len(found) == 1 and found[0].count > seen:
        return str(found[0].count)
    return f"{'' if all(each.whole for each in found) else 'at least '}{seen}"


def problem_line(problem: "QueryError") -> Line:
    """What is wrong with what was typed, and where."""
    return ((f"! at {problem.position + 1}: {problem.sentence}", "error"),)


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
        "status": sorted(word.lower() for word in state.words),
        "profile": sorted({job.profile.name for job in jobs if job.profile.name}),
        "label": sorted({label for label in labels if label}),
    }
