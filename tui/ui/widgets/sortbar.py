"""The line that asks by which column to sort."""

from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize

from tui.model.sorting import Sort
from tui.ui.bound import keys_here
from tui.ui.columns import COLUMNS
from tui.ui.glyphs import Glyphs
from tui.ui.keys import Alone
from tui.ui.view_lines import sort_lines
from tui.ui.widgets.lines import Lines

_BY = Binding("o", "screen.sort_by", "Sort by it", show=False, priority=True)


class SortBar(Lines, Alone, can_focus=True):
    """One letter chooses. The keys are done at once, for of keys in one burst the next may be
    the screen's own.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            replace(_BY, key=column.letter, action=f"screen.sort_by('{name}')", id=f"sort.{name}")
            for name, column in COLUMNS.items()
        ),
        Binding("escape", "screen.sort_by('')", "Cancel", id="sort.cancel", priority=True),
    ]
    DEFAULT_CSS = "SortBar { height: 1; scrollbar-size: 0 0; scrollbar-gutter: auto; }"

    def __init__(self, sort: Sort, glyphs: Glyphs) -> None:
        super().__init__(id="sort")
        self._sort = sort
        self._glyphs = glyphs

    def on_resize(self, event: Resize) -> None:
        keys = keys_here(self.screen, self._glyphs)
        lines = sort_lines(self._sort, event.size.width, keys)
        self.styles.height = len(lines)
        self.show(lines)
