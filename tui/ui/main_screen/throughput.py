"""How many orders finished in each of the last hours, at the end of the line of counts. Pure."""

import math
from collections.abc import Callable

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
_MIN_WIDTH = 96
_RESERVED = _GAP + 18
"""Cells for five hours with three digits and failures."""


def with_throughput(
    counts: Callable[[int], TargetLine],
    ended: Statistics | None,
    wall: float,
    width: int,
    glyphs: Glyphs,
    *,
    faded: bool,
) -> TargetLine:
    """Return the line of counts in `width` cells with the throughput of as many hours as there is
    room for; none if there is too little. `counts` returns the counts for a width: from
    `_MIN_WIDTH` on, shorter names make room. If `faded`, the throughput has no color, because the
    list is not live.
    """
    whole = counts(width)
    if ended is None or ended.since is None:
        return whole
    shorter = counts(width - _RESERVED) if width >= _MIN_WIDTH else whole
    is_cut = width_of(shorter.line) >= width - _RESERVED
    line, targets = whole if is_cut else shorter
    room = width - width_of(line) - _GAP - 1
    for hours in _HOURS:
        added = throughput(ended, hours, wall, glyphs)
        if (rest := room - width_of(added)) >= 0:
            shown = tuple((text, "stale" if faded else role) for text, role in added)
            gap = (" " * (_GAP + rest), "plain")
            missing = [""] * (len(line) - len(targets) + 1)
            return TargetLine((*line, gap, *shown), (*targets, *missing, *[TARGET] * len(shown)))
    return whole


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
