"""What lies under other widgets, and is seen where they leave a gap."""

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def blank_lines(widget: Widget, crop: Region) -> list[Strip]:
    """The lines of a widget of one colour. They are alike; Textual would make each anew."""
    strip = Strip.blank(crop.width, widget.visual_style.rich_style)
    for each in widget.get_line_filters():
        strip = strip.apply_filter(each, widget.background_colors[1])
    return [strip] * crop.height


class Panes(Widget):
    """Has panes beside or below each other, and nothing of its own."""

    DEFAULT_CSS = "Panes { width: 1fr; height: 1fr; layout: vertical; overflow: hidden hidden; }"

    def render_lines(self, crop: Region) -> list[Strip]:
        return blank_lines(self, crop)
