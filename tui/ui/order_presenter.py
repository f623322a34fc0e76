"""What is known of the orders at one moment, as it is drawn."""

from typing import NamedTuple

import msgspec

from tui import formatting
from tui.model.events import ClockReading
from tui.model.order_facts import DETAIL_CADENCE, OrderFacts, facts_of, is_outdated_row, is_stale
from tui.model.session import Session
from tui.model.state import State, TimedDetail
from tui.ui.text import Span, fit
from tui.ui.theme.terminal_output import Glyphs


def status_span(
    facts: OrderFacts, glyphs: Glyphs, width: int | None = None, *, uncovered: bool = False
) -> Span:
    """Glyph and word; a status that is unknown is shown as it came, and one that no poll covers
    is marked.
    """
    if facts.gone:
        glyph, word, role = glyphs.gone, "GONE", "gone"
    else:
        glyph, role = glyphs.phases[facts.phase], facts.phase.value
        word = facts.status or "no status"
    role = "stale" if uncovered else role
    text = f"{glyph}{'~' if uncovered else ' '}{word}"
    return (text if width is None else fit(text, width), role)


class DetailModel(msgspec.Struct, frozen=True):
    """What the pane is told: the order's facts, its detail if read, and how old that is."""

    facts: OrderFacts
    reading: TimedDetail | None
    failure: str | None
    """The sentence of the last read's failure."""
    old: bool
    """True when the order may have got on since the detail was read, which is past its time."""
    uncovered: bool = False
    """True when the last polls did not tell of the order: its status is past its time, too."""
    dismiss: str = "x"
    """The key that dismisses what is gone."""


class OrderPresenter(NamedTuple):
    """The orders of `who`, as they are known in `state`, at `now`. `refresh` is the interval of
    the list, in seconds.
    """

    state: State
    who: Session
    now: ClockReading
    refresh: float

    def facts(self, order_id: str | None) -> OrderFacts | None:
        if order_id is None:
            return None
        summary = self.state.index.get(order_id) or self.state.gone.get(order_id)
        return None if summary is None else facts_of(self.state, summary)

    def detail(self, order_id: str | None, dismiss: str) -> DetailModel | None:
        """What is known of one order; None where it is not there. `dismiss` is a key."""
        facts = self.facts(order_id)
        if facts is None:
            return None
        state, who, mono = self.state, self.who, self.now.mono
        reading = state.details.get(facts.id)
        old = (
            reading is not None
            and not facts.is_progress_final
            and is_stale(reading.sent.mono, DETAIL_CADENCE, state, mono)
        )
        failed = state.detail_failures.get(facts.id)
        told = (
            None if failed is None else formatting.describe_failure(failed, who.host, who.company)
        )
        if state.cached_at is not None:
            told = "the list is asked for first"
        return DetailModel(
            facts, reading, told, old, is_outdated_row(state, facts.id, mono), dismiss
        )
