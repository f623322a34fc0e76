"""Prompts that take one letter: a column to sort by, or a status to filter by."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key, Resize

from tui.filtering.sorting import RESET, Sort
from tui.model.columns import COLUMNS
from tui.sanitize import sanitize
from tui.ui.actions import key_label
from tui.ui.main_screen.counts_line import LETTERS
from tui.ui.text import Line, Span, width_of
from tui.ui.widgets.key_bar import ExclusiveKeys
from tui.ui.widgets.line_view import LineView

_SHORT_NAME = 3
"""Letters of a name where there is little room."""

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
        replace(_SORT, key="s", action=f"screen.sort_by('{RESET}')", id=f"sort.{RESET}"),
        Binding("escape", "screen.sort_by('')", "Cancel", id="sort.cancel", priority=True),
    ]

    def __init__(self, sort: Sort) -> None:
        super().__init__(id="sort")
        self._current = sort[0].column
        self._title: Span = (" Sort by:", "strong")

    def on_resize(self, _: Resize | None = None) -> None:
        _draw(self, self._title, (*COLUMNS, RESET), self._current)

    def on_key(self, event: Key) -> None:
        if letter := _letter(event):
            self._title = (f' No column has the letter "{letter}"', "warning")
            self.on_resize()


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
        self._title: Span = (" Status:", "strong")

    def on_resize(self, _: Resize | None = None) -> None:
        _draw(self, self._title, LETTERS, self._current)

    def on_key(self, event: Key) -> None:
        if letter := _letter(event):
            self._title = (f' No status has the letter "{letter}"', "warning")
            self.on_resize()


def _letter(event: Key) -> str:
    """Return the character of a key that no binding of a prompt has used, and stop `event`; or an
    empty text.
    """
    if not event.is_printable:
        return ""
    event.stop()
    return sanitize(event.character or "")


def _draw(prompt: LineView, title: Span, names: Iterable[str], current: str) -> None:
    """Show the names after their keys, on as many lines as needed; `current` stands out. On a low
    screen the names are short.
    """
    width, lines = prompt.size.width, list[Line]()
    keys = {name: key_label(prompt, f"{prompt.id}.{name}") for name in names}
    for length, gap in ((None, "  "), (_SHORT_NAME, " ")):
        line: Line = (title,)
        lines.clear()
        for name, key in keys.items():
            role = "strong" if name == current else "dim"
            item: Line = ((gap, "plain"), (key, "accent"), (f" {name[:length]}", role))
            if width_of((*line, *item)) > width:
                lines.append(line)
                line = ()
            line = (*line, *item)
        lines.append(line)
        if len(lines) <= prompt.screen.size.height // 2:
            break
    prompt.styles.height = len(lines)
    prompt.set_lines(lines)
