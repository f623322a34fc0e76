"""A screen that fills the terminal, whatever its size."""

from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from tui.ui.ground import blank_lines
from tui.ui.layout import Layout, layout_for, too_small
from tui.ui.spans import Line, centre, wrap
from tui.ui.widgets.lines import LineView


class ResponsiveScreen(Screen[None]):
    """Has the class of its layout; below the least size it shows `#too-small` alone."""

    @property
    def is_whole(self) -> bool:
        """False while it is still made, and when it is taken down: then some widgets are not there,
        though a timer, an answer or a new size may still come.
        """
        return self.is_mounted and self.is_attached and self.display and self.app.is_running

    def render_lines(self, crop: Region) -> list[Strip]:
        return blank_lines(self, crop)

    def choose_layout(self) -> Layout:
        layout = layout_for(*self.size)
        for each in Layout:
            self.set_class(each is layout, each.value)
        return layout

    def arrange_panes(self) -> Layout:
        """Choose the layout, and say so where there is no room for any."""
        layout = self.choose_layout()
        if layout is Layout.TOO_SMALL:
            width, height = self.size
            lines = wrap(too_small(width, height), max(1, width), max(1, height))
            above: list[Line] = [()] * ((height - len(lines)) // 2)
            text: list[Line] = [((centre(line, width), "plain"),) for line in lines]
            self.query_one("#too-small", LineView).show([*above, *text])
        return layout
