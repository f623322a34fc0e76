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
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import ExclusiveKeys
from tui.ui.widgets.line_view import LineView


class LetterPrompt(LineView, ExclusiveKeys, can_focus=True):
    """Lists names after their keys. Subclasses bind the keys, with priority: the next key of a
    fast burst may be the screen's own.
    """

    DEFAULT_CSS = "LetterPrompt { height: 1; scrollbar-size: 0 0; scrollbar-gutter: auto; }"

    def __init__(
        self, prompt_id: str, title: str, ids: Mapping[str, str], current: str, glyphs: Glyphs
    ) -> None:
        """`ids` has the binding id of each name; `current` is the name that is in force."""
        super().__init__(id=prompt_id)
        self._title = title
        self._ids = ids
        self._current = current
        self._glyphs = glyphs

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's
        """Consume every character, so that no priority binding of the screen gets it."""
        return character is not None and character.isprintable()

    def on_resize(self, event: Resize) -> None:
        keys = keys_by_id(self.screen, self._glyphs)
        names = {name: keys.get(binding_id, "") for name, binding_id in self._ids.items()}
        lines = prompt_lines(self._title, names, self._current, event.size.width)
        self.styles.height = len(lines)
        self.set_lines(lines)


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


_SORT = Binding("o", "screen.sort_by", "Sort by it", show=False, priority=True)
_ONLY = Binding("o", "screen.only_status", "Show it alone", show=False, priority=True)


class SortPrompt(LetterPrompt):
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            replace(_SORT, key=column.letter, action=f"screen.sort_by('{name}')", id=f"sort.{name}")
            for name, column in COLUMNS.items()
        ),
        Binding("escape", "screen.sort_by('')", "Cancel", id="sort.cancel", priority=True),
    ]

    def __init__(self, sort: Sort, glyphs: Glyphs) -> None:
        ids = {name: f"sort.{name}" for name in COLUMNS}
        super().__init__("sort", "sort by", ids, sort[0].column, glyphs)


class StatusPrompt(LetterPrompt):
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            replace(_ONLY, key=letter, action=f"screen.only_status('{word}')", id=f"only.{word}")
            for word, letter in LETTERS.items()
        ),
        Binding("escape", "screen.only_status('')", "Cancel", id="only.cancel", priority=True),
    ]

    def __init__(self, current: str, glyphs: Glyphs) -> None:
        ids = {word: f"only.{word}" for word in LETTERS}
        super().__init__("only", "only", ids, current, glyphs)
