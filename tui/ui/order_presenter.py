"""What the screens show of an order at one moment."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from tui import formatting
from tui.filtering.groups import Grouping
from tui.model.account import Session
from tui.model.events import ClockReading
from tui.model.order import OrderDetail, OrderSummary
from tui.model.order_facts import (
    DETAIL_CADENCE,
    ROW_CADENCE,
    FactsCache,
    ListStatus,
    OrderFacts,
    fresher_statuses,
    is_outdated_row,
    list_status,
    may_have_progressed,
    observed_until,
    stalled_ids,
    status_read_at,
)
from tui.model.state import State, TimedDetail
from tui.ui.text import Span
from tui.ui.theme.terminal_output import Glyphs

AGE_STEP = 5
"""Seconds from one change of the ages to the next: all rows change in one frame."""


def status_span(
    facts: OrderFacts, glyphs: Glyphs, *, uncovered: bool = False, faded: bool = False
) -> Span:
    """Return the glyph and the status word. An unknown status is shown as the server sent it; `~`
    marks one that the last polls did not confirm. If `faded`, one that may change has no color. A
    stalled order has a glyph of its own.
    """
    if facts.gone:
        glyph, word, role = glyphs.gone, "GONE", "gone"
    else:
        glyph, role = glyphs.phases[facts.phase], facts.phase.value
        if facts.is_stalled:
            glyph, role = glyphs.stalled, "warning"
        word = facts.status or "no status"
    may_change = not (facts.phase.is_final or facts.gone)
    role = "stale" if uncovered or (faded and may_change) else role
    return (f"{glyph}{'~' if uncovered else ' '}{word}", role)


class ObservedTimes(NamedTuple):
    """Up to when something is known of an order, in UTC epoch seconds of the clock that the list
    was read by. Durations and remaining times are of these moments, so that they stop when
    nothing is read.
    """

    status: float
    progress: float


class RowModel(NamedTuple):
    """Everything that a row of the orders table shows: equal models look the same."""

    facts: OrderFacts
    age: str
    now: float
    """UTC epoch seconds, rounded down to the minute: decides whether a time is today's."""
    old: bool
    """True if the progress is older than its refresh interval allows."""
    uncovered: bool
    """True if the last polls did not confirm the row."""
    faded: bool
    """True if the list is not live: what may have changed has no color then."""
    times: ObservedTimes | None = None
    """None if it shows nothing that changes as time passes, besides its age."""

    @property
    def is_frozen(self) -> bool:
        """True if what goes on is not known: durations stop then."""
        return self.uncovered or self.faded


