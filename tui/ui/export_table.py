"""Export the rows on screen as a text table for people. Pure.

Times are local; long texts are cut in the middle. The lines at the top describe the table.
"""

import math
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from rich.cells import cell_len

from tui import formatting
from tui.model.columns import COLUMNS, Column, Kind, Value
from tui.model.export import ExportRequest, metadata, read_times
from tui.model.order import OrderSummary
from tui.model.order_facts import (
    ListStatus,
    OrderFacts,
    facts_of,
    list_status,
    observed_until,
)
from tui.ui import timing_text
from tui.ui.order_presenter import ObservedTimes
from tui.ui.text import fit_middle, fit_right

_MAX_WIDTH, _MAX_LAST_WIDTH = 40, 100
"""In cells; the last column may be wider than the others."""


class _Column(NamedTuple):
    title: str
    is_number: bool = False


_SHOWN = {name: each for name, each in COLUMNS.items() if each.export}
*_FIRST, _LAST = _SHOWN.values()
_LAYOUT = [
    *(_Column(each.header, each.is_number or each.kind is Kind.PROGRESS) for each in _FIRST),
    _Column("STATUS READ"),
    _Column("DETAILS READ"),
    _Column(_LAST.header),
]


def table_lines(request: ExportRequest) -> Iterator[str]:
    """Build the rows twice: all cells of 100,000 rows would take too much memory."""
    limits = [*[_MAX_WIDTH] * (len(_LAYOUT) - 1), _MAX_LAST_WIDTH]
    titles = [column.title for column in _LAYOUT]
    widths = [len(title) for title in titles]
    for cells in _rows(request):
        for at, (cell, limit) in enumerate(zip(cells, limits, strict=True)):
            if len(cell) > widths[at] or not cell.isascii():
                widths[at] = max(widths[at], min(limit, cell_len(cell)))
    yield from _about_lines(request)
    for cells in chain([titles], _rows(request)):
        fitted = (
            fit_right(cell, width) if column.is_number else fit_middle(cell, width)
            for cell, width, column in zip(cells, widths, _LAYOUT, strict=True)
        )
        yield "  ".join(fitted).rstrip()


def _about_lines(request: ExportRequest) -> list[str]:
    about, as_of = metadata(request), request.state.as_of
    count = f"{about['orders']} orders of company {request.company} at {request.host}"
    parts = [count, f"{about['without_details']} without details"]
    if request.filter:
        parts.insert(1, f"filter {request.filter}")
    if "read" in about:
        parts.append(f"{about['read']} of {about.get('listed') or '?'} in the list read so far")
    read = "no list yet" if as_of is None else f"list of {formatting.local_time(as_of.wall)}"
    now = request.now.wall
    exported = f"exported {formatting.local_time(now)}, {formatting.utc_offset(now)}"
    return [
        f"# {', '.join(parts)}",
        f"# {read} ({about['list']}), {exported}",
        "# ~62 %: the progress is older than the status, or the order is gone; >4m12s: at least",
    ]


def _rows(request: ExportRequest) -> Iterator[list[str]]:
    return (_cells(request, summary) for summary in request.rows)


def _cells(request: ExportRequest, summary: OrderSummary) -> list[str]:
    facts = facts_of(request.state, summary)
    read = read_times(request.state, summary, facts)
    may_change = facts.gone or not facts.phase.is_final
    is_old = may_change and (read.progress or 0) < (read.status or math.inf)
    texts = {
        name: _text(column, column.value(facts), is_old=is_old)
        if column.observed is None
        else _observed_text(name, facts, request, is_old=is_old)
        for name, column in _SHOWN.items()
    }
    texts["status"] = "GONE" if facts.gone else facts.status
    *cells, last = texts.values()
    return [*cells, _local(read.status), _local(read.detail), last]


def _observed_text(name: str, facts: OrderFacts, request: ExportRequest, *, is_old: bool) -> str:
    state, mono = request.state, request.now.mono
    observed, progress_at = observed_until(state, mono), facts.progress_at
    times = None
    if observed is not None and not (facts.phase.is_final or facts.gone):
        at = None if progress_at is None else state.wall_at(progress_at)
        times = ObservedTimes(observed, at or observed)
    is_frozen = list_status(state, mono) is not ListStatus.LIVE
    wall = request.now.wall
    return timing_text.cell(name, facts, times, wall, is_frozen=is_frozen, is_old=is_old)[0]


def _text(column: Column, value: Value, *, is_old: bool) -> str:
    """Return the text of a value; empty if it is unknown."""
    if value is None:
        return ""
    match column.kind:
        case Kind.PROGRESS:
            return formatting.percent(value, old=is_old)
        case Kind.TIME:
            return _local(value)
        case Kind.BYTES:
            return formatting.size(value)
        case Kind.SECONDS:
            return formatting.duration(value)
    return str(value)


def _local(wall: float | None) -> str:
    return "" if wall is None else formatting.local_time(wall)
