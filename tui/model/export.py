"""Export the rows on screen as CSV, JSON lines or a text table. Pure.

Times are ISO 8601 in UTC, sizes bytes, durations seconds, progress percent. Unknown values are
empty (`null` in JSON). The first line describes the file and its time.
"""

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec

from tui.model.columns import COLUMNS, Column, Kind
from tui.model.events import ClockReading
from tui.model.order import OrderSummary
from tui.model.order_facts import OrderFacts, facts_of, fresher_detail, list_status
from tui.model.state import State


class ExportFormat(Enum):
    """The value is the file extension."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    TABLE = "txt"


class ExportRequest(msgspec.Struct, frozen=True):
    """The table at `now`: `rows` of `state` in their order, matched by `filter`."""

    state: State
    rows: Sequence[OrderSummary]
    filter: str
    host: str
    company: str
    now: ClockReading


_FIELDS = (
    *("id", "status", "gone", "created", "read_at", "progress", "progress_read_at"),
    *("file", "label", "profiles", "size", "duration", "detail_read_at", "comment"),
)
FIELDS = tuple(
    dict.fromkeys([*_FIELDS, *(each.export for each in COLUMNS.values() if each.export)])
)
"""The fields of a row. `read_at` is when the status was requested, `progress_read_at` the progress,
`detail_read_at` everything from the file to the comment. Fields of new columns follow the others.
"""

ExportRow = Mapping[str, object]
"""The fields of one order. None is unknown."""


def export(
    request: ExportRequest,
    kind: ExportFormat,
    width: Callable[[str], int],
    fit: Callable[[str, int], str],
) -> Iterator[bytes]:
    """Return the lines of the file in UTF-8. `width` measures a text in terminal cells, and `fit`
    cuts or pads one to a width.
    """
    match kind:
        case ExportFormat.CSV:
            lines = _csv(request)
        case ExportFormat.JSON_LINES:
            lines = _json_lines(request)
        case ExportFormat.TABLE:
            lines = _table(request, width, fit)
    return (line.encode() + b"\n" for line in lines)


def _about(request: ExportRequest) -> dict[str, object]:
    """Describe the file. `list` is the status of the list: live, stale, paused or connecting. If it
    is not completely read yet, `read` of `listed` orders are.
    """
    state, coverage = request.state, request.state.coverage
    about: dict[str, object] = {
        "orders": len(request.rows),
        "company": request.company,
        "host": request.host,
        "as_of": None if state.as_of is None else iso(state.as_of.wall),
        "list": list_status(state, request.now.mono).value,
        "exported": iso(request.now.wall),
    }
    if request.filter:
        about["filter"] = request.filter
    if coverage is not None and state.is_partially_loaded:
        about["read"] = coverage.scanned
        if coverage.total is not None:
            about["listed"] = coverage.total
    return about


def _about_line(request: ExportRequest) -> str:
    about = _about(request)
    as_of = "no list yet" if about["as_of"] is None else f"as of {about['as_of']}"
    orders = f"{about['orders']} orders of company {request.company} at {request.host}"
    parts = [f"# {orders} {as_of} ({about['list']})"]
    if "read" in about:
        parts.append(f"{about['read']} of {about.get('listed') or '?'} read")
    if request.filter:
        parts.append(f"filter {request.filter}")
    return ", ".join([*parts, f"exported {about['exported']}"])


def rows_of(request: ExportRequest) -> Iterator[ExportRow]:
    return (_row(request.state, summary) for summary in request.rows)


def _row(state: State, summary: OrderSummary) -> ExportRow:
    facts, timed = facts_of(state, summary), state.details.get(summary.id)
    listed_at = state.listed_at(summary.id)
    listed = None if facts.gone else _at(state, listed_at)
    read = None if timed is None else iso(timed.sent.wall)
    is_fresher = not facts.gone and fresher_detail(summary, listed_at, timed) is not None
    progress_read = read if timed is not None and facts.progress_at == timed.sent.mono else listed
    known: dict[str, object] = {
        "gone": facts.gone,
        "read_at": read if is_fresher else listed,
        "progress_read_at": None if facts.progress is None else progress_read,
        "detail_read_at": read,
    }
    known |= {each.export: _value(each, facts) for each in COLUMNS.values() if each.export}
    return {name: known[name] for name in FIELDS}


def _value(column: Column, facts: OrderFacts) -> object:
    value: Any = (column.export_value or column.value)(facts)
    return iso(value) if column.kind is Kind.TIME and value is not None else value


def _at(state: State, mono: float) -> str | None:
    """Convert a monotonic time to wall time; the list was read at a reading of both clocks."""
    if state.as_of is None or not math.isfinite(mono):
        return None
    return iso(state.as_of.wall + (mono - state.as_of.mono))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(1024)
def iso(wall: float) -> str:
    """UTC epoch seconds as `2021-09-08T09:15:55.875827Z`."""
    return (_EPOCH + timedelta(seconds=wall)).isoformat().replace("+00:00", "Z")


def _json_lines(request: ExportRequest) -> Iterator[str]:
    encode = msgspec.json.Encoder().encode
    yield encode({"about": _about(request)}).decode()
    for row in rows_of(request):
        yield encode(row).decode()


class _Echo:
    """A file for `csv.writer` whose `write` returns the line."""

    def write(self, text: str) -> str:
        return text


def _csv(request: ExportRequest) -> Iterator[str]:
    line = csv.writer(_Echo(), lineterminator="").writerow
    yield line([_about_line(request)])
    yield line(FIELDS)
    for row in rows_of(request):
        yield line([escape_formula(cell) for cell in cells_of(row)])


_FORMULA = frozenset("=+-@'")


def escape_formula(text: str) -> str:
    """Return `text` with a leading `'` if a spreadsheet could evaluate it as a formula, or if it
    starts with a `'` already, so that removing one `'` restores it.
    """
    return f"'{text}" if text[:1] in _FORMULA else text


def cells_of(row: ExportRow) -> list[str]:
    """Return the row as texts; unknown values are empty."""
    return [_cell(value) for value in row.values()]


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return "; ".join(value)
    return str(value)


_MAX_WIDTH = 60
"""Wider cells of a text table are cut, except in the last column."""


def _table(
    request: ExportRequest, width: Callable[[str], int], fit: Callable[[str, int], str]
) -> Iterator[str]:
    """Build the rows twice: all cells of 100,000 rows would take too much memory."""
    titles = [name.replace("_", " ").upper() for name in FIELDS]
    widths = [len(title) for title in titles]
    for row in rows_of(request):
        for column, cell in enumerate(cells_of(row)):
            if len(cell) > widths[column] or not cell.isascii():
                widths[column] = max(widths[column], min(_MAX_WIDTH, width(cell)))
    yield _about_line(request)
    for cells in chain([titles], map(cells_of, rows_of(request))):
        fitted = list(map(fit, cells, widths))
        yield "  ".join([*fitted[:-1], cells[-1]]).rstrip()
