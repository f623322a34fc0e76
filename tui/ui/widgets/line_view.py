"""The widget that draws almost everything on screen: lines as values, redrawn when they change."""

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
from tui.ui.theme.themes import cursor_style, role_style


def blank_strips(widget: Widget, crop: Region) -> list[Strip]:
    """The strips of a widget of one color. Textual would render each of the equal lines."""
    strip = Strip.blank(crop.width, widget.visual_style.rich_style)
    for line_filter in widget.get_line_filters():
        strip = strip.apply_filter(line_filter, widget.background_colors[1])
    return [strip] * crop.height


class PaneContainer(Widget):
    """Lays out panes, and draws nothing itself."""

    DEFAULT_CSS = (
        "PaneContainer { width: 1fr; height: 1fr; layout: vertical; overflow: hidden hidden; }"
    )

    def render_lines(self, crop: Region) -> list[Strip]:
        return blank_strips(self, crop)


class LineView(ScrollView, can_focus=False, inherit_bindings=False):
    """Shows lines through Textual's line API. Only visible cells that changed are redrawn."""

    ALLOW_SELECT = False

    def __init__(
        self,
        lines: Sequence[Line] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.lines: tuple[Line, ...] = ()
        self._styles: dict[str, Style] = {}
        self.set_lines(lines)

    @property
    def content_width(self) -> int:
        """The width for lines in cells, without padding and scrollbar."""
        return self.scrollable_content_region.width

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show `lines`. Equal lines are not drawn again, and the same tuple is not compared."""
        before, self.lines = self.lines, tuple(lines)
        if self.lines is before:
            return
        if len(before) != len(self.lines):
            self._resize_content(len(before), len(self.lines))
        for number, (old, new) in enumerate(zip_longest(before, self.lines, fillvalue=())):
            if old != new:
                self.refresh_cells(number, old, new)

    def _resize_content(self, before: int, after: int) -> None:
        height = self.size.height
        is_current = self.virtual_size.height == before and not self.styles.auto_dimensions
        if is_current and max(before, after) <= height:
            self._set_content_height(after)
        elif is_current and min(before, after) > height and self.scroll_offset.y <= after - height:
            self._set_content_height(after)
            self.vertical_scrollbar.window_virtual_size = after
        else:
            self.virtual_size = Size(0, after)
            self.refresh()

    def _set_content_height(self, height: int) -> None:
        """Bypass the watcher of the size: as no scrollbar appears or disappears, Textual's layout
        and full redraw are not needed.
        """
        self.set_reactive(LineView.virtual_size, Size(0, height))

    def refresh_cells(self, y: int, old: Line, new: Line) -> None:
        """Redraw the cells of line `y` that differ between `old` and `new`."""
        for start, end in changed_cells(old, new, self.size.width):
            self.refresh(Region(start, y - self.scroll_offset.y, end - start, 1))

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        return self.render_strip(self.lines[number] if number < len(self.lines) else ())

    def render_strip(self, line: Line, *, cursor: bool = False) -> Strip:
        """The strip of a line, filled to the widget's width."""
        overlay = Style.null()
        if cursor:
            app = self.app
            overlay = cursor_style(
                app.theme_variables, focus=self.has_focus, ansi=app.native_ansi_color
            )
        segments = [Segment(text, self._style(role) + overlay) for text, role in line if text]
        return Strip(segments).adjust_cell_length(self.size.width, self._style("plain") + overlay)

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


def set_variable_lines(view: LineView, lines: Sequence[Line]) -> None:
    """Show `lines` in a view that is as high as they are, and hidden if there are none."""
    if len(lines) != len(view.lines):
        view.styles.height = len(lines)
        view.display = bool(lines)
    view.set_lines(lines)
