"""Which columns of the orders table fit, and how wide they are. Pure."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from tui.filtering.views import ColumnSpec
from tui.model.columns import COLUMNS, PERCENT_WIDTH

GAP = 2
CURSOR_WIDTH = 2
"""Cells at the left of a row, for the mark of the cursor."""

DEFAULT_COLUMNS = tuple(map(ColumnSpec, ("id", "status", "progress", "created", "age", "file")))


class ColumnSlot(NamedTuple):
    """A column as it is drawn, `width` cells wide."""

    name: str
    width: int


Columns = tuple[ColumnSlot, ...]


class _Step(NamedTuple):
    """One width to grant to a column, if there is room for it."""

    rank: int
    is_minimum: bool
    width: int
    name: str


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
    widths: dict[str, int] = {}
    free = width - CURSOR_WIDTH + GAP
    may_grow = True
    for step in _steps(names, fixed, sorted_by):
        name, cells = step.name, step.width
        granted = widths.get(name, -GAP)
        if name in fixed and COLUMNS[name].min_width[1] <= free + granted < cells:
            cells = free + granted
        fits = cells - granted <= free
        if step.rank == 0 or (fits and (step.is_minimum or (may_grow and name in widths))):
            free -= cells - granted
            widths[name] = cells
        elif not step.is_minimum:
            may_grow = False  # no column grows before one of lower rank has grown
    growing = [n for n in names if n in widths and COLUMNS[n].grows and n not in fixed]
    if not growing and "progress" not in fixed and widths.get("progress", 0) > PERCENT_WIDTH:
        growing = ["progress"]
    if growing and free > 0:
        widths[growing[-1]] += free
    return tuple(ColumnSlot(name, widths[name]) for name in names if name in widths)


def _steps(names: Sequence[str], fixed: Mapping[str, int], sorted_by: str) -> list[_Step]:
    """Return the widths of all columns by rank."""
    steps: list[_Step] = []
    for name in names:
        column = COLUMNS[name]
        rank, min_width = column.min_width
        rank = min(rank, 1) if name == sorted_by else rank
        steps.append(_Step(rank, True, fixed.get(name, min_width), name))
        if name not in fixed:
            steps += [_Step(rank, False, cells, name) for rank, cells in column.widths]
    return sorted(steps, key=lambda step: step.rank)
