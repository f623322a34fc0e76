"""The lines of the orders table: headings of groups, and rows. Pure."""

from functools import lru_cache
from itertools import takewhile

from rich.cells import cell_len

from tui import formatting
from tui.filtering.groups import Group
from tui.model.columns import COLUMNS, PERCENT_WIDTH, Column, Kind, failure_reason
from tui.model.order import Phase
from tui.ui import timing_text
from tui.ui.main_screen.table_columns import GAP, Columns
from tui.ui.order_presenter import RowModel, status_span
from tui.ui.text import Line, Span, bar, fit, fit_middle, fit_right
from tui.ui.theme.terminal_output import Glyphs

_MIN_BAR, _MAX_BAR = 10, 24
_GLYPH_WIDTH = 2
"""The width of a status column without words."""
_FAILED_WIDTH = len("✖ ERROR")


def heading_line(group: Group, width: int, glyphs: Glyphs, *, faded: bool = False) -> Line:
    """Return the heading of a group: its title, how many rows it has, and a rule. It has no color
    if it is `faded`, because the list is not live.
    """
    role = group.role if group.size and not faded else "dim"
    title = f"{group.title} {formatting.count(group.size)}"
    rule = glyphs.rule * max(0, width - len(title) - 3)
    return ((f"{glyphs.rule} ", "faint"), (title, role), (f" {rule}", "faint"))


def row_line(
    row: RowModel, columns: Columns, glyphs: Glyphs, *, cursor: bool = False, marked: bool = False
) -> Line:
    facts = row.facts
    recedes = facts.phase is Phase.FINISHED and not facts.gone
    cells: list[Span] = []
    gap: Span = (f"{glyphs.cursor if cursor else ' '}{glyphs.mark if marked else ' '}", "accent")
    if facts.phase is Phase.ERROR and not facts.gone:
        columns = _with_room_for_a_reason(columns)
    elif facts.is_stalled:
        columns = _without(("eta",), columns)
    for name, width in columns:
        cells.append(gap)
        gap = (" " * GAP, "plain")
        column = COLUMNS[name]
        match column.kind:
            case Kind.FILE:
                cells.append(_file(row, width, recedes=recedes))
            case Kind.STATUS:
                cells.append(_status(row, glyphs, width, recedes=recedes))
            case Kind.PROGRESS:
                cells += _progress(row, width, glyphs)
            case _ if column.observed is not None:
                align = fit_right if column.is_number else fit
                text, is_old = timing_text.cell(
                    name, facts, row.times, row.now, is_frozen=row.is_frozen, is_old=row.old
                )
                text = text if cell_len(text) <= width else text.replace(" min", "m")
                cells.append((align(text, width), "stale" if is_old else "dim"))
            case kind:
                align = fit_right if column.is_number else fit
                role = "plain" if kind is Kind.TEXT and not recedes else "dim"
                role = "error" if name == "reason" else role
                cells.append((align(_text(column, row), width), role))
    return tuple(cells)


@lru_cache(8)
def _with_room_for_a_reason(columns: Columns) -> Columns:
    """Return `columns` with the status of a failed order as narrow as its word, and without the
    columns after the progress that are blank. A reason in the progress column has all that room.
    """
    widths = dict(_without(("eta", "in-status"), columns))
    names = list(widths)
    at = names.index("status") + 1 if "status" in widths else len(names)
    if names[at : at + 1] == ["progress"]:
        spare = max(0, widths["status"] - _FAILED_WIDTH)
        widths["status"] -= spare
        widths["progress"] += spare
    return tuple(widths.items())


@lru_cache(8)
def _without(blank: tuple[str, ...], columns: Columns) -> Columns:
    """Return `columns` with the progress in place of those directly after it that are `blank`."""
    widths = dict(columns)
    names = list(widths)
    if "progress" in widths:
        for name in takewhile(blank.__contains__, names[names.index("progress") + 1 :]):
            widths["progress"] += GAP + widths.pop(name)
    return tuple(widths.items())


def _file(row: RowModel, width: int, *, recedes: bool) -> Span:
    """Return the name of the file; while it isn't known, the order's id."""
    facts = row.facts
    name = facts.detail.filename if facts.detail is not None else None
    if facts.gone:
        role = "gone"
    elif row.uncovered:
        role = "stale"
    elif name is None or recedes:
        role = "dim"
    else:
        role = "plain" if facts.phase.is_final else "strong"
    return (fit_middle(name or facts.id, width), role)


def _status(row: RowModel, glyphs: Glyphs, width: int, *, recedes: bool) -> Span:
    """Return glyph and word. An order that is finished has its glyph alone."""
    text, role = status_span(row.facts, glyphs, uncovered=row.uncovered, faded=row.faded)
    if recedes or width <= _GLYPH_WIDTH:
        text = text[:_GLYPH_WIDTH]
    return (fit(text, width), "dim" if recedes and not row.uncovered else role)


def _text(column: Column, row: RowModel) -> str:
    """Return the text of a cell, which is blank until its detail was read."""
    if column.kind is Kind.AGE:
        return row.age
    value = column.value(row.facts)
    if column.kind not in (Kind.TIME, Kind.ID) and row.facts.detail is None:
        return ""
    if value is None or value == "":
        return column.missing
    match column.kind:
        case Kind.TIME:
            return formatting.time_short(value, row.now)
        case Kind.BYTES:
            return formatting.size(value)
        case Kind.SECONDS:
            return formatting.duration(value)
    return str(value)


def _stalled(row: RowModel, percent: str, width: int, role: str) -> list[Span]:
    """Return for how long an order made no progress, and the percent."""
    room = max(0, width - cell_len(percent) - 1)
    timing, quiet = row.facts.timing, ""
    if timing is not None and row.times is not None:
        quiet = timing_text.quiet_text(timing, row.times.status, room)
    text = f"{fit(quiet, room)} {percent}" if room else fit_right(percent, PERCENT_WIDTH)
    return [(fit(text, width), role)]


def _progress(row: RowModel, width: int, glyphs: Glyphs) -> list[Span]:
    """Return the bar and the percent of an order that is being processed, and why one failed."""
    facts = row.facts
    if facts.phase is Phase.ERROR and not facts.gone:
        reason = failure_reason(facts)
        if reason is None and facts.is_detail_current:
            return [(fit("no reason given", width), "dim")]
        return [(fit(reason or "", width), "error")]
    has_progress = not (facts.gone or facts.phase.is_final or facts.phase is Phase.QUEUED)
    if not has_progress or facts.progress is None:
        return [(" " * width, "plain")]
    old = row.old or row.uncovered
    role = "stale" if old else "plain"
    percent = formatting.percent(facts.progress, old=old)
    if facts.is_stalled:
        return _stalled(row, percent, width, "stale" if old or row.faded else "warning")
    bar_width = min(_MAX_BAR, width - PERCENT_WIDTH - 1)
    if bar_width < _MIN_BAR:
        return [(fit(fit_right(percent, PERCENT_WIDTH), width), role)]
    shown = bar(facts.progress, bar_width, glyphs, "stale" if old or row.faded else "bar")
    rest = width - bar_width - 1
    return [*shown, (" ", "plain"), (fit(fit_right(percent, PERCENT_WIDTH), rest), role)]
