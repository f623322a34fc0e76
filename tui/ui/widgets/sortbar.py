"""The line that asks by which column to sort."""

from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.model.sorting import Sort
from tui.ui.columns import COLUMNS
from tui.ui.glyphs import Glyphs
from tui.ui.view_lines import sort_lines
from tui.ui.widgets.letters import LetterPrompt

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
