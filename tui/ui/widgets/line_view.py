"""What lies under other widgets, and is seen where they leave a gap."""
# FOLD """The widget under everything on screen: lines as values, drawn when they change."""

from collections.abc import Sequence
from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.text import Line
from tui.ui.textual_fixes.partial_redraw import changed_cells
from tui.ui.theme.colors import cursor_style, role_style


def blank_strips(widget: Widget, crop: Region) -> list[Strip]:
    """The lines of a widget of one colour. They are alike; Textual would make each anew."""
    strip = Strip.blank(crop.width, widget.visual_style.rich_style)
    for each in widget.get_line_filters():
        strip = strip.apply_filter(each, widget.background_colors[1])
    return [strip] * crop.height


class PaneContainer(Widget):
    """Has panes beside or below each other, and nothing of its own."""

    DEFAULT_CSS = (
        "PaneContainer { width: 1fr; height: 1fr; layout: vertical; overflow: hidden hidden; }"
    )

    def render_lines(self, crop: Region) -> list[Strip]:
        return blank_strips(self, crop)


class LineView(ScrollView, can_focus=False, inherit_bindings=False):
    """Shows lines on Textual's line API; only visible lines that changed are redrawn."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()
        self._styles: dict[str, Style] = {}

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show `lines`; nothing is drawn for a line that is as it was."""
        before, self._lines = self._lines, tuple(lines)
        if len(before) != len(self._lines):
            self._resize(len(before), len(self._lines))
        for number, (old, new) in enumerate(zip_longest(before, self._lines, fillvalue=())):
            if old != new:
                self.refresh_cells(number, old, new)

    def _resize(self, before: int, after: int) -> None:
        size = Size(0, after)
        known = self.virtual_size.height == before and not self.styles.auto_dimensions
        if known and max(before, after) <= self.size.height:
            # No scrollbar comes or goes: Textual need not lay it out and draw all of it.
            self.set_reactive(LineView.virtual_size, size)
        else:
            self.virtual_size = size
            self.refresh()

    def refresh_cells(self, y: int, old: Line, new: Line) -> None:
        """Draw a line again where it was `old` and is `new`."""
        for start, end in changed_cells(old, new, self.size.width):
            self.refresh(Region(start, y - self.scroll_offset.y, end - start, 1))

    @property
    def content_width(self) -> int:
        """The width in cells that lines can be drawn in: no padding, no scrollbar."""
        return self.scrollable_content_region.width

    @property
    def lines(self) -> tuple[Line, ...]:
        return self._lines

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        line = self._lines[number] if number < len(self._lines) else ()
        return self.render_strip(line)

    def render_strip(self, line: Line, *, cursor: bool = False) -> Strip:
        """The strip of a line, filled to the widget's width."""
        width = self.size.width
        # The cursor's background goes over the roles; their colours stay.
        over = self._cursor_style() if cursor else Style.null()
        segments = [Segment(text, self._style(role) + over) for text, role in line if text]
        return Strip(segments).adjust_cell_length(width, self._style("plain") + over)

    def _cursor_style(self) -> Style:
        app = self.app
        return cursor_style(app.theme_variables, focus=self.has_focus, ansi=app.native_ansi_color)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()
        self.refresh()

    def _style(self, role: str) -> Style:
        style = self._styles.get(role)
        if style is None:
            app = self.app
            drawn = role_style(role, app.theme_variables, ansi=app.native_ansi_color)
            style = self._styles[role] = self.rich_style + drawn
        return style
