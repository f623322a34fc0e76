"""Prompts that take one letter."""
# FOLD """A line that asks for one letter."""
# FOLD """The line that asks by which column to sort."""
# FOLD """The line that asks which of the counts to show alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize

from tui.filtering.sorting import Sort
from tui.ui.actions import keys_by_id
from tui.ui.main_screen.columns import COLUMNS
from tui.ui.main_screen.counts_line import LETTERS
from tui.ui.main_screen.view_text import sort_lines, status_prompt_lines
from tui.ui.text import Line
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import ExclusiveKeys
from tui.ui.widgets.line_view import LineView

Asked = Callable[[int, Mapping[str, str]], Sequence[Line]]
"""The lines for a width in cells, and the keys by the id of their binding."""


class LetterPrompt(LineView, ExclusiveKeys, can_focus=True):
    """Each kind of it binds its letters. They are done at once, for of keys in one burst the next
    may be the screen's own.
    """

    DEFAULT_CSS = "LetterPrompt { height: 1; scrollbar-size: 0 0; scrollbar-gutter: auto; }"

    def __init__(self, name: str, asked: Asked, glyphs: Glyphs) -> None:
        super().__init__(id=name)
        self._asked = asked
        self._glyphs = glyphs

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's
        """No character is anybody else's meanwhile: a priority of the screen's would come first."""
        return character is not None and character.isprintable()

    def on_resize(self, event: Resize) -> None:
        lines = self._asked(event.size.width, keys_by_id(self.screen, self._glyphs))
        self.styles.height = len(lines)
        self.set_lines(lines)


_BY = Binding("o", "screen.sort_by", "Sort by it", show=False, priority=True)


class SortPrompt(LetterPrompt):
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            replace(_BY, key=column.letter, action=f"screen.sort_by('{name}')", id=f"sort.{name}")
            for name, column in COLUMNS.items()
        ),
        Binding("escape", "screen.sort_by('')", "Cancel", id="sort.cancel", priority=True),
    ]

    def __init__(self, sort: Sort, glyphs: Glyphs) -> None:
        super().__init__("sort", partial(sort_lines, sort), glyphs)


_ONLY = Binding("o", "screen.only_status", "Show it alone", show=False, priority=True)


class StatusPrompt(LetterPrompt):
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            replace(_ONLY, key=letter, action=f"screen.only_status('{word}')", id=f"only.{word}")
            for word, letter in LETTERS.items()
        ),
        Binding("escape", "screen.only_status('')", "Cancel", id="only.cancel", priority=True),
    ]

    def __init__(self, chosen: str, glyphs: Glyphs) -> None:
        super().__init__("only", partial(status_prompt_lines, chosen), glyphs)
