"""A full-size screen whose layout follows the size of the terminal."""

from abc import abstractmethod
from enum import Enum

from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from tui.ui.key_reasons import Situation
from tui.ui.text import Line, center, wrap
from tui.ui.textual_fixes.row_rendering import render_only_updated_rows
from tui.ui.widgets.line_view import LineView, blank_strips

MIN_WIDTH, MIN_HEIGHT = 40, 8
MIN_WIDTH_FOR_PANES, MIN_HEIGHT_FOR_PANES = 60, 20
FRAMED = "-framed"
"""The CSS class of a screen that shows the past."""
_MIN_WIDTH_BESIDE = 120
"""From here on the names have room with the panes beside each other."""


class Layout(Enum):
    """The layouts; each value is the CSS class that the screen gets."""

    TOO_SMALL = "-too-small"
    SINGLE = "-single"
    """One pane at a time: the orders or the detail."""
    STACKED = "-stacked"
    WIDE = "-wide"


def layout_for(width: int, height: int) -> Layout:
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return Layout.TOO_SMALL
    if width < MIN_WIDTH_FOR_PANES or height < MIN_HEIGHT_FOR_PANES:
        return Layout.SINGLE
    return Layout.WIDE if width >= _MIN_WIDTH_BESIDE else Layout.STACKED


class ResponsiveScreen(Screen[None]):
    """Has the CSS class of its layout. In `TOO_SMALL` only `#too-small` is visible."""

    def __init__(self) -> None:
        super().__init__()
        self._shown_situation: Situation | None = None
        render_only_updated_rows(self)

    @property
    @abstractmethod
    def situation(self) -> Situation:
        """What decides which keys have an effect."""

    def update_keys(self) -> None:
        """Show other keys if the situation is another one. Cheap if it isn't."""
        if self._shown_situation != (situation := self.situation):
            self._shown_situation = situation
            self.refresh_bindings()

    @property
    def is_ready(self) -> bool:
        """False during composition and removal: a timer, an answer or a resize may still arrive
        then, but some widgets don't exist.
        """
        return self.is_mounted and self.is_attached and self.display and self.app.is_running

    def render_lines(self, crop: Region) -> list[Strip]:
        return super().render_lines(crop) if self.is_framed else blank_strips(self, crop)

    @property
    def is_framed(self) -> bool:
        return self.has_class(FRAMED)

    def set_framed(self, framed: bool) -> bool:
        """Draw a frame around the screen, or none. There is none if there is no room for it.
        Returns whether the size of the content changes, after the next refresh.
        """
        width, height = self.app.size
        framed = framed and width - 2 >= MIN_WIDTH and height - 2 >= MIN_HEIGHT
        is_new = framed != self.is_framed
        self.set_class(framed, FRAMED)
        return is_new

    def update_layout_class(self) -> Layout:
        layout = layout_for(*self.app.size)
        for each in Layout:
            self.set_class(each is layout, each.value)
        return layout

    def apply_layout(self) -> Layout:
        """Set the layout's class and, if the terminal is too small, the message that says so."""
        layout = self.update_layout_class()
        if layout is Layout.TOO_SMALL:
            width, height = self.size
            text = f"Window too small ({width}x{height}); need {MIN_WIDTH}x{MIN_HEIGHT}"
            lines = wrap(text, max(1, width), max(1, height))
            above: list[Line] = [()] * ((height - len(lines)) // 2)
            shown: list[Line] = [((center(line, width), "plain"),) for line in lines]
            self.query_one("#too-small", LineView).set_lines([*above, *shown])
        return layout
