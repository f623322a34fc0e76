"""Export the rows on screen for programs, as CSV or JSON Lines. Pure.

Times are ISO 8601 in UTC, sizes bytes, durations seconds, progress percent. Unknown values are
empty (`null` in JSON). A second file has what is known of the whole: `meta_json`.
"""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from tui.model.columns import COLUMNS, Column, Kind
from tui.model.events import ClockReading
from tui.model.order import OrderSummary
from tui.model.order_facts import OrderFacts, facts_of, fresher_detail, list_status, observed_until
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
_EXPORTED = [each for each in COLUMNS.values() if each.export and each.observed is None]
_OBSERVED = {
    each.export: each for each in COLUMNS.values() if each.export and each.observed is not None
}
FIELDS = (
    *dict.fromkeys([*_FIELDS, *(each.export for each in _EXPORTED)]),
    "stalled",
    *(f"{name}_{end}" for name in _OBSERVED for end in ("from", "to")),
)
"""The fields of a row. `read_at` is when the status was requested, `progress_read_at` the progress,
`detail_read_at` everything from the file to the comment. Fields of new columns follow the others.
What the history knows is in two fields, the least and the greatest value that it may have; the
remaining time is that at `progress_read_at`.
"""

ExportRow = Mapping[str, object]
"""The fields of one order. None is unknown."""


def export(request: ExportRequest, kind: ExportFormat) -> Iterator[str]:
    """Return the lines of the file, which is no text table."""
    return _csv(request) if kind is ExportFormat.CSV else _json_lines(request)


def meta_json(request: ExportRequest) -> bytes:
    """Return what is known of the whole export, as a JSON file."""
    return msgspec.json.format(msgspec.json.encode(metadata(request))) + b"\n"


def without_details(request: ExportRequest) -> int:
    """Return how many rows lack everything from the file to the comment."""
    return sum(summary.id not in request.state.details for summary in request.rows)


def metadata(request: ExportRequest) -> Mapping[str, object]:
    """Describe the file. `list` is the status of the list: live, stale, paused or connecting. If it
    is not completely read yet, `read` of `listed` orders are.
    """
    state, coverage = request.state, request.state.coverage
    about: dict[str, object] = {
        "orders": len(request.rows),
        "without_details": without_details(request),
        "company": request.company,
        "host": request.host,
        "as_of": _iso(None if state.as_of is None else state.as_of.wall),
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


def rows_of(request: ExportRequest) -> Iterator[ExportRow]:
    until = observed_until(request.state, request.now.mono) or request.now.wall
    return (_row(request.state, summary, until) for summary in request.rows)


class ReadTimes(NamedTuple):
    """When the facts of an order were requested, in UTC epoch seconds; None is unknown."""

    status: float | None
    progress: float | None
    detail: float | None


def read_times(state: State, summary: OrderSummary, facts: OrderFacts) -> ReadTimes:
    timed, listed_at = state.details.get(summary.id), state.listed_at(summary.id)
    listed = None if facts.gone else state.wall_at(listed_at)
    detail = None if timed is None else timed.sent.wall
    is_fresher = not facts.gone and fresher_detail(summary, listed_at, timed) is not None
    is_of_detail = timed is not None and facts.progress_at == timed.sent.mono
    progress = detail if is_of_detail else listed
    return ReadTimes(
        detail if is_fresher else listed, None if facts.progress is None else progress, detail
    )


def _row(state: State, summary: OrderSummary, until: float) -> ExportRow:
    facts = facts_of(state, summary)
    status, progress, detail = read_times(state, summary, facts)
    known: dict[str, object] = {
        "gone": facts.gone,
        "read_at": _iso(status),
        "progress_read_at": _iso(progress),
        "detail_read_at": _iso(detail),
    }
    known |= {each.export: _value(each, facts) for each in _EXPORTED}
    known["stalled"] = None if facts.timing is None else facts.is_stalled
    for name, column in _OBSERVED.items():
        at = state.wall_at(facts.progress_at) if name == "eta" and facts.progress_at else None
        known[f"{name}_from"], known[f"{name}_to"] = _bounds(column, facts, at or until)
    return {name: known[name] for name in FIELDS}


def _value(column: Column, facts: OrderFacts) -> object:
    value: Any = (column.export_value or column.value)(facts)
    return _iso(value) if column.kind is Kind.TIME else value


def _bounds(column: Column, facts: OrderFacts, now: float) -> tuple[object, object]:
    """Return the least and the greatest value at `now`; None is not known."""
    value = None if column.observed is None else column.observed.of(facts, now)
    if value is None:
        return None, None
    ends = (end if math.isfinite(end) else None for end in (value.least, value.most))
    least, most = (None if end is None else _written(column, end) for end in ends)
    return least, most


def _written(column: Column, value: float) -> object:
    return iso(value) if column.kind is Kind.TIME else round(value, 1)


def _iso(wall: float | None) -> str | None:
    return None if wall is None else iso(wall)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(1024)
def iso(wall: float) -> str:
    """UTC epoch seconds as `2021-09-08T09:15:55.875827Z`."""
    return (_EPOCH + timedelta(seconds=wall)).isoformat().replace("+00:00", "Z")


def _json_lines(request: ExportRequest) -> Iterator[str]:
    encode = msgspec.json.Encoder().encode
    for row in rows_of(request):
        yield encode(row).decode()


class _Echo:
    """A file for `csv.writer` whose `write` returns the line."""

    def write(self, text: str) -> str:
        return text


def _csv(request: ExportRequest) -> Iterator[str]:
    line = csv.writer(_Echo(), lineterminator="").writerow
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
