"""The header and the rows of the orders table, as lines. Pure."""

from collections.abc import Mapping

from tui import formatting
from tui.model.columns import COLUMNS, PERCENT_WIDTH, Column, Kind
from tui.model.order import Phase
from tui.model.order_facts import OrderFacts
from tui.ui.main_screen.columns import CURSOR_WIDTH, GAP, Columns
from tui.ui.order_presenter import RowModel, status_span
from tui.ui.text import Line, Span, bar, fit, fit_right
from tui.ui.theme.terminal_output import Glyphs

_MIN_BAR = 2
_GAP = " " * GAP


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
        cells += [(_GAP if cells else " " * CURSOR_WIDTH, "plain"), (align(text, width), role)]
    return tuple(cells)


def row_line(row: RowModel, columns: Columns, glyphs: Glyphs, *, cursor: bool = False) -> Line:
    facts = row.facts
    cells: list[Span] = [((glyphs.cursor if cursor else " ") + " ", "accent")]
    for number, (name, width) in enumerate(columns):
        if number:
            cells.append((_GAP, "plain"))
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
