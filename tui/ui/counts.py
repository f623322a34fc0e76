"""The line of counts: how many orders are in each phase. Pure."""

from collections.abc import Mapping

from tui.model.facts import tally
from tui.model.state import State
from tui.model.status import Phase
from tui.ui.glyphs import Glyphs
from tui.ui.hints import DEFAULTS, Hints
from tui.ui.spans import Line, clip, width_of

_SHORT = {"downloading": "down", "transcoding": "trans", "uploading": "up"}


def counts_line(state: State, width: int, glyphs: Glyphs, keys: Hints = DEFAULTS) -> Line:
    """How many orders are in each phase; the glyphs' legend at the same time."""
    if state.snapshot is None:
        return ((" no list of orders yet", "dim"),)
    counts = tally(state)
    shown = [phase for phase in Phase if phase is not Phase.UNKNOWN or counts[phase]]
    words = [(glyphs.phases[p], counts[p], p.value, p.value) for p in shown]
    if state.gone:
        words.append((glyphs.gone, len(state.gone), "gone", "gone"))
    if state.snapshot.unreadable:
        unreadable = f"unreadable ({keys.unreadable})"
        words.append(("!", len(state.snapshot.unreadable), unreadable, "warning"))
    told: Line = ()
    if state.coverage is not None and state.coverage.whole_since is None:
        told = ((f" of {len(state.index)} known:", "warning"),)
    # The narrower the line, the shorter the words; no number is ever left out.
    for gap, names in (("   ", {}), ("  ", {}), ("  ", _SHORT), ("  ", None)):
        line = (*told, *_counts(words, gap, names))
        if width_of(line) <= width:
            break
    return clip(line, width)


def _counts(
    words: list[tuple[str, int, str, str]], gap: str, names: Mapping[str, str] | None
) -> Line:
    line: Line = ()
    for number, (glyph, count, word, ink) in enumerate(words):
        name = "" if names is None else f" {names.get(word, word)}"
        # What is zero is said, but does not catch the eye.
        shown = (f"{glyph} {count}{name}", ink if count else "dim")
        line = (*line, (gap if number else " ", "plain"), shown)
    return line
