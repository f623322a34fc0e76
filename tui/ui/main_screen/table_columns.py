"""Which columns of the orders table fit, how wide they are, and their header. Pure."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import itemgetter

from tui.filtering.views import ColumnSpec
from tui.model.columns import COLUMNS, Kind
from tui.ui.text import Line, Span, fit, fit_right

GAP = 2
"""Cells before each column; those before the first have the mark of the cursor."""

_ID_WIDTH, _MAX_ID_WIDTH = 15, 28

DEFAULT_COLUMNS = tuple(map(ColumnSpec, ("file", "status", "progress", "age", "id")))

_AFTER_PROGRESS = ((71, "eta"), (119, "in-status"), (129, "elapsed"))
"""The widths of a table from which on a column is one of the automatic ones."""
_AFTER_BAR = 4
"""The rank of these columns: right after the narrowest bar."""


def automatic_columns(width: int, *, estimates: bool = True) -> tuple[ColumnSpec, ...]:
    """Return the columns of a table of `width` cells for which none were chosen, with that of
    `estimates` or without.
    """
    after = DEFAULT_COLUMNS.index(ColumnSpec("progress")) + 1
    fitting = (name for least, name in _AFTER_PROGRESS if width >= least)
    more = [ColumnSpec(name) for name in fitting if estimates or name != "eta"]
    return (*DEFAULT_COLUMNS[:after], *more, *DEFAULT_COLUMNS[after:])


Columns = tuple[tuple[str, int], ...]
"""Names and widths of the columns as they are drawn."""


@lru_cache(8)
def lay_out(
    width: int,
    id_width: int,
    specs: tuple[ColumnSpec, ...] = (),
    sorted_by: str = "",
    *,
    estimates: bool = True,
) -> Columns:
    """Return the columns that fit in `width` cells, the most important ones first granted.

    `id_width` is the width of the longest id. The column that the rows are sorted by is added if
    it isn't among `specs` (none: automatic ones, see `automatic_columns`).
    """
    added = () if specs else [name for _, name in _AFTER_PROGRESS]
    specs = specs or automatic_columns(width, estimates=estimates)
    fixed = {name: cells for name, cells in specs if cells}
    fixed.setdefault("id", id_width)
    names = [name for name, _ in specs]
    if sorted_by and sorted_by not in names:
        names.append(sorted_by)
    # The widths to grant if there is room: rank, whether it is the least, the column, its width.
    steps: list[tuple[int, bool, str, int]] = []
    for name in names:
        rank, cells = COLUMNS[name].min_width
        rank = min(rank, 1) if name == sorted_by else _AFTER_BAR if name in added else rank
        steps.append((rank, True, name, fixed.get(name, cells)))
        if name not in fixed:
            steps += [(rank, False, name, cells) for rank, cells in COLUMNS[name].widths]
    widths: dict[str, int] = {}
    free = width
    may_grow = True
    for rank, is_minimum, name, wanted in sorted(steps, key=itemgetter(0)):
        cells, granted = wanted, widths.get(name, -GAP)
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


@lru_cache(8)
def shows_ended_times(columns: Columns) -> bool:
    """Return whether a column has times of orders that ended, which only the history knows."""
    observed = (COLUMNS[name].observed for name, _ in columns)
    return any(each is not None and each.is_of_ended for each in observed)


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
        cells += [(" " * GAP, "plain"), (align(text, width), role)]
    return tuple(cells)


def column_at(columns: Columns, x: int) -> str | None:
    """Return the column whose header is at the cell `x`."""
    for name, width in columns:
        x -= GAP + width
        if x < 0:
            return name
    return None


class TableColumns:
    """The columns that are wanted, their sort marks, and the width of the ids."""

    def __init__(self) -> None:
        self.marks: Mapping[str, str] = {}
        self._specs: tuple[ColumnSpec, ...] = ()
        self._estimates = True
        self._id_width = _ID_WIDTH

    def choose(
        self, specs: tuple[ColumnSpec, ...], marks: Mapping[str, str], *, estimates: bool
    ) -> bool:
        """Want the columns of `specs` (none: automatic ones, with that of `estimates` or without).
        `marks` has the sort arrows by column, the primary sort column first. Returns whether that
        is a change.
        """
        before = self._specs, self.marks, self._estimates
        self._specs, self.marks, self._estimates = specs, marks, estimates
        return before != (specs, marks, estimates)

    def widen_ids(self, ids: Iterable[str]) -> bool:
        """Make room for `ids`; returns whether the columns change. The column of ids never shrinks
        while there are orders, so that columns don't jump.
        """
        before = self._id_width
        self._id_width = max(before, min(_MAX_ID_WIDTH, max(map(len, ids), default=0)))
        return self._id_width > before

    def forget_ids(self) -> None:
        self._id_width = _ID_WIDTH

    def fit(self, width: int) -> Columns:
        """Return the columns that fit in `width` cells."""
        sorted_by = next(iter(self.marks), "")
        return lay_out(width, self._id_width, self._specs, sorted_by, estimates=self._estimates)
