"""The lines of the activity: one for each change, and for what was not polled. Pure."""

from typing import NamedTuple

from tui import formatting
from tui.model.activity import ActivityEntry
from tui.model.history import Change, ChangedField, Progress
from tui.model.order import Phase, phase_of
from tui.model.spans import length
from tui.model.timing import Moment
from tui.ui.activity.window import GapItem, Item
from tui.ui.order_screen.phase_bar import status_mark
from tui.ui.order_screen.timeline_words import time_of
from tui.ui.text import Line, Span, clip, fit, fit_middle
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.timing_text import gap_words

_GAP = "  "
_MIN_NAME, _MAX_NAME = 12, 48
_ID_WIDTH = 20
_MIN_WIDTH_FOR_ID = 110
_TIME, _TIME_WITH_DATE = len("12:00:00"), len("09-08 12:00:00")


class Layout(NamedTuple):
    """What the lines depend on: the width in cells, and today (UTC epoch seconds)."""

    width: int
    today: float
    has_dates: bool

    @property
    def time_width(self) -> int:
        return _TIME_WITH_DATE if self.has_dates else _TIME

    @property
    def name_width(self) -> int:
        return max(_MIN_NAME, min(_MAX_NAME, self.width // 4 + 2))

    @property
    def id_width(self) -> int:
        return _ID_WIDTH if self.width >= _MIN_WIDTH_FOR_ID else 0


def layout_for(items: tuple[Item, ...], width: int, now: float) -> Layout:
    """Times have dates if the first one is not of today."""
    first = _start_of(items[0]) if items else now
    return Layout(width, now, len(time_of(first, now)) > _TIME)


def _start_of(item: Item) -> float:
    return item.gaps[0].start if isinstance(item, GapItem) else item.change.before


def header_line(layout: Layout) -> Line:
    cells = [("TIME", layout.time_width), ("ORDER", layout.name_width), ("ID", layout.id_width)]
    texts = [fit(text, width) + _GAP for text, width in cells if width]
    return clip((("   ", "plain"), ("".join(texts), "dim"), ("CHANGE", "dim")), layout.width)


def item_line(item: Item, layout: Layout, glyphs: Glyphs, *, cursor: bool) -> Line:
    mark: Span = (f"{glyphs.cursor if cursor else ' '} ", "accent")
    line = (
        _gap_line(item, layout, glyphs)
        if isinstance(item, GapItem)
        else (_change_line(item, layout, glyphs))
    )
    return clip((mark, *line), layout.width)


def _gap_line(item: GapItem, layout: Layout, glyphs: Glyphs) -> Line:
    gaps = item.gaps
    start, end = (time_of(each, layout.today) for each in (gaps[0].start, gaps[-1].end))
    lasted = formatting.duration(sum(map(length, gaps)))
    whys = gap_words(gaps)
    text = f"not polled from {start} to {end}, {lasted} ({whys})"
    if len(gaps) > 1:
        count = formatting.count(len(gaps))
        text = f"not polled {count} times from {start} to {end}, {lasted} in all ({whys})"
    hatch = glyphs.not_polled * layout.time_width
    return ((f" {hatch}{_GAP}", "faint"), (text, "dim"))


def _change_line(entry: ActivityEntry, layout: Layout, glyphs: Glyphs) -> Line:
    change = entry.change
    moment = Moment(change.after, change.before)
    time = time_of(change.before, layout.today)
    exact = moment.is_exact or change.after is None
    name, role = entry.filename, "plain"
    if not (name or layout.id_width):
        name, role = change.order_id, "dim"
    gap: Span = (_GAP, "plain")
    line: Line = (
        (f"{' ' if exact else '~'}{time}", "dim" if exact else "warning"),
        (" " * (layout.time_width - len(time)) + _GAP, "plain"),
        (fit_middle(name, layout.name_width) + _GAP, role),
    )
    if layout.id_width:
        line = (*line, (fit_middle(change.order_id, layout.id_width) + _GAP, "dim"))
    line = (*line, *_what(entry, glyphs))
    if exact or change.after is None:
        return line
    return (*line, gap, (f"after {time_of(change.after, layout.today)}", "warning"))


def _what(entry: ActivityEntry, glyphs: Glyphs) -> Line:
    change = entry.change
    match change.field:
        case ChangedField.STATUS:
            return _status(entry, glyphs)
        case ChangedField.PROGRESS:
            old, new = (_percent(each) for each in (change.old, change.new))
            return ((f"{old} {glyphs.arrow} {new}", "dim"), *_attempt(change))
        case ChangedField.COMMENT:
            return ((f"message: {change.new or ''}", "plain"),)


def _status(entry: ActivityEntry, glyphs: Glyphs) -> Line:
    change, (old, new) = entry.change, (_word(entry.change.old), _word(entry.change.new))
    if change.new is None:
        return ((f"{glyphs.gone} removed", "gone"), (f", was {old}" if old else "", "dim"))
    glyph, role = status_mark(new, glyphs)
    line: Line = ((f"{glyph} {new}", role),)
    if change.old is None:
        return (("new: ", "strong"), *line)
    if phase_of(new) is Phase.ERROR:  # why is more important than what was before
        comment = f": {entry.comment}" if entry.comment else ""
        return (*line, (comment, role), (f", was {old}", "dim"))
    if entry.comment:
        line = (*line, (f": {entry.comment}", "dim"))
    return ((old, "dim"), (f" {glyphs.arrow} ", "dim"), *line, *_attempt(change))


def _attempt(change: Change) -> Line:
    """The number of the attempt that the change begins."""
    if change.field is ChangedField.STATUS:
        begins = phase_of(_word(change.old)).is_final and not phase_of(_word(change.new)).is_final
    else:
        begins = _mean(change.new) < _mean(change.old)
    return ((f"{_GAP}attempt {change.attempt}", "strong"),) if begins and change.attempt > 1 else ()


def _word(value: str | Progress | None) -> str:
    return value if isinstance(value, str) else ""


def _mean(value: str | Progress | None) -> float:
    """The mean of the known percents; 0 if there are none."""
    known = [] if value is None or isinstance(value, str) else [p for p in value if p is not None]
    return sum(known) / len(known) if known else 0.0


def _percent(value: str | Progress | None) -> str:
    return formatting.percent(_mean(value) if value else None)
