"""How much of the main screen the detail pane takes."""

from textual.screen import Screen
from textual.widget import Widget

from tui.filtering.views import DETAIL_SIZES
from tui.ui.widgets.responsive_screen import MIN_HEIGHT_FOR_PANES, MIN_WIDTH_FOR_PANES, Layout


class DetailSize:
    """Holds one of `DETAIL_SIZES`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def switch(self, layout: Layout, open_key: str) -> str | None:
        """Go on to the next size. Return a sentence if the terminal has no room for the pane;
        `open_key` opens the order instead.
        """
        if not _has_room(layout):
            size = f"{MIN_WIDTH_FOR_PANES}x{MIN_HEIGHT_FOR_PANES}"
            return f"The details need a window of {size}. {open_key}: open the order"
        number = DETAIL_SIZES.index(self.name) + 1
        self.name = DETAIL_SIZES[number % len(DETAIL_SIZES)]
        return None

    def apply(self, screen: Screen[None], pane: Widget, layout: Layout) -> None:
        """Show or hide `pane`, and give `screen` the CSS class of the size."""
        screen.set_class(self.name == "wide", "-wide-detail")
        pane.display = _has_room(layout) and self.name != "off"


def _has_room(layout: Layout) -> bool:
    return layout in (Layout.STACKED, Layout.WIDE)
