"""How many orders finished in each of the last hours, at the end of the line of counts. Pure."""

import math

from tui import formatting
from tui.model.order import Phase
from tui.model.statistics import Statistics
from tui.ui.text import Line, Span, width_of
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.clickable_line import TargetLine

TARGET = "statistics"
"""What a click on it is for."""

_HOURS = (12, 8, 5)
_GAP = 3


def with_throughput(
    counts: TargetLine,
    ended: Statistics | None,
    wall: float,
    width: int,
    glyphs: Glyphs,
    *,
    faded: bool,
) -> TargetLine:
    """Add the throughput to the line of counts, of as many hours as there is room for; none if
    there is too little. If `faded`, it has no color, because the list is not live.
    """
    if ended is None or ended.since is None:
        return counts
    room = width - width_of(counts.line) - _GAP - 1
    for hours in _HOURS:
        line = throughput(ended, hours, wall, glyphs)
        if (rest := room - width_of(line)) >= 0:
            shown = tuple((text, "stale" if faded else role) for text, role in line)
            missing = len(counts.line) - len(counts.targets)
            targets = (*counts.targets, *[""] * (missing + 1), *[TARGET] * len(shown))
            gap = " " * (_GAP + rest)
            return TargetLine((*counts.line, (gap, "plain"), *shown), targets)
    return counts


def throughput(ended: Statistics, hours: int, wall: float, glyphs: Glyphs) -> Line:
    """Return a bar for each hour since the history began, and what ended in the last one: `~` if it
    was not polled all the time.
    """
    since = ended.since or 0.0
    shown = [each for each in ended.buckets[-hours:] if each.end > since]
    if not shown:
        return ()
    greatest = max(each.finished for each in shown)
    spans: list[Span] = []
    for each in shown:
        if not each.polled:
            spans.append((glyphs.not_polled, "faint"))
        elif not each.finished:
            spans.append((glyphs.dot, "dim"))
        else:
            level = math.ceil(each.finished / greatest * len(glyphs.levels))
            role = Phase.FINISHED.value if each.is_polled(wall) else "stale"
            spans.append((glyphs.levels[level - 1], role))
    last = shown[-1]
    mark = "" if last.is_polled(wall) else "~"
    text = f" {mark}{formatting.count(last.finished)}/h"
    if since > last.start:
        text = f" {formatting.count(last.finished)} since {formatting.short_time(since)}"
    elif not last.polled:
        text = " ?/h"
    spans.append((text, "plain"))
    if last.failed:
        failed = f" {glyphs.phases[Phase.ERROR]} {formatting.count(last.failed)}"
        spans.append((failed, Phase.ERROR.value))
    return tuple(spans)
