"""Columns as they are being chosen. Pure."""
# FOLD """The columns, to choose, order and size."""

from collections.abc import Callable
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.screen import ModalScreen
from textual.strip import Strip

from tui.filtering.views import COLUMNS, MAX_COLUMN_WIDTH, REQUIRED_COLUMNS, ColumnSpec
from tui.ui.actions import keys_by_id
from tui.ui.main_screen.columns import COLUMNS as TABLE_COLUMNS
from tui.ui.main_screen.columns import DEFAULT_COLUMNS
from tui.ui.text import Line, fit
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.line_view import LineView


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
    width = max(1, min(MAX_COLUMN_WIDTH, (width or shown) + by)) if by else 0
    columns = list(choice.columns)
    columns[choice.cursor] = ColumnSpec(name, width)
    return msgspec.structs.replace(choice, columns=tuple(columns))


Changed = Callable[[tuple[ColumnSpec, ...]], None]

_HINTS = (
    "{toggle} on or off  {later} {earlier} move  {usual} as usual",
    "{wider} {narrower} wider, narrower  {fit} as there is room",
)


class _Choices(LineView, can_focus=True):
    """One line a column."""

    class Clicked(Message):
        """A line was chosen with the mouse."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    cursor = 0

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        line = self.lines[number] if number < len(self.lines) else ()
        return self.render_strip(line, cursor=number == self.cursor)

    def on_click(self, event: Click) -> None:
        self.post_message(self.Clicked(event.y + int(self.scroll_offset.y)))


class ColumnsDialog(ModalScreen[None]):
    """What is chosen is shown at once, behind it; `esc` closes."""

    CSS_PATH = "choosers.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,c,enter", "close", "Close", id="columns.close"),
        Binding("down,j", "go(1)", "Down", id="columns.down", show=False),
        Binding("up,k", "go(-1)", "Up", id="columns.up", show=False),
        Binding("space", "on_or_off", "On or off", id="columns.toggle"),
        Binding("J,shift+down", "move(1)", "Later", id="columns.later"),
        Binding("K,shift+up", "move(-1)", "Earlier", id="columns.earlier"),
        Binding("plus,equals_sign", "widen(1)", "Wider", id="columns.wider"),
        Binding("minus", "widen(-1)", "Narrower", id="columns.narrower"),
        Binding("0", "widen(0)", "Fitting width", id="columns.fit"),
        Binding("r", "usual", "As usual", id="columns.usual"),
    ]

    def __init__(self, wished: tuple[ColumnSpec, ...], changed: Changed, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._choice = from_columns(wished)
        self._changed = changed

    def compose(self) -> ComposeResult:
        lines = _Choices()
        lines.border_title = Content("Columns")
        keys = keys_by_id(self, self._glyphs)
        self._keys = {name.removeprefix("columns."): key for name, key in keys.items()}
        lines.border_subtitle = Content(f"{self._keys['close']} closes")
        lines.set_lines(self._lines(self._choice))
        yield lines

    def _take(self, choice: ColumnChoice) -> None:
        wished, self._choice = self._choice.selected, choice
        lines = self.query_one(_Choices)
        lines.refresh_line(lines.cursor - int(lines.scroll_offset.y))
        lines.cursor = choice.cursor
        lines.set_lines(self._lines(choice))
        lines.refresh()
        place, top, room = choice.cursor, int(lines.scroll_offset.y), lines.size.height
        if not top <= place < top + room:
            lines.scroll_to(y=place if place < top else place - room + 1, animate=False)
        if choice.selected != wished:
            self._changed(choice.selected)

    def on_choices_clicked(self, event: _Choices.Clicked) -> None:
        if event.place < len(self._choice.columns):
            self._take(toggle(on(self._choice, event.place)))

    def action_go(self, by: int) -> None:
        self._take(on(self._choice, self._choice.cursor + by))

    def action_on_or_off(self) -> None:
        self._take(toggle(self._choice))

    def action_move(self, by: int) -> None:
        self._take(move(self._choice, by))

    def action_widen(self, by: int) -> None:
        usual = TABLE_COLUMNS[self._choice.at.name]
        shown = max(cells for _, cells in (usual.least, *usual.more))
        self._take(resize(self._choice, by, shown))

    def action_usual(self) -> None:
        self._take(from_columns(DEFAULT_COLUMNS))

    def action_close(self) -> None:
        dismiss_if_active(self)

    def _lines(self, choice: ColumnChoice) -> list[Line]:
        hints = [((hint.format_map(self._keys), "dim"),) for hint in _HINTS]
        return [*_lines(choice), (), *hints]


def _lines(choice: ColumnChoice) -> list[Line]:
    lines: list[Line] = []
    for name, width in choice.columns:
        shown = name in choice.shown
        box = "[x]" if shown else "[ ]"
        cells = f"{width} cells" if width else ""
        note = "always shown" if name in REQUIRED_COLUMNS else cells
        note = f"{cells}, {note}" if name in REQUIRED_COLUMNS and cells else note
        role = "plain" if shown else "dim"
        lines.append(((f"{box} ", "accent"), (fit(name, 12), role), (note, "dim")))
    return lines
