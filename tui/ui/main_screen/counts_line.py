"""The line of counts: how many orders each status has. A click on a count filters by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len
from textual.events import Click
from textual.message import Message

from tui.model.order import STATUSES, Phase
from tui.model.state import State
from tui.ui.actions import KeyLabels
from tui.ui.text import Line, clip, width_of
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.line_view import LineView

LETTERS = {phase.value: status.letter for phase, status in STATUSES.items()} | {"gone": "g"}
"""The key that filters by each count."""

_SHORT_NAMES = {
    phase.value: f" {status.short_name}" for phase, status in STATUSES.items() if status.short_name
}


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


def counts_line(
    state: State,
    numbers: Mapping[Phase, int],
    width: int,
    glyphs: Glyphs,
    keys: KeyLabels,
    chosen: str = "",
) -> CountsLine:
    """Return the counts, which are the legend of the glyphs, too. `numbers` are those of
    `count_by_phase`; `chosen` is in brackets.
    """
    if state.snapshot is None:
        return CountsLine(((" no list of orders yet", "dim"),), ("",))
    counts = {
        phase.value: (glyphs.phases[phase], numbers[phase])
        for phase in Phase
        if phase is not Phase.UNKNOWN or numbers[phase]
    }
    if state.gone:
        counts["gone"] = (glyphs.gone, len(state.gone))
    if invalid := len(state.invalid_rows):
        counts["unreadable"] = ("!", invalid)
    label: Line = ()
    if state.is_partially_loaded:
        label = ((f" of {len(state.index)} known:", "warning"),)
    names = {word: f" {word}" for word in counts}
    names["unreadable"] = f" unreadable ({keys.unreadable})"
    # A narrow line has short names or none, but always every number.
    for gap, shown in (("   ", names), ("  ", names), ("  ", names | _SHORT_NAMES), ("  ", {})):
        line = (*label, *_spans(counts, gap, shown, chosen))
        if width_of(line) <= width:
            break
    words = [span for word in counts for span in ("", word)]
    return CountsLine(clip(line, width), (*[""] * len(label), *words))


def _spans(
    counts: Mapping[str, tuple[str, int]], gap: str, names: Mapping[str, str], chosen: str
) -> Line:
    """Return gaps and counts in turn. The brackets replace cells of the gaps, so nothing moves."""
    line: Line = ()
    closing = ""
    for word, (glyph, number) in counts.items():
        opening = "[" if word == chosen else " "
        between = closing + (gap if line else " ")[len(closing) : -1] + opening
        closing = "]" if word == chosen else ""
        gap_role = "plain" if between.isspace() else "strong"
        role = "warning" if word == "unreadable" else word
        count = (f"{glyph} {number}{names.get(word, '')}", role if number else "dim")
        line = (*line, (between, gap_role), count)
    return (*line, (closing, "strong")) if closing else line


class CountsBar(LineView):
    @dataclass
    class CountClicked(Message):
        """A count was clicked: a status word or `unreadable`."""

        word: str

    def __init__(self) -> None:
        super().__init__(id="counts")
        self.counts = CountsLine((), ())

    def bind(self, counts: CountsLine) -> None:
        self.counts = counts
        self.set_lines((counts.line,))

    def on_click(self, event: Click) -> None:
        if word := self.counts.word_at(event.x):
            self.post_message(self.CountClicked(word))
