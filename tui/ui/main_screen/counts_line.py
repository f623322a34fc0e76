"""The line of counts: how many orders are in each phase. Pure."""
# FOLD """The line of counts: a click on one of them chooses it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.events import Click
from textual.message import Message

from tui.model.order import Phase
from tui.model.order_facts import count_by_phase
from tui.model.state import State
from tui.ui.actions import KeyLabels
from tui.ui.text import Line, clip, width_of
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.line_view import LineView

LETTERS = {
    "queued": "q",
    "downloading": "d",
    "transcoding": "t",
    "uploading": "u",
    "finished": "f",
    "error": "e",
    "unknown": "n",
    "gone": "g",
}
"""By the words that can be counted, the letter that chooses each."""

_SHORT = {"downloading": "down", "transcoding": "trans", "uploading": "up"}


class CountsLine(NamedTuple):
    """`words` has for each span of the line what it counts: a word of status, or `unreadable`;
    nothing for what stands between.
    """

    line: Line
    words: tuple[str, ...]

    def at(self, x: int) -> str:
        """What is counted in the cell `x`."""
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
    """How many orders are in each phase; the glyphs' legend at the same time. The one that is
    `chosen` stands in brackets.
    """
    if state.snapshot is None:
        return CountsLine(((" no list of orders yet", "dim"),), ("",))
    numbers = count_by_phase(state)
    shown = [phase for phase in Phase if phase is not Phase.UNKNOWN or numbers[phase]]
    counts = [_Count(p.value, glyphs.phases[p], numbers[p], p.value, p.value) for p in shown]
    if state.gone:
        counts.append(_Count("gone", glyphs.gone, len(state.gone), "gone", "gone"))
    if state.snapshot.invalid_rows:
        name = f"unreadable ({keys.unreadable})"
        bad = len(state.snapshot.invalid_rows)
        counts.append(_Count("unreadable", "!", bad, name, "warning"))
    told: Line = ()
    if state.is_partially_loaded:
        told = ((f" of {len(state.index)} known:", "warning"),)
    # The narrower the line, the shorter the words; no number is ever left out.
    for gap, names in (("   ", {}), ("  ", {}), ("  ", _SHORT), ("  ", None)):
        line = (*told, *_spans(counts, gap, names, chosen))
        if width_of(line) <= width:
            break
    between = [word for each in counts for word in ("", each.word)]
    return CountsLine(clip(line, width), (*[""] * len(told), *between))


def _spans(
    counts: Sequence[_Count], gap: str, names: Mapping[str, str] | None, chosen: str
) -> Line:
    """A gap and a count in turn. The brackets take room of the gaps: nothing moves for them."""
    line: Line = ()
    closing = ""
    for number, (word, glyph, count, said, role) in enumerate(counts):
        name = "" if names is None else f" {names.get(said, said)}"
        opening = "[" if word == chosen else " "
        between = closing + (gap if number else " ")[len(closing) : -1] + opening
        closing = "]" if word == chosen else ""
        # What is zero is said, but does not catch the eye.
        of_gap = "plain" if between.isspace() else "strong"
        line = (*line, (between, of_gap), (f"{glyph} {count}{name}", role if count else "dim"))
    return (*line, (closing, "strong")) if closing else line


class CountsBar(LineView):
    """Its words, and not the room between them, can be clicked."""

    class Chosen(Message):
        """A count was chosen: a word of status, or `unreadable`."""

        def __init__(self, word: str) -> None:
            super().__init__()
            self.word = word

    def __init__(self) -> None:
        super().__init__(id="counts")
        self._counts = CountsLine((), ())

    def bind(self, counts: CountsLine) -> None:
        self._counts = counts
        self.set_lines((counts.line,))

    def on_click(self, event: Click) -> None:
        if word := self._counts.at(event.x):
            self.post_message(self.Chosen(word))
