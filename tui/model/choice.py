"""Columns as they are being chosen. Pure."""

import msgspec

from tui.model.view import ALWAYS, COLUMNS, WIDEST, Wished


class Choice(msgspec.Struct, frozen=True):
    """Every column: those that are wished for, as they are to stand, then the others. One of
    them is under the cursor.
    """

    columns: tuple[Wished, ...]
    shown: frozenset[str]
    cursor: int = 0

    @property
    def wished(self) -> tuple[Wished, ...]:
        return tuple(column for column in self.columns if column.name in self.shown)

    @property
    def at(self) -> Wished:
        return self.columns[self.cursor]


def choice_of(wished: tuple[Wished, ...]) -> Choice:
    shown = frozenset(column.name for column in wished)
    others = tuple(Wished(name) for name in COLUMNS if name not in shown)
    return Choice((*wished, *others), shown)


def on(choice: Choice, place: int) -> Choice:
    """With the cursor on another column."""
    place = max(0, min(len(choice.columns) - 1, place))
    return msgspec.structs.replace(choice, cursor=place)


def toggled(choice: Choice) -> Choice:
    """With or without the column under the cursor."""
    name = choice.at.name
    shown = choice.shown if name in ALWAYS else choice.shown ^ {name}
    return msgspec.structs.replace(choice, shown=shown)


def moved(choice: Choice, by: int) -> Choice:
    """With the column under the cursor so many places to the right; the cursor stays on it."""
    place = max(0, min(len(choice.columns) - 1, choice.cursor + by))
    columns = [*choice.columns[: choice.cursor], *choice.columns[choice.cursor + 1 :]]
    columns.insert(place, choice.at)
    return msgspec.structs.replace(choice, columns=tuple(columns), cursor=place)


def widened(choice: Choice, by: int, shown: int) -> Choice:
    """With the column under the cursor wider by so many cells than the `shown` ones; 0 leaves
    its width to what there is room for.
    """
    name, width = choice.at
    width = max(1, min(WIDEST, (width or shown) + by)) if by else 0
    columns = list(choice.columns)
    columns[choice.cursor] = Wished(name, width)
    return msgspec.structs.replace(choice, columns=tuple(columns))
