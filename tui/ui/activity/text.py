"""What stands above the activity, and in place of it. Pure."""

from tui import formatting
from tui.ui.activity.reader import ActivityReader
from tui.ui.main_screen.status_lines import empty_text, ruled
from tui.ui.text import Line, clip
from tui.ui.theme.terminal_output import Glyphs

_MAX_FILTER_WIDTH = 60


def title_line(
    reader: ActivityReader | None, now: float, width: int, glyphs: Glyphs, *, following: bool
) -> Line:
    """The title; at the right since when changes are shown, and whether the end is followed."""
    right: Line = ((glyphs.rule, "faint"),)
    if following:
        right = (("following ", "accent"), *right)
    if reader is not None and reader.window.entries:
        start = formatting.time_with_date(reader.window.entries[0].change.before, now)
        right = ((f" since {start} ", "dim"), *right)
    left: Line = ((f"{glyphs.rule} ", "faint"), ("Activity ", "strong"))
    return ruled(left, right, width, glyphs)


def filter_line(
    text: str, reader: ActivityReader, width: int, *, typing: bool, reading: bool, clear: str
) -> Line:
    """The filter, how many changes match it, and whether older ones are still searched."""
    line: Line = ((" ", "plain"),)
    if not typing:
        line = ((" filter ", "dim"), *clip(((text, "accent"),), _MAX_FILTER_WIDTH), ("  ", "plain"))
    found = formatting.count(reader.window.count)
    line = (*line, (f"{found} changes", "strong"))
    if reading:
        line = (*line, ("  searching older changes", "warning"))
    elif not reader.window.has_older:
        line = (*line, ("  all searched", "dim"))
    return clip(line if typing else (*line, (f"  {clear}: clear", "dim")), width)


def empty_lines(
    reader: ActivityReader | None, text: str, width: int, *, reading: bool
) -> list[Line]:
    """Why there are no changes. `text` is the filter."""
    if reader is None:
        return empty_text("No history is recorded,", "so that there is no activity to show.", width)
    if reading or reader.window.first is None:
        return empty_text("Loading the history…", "", width)
    if text:
        return empty_text(f"No change of an order that matches {text}.", "", width)
    return empty_text("Nothing has changed since the history began.", "Changes appear here.", width)
