"""The columns of the orders table, and which of them there is room for. Pure."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from tui.filtering.views import ColumnSpec

GAP = 2
MARK = 2
"""Cells at the left, for the mark of the cursor."""


class Column(msgspec.Struct, frozen=True):
    """`least` and `more` are widths in cells, each with its rank: of all columns' widths those
    of the lowest rank are given first, as far as there is room.
    """

    header: str
    letter: str
    """The key that sorts by it."""
    ascending: str
    descending: str
    least: tuple[int, int]
    more: tuple[tuple[int, int], ...] = ()
    right: bool = False
    grows: bool = False
    """Whether what room is left is given to it."""


class ColumnSlot(NamedTuple):
    """A column as it is drawn, `width` cells wide."""

    name: str
    width: int


Columns = tuple[ColumnSlot, ...]

_STATUS, _PERCENT, _BAR = 13, 6, 7

COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "id": Column("ORDER", "o", "by order", "by order, last first", (0, 15)),
        "status": Column("STATUS", "s", "by status", "by status, last first", (0, _STATUS)),
        "progress": Column(
            "PROGRESS",
            "p",
            "least done first",
            "most done first",
            (1, _PERCENT),
            ((3, _PERCENT + _BAR), (8, _PERCENT + _BAR + 6)),
        ),
        "created": Column("CREATED", "c", "oldest first", "newest first", (6, 16)),
        "age": Column("AGE", "a", "youngest first", "highest age first", (2, 4), right=True),
        "file": Column(
            "FILE", "f", "by file", "by file, z to a", (4, 8), ((5, 20), (7, 25)), grows=True
        ),
        "label": Column(
            "LABEL", "l", "by label", "by label, z to a", (4, 8), ((5, 16),), grows=True
        ),
        "profile": Column(
            "PROFILE", "r", "by profile", "by profile, z to a", (4, 8), ((5, 16),), grows=True
        ),
        "jobs": Column("JOBS", "j", "fewest jobs first", "most jobs first", (4, 5), right=True),
        "size": Column("SIZE", "z", "smallest first", "largest first", (4, 10), right=True),
        "duration": Column("DURATION", "d", "shortest first", "longest first", (4, 12), right=True),
        "comment": Column(
            "COMMENT", "m", "by comment", "by comment, z to a", (4, 8), ((5, 30),), grows=True
        ),
    }
)
"""By name, in the order in which they are offered."""

DEFAULT_COLUMNS = tuple(map(ColumnSpec, ("id", "status", "progress", "created", "age", "file")))


@lru_cache(8)
def lay_out(
    width: int, id_width: int, wished: tuple[ColumnSpec, ...] = DEFAULT_COLUMNS, sorted_by: str = ""
) -> Columns:
    """The columns that fit in `width` cells, what people look for first; an id has `id_width`.
    What the rows are sorted by, if that is told, is looked for whether it is wished or not.
    """
    own = {name: cells for name, cells in wished if cells}
    own.setdefault("id", min(id_width, max(8, width // 3)))
    names = [name for name, _ in wished]
    if sorted_by and sorted_by not in names:
        names.append(sorted_by)
    widths: dict[str, int] = {}
    room = width - MARK + GAP
    growing = True
    for rank, least, wanted, name in _steps(names, own, sorted_by):
        cells = wanted
        # What has no room for its least width is left out, and leaves it to the next. No column
        # grows before one of lower rank has.
        had = widths.get(name, -GAP)
        if name in own and COLUMNS[name].least[1] <= room + had < cells:
            cells = room + had
        fits = cells - had <= room
        if rank == 0 or (fits and (least or (growing and name in widths))):
            room -= cells - had
            widths[name] = cells
        elif not least:
            growing = False
    grows = [n for n in names if n in widths and COLUMNS[n].grows and n not in own]
    if not grows and "progress" not in own and widths.get("progress", 0) > _PERCENT:
        grows = ["progress"]
    if grows and room > 0:
        widths[grows[-1]] += room
    return tuple(ColumnSlot(name, widths[name]) for name in names if name in widths)


def _steps(
    names: Sequence[str], own: Mapping[str, int], first: str
) -> list[tuple[int, bool, int, str]]:
    """Rank, whether it is the least one, width and name, by rank."""
    steps: list[tuple[int, bool, int, str]] = []
    for name in names:
        column = COLUMNS[name]
        rank, least = column.least
        rank = min(rank, 1) if name == first else rank
        steps.append((rank, True, own.get(name, least), name))
        if name not in own:
            steps += [(rank, False, cells, name) for rank, cells in column.more]
    return sorted(steps, key=lambda step: step[0])
