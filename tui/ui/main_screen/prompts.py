"""Prompts that take one letter: a column to sort by, or a status to filter by."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize

from tui.filtering.sorting import Sort
from tui.model.columns import COLUMNS
from tui.ui.actions import key_label
from tui.ui.main_screen.counts_line import LETTERS
from tui.ui.text import Line, width_of
from tui.ui.widgets.key_bar import ExclusiveKeys
from tui.ui.widgets.line_view import LineView

_SORT = Binding("o", "screen.sort_by", "Sort by it", show=False, priority=True)
_ONLY = Binding("o", "screen.only_status", "Show it alone", show=False, priority=True)
# With priority, because the next key of a fast burst may be the screen's own.


class SortPrompt(ExclusiveKeys, LineView, can_focus=True):
    """Asks for the letter of a column."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            replace(_SORT, key=column.letter, action=f"screen.sort_by('{name}')", id=f"sort.{name}")
            for name, column in COLUMNS.items()
        ),
        Binding("escape", "screen.sort_by('')", "Cancel", id="sort.cancel", priority=True),
    ]

    def __init__(self, sort: Sort) -> None:
        super().__init__(id="sort")
        self._current = sort[0].column

    def on_resize(self, event: Resize) -> None:
        _draw(self, "sort by", COLUMNS, self._current, event.size.width)


class StatusPrompt(ExclusiveKeys, LineView, can_focus=True):
    """Asks for the letter of a status; `current` is the only one shown now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            replace(_ONLY, key=letter, action=f"screen.only_status('{word}')", id=f"only.{word}")
            for word, letter in LETTERS.items()
        ),
        Binding("escape", "screen.only_status('')", "Cancel", id="only.cancel", priority=True),
    ]

    def __init__(self, current: str) -> None:
        super().__init__(id="only")
        self._current = current

    def on_resize(self, event: Resize) -> None:
        _draw(self, "only", LETTERS, self._current, event.size.width)


def _draw(prompt: LineView, title: str, names: Iterable[str], current: str, width: int) -> None:
    """Show the names after their keys, on as many lines as needed; `current` stands out."""
    lines: list[Line] = []
    line: Line = ((f" {title}", "strong"),)
    for name in names:
        key = key_label(prompt, f"{prompt.id}.{name}")
        role = "strong" if name == current else "dim"
        item: Line = (("  ", "plain"), (key, "accent"), (f" {name}", role))
        if width_of((*line, *item)) > width:
            lines.append(line)
            line = ()
        line = (*line, *item)
    lines.append(line)
    prompt.styles.height = len(lines)
    prompt.set_lines(lines)
