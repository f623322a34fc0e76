"""What the orders table draws: the columns that fit, their header, and the rows. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter

from tui import formatting
from tui.filtering.groups import Group
from tui.filtering.views import ColumnSpec
from tui.model.columns import COLUMNS, PERCENT_WIDTH, Column, Kind, failure_reason
from tui.model.order import Phase
from tui.ui.order_presenter import RowModel, status_span
from tui.ui.text import Line, Span, bar, fit, fit_middle, fit_right
from tui.ui.theme.terminal_output import Glyphs

_MIN_BAR, _MAX_BAR = 10, 24
_GAP = 2
"""Cells before each column; those before the first have the mark of the cursor."""
_GLYPH_WIDTH = 2
"""The width of a status column without words."""
_FAILED_WIDTH = len("✖ ERROR")

DEFAULT_COLUMNS = tuple(map(ColumnSpec, ("file", "status", "progress", "age", "id")))

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
    fixed.setdefault("id", id_width)
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
    growing = next((n for n in _GROWING if n in widths and n not in fixed), None)
    if growing is not None and free > 0:
        widths[growing] += free
    return tuple((name, widths[name]) for name in names if name in widths)


_GROWING = (
    "file",
    *(name for name, column in COLUMNS.items() if column.kind is Kind.TEXT),
    "progress",
)
"""The first of these that is shown takes the room that is left."""


def header(columns: Columns, marks: Mapping[str, str]) -> Line:
    """Return the column names; `marks` has the sort arrows by column."""
    cells: list[Span] = []
    for name, width in columns:
        column = COLUMNS[name]
        word = column.header if width >= len(column.header) else ""
        mark = marks.get(name, "")
        align = fit_right if column.is_number else fit
        text = word[: max(1, width - 1)] + mark if mark else word
        role = "accent" if mark else "dim"
        cells += [(" " * _GAP, "plain"), (align(text, width), role)]
    return tuple(cells)


def column_at(columns: Columns, x: int) -> str | None:
    """Return the column whose header is at the cell `x`."""
    for name, width in columns:
        x -= _GAP + width
        if x < 0:
            return name
    return None


def heading_line(group: Group, width: int, glyphs: Glyphs, *, faded: bool = False) -> Line:
    """Return the heading of a group: its title, how many rows it has, and a rule. It has no color
    if it is `faded`, because the list is not live.
    """
    has_color = group.size and group.phase is not Phase.FINISHED and not faded
    role = group.phase.value if has_color else "dim"
    title = f"{group.title} {formatting.count(group.size)}"
    rule = glyphs.rule * max(0, width - len(title) - 3)
    return ((f"{glyphs.rule} ", "faint"), (title, role), (f" {rule}", "faint"))


def row_line(row: RowModel, columns: Columns, glyphs: Glyphs, *, cursor: bool = False) -> Line:
    facts = row.facts
    recedes = facts.phase is Phase.FINISHED and not facts.gone
    cells: list[Span] = []
    gap: Span = (f"{glyphs.cursor if cursor else ' '} ", "accent")
    if facts.phase is Phase.ERROR and not facts.gone:
        columns = _with_room_for_a_reason(columns)
    for name, width in columns:
        cells.append(gap)
        gap = (" " * _GAP, "plain")
        column = COLUMNS[name]
        match column.kind:
            case Kind.FILE:
                cells.append(_file(row, width, recedes=recedes))
            case Kind.STATUS:
                cells.append(_status(row, glyphs, width, recedes=recedes))
            case Kind.PROGRESS:
                cells += _progress(row, width, glyphs)
            case kind:
                align = fit_right if column.is_number else fit
                role = "plain" if kind is Kind.TEXT and not recedes else "dim"
                role = "error" if name == "reason" else role
                cells.append((align(_text(column, row), width), role))
    return tuple(cells)


@lru_cache(8)
def _with_room_for_a_reason(columns: Columns) -> Columns:
    """Return `columns` with the status of a failed order as narrow as its word. A reason in the
    progress column after it starts there.
    """
    widths = dict(columns)
    names = list(widths)
    at = names.index("status") + 1 if "status" in widths else len(names)
    if names[at : at + 1] == ["progress"]:
        spare = max(0, widths["status"] - _FAILED_WIDTH)
        widths["status"] -= spare
        widths["progress"] += spare
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
    text, role = status_span(row.facts, glyphs, uncovered=row.uncovered)
    if recedes or width <= _GLYPH_WIDTH:
        text = text[:_GLYPH_WIDTH]
    if row.faded and not (row.facts.phase.is_final or row.facts.gone):
        role = "stale"
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
    bar_width = min(_MAX_BAR, width - PERCENT_WIDTH - 1)
    if bar_width < _MIN_BAR:
        return [(fit(fit_right(percent, PERCENT_WIDTH), width), role)]
    shown = bar(facts.progress, bar_width, glyphs, "stale" if old or row.faded else "bar")
    rest = width - bar_width - 1
    return [*shown, (" ", "plain"), (fit(fit_right(percent, PERCENT_WIDTH), rest), role)]
