"""The line of counts: how many orders each status has. A click on a count filters by it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.events import Click
from textual.message import Message

from tui.model.order import STATUSES, Phase
from tui.model.order_facts import count_by_phase
from tui.model.state import State
from tui.ui.actions import KeyLabels
from tui.ui.text import Line, clip, width_of
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.line_view import LineView

LETTERS = {phase.value: status.letter for phase, status in STATUSES.items()} | {"gone": "g"}
"""The key that filters by each count."""

_SHORT_NAMES = {phase.value: status.short_name or phase.value for phase, status in STATUSES.items()}


class CountsLine(NamedTuple):
    """`words` has, for each span of the line, what it counts: a status word, `unreadable`, or an
    empty text for a gap.
    """

    line: Line
    words: tuple[str, ...]

    def word_at(self, x: int) -> str:
        """Return what the cell `x` counts."""
        for (text, _), word in zip(self.line, self.words, strict=False):
            x -= cell_len(text)
            if x < 0:
                return word
        return ""


class _Count(NamedTuple):
    word: str
    glyph: str
    number: int
    name: str
    role: str


def counts_line(
    state: State, width: int, glyphs: Glyphs, keys: KeyLabels, chosen: str = ""
) -> CountsLine:
    """Return the counts, which are the legend of the glyphs, too; `chosen` is in brackets."""
    if state.snapshot is None:
        return CountsLine(((" no list of orders yet", "dim"),), ("",))
    numbers = count_by_phase(state)
    shown = [phase for phase in Phase if phase is not Phase.UNKNOWN or numbers[phase]]
    counts = [_Count(p.value, glyphs.phases[p], numbers[p], p.value, p.value) for p in shown]
    if state.gone:
        counts.append(_Count("gone", glyphs.gone, len(state.gone), "gone", "gone"))
    if invalid := len(state.snapshot.invalid_rows):
        name = f"unreadable ({keys.unreadable})"
        counts.append(_Count("unreadable", "!", invalid, name, "warning"))
    label: Line = ()
    if state.is_partially_loaded:
        label = ((f" of {len(state.index)} known:", "warning"),)
    # A narrow line has short names or none, but always every number.
    for gap, names in (("   ", {}), ("  ", {}), ("  ", _SHORT_NAMES), ("  ", None)):
        line = (*label, *_spans(counts, gap, names, chosen))
        if width_of(line) <= width:
            break
    words = [word for count in counts for word in ("", count.word)]
    return CountsLine(clip(line, width), (*[""] * len(label), *words))


def _spans(
    counts: Sequence[_Count], gap: str, names: Mapping[str, str] | None, chosen: str
) -> Line:
    """Return gaps and counts in turn. The brackets replace cells of the gaps, so nothing moves."""
    line: Line = ()
    closing = ""
    for position, (word, glyph, number, full_name, role) in enumerate(counts):
        name = "" if names is None else f" {names.get(full_name, full_name)}"
        opening = "[" if word == chosen else " "
        between = closing + (gap if position else " ")[len(closing) : -1] + opening
        closing = "]" if word == chosen else ""
        gap_role = "plain" if between.isspace() else "strong"
        count = (f"{glyph} {number}{name}", role if number else "dim")
        line = (*line, (between, gap_role), count)
    return (*line, (closing, "strong")) if closing else line


class CountsBar(LineView):
    class CountClicked(Message):
        """A count was clicked: a status word or `unreadable`."""

        def __init__(self, word: str) -> None:
            super().__init__()
            self.word = word

    def __init__(self) -> None:
        super().__init__(id="counts")
        self.counts = CountsLine((), ())

    def bind(self, counts: CountsLine) -> None:
        self.counts = counts
        self.set_lines((counts.line,))

    def on_click(self, event: Click) -> None:
        if word := self.counts.word_at(event.x):
            self.post_message(self.CountClicked(word))
