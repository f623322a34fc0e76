"""Which panes a terminal has room for. Pure."""

from enum import Enum

MINIMUM = (40, 8)


class Layout(Enum):
    TOO_SMALL = "-too-small"
    SINGLE = "-single"
    """One pane: the orders, or the detail in their place."""
    STACKED = "-stacked"
    WIDE = "-wide"


def layout_for(width: int, height: int) -> Layout:
    """The values are the screen's CSS classes."""
    if width < MINIMUM[0] or height < MINIMUM[1]:
        return Layout.TOO_SMALL
    if width < 60 or height < 20:
        return Layout.SINGLE
    return Layout.WIDE if width >= 100 else Layout.STACKED


def too_small(width: int, height: int) -> str:
    least, lowest = MINIMUM
    return f"too small: {width}x{height}, needs {least}x{lowest}"
