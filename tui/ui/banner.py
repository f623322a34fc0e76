"""The lines above the panes: status, counts, and what stands in the way. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from tui import phrase
from tui.model.facts import tally
from tui.model.freshness import Word, word_of
from tui.model.state import State
from tui.model.status import Phase
from tui.ui.glyphs import Glyphs
from tui.ui.spans import Line, apart, clip, fit, width_of


@dataclass(frozen=True)
class Identity:
    """What is being watched. `host` and `company` have passed the sanitiser."""

    company: str
    host: str
    refresh: float
    demo: bool = False
    read_only: bool = False


_INKS = {
    Word.CONNECTING: "dim",
    Word.LIVE: "finished",
    Word.STALE: "warning",
    Word.PAUSED: "warning",
}


_SHORT = {"downloading": "down", "transcoding": "trans", "uploading": "up"}


def status_line(state: State, who: Identity, mono: float, width: int, glyphs: Glyphs) -> Line:
    """Program, company, host; at the right the one word and the time of the list."""
    word = word_of(state, mono)
    signs = {
        Word.CONNECTING: glyphs.waiting,
        Word.LIVE: glyphs.live,
        Word.STALE: glyphs.stale,
        Word.PAUSED: glyphs.paused,
    }
    right: Line = ((f"{signs[word]} {word.value}", _INKS[word]),)
    if state.read is not None:
        as_of = f"  as of {phrase.clock_time(state.read.sent.wall)}"
        right = (*right, (as_of, "plain" if word is Word.LIVE else "warning"))
        if word is not Word.LIVE:
            age = phrase.coarse_age(mono - state.read.sent.mono)
            right = (*right, (f", {age} ago", "warning"))
        elif width >= 96:
            right = (*right, (f"  every {_seconds(state.read.interval)}", "dim"))
    left: Line = ((" transcode-tui", "strong"),)
    if who.demo:
        left = (*left, ("  DEMO", "warning"))
    if who.read_only:
        left = (*left, ("  read-only", "dim"))
    left = (*left, (f"  company {who.company}", "plain"), (f"  {who.host}", "dim"))
    return apart(left, (*clip(right, width - 2), (" ", "plain")), width)


def counts_line(state: State, width: int, glyphs: Glyphs) -> Line:
    """How many orders are in each phase; the glyphs' legend at the same time."""
    if state.snapshot is None:
        return ((" no list of orders yet", "dim"),)
    counts = tally(state)
    shown = [phase for phase in Phase if phase is not Phase.UNKNOWN or counts[phase]]
    words = [(glyphs.phases[p], counts[p], p.value, p.value) for p in shown]
    if state.gone:
        words.append((glyphs.gone, len(state.gone), "gone", "gone"))
    if state.snapshot.unreadable:
        words.append(("!", len(state.snapshot.unreadable), "unreadable (u)", "warning"))
    # The narrower the line, the shorter the words; no number is ever left out.
    for gap, names in (("   ", {}), ("  ", {}), ("  ", _SHORT), ("  ", None)):
        line = _counts(words, gap, names)
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


def rule_line(state: State, who: Identity, mono: float, width: int, glyphs: Glyphs) -> Line:
    """The rule above the orders; when the list is not live it says why and what is next."""
    notice = _notice(state, who, mono)
    if notice is not None:
        told = clip(((f"{glyphs.rule} {notice} ", "warning"),), width)
        return (*told, (glyphs.rule * (width - width_of(told)), "rest"))
    left: Line = (
        (f"{glyphs.rule} ", "rest"),
        ("Orders", "strong"),
        (f" {glyphs.rule}{glyphs.rule}", "rest"),
        (" newest first ", "dim"),
    )
    right: Line = ((f" {len(state.orders)} ", "strong"), (glyphs.rule, "rest"))
    room = width - width_of(left) - width_of(right)
    return clip((*left, (glyphs.rule * max(0, room), "rest"), *right), width)


def _notice(state: State, who: Identity, mono: float) -> str | None:
    word = word_of(state, mono)
    if word is Word.PAUSED:
        return "paused: nothing is asked for; p resumes"
    if state.failure is not None:
        why = phrase.sentence(state.failure.failure, who.host, who.company)
        return f"{why}; next try {phrase.clock_time(state.failure.retry_at)}"
    if word is Word.STALE:
        return f"no newer answer from {who.host} yet; asking"
    return None


def empty_lines(state: State, who: Identity, mono: float, width: int) -> list[Line]:
    """What the table shows where there are no orders: why, and what happens next."""
    if state.snapshot is not None:
        if word_of(state, mono) is not Word.LIVE:
            first = f"When it was last read, company {who.company} had no orders."
            second = "This is not live: see above."
        elif state.snapshot.unreadable:
            first, second = "None of the listed orders could be read.", "u lists why."
        else:
            first = f"Company {who.company} has no orders."
            second = "New ones appear here by themselves."
    elif state.paused:
        first, second = "Paused before the first list came.", "p resumes."
    elif state.failure is not None:
        why = phrase.sentence(state.failure.failure, who.host, who.company)
        first = f"Cannot connect: {why}."
        at = phrase.clock_time(state.failure.retry_at)
        second = f"Next try at {at}; r tries now."
    else:
        first, second = f"Connecting to {who.host}…", "The orders follow."
    return [(), ((fit("  " + first, width), "plain"),), ((fit("  " + second, width), "dim"),)]


def _seconds(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 10 else f"{seconds:.0f} s"
