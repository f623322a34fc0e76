"""The dialog that shows, hides, orders and resizes the columns of the table."""

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

from tui.filtering.views import MAX_COLUMN_WIDTH, REQUIRED_COLUMNS, ColumnSpec
from tui.model.columns import COLUMNS
from tui.ui.actions import keys_by_id
from tui.ui.main_screen.columns import DEFAULT_COLUMNS
from tui.ui.text import Line, fit
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.line_view import LineView

_NAME_WIDTH = 12
_KEY_LINES = (
    "{toggle} on or off  {later} {earlier} move  {usual} as usual",
    "{wider} {narrower} wider, narrower  {fit} as there is room",
)


class ColumnChoice(msgspec.Struct, frozen=True):
    """Every column: the selected ones in their order, then the others; and the cursor's index."""

    columns: tuple[ColumnSpec, ...]
    shown: frozenset[str]
    cursor: int = 0

    @property
    def selected(self) -> tuple[ColumnSpec, ...]:
        return tuple(column for column in self.columns if column.name in self.shown)

    @property
    def current(self) -> ColumnSpec:
        return self.columns[self.cursor]


def from_columns(selected: tuple[ColumnSpec, ...]) -> ColumnChoice:
    shown = frozenset(column.name for column in selected)
    others = tuple(ColumnSpec(name) for name in COLUMNS if name not in shown)
    return ColumnChoice((*selected, *others), shown)


def move_cursor(choice: ColumnChoice, index: int) -> ColumnChoice:
    return msgspec.structs.replace(choice, cursor=_clamp(choice, index))


def toggle(choice: ColumnChoice) -> ColumnChoice:
    """Show or hide the current column."""
    name = choice.current.name
    shown = choice.shown if name in REQUIRED_COLUMNS else choice.shown ^ {name}
    return msgspec.structs.replace(choice, shown=shown)


def move(choice: ColumnChoice, by: int) -> ColumnChoice:
    """Move the current column `by` places to the right, and the cursor with it."""
    index = _clamp(choice, choice.cursor + by)
    columns = list(choice.columns)
    columns.insert(index, columns.pop(choice.cursor))
    return msgspec.structs.replace(choice, columns=tuple(columns), cursor=index)


def resize(choice: ColumnChoice, by: int, default: int) -> ColumnChoice:
    """Widen the current column `by` cells from its width or `default`; 0 makes it automatic."""
    name, width = choice.current
    width = max(1, min(MAX_COLUMN_WIDTH, (width or default) + by)) if by else 0
    columns = list(choice.columns)
    columns[choice.cursor] = ColumnSpec(name, width)
    return msgspec.structs.replace(choice, columns=tuple(columns))


def _clamp(choice: ColumnChoice, index: int) -> int:
    return max(0, min(len(choice.columns) - 1, index))


class ColumnsDialog(ModalScreen[None]):
    """Calls `on_change` after each change, so that the table behind it shows it at once."""

    CSS_PATH = "dialogs.tcss"
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

    def __init__(
        self,
        selected: tuple[ColumnSpec, ...],
        on_change: Callable[[tuple[ColumnSpec, ...]], None],
        glyphs: Glyphs,
    ) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._choice = from_columns(selected)
        self._on_change = on_change

    def compose(self) -> ComposeResult:
        keys = keys_by_id(self, self._glyphs)
        self._keys = {name.removeprefix("columns."): key for name, key in keys.items()}
        column_list = _ColumnList()
        column_list.border_title = Content("Columns")
        column_list.border_subtitle = Content(f"{self._keys['close']} closes")
        column_list.set_lines(self._lines())
        yield column_list

    def _update(self, choice: ColumnChoice) -> None:
        before, self._choice = self._choice.selected, choice
        column_list = self.query_one(_ColumnList)
        column_list.cursor = choice.cursor
        column_list.set_lines(self._lines())
        column_list.refresh()
        row, top, height = choice.cursor, int(column_list.scroll_offset.y), column_list.size.height
        if not top <= row < top + height:
            column_list.scroll_to(y=row if row < top else row - height + 1, animate=False)
        if choice.selected != before:
            self._on_change(choice.selected)

    def on_column_list_clicked(self, event: "_ColumnList.Clicked") -> None:
        if event.row < len(self._choice.columns):
            self._update(toggle(move_cursor(self._choice, event.row)))

    def action_go(self, by: int) -> None:
        self._update(move_cursor(self._choice, self._choice.cursor + by))

    def action_on_or_off(self) -> None:
        self._update(toggle(self._choice))

    def action_move(self, by: int) -> None:
        self._update(move(self._choice, by))

    def action_widen(self, by: int) -> None:
        column = COLUMNS[self._choice.current.name]
        default = max(cells for _, cells in (column.min_width, *column.widths))
        self._update(resize(self._choice, by, default))

    def action_usual(self) -> None:
        self._update(from_columns(DEFAULT_COLUMNS))

    def action_close(self) -> None:
        dismiss_if_active(self)

    def _lines(self) -> list[Line]:
        lines: list[Line] = []
        for name, width in self._choice.columns:
            is_shown = name in self._choice.shown
            cells = f"{width} cells" if width else ""
            always = "always shown" if name in REQUIRED_COLUMNS else ""
            note = ", ".join(filter(None, (cells, always)))
            box = "[x] " if is_shown else "[ ] "
            role = "plain" if is_shown else "dim"
            lines.append(((box, "accent"), (fit(name, _NAME_WIDTH), role), (note, "dim")))
        keys: list[Line] = [((line.format_map(self._keys), "dim"),) for line in _KEY_LINES]
        return [*lines, (), *keys]


class _ColumnList(LineView, can_focus=True):
    """One line for each column."""

    class Clicked(Message):
        """A line was clicked."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    cursor = 0

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        line = self.lines[number] if number < len(self.lines) else ()
        return self.render_strip(line, cursor=number == self.cursor)

    def on_click(self, event: Click) -> None:
        self.post_message(self.Clicked(event.y + int(self.scroll_offset.y)))
