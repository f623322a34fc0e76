"""What is said of a filter. Pure."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui.model.arrange import MOST_NEEDED, Arranged
from tui.model.state import State
from tui.ui.spans import Line, fit

if TYPE_CHECKING:
    from tui.model.query import QueryError

_LONGEST = 60


def filter_line(text: str, shown: Arranged, state: State) -> Line:
    """The filter, how many of all orders match it, and how many may."""
    told: Line = ((fit(text, min(len(text), _LONGEST)), "accent"),)
    known = " known" if state.is_partly_read else ""
    told = (*told, (f"  {len(shown.rows)} of {len(state.orders)}{known}", "strong"))
    if shown.undecided:
        count = len(shown.undecided)
        more = "" if count <= MOST_NEEDED else ": too many, narrow it down"
        told = (*told, (f", {count} not yet read{more}", "warning"))
    return told


def problem_line(problem: "QueryError") -> Line:
    """What is wrong with what was typed, and where."""
    return ((f"! at {problem.position + 1}: {problem.sentence}", "error"),)


def nothing_matches(text: str, shown: Arranged, width: int, clear: str = "esc") -> list[Line]:
    """What stands in the place of the rows where there are none; `clear` is a key."""
    first = f"No order matches {text}."
    second = f"{clear} clears the filter."
    if shown.undecided:
        second = f"{len(shown.undecided)} orders are not yet read; {second}"
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
