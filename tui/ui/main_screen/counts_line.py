"""The line of counts: how many orders each status has. A click on a count filters by it. Pure."""

from collections.abc import Mapping

from tui import formatting
from tui.model.order import STATUSES, Phase
from tui.model.state import State
from tui.ui.actions import KeyLabels
from tui.ui.text import Line, clip, width_of
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.clickable_line import TargetLine

LETTERS = {phase.value: status.letter for phase, status in STATUSES.items()} | {
    "stalled": "s",
    "gone": "g",
}
"""The key that filters by each count."""

_SHORT_NAMES = {
    phase.value: f" {status.short_name}" for phase, status in STATUSES.items() if status.short_name
}
_IF_ROOM = "stalled"
"""What is left out at 0 if there is no room for all words."""


def counts_line(
    state: State,
    numbers: Mapping[str, int],
    width: int,
    glyphs: Glyphs,
    keys: KeyLabels,
    chosen: str = "",
    *,
    faded: bool = False,
) -> TargetLine:
    """Return the counts, which are the legend of the glyphs, too; a click on one is for its status
    word or `unreadable`. `numbers` are those of each status, and of the stalled orders if any order
    was observed; `chosen` is in brackets. If `faded`, no count has a color, because the list is not
    live.
    """
    if state.snapshot is None:
        text = " no list of orders yet" if state.past is None else " no list of orders"
        return TargetLine(((text, "dim"),), ("",))
    counts = {
        phase.value: (glyphs.phases[phase], numbers[phase.value])
        for phase in Phase
        if phase is not Phase.UNKNOWN or numbers[phase.value]
    }
    if _IF_ROOM in numbers:
        counts[_IF_ROOM] = (glyphs.stalled, numbers[_IF_ROOM])
    if state.gone:
        counts["gone"] = (glyphs.gone, len(state.gone))
    if invalid := len(state.invalid_rows):
        counts["unreadable"] = ("!", invalid)
    label: Line = ()
    if state.is_partially_loaded:
        label = ((f" of {formatting.count(len(state.index))} known:", "warning"),)
    names = {word: f" {word}" for word in counts}
    names["unreadable"] = f" unreadable ({keys.unreadable})"
    # A narrow line has short names or none, but every number; a very narrow one leaves out zeros.
    short = names | _SHORT_NAMES
    rare = {word: names[word] for word in (_IF_ROOM,) if word in names}
    for gap, shown in zip(("   ", *["  "] * 5), (names, names, short, rare, {}, {}), strict=True):
        line = (*label, *_spans(counts, gap, shown, chosen, faded=faded))
        if width_of(line) <= width:
            break
        may_go = (_IF_ROOM,) if shown else tuple(counts)
        counts = {word: each for word, each in counts.items() if each[1] or word not in may_go}
    words = [span for word in counts for span in ("", word)]
    return TargetLine(clip(line, width), (*[""] * len(label), *words))


def _spans(
    counts: Mapping[str, tuple[str, int]],
    gap: str,
    names: Mapping[str, str],
    chosen: str,
    *,
    faded: bool,
) -> Line:
    """Return gaps and counts in turn. The brackets replace cells of the gaps, so nothing moves."""
    line: Line = ()
    closing = ""
    for word, (glyph, number) in counts.items():
        opening = "[" if word == chosen else " "
        between = closing + (gap if line else " ")[len(closing) : -1] + opening
        closing = "]" if word == chosen else ""
        gap_role = "plain" if between.isspace() else "strong"
        role = "warning" if word in ("unreadable", "stalled") else word
        role = "stale" if faded else role if number else "dim"
        count = (f"{glyph} {formatting.count(number)}{names.get(word, '')}", role)
        line = (*line, (between, gap_role), count)
    return (*line, (closing, "strong")) if closing else line
