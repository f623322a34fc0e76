"""What the orders table draws: the columns that fit, their header, and the rows. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter

from tui import formatting
from tui.filtering.views import ColumnSpec
from tui.model.columns import COLUMNS, PERCENT_WIDTH, Column, Kind
from tui.model.order import Phase
from tui.model.order_facts import OrderFacts
from tui.ui.order_presenter import RowModel, status_span
from tui.ui.text import Line, Span, bar, fit, fit_right
from tui.ui.theme.terminal_output import Glyphs

_MIN_BAR = 2
_GAP = 2
"""Cells before each column; those before the first have the mark of the cursor."""

DEFAULT_COLUMNS = tuple(map(ColumnSpec, ("id", "status", "progress", "created", "age", "file")))

Columns = tuple[tuple[str, int], ...]
"""Names and widths of the columns as they are drawn."""


@lru_cache(8)
def lay_out(
    width: int, id_width: int, specs: tuple[ColumnSpec, ...] = DEFAULT_COLUMNS, sorted_by: str = ""
) -> Columns:
    """Return the columns that fit in `width` cells, the most important ones first granted.

    `id_width` is the width of the longest id. The column that the rows are sorted by is added if
    it isn't among `specs`.
    """
    fixed = {name: cells for name, cells in specs if cells}
    fixed.setdefault("id", min(id_width, max(8, width // 3)))
    names = [name for name, _ in specs]
    if sorted_by and sorted_by not in names:
        names.append(sorted_by)
    # The widths to grant if there is room: rank, whether it is the least, the column, its width.
    steps: list[tuple[int, bool, str, int]] = []
    for name in names:
        rank, cells = COLUMNS[name].min_width
        rank = min(rank, 1) if name == sorted_by else rank
        steps.append((rank, True, name, fixed.get(name, cells)))
        if name not in fixed:
            steps += [(rank, False, name, cells) for rank, cells in COLUMNS[name].widths]
    widths: dict[str, int] = {}
    free = width
    may_grow = True
    for rank, is_minimum, name, wanted in sorted(steps, key=itemgetter(0)):
        cells, granted = wanted, widths.get(name, -_GAP)
        if name in fixed and COLUMNS[name].min_width[1] <= free + granted < cells:
            cells = free + granted
        fits = cells - granted <= free
        if rank == 0 or (fits and (is_minimum or (may_grow and name in widths))):
            free -= cells - granted
            widths[name] = cells
        elif not is_minimum:
            may_grow = False  # no column grows before one of lower rank has grown
    growing = [n for n in names if n in widths and COLUMNS[n].grows and n not in fixed]
    if not growing and "progress" not in fixed and widths.get("progress", 0) > PERCENT_WIDTH:
        growing = ["progress"]
    if growing and free > 0:
        widths[growing[-1]] += free
    return tuple((name, widths[name]) for name in names if name in widths)


def header(columns: Columns, marks: Mapping[str, str]) -> Line:
    """Return the column names; `marks` has the sort arrows by column."""
    cells: list[Span] = []
    for name, width in columns:
        column = COLUMNS[name]
        is_narrow = column.kind is Kind.PROGRESS and width < 8
        word = "DONE" if is_narrow else column.header
        mark = marks.get(name, "")
        align = fit_right if column.is_number or column.kind is Kind.PROGRESS else fit
        text = word[: max(1, width - 1)] + mark if mark else word
        role = "accent" if mark else "dim"
        cells += [(" " * _GAP, "plain"), (align(text, width), role)]
    return tuple(cells)


def row_line(row: RowModel, columns: Columns, glyphs: Glyphs, *, cursor: bool = False) -> Line:
    facts = row.facts
    cells: list[Span] = []
    gap: Span = (f"{glyphs.cursor if cursor else ' '} ", "accent")
    for name, width in columns:
        cells.append(gap)
        gap = (" " * _GAP, "plain")
        column = COLUMNS[name]
        match column.kind:
            case Kind.ID:
                role = "gone" if facts.gone else "stale" if row.uncovered else "plain"
                cells.append((fit(facts.id, width), role))
            case Kind.STATUS:
                cells.append(status_span(facts, glyphs, width, uncovered=row.uncovered))
            case Kind.PROGRESS:
                cells += _progress(facts, width, glyphs, old=row.old or row.uncovered)
            case kind:
                align = fit_right if column.is_number else fit
                role = "dim" if kind in (Kind.TIME, Kind.AGE) else "plain"
                cells.append((align(_text(column, row), width), role))
    return tuple(cells)


def _text(column: Column, row: RowModel) -> str:
    """Return the text of a cell, which is blank until its detail was read."""
    if column.kind is Kind.AGE:
        return row.age
    value = column.value(row.facts)
    if column.kind is not Kind.TIME and row.facts.detail is None:
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


def _progress(facts: OrderFacts, width: int, glyphs: Glyphs, *, old: bool) -> list[Span]:
    """Return bar and percent of an order that is active or in error, else blanks."""
    is_stopped = facts.phase is Phase.ERROR
    is_over = facts.gone or (facts.phase.is_final and not is_stopped)
    if is_over or facts.progress is None:
        return [(" " * width, "plain")]
    bar_role, role = ("stale", "stale") if old or is_stopped else ("bar", "plain")
    percent = formatting.percent(facts.progress, old=old)
    bar_width = width - PERCENT_WIDTH - 1
    if bar_width < _MIN_BAR:
        return [(fit_right(percent, width), role)]
    shown = bar(facts.progress, bar_width, glyphs, bar_role)
    return [*shown, (" ", "plain"), (fit_right(percent, PERCENT_WIDTH), role)]