def row_model(
    facts: OrderFacts,
    wall: float,
    *,
    old: bool = False,
    uncovered: bool = False,
    faded: bool = False,
    times: ObservedTimes | None = None,
) -> RowModel:
    """Return the row of an order at `wall`, in UTC epoch seconds."""
    age = (
        "" if facts.created is None else formatting.age(wall // AGE_STEP * AGE_STEP - facts.created)
    )
    return RowModel(facts, age, wall // 60 * 60, old, uncovered, faded, times)


class DetailModel(msgspec.Struct, frozen=True):
    """What the detail pane shows of an order."""

    facts: OrderFacts
    reading: TimedDetail | None
    failure: str | None
    """Why the last read of the detail failed, as a sentence."""
    old: bool
    """True if the order may have progressed since the detail was read."""
    uncovered: bool = False
    """True if the last polls did not confirm the order's status."""
    dismiss: str = "x"
    """The label of the key that dismisses removed orders."""
    faded: bool = False
    """True if the list is not live: a bar has no color then."""
    is_past: bool = False
    """True if it is of a moment in the past: nothing more will be read of it."""
    times: ObservedTimes | None = None
    """As those of its row, with the progress of its detail."""

    @property
    def is_frozen(self) -> bool:
        """True if what goes on is not known: durations stop then."""
        return self.uncovered or self.faded

    @property
    def detail(self) -> OrderDetail | None:
        return None if self.reading is None else self.reading.detail

    @property
    def failure_reason(self) -> str | None:
        """Why the order failed, if it did and the server says why."""
        return self.facts.failure_reason

    @property
    def is_timed(self) -> bool:
        """True if it shows how long ago the detail was read."""
        return self.old or self.failure is not None


class OrderPresenter:
    """Derives what is shown of the orders in `state` at `now`. `refresh` is the poll interval in
    seconds.
    """

    def __init__(self, session: Session, refresh: float, state: State, now: ClockReading) -> None:
        self.session = session
        self.refresh = refresh
        self.state = state
        self.now = now
        self._before = state
        self.moment = ""
        """The moment in the past that is shown; empty for now."""
        self.is_live = False
        self.grouping = Grouping({}, frozenset())
        self.observed_until: float | None = None
        self._facts = FactsCache(state)

    def update(self, state: State, now: ClockReading, moment: str = "") -> bool:
        """Present `state` at `now` from now on. Returns whether more than details changed."""
        self.moment = moment
        is_list_new = self._facts.update(state)
        self._before, self.state, self.now = self.state, state, now
        self.is_live = list_status(state, now.mono) is ListStatus.LIVE
        self.observed_until = observed_until(state, now.mono)
        is_same = state.timings is self._before.timings and state.details is self._before.details
        stalled = self.grouping.stalled if is_same and not is_list_new else stalled_ids(state)
        self.grouping = Grouping(fresher_statuses(state), stalled)
        return is_list_new

    def touched(self, order_ids: Iterable[str]) -> set[str]:
        """Return the orders of which the last update changed the detail, the failure to read it,
        or the timing.
        """
        before, state = self._before, self.state
        return {
            each
            for each in order_ids
            if before.details.get(each) is not state.details.get(each)
            or before.timings.get(each) is not state.timings.get(each)
            or before.detail_failures.get(each) is not state.detail_failures.get(each)
        }

    def row(self, order: OrderSummary) -> RowModel:
        facts = self._facts.facts_of(order)
        old = self._is_old(facts, facts.progress_at, max(self.refresh, ROW_CADENCE))
        uncovered = is_outdated_row(self.state, order.id, self.now.mono)
        faded = not self.is_live
        is_frozen = uncovered or faded
        progress_at = facts.progress_at if old or is_frozen else None
        times = self._times(facts, progress_at, is_frozen=is_frozen)
        return row_model(
            facts, self.now.wall, old=old, uncovered=uncovered, faded=faded, times=times
        )

    def _times(
        self, facts: OrderFacts, progress_at: float | None, *, is_frozen: bool
    ) -> ObservedTimes | None:
        """Return the times of an order that is active and whose timing is known. They advance with
        the ages, so that all of them change in one frame; what is of a progress that was read at
        `progress_at`, and may not be current, stops there.
        """
        state, observed = self.state, self.observed_until
        if facts.timing is None or facts.gone or facts.phase.is_final or observed is None:
            return None
        wall = self.now.wall
        status = progress = wall // AGE_STEP * AGE_STEP + round(observed - wall)
        if is_frozen:
            status = progress = state.wall_at(status_read_at(state, facts.id)) or observed
        if progress_at is not None:
            progress = state.wall_at(progress_at) or progress
        return ObservedTimes(status, progress)

    def detail(self, order_id: str | None, dismiss: str) -> DetailModel | None:
        """Return the detail of one order, or None if there is no such order."""
        state, session = self.state, self.session
        order = state.index.get(order_id or "") or state.gone.get(order_id or "")
        if order is None:
            return None
        facts = self._facts.facts_of(order)
        reading, failed = state.details.get(order.id), state.detail_failures.get(order.id)
        read_at = None if reading is None else reading.sent.mono
        old = self._is_old(facts, read_at, DETAIL_CADENCE)
        failure = None
        if state.cached_at is not None:
            failure = "waiting for the order list"
        elif reading is None and state.past is not None:
            failure = "none recorded"
        elif reading is None and state.paused:
            failure = "polling is paused"
        elif failed is not None:
            failure = formatting.describe_failure(failed, session.host, session.company)
        outdated = is_outdated_row(state, order.id, self.now.mono)
        faded = not self.is_live
        is_past = state.past is not None
        is_frozen = outdated or faded
        progress_at = read_at if old or is_frozen else None
        times = self._times(facts, progress_at, is_frozen=is_frozen)
        return DetailModel(facts, reading, failure, old, outdated, dismiss, faded, is_past, times)

    def _is_old(self, facts: OrderFacts, read_at: float | None, cadence: float) -> bool:
        return may_have_progressed(self.state, facts, read_at, cadence, self.now.mono)
