"""Prompts that take one letter: a column to sort by, or a status to filter by."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize

from tui.filtering.sorting import Sort
from tui.model.columns import COLUMNS
from tui.ui.actions import keys_by_id
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
        ids = {name: f"sort.{name}" for name in COLUMNS}
        _draw(self, "sort by", ids, self._current, event)


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
        ids = {word: f"only.{word}" for word in LETTERS}
        _draw(self, "only", ids, self._current, event)


def _draw(
    prompt: LineView,
    title: str,
    ids: Mapping[str, str],
    current: str,
    event: Resize,
) -> None:
    """`ids` has the binding id of each name."""
    keys = keys_by_id(prompt.screen)
    names = {name: keys.get(binding_id, "") for name, binding_id in ids.items()}
    lines = prompt_lines(title, names, current, event.size.width)
    prompt.styles.height = len(lines)
    prompt.set_lines(lines)


def prompt_lines(title: str, keys: Mapping[str, str], current: str, width: int) -> list[Line]:
    """Return the names after their keys, on as many lines as needed; `current` stands out."""
    lines: list[Line] = []
    line: Line = ((f" {title}", "strong"),)
    for name, key in keys.items():
        role = "strong" if name == current else "dim"
        item: Line = (("  ", "plain"), (key, "accent"), (f" {name}", role))
        if width_of((*line, *item)) > width:
            lines.append(line)
            line = ()
        line = (*line, *item)
    return [*lines, line]
