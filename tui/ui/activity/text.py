"""What stands above the activity, and in place of it. Pure."""

from tui import formatting
from tui.ui.activity.reader import ActivityReader
from tui.ui.main_screen.status_lines import empty_text, ruled
from tui.ui.text import Line, clip
from tui.ui.theme.terminal_output import Glyphs

_MAX_FILTER_WIDTH = 60

EXAMPLE_LINE: Line = ((" for example changed<1h status:error", "dim"),)
"""What is shown below an empty filter."""


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
    text: str,
    reader: ActivityReader,
    now: float,
    width: int,
    keys: tuple[str, str],
    *,
    reading: bool,
    outdated: bool,
) -> Line:
    """The filter, unless its `text` is empty because it is being typed, how many changes match it,
    and how far older ones are searched. If `outdated`, it is of an earlier time. `keys` begin a
    filter and clear it.
    """
    begin, clear = keys
    line: Line = ((" ", "plain"),)
    if text:
        line = ((" filter ", "dim"), *clip(((text, "accent"),), _MAX_FILTER_WIDTH), ("  ", "plain"))
    found = formatting.count(reader.window.count)
    line = (*line, (f"{found} changes", "strong"))
    if reading:
        line = (*line, (f"  searching{_how_far(reader, now)}", "warning"))
    elif not reader.window.has_older:
        line = (*line, ("  all searched", "dim"))
    if outdated and not reading:
        made = formatting.time_with_date(reader.wanted_at, now)
        line = (*line, (f"  as of {made}, {begin} enter: now", "warning"))
    if text:
        line = (*line, (f"  {clear}: {'stop' if reading else 'clear'}", "dim"))
    if reader.window.is_unsure:
        line = (*line, ("  more may match: too little is known of them", "dim"))
    return clip(line, width)


def _how_far(reader: ActivityReader, now: float) -> str:
    searched = reader.window.searched
    if searched.reached_at is None:
        return ""
    reached = formatting.time_with_date(searched.reached_at, now)
    return f" back to {reached}, {formatting.percent(searched.share * 100)}"


def empty_lines(
    reader: ActivityReader | None, text: str, now: float, width: int, *, reading: bool, clear: str
) -> list[Line]:
    """Why there are no changes. `text` is the filter, which the key `clear` clears."""
    if reader is None:
        return empty_text("No history is recorded,", "so that there is no activity to show.", width)
    if text and reading and reader.window.first is not None:
        found = f"No change matches so far. Searching{_how_far(reader, now)}."
        return empty_text(found, f"{clear} stops.", width)
    if reading or reader.window.first is None:
        return empty_text("Loading the history…", "", width)
    if text:
        unsure = "Of some changes too little is known to tell." if reader.window.is_unsure else ""
        return empty_text(f"No change matches {text}.", unsure, width)
    return empty_text("Nothing has changed since the history began.", "Changes appear here.", width)
