"""The line of tabs: the views with their counts, and what else there is to say of the rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui import formatting
from tui.filtering.views import View
from tui.ui.text import Line, clip, fit, width_of
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.clickable_line import TargetLine

if TYPE_CHECKING:
    from tui.filtering.view_counts import ViewCount

_MAX_NUMBER = 9
_NAME_WIDTHS = ((20, 20), (12, 12), (9, 9), (6, 6), (20, 0), (12, 0), (6, 0))
"""Of the current view and of the others: the first pair that fits is taken."""


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
    for widths in _NAME_WIDTHS:
        tabs = _tabs(views, counts, current, glyphs, widths)
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
    widths: tuple[int, int],
) -> TargetLine:
    """Return the tabs. `widths` are those of the current view's name and of the others."""
    line: Line = ()
    targets: list[str] = []
    for number, view in enumerate(views, 1):
        is_current = view.name == current.name
        changed = "*" if is_current and view != current else ""
        width = widths[0] if is_current else widths[1]
        name = ""
        if width:
            name = fit(f" {view.name}", width + 1 - len(changed)).rstrip() + changed
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
