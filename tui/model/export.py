"""The rows on screen as a file: CSV, JSON lines, or a text table. Pure.

Times are ISO 8601 in UTC, sizes bytes, durations seconds, progress percent. What is not known
is empty (`null` in JSON), never a guess. The first line says what this is and as of when.
"""

import csv
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from itertools import chain
from typing import Protocol

import msgspec

from tui.model.events import ClockReading
from tui.model.order import OrderSummary
from tui.model.order_facts import OrderFacts, facts_of, fresher_detail, list_status
from tui.model.state import State


class ExportFormat(Enum):
    """The value is the ending of the file's name."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    TABLE = "txt"


class ExportRequest(msgspec.Struct, frozen=True):
    """What the table shows at `now`: `rows` of `state` in their order, found by `filter`."""

    state: State
    rows: Sequence[OrderSummary]
    filter: str
    host: str
    company: str
    now: ClockReading


class ExportHeader(msgspec.Struct, frozen=True, omit_defaults=True):
    """`list` is the word of the status line: live, stale, paused or connecting. Where the list
    was not read to its end yet, `read` of `listed` orders were.
    """

    orders: int
    company: str
    host: str
    as_of: str | None
    list: str
    exported: str
    filter: str = ""
    read: int | None = None
    listed: int | None = None


class ExportRow(msgspec.Struct, frozen=True):
    """What is known of one order. `read_at` is when its status was asked for, `progress_read_at`
    its progress, and `detail_read_at` everything from the file to the comment. When an order
    that is gone was last listed is not kept.
    """

    id: str
    status: str
    gone: bool
    created: str | None
    read_at: str | None
    progress: float | None
    progress_read_at: str | None
    file: str | None
    label: str | None
    profiles: tuple[str, ...] | None
    size: int | None
    duration: float | None
    detail_read_at: str | None
    comment: str | None


COLUMNS = ExportRow.__struct_fields__


class TextMeasure(Protocol):
    """How wide a text is, and how it is brought to a width, in cells."""

    def width(self, text: str) -> int: ...

    def fit(self, text: str, width: int) -> str: ...


def export(sheet: ExportRequest, kind: ExportFormat, measure: TextMeasure) -> Iterator[bytes]:
    """The file's lines in UTF-8."""
    made = {ExportFormat.CSV: _csv, ExportFormat.JSON_LINES: _json_lines}
    lines = made[kind](sheet) if kind in made else _table(sheet, measure)
    return (line.encode() + b"\n" for line in lines)


def export_header(sheet: ExportRequest) -> ExportHeader:
    state, coverage = sheet.state, sheet.state.coverage
    part = coverage if coverage is not None and coverage.complete_since is None else None
    return ExportHeader(
        len(sheet.rows),
        sheet.company,
        sheet.host,
        None if state.as_of is None else iso(state.as_of.wall),
        list_status(state, sheet.now.mono).value,
        iso(sheet.now.wall),
        sheet.filter,
        None if part is None else part.scanned,
        None if part is None else part.total,
    )


def rows_of(sheet: ExportRequest) -> Iterator[ExportRow]:
    """The rows in their order."""
    state = sheet.state
    for summary in sheet.rows:
        facts, reading = facts_of(state, summary), state.details.get(summary.id)
        listed_at = state.listed_at(summary.id)
        listed = None if facts.gone else _at(state, listed_at)
        read = None if reading is None else iso(reading.sent.wall)
        newer = None if facts.gone else fresher_detail(summary, listed_at, reading)
        of_detail = reading is not None and facts.progress_at == reading.sent.mono
        yield _row(
            facts,
            read_at=listed if newer is None else read,
            progress_read_at=read if of_detail else listed if facts.progress is not None else None,
            detail_read_at=read,
        )


def _row(
    facts: OrderFacts,
    *,
    read_at: str | None,
    progress_read_at: str | None,
    detail_read_at: str | None,
) -> ExportRow:
    detail = facts.detail
    return ExportRow(
        id=facts.id,
        status=facts.status,
        gone=facts.gone,
        created=None if facts.created is None else iso(facts.created),
        read_at=read_at,
        progress=facts.progress,
        progress_read_at=progress_read_at,
        file=facts.filename,
        label=facts.label,
        profiles=None if detail is None else tuple(job.profile.name or "" for job in detail.jobs),
        size=None if detail is None else detail.size,
        duration=None if detail is None else detail.duration,
        detail_read_at=detail_read_at,
        comment=None if detail is None else detail.comment,
    )


def _at(state: State, mono: float) -> str | None:
    """A time of the monotonic clock as one of the wall's, told by what the list has of both."""
    if state.as_of is None or not math.isfinite(mono):
        return None
    return iso(state.as_of.wall + (mono - state.as_of.mono))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(1024)
def iso(wall: float) -> str:
    """UTC epoch seconds as `2021-09-08T09:15:55.875827Z`."""
    return (_EPOCH + timedelta(seconds=wall)).isoformat().replace("+00:00", "Z")


def _json_lines(sheet: ExportRequest) -> Iterator[str]:
    encode = msgspec.json.Encoder().encode
    yield encode({"about": export_header(sheet)}).decode()
    for row in rows_of(sheet):
        yield encode(row).decode()


class _Echo:
    """What `csv` writes to: the line comes back."""

    def write(self, text: str) -> str:
        return text


def _csv(sheet: ExportRequest) -> Iterator[str]:
    line = csv.writer(_Echo(), lineterminator="").writerow
    yield line([f"# {header_line(export_header(sheet))}"])
    yield line(COLUMNS)
    for row in rows_of(sheet):
        yield line([escape_formula(cell) for cell in cells_of(row)])


_FORMULA = frozenset("=+-@'")


def escape_formula(text: str) -> str:
    """`text` with a `'` before it where a spreadsheet would take it for a formula, and where it
    has one already, so that the first `'` is never its own.
    """
    return f"'{text}" if text[:1] in _FORMULA else text


def cells_of(row: ExportRow) -> list[str]:
    """The row as texts, empty where nothing is known."""
    return [_cell(value) for value in msgspec.structs.astuple(row)]


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return "; ".join(value)
    return str(value)


_WIDEST = 60
"""Cells of a text table that are wider are cut, but for those of the last column."""


def _table(sheet: ExportRequest, measure: TextMeasure) -> Iterator[str]:
    """Read twice: the widths of a hundred thousand rows are few, their cells are not."""
    titles = [name.replace("_", " ").upper() for name in COLUMNS]
    widths = [len(title) for title in titles]
    for row in rows_of(sheet):
        for column, cell in enumerate(cells_of(row)):
            if len(cell) > widths[column] or not cell.isascii():
                widths[column] = max(widths[column], min(_WIDEST, measure.width(cell)))
    yield f"# {header_line(export_header(sheet))}"
    for cells in chain([titles], map(cells_of, rows_of(sheet))):
        fitted = [measure.fit(cell, width) for cell, width in zip(cells, widths, strict=True)]
        yield "  ".join([*fitted[:-1], cells[-1]]).rstrip()


def header_line(what: ExportHeader) -> str:
    """What the file is, in one line."""
    as_of = "no list yet" if what.as_of is None else f"as of {what.as_of}"
    said = [f"{what.orders} orders of company {what.company} at {what.host} {as_of} ({what.list})"]
    if what.read is not None:
        said.append(f"{what.read} of {what.listed or '?'} read")
    if what.filter:
        said.append(f"filter {what.filter}")
    return ", ".join([*said, f"exported {what.exported}"])
