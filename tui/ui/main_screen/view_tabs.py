"""The line of tabs: the views with their counts, and what else there is to say of the rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui import formatting
from tui.filtering.views import View
from tui.ui.text import Line, clip, width_of
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.clickable_line import TargetLine

if TYPE_CHECKING:
    from tui.filtering.view_counts import ViewCount

_MAX_NUMBER = 9
_MAX_NAME = 20


def tabs_line(
    views: Sequence[View],
    counts: "Sequence[ViewCount]",
    current: View,
    right: Line,
    width: int,
    glyphs: Glyphs,
) -> TargetLine:
    """Return the views, each with its key and its count, and `right` at the end. `counts` is empty
    while nothing is counted. The current view has a mark, and a star if it was changed.
    """
    right = clip(right, max(0, width - 1))
    room = width - width_of(right) - 2
    for name_width in (_MAX_NAME, 12, 9, 6, 0):
        tabs = _tabs(views, counts, current, glyphs, name_width)
        if width_of(tabs.line) <= room:
            break
    line = clip(tabs.line, room)
    rule = glyphs.rule * (width - width_of(line) - width_of(right) - 2)
    full: Line = (*line, (f" {rule} ", "faint"), *right)
    return TargetLine(full, tabs.targets[: len(line)])


def _tabs(
    views: Sequence[View],
    counts: "Sequence[ViewCount]",
    current: View,
    glyphs: Glyphs,
    name_width: int,
) -> TargetLine:
    """Return the tabs; only the current one has its name if `name_width` is 0."""
    line: Line = ()
    targets: list[str] = []
    for number, view in enumerate(views, 1):
        is_current = view.name == current.name
        changed = "*" if is_current and view != current else ""
        width = name_width or (_MAX_NAME if is_current else 0)
        name = clip(((f" {view.name}{changed}", ""),), width + 1)[0][0] if width else ""
        count = ""
        if number <= len(counts):
            matching, is_exact = counts[number - 1]
            count = f" {formatting.count(matching)}{'' if is_exact else '+'}"
        key = str(number) if number <= _MAX_NUMBER else "v"
        mark = glyphs.cursor if is_current else " "
        role = "strong" if is_current else "dim"
        line = (*line, (mark + key, "accent"), (name, role), (f"{count} ", role))
        targets += [str(number)] * 3
    return TargetLine(line, tuple(targets))
