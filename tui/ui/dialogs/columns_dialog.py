"""The dialog that chooses the columns of the table."""

from collections.abc import Callable, Collection
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.strip import Strip

from tui.filtering.views import MAX_COLUMN_WIDTH, REQUIRED_COLUMNS, ColumnSpec
from tui.model.columns import COLUMNS
from tui.ui.actions import key_label, own_bindings
from tui.ui.dialogs.dialog import framed
from tui.ui.text import Line, fit
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView

_NAME_WIDTH = 12
_KEY_LINES = (
    "{toggle} show or hide  {later} {earlier} move  {usual} reset",
    "{wider} {narrower} wider, narrower  {fit} auto width",
)
_END = {-1: "This is the first column", 1: "This is the last column"}
_WIDTH_LIMITS = {
    -1: "The column can't be narrower",
    0: "The width is automatic already",
    1: "The column can't be wider",
}


class ColumnChoice:
    """Every column: the selected ones in their order, then the others; and the cursor's index."""

    def __init__(self, selected: tuple[ColumnSpec, ...]) -> None:
        self.shown = {column.name for column in selected}
        others = (ColumnSpec(name) for name in COLUMNS if name not in self.shown)
        self.columns = [*selected, *others]
        self.cursor = 0

    @property
    def selected(self) -> tuple[ColumnSpec, ...]:
        return tuple(column for column in self.columns if column.name in self.shown)

    @property
    def state(self) -> tuple[object, ...]:
        return tuple(self.columns), frozenset(self.shown), self.cursor

    def move_cursor(self, by: int) -> None:
        self.cursor = max(0, min(len(self.columns) - 1, self.cursor + by))

    def toggle(self) -> None:
        """Show or hide the current column."""
        name = self.columns[self.cursor].name
        if name not in REQUIRED_COLUMNS:
            self.shown ^= {name}

    def move(self, by: int) -> None:
        """Move the current column `by` places to the right, and the cursor with it."""
        index = self.cursor
        self.move_cursor(by)
        self.columns.insert(self.cursor, self.columns.pop(index))

    def resize(self, by: int) -> None:
        """Widen the current column `by` cells; 0 makes its width automatic."""
        name, width = self.columns[self.cursor]
        column = COLUMNS[name]
        default = max(cells for _, cells in (column.min_width, *column.widths))
        width = max(1, min(MAX_COLUMN_WIDTH, (width or default) + by)) if by else 0
        self.columns[self.cursor] = ColumnSpec(name, width)


class ColumnsDialog(ModalScreen[None]):
    """Calls `on_change` after each change, so that the table behind it shows it at once; without
    columns for the `automatic` ones. `drawn` returns the columns that the table has room for.
    """

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,c,enter", "close", "Close", id="columns.close"),
        Binding("down,j", "go(1)", "Down", id="columns.down", show=False),
        Binding("up,k", "go(-1)", "Up", id="columns.up", show=False),
        Binding("space", "on_or_off", "Show or hide", id="columns.toggle"),
        Binding("J,shift+down", "move(1)", "Later", id="columns.later"),
        Binding("K,shift+up", "move(-1)", "Earlier", id="columns.earlier"),
        Binding("plus,equals_sign", "widen(1)", "Wider", id="columns.wider"),
        Binding("minus", "widen(-1)", "Narrower", id="columns.narrower"),
        Binding("0", "widen(0)", "Auto width", id="columns.fit"),
        Binding("r", "usual", "Reset", id="columns.usual"),
    ]

    def __init__(
        self,
        selected: tuple[ColumnSpec, ...],
        on_change: Callable[[tuple[ColumnSpec, ...]], None],
        drawn: Callable[[], Collection[str]],
        automatic: tuple[ColumnSpec, ...],
    ) -> None:
        super().__init__()
        self._drawn = drawn
        self._automatic = automatic
        self._selected = selected or automatic
        self._choice = ColumnChoice(self._selected)
        self._on_change = on_change

    def compose(self) -> ComposeResult:
        ids = [binding.id or "" for binding in own_bindings(ColumnsDialog)]
        self._keys = {each.removeprefix("columns."): key_label(self, each) for each in ids}
        yield framed(self, _ColumnList(self._lines()), "Columns", "columns.close")
        yield KeyBar()

    def action_close(self) -> None:
        dismiss_if_active(self)

    def _update(self) -> None:
        choice, column_list = self._choice, self.query_one(_ColumnList)
        if choice.selected != self._selected:
            self._selected = choice.selected
            self._on_change(() if choice.selected == self._automatic else choice.selected)
        column_list.cursor = choice.cursor
        column_list.set_lines(self._lines())
        column_list.refresh()
        column_list.scroll_to_region(Region(0, choice.cursor, 1, 1), animate=False)

    def on_click(self, event: Click) -> None:
        column_list = self.query_one(_ColumnList)
        if column_list.content_region.contains(event.screen_x, event.screen_y):
            row = event.screen_y - column_list.content_region.y + column_list.scroll_offset.y
            if row < len(self._choice.columns):
                self._choice.cursor = row
                self.action_on_or_off()

    def action_go(self, by: int) -> None:
        self._change(lambda: self._choice.move_cursor(by), _END[by])

    def action_on_or_off(self) -> None:
        self._change(self._choice.toggle, "This column is always shown")

    def action_move(self, by: int) -> None:
        self._change(lambda: self._choice.move(by), _END[by])

    def action_widen(self, by: int) -> None:
        self._change(lambda: self._choice.resize(by), _WIDTH_LIMITS[by])

    def action_usual(self) -> None:
        before = self._choice.state
        self._choice = ColumnChoice(self._automatic)
        self._finish(before, "These are the usual columns already")

    def _change(self, change: Callable[[], None], otherwise: str) -> None:
        before = self._choice.state
        change()
        self._finish(before, otherwise)

    def _finish(self, before: object, otherwise: str) -> None:
        """Show the choice; if it is as `before`, say why."""
        if self._choice.state == before:
            self.notify(otherwise, markup=False)
        self._update()

    def _lines(self) -> list[Line]:
        lines: list[Line] = []
        drawn = self._drawn()
        for name, width in self._choice.columns:
            is_shown = name in self._choice.shown
            cells = f"{width} cells" if width else ""
            always = "always shown" if name in REQUIRED_COLUMNS else ""
            missing = "no room in the table" if is_shown and name not in drawn else ""
            note = ", ".join(filter(None, (cells, always, missing)))
            box = "[x] " if is_shown else "[ ] "
            role = "plain" if is_shown else "dim"
            lines.append(((box, "accent"), (fit(name, _NAME_WIDTH), role), (note, "dim")))
        keys: list[Line] = [((line.format_map(self._keys), "dim"),) for line in _KEY_LINES]
        return [*lines, (), *keys]


class _ColumnList(LineView, can_focus=True):
    cursor = 0

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        line = self.lines[number] if number < len(self.lines) else ()
        return self.render_strip(line, cursor=number == self.cursor)
