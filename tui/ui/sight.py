"""What is known of the orders at one moment, as it is to be seen. Pure."""

from typing import NamedTuple

from tui import phrase
from tui.model.events import ClockReading
from tui.model.facts import OrderFacts, facts_of
from tui.model.freshness import DETAIL_CADENCE, is_stale, is_outdated_row
from tui.model.order import OrderSummary
from tui.model.state import State
from tui.ui.banner import Session
from tui.ui.columns import Columns
from tui.ui.detail_lines import DetailModel
from tui.ui.glyphs import Glyphs
from tui.ui.rows import row
from tui.ui.spans import Line


class OrderPresenter(NamedTuple):
    """The orders of `who`, as they are known in `state`, at `now`."""

    state: State
    who: Session
    now: ClockReading

    def facts(self, order_id: str | None) -> OrderFacts | None:
        if order_id is None:
            return None
        summary = self.state.index.get(order_id) or self.state.gone.get(order_id)
        return None if summary is None else facts_of(self.state, summary)

    def row(self, order: OrderSummary, columns: Columns, glyphs: Glyphs, *, cursor: bool) -> Line:
        """The order's line in the table."""
        facts = facts_of(self.state, order)
        old = (
            facts.progress_at is not None
            and not facts.settled
            and is_stale(facts.progress_at, self.who.refresh, self.state, self.now.mono)
        )
        uncovered = is_outdated_row(self.state, order.id, self.now.mono)
        wall = self.now.wall
        return row(facts, columns, glyphs, wall, old=old, uncovered=uncovered, cursor=cursor)

    def detail(self, order_id: str | None, dismiss: str) -> DetailModel | None:
        """What is known of one order; None where it is not there. `dismiss` is a key."""
        facts = self.facts(order_id)
        if facts is None:
            return None
        state, who, mono = self.state, self.who, self.now.mono
        reading = state.details.get(facts.id)
        old = (
            reading is not None
            and not facts.settled
            and is_stale(reading.sent.mono, DETAIL_CADENCE, state, mono)
        )
        failed = state.detail_failures.get(facts.id)
        told = None if failed is None else formatting.describe_failure(failed, who.host, who.company)
        if state.restored is not None:
            told = "the list is asked for first"
        return DetailModel(facts, reading, told, old, is_outdated_row(state, facts.id, mono), dismiss)
