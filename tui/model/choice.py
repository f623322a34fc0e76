"""Columns as they are being chosen. Pure."""

import msgspec

from tui.model.view import REQUIRED_COLUMNS, COLUMNS, WIDEST, ColumnSpec


class ColumnChoice(msgspec.Struct, frozen=True):
    """Every column: those that are wished for, as they are to stand, then the others. One of
    them is under the cursor.
    """

    columns: tuple[ColumnSpec, ...]
    shown: frozenset[str]
    cursor: int = 0

    @property
    def selected(self) -> tuple[ColumnSpec, ...]:
        return tuple(column for column in self.columns if column.name in self.shown)

    @property
    def at(self) -> ColumnSpec:
        return self.columns[self.cursor]


def from_columns(wished: tuple[ColumnSpec, ...]) -> ColumnChoice:
    shown = frozenset(column.name for column in wished)
    others = tuple(ColumnSpec(name) for name in COLUMNS if name not in shown)
    return ColumnChoice((*wished, *others), shown)


def on(choice: ColumnChoice, place: int) -> ColumnChoice:
    """With the cursor on another column."""
    place = max(0, min(len(choice.columns) - 1, place))
    return msgspec.structs.replace(choice, cursor=place)


def toggle(choice: ColumnChoice) -> ColumnChoice:
    """With or without the column under the cursor."""
    name = choice.at.name
    shown = choice.shown if name in REQUIRED_COLUMNS else choice.shown ^ {name}
    return msgspec.structs.replace(choice, shown=shown)


def move(choice: ColumnChoice, by: int) -> ColumnChoice:
    """With the column under the cursor so many places to the right; the cursor stays on it."""
    place = max(0, min(len(choice.columns) - 1, choice.cursor + by))
    columns = [*choice.columns[: choice.cursor], *choice.columns[choice.cursor + 1 :]]
    columns.insert(place, choice.at)
    return msgspec.structs.replace(choice, columns=tuple(columns), cursor=place)


def resize(choice: ColumnChoice, by: int, shown: int) -> ColumnChoice:
    """With the column under the cursor wider by so many cells than the `shown` ones; 0 leaves
    its width to what there is room for.
    """
    name, width = choice.at
    width = max(1, min(WIDEST, (width or shown) + by)) if by else 0
    columns = list(choice.columns)
    columns[choice.cursor] = ColumnSpec(name, width)
    return msgspec.structs.replace(choice, columns=tuple(columns))
