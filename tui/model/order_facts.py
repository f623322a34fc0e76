"""What the list and the detail together say of one order, and whether it is stale. Pure.

The source that was requested later wins. Ages are in seconds of the monotonic clock.
"""

from collections.abc import Mapping
from enum import Enum
from itertools import compress
from operator import attrgetter, is_

import msgspec

from tui.model.events import STALE_GRACE
from tui.model.order import OrderDetail, OrderSummary, Phase, mean_progress, phase_of
from tui.model.state import State, TimedDetail
from tui.model.timing import OrderTiming

_IS_STALLED = attrgetter("is_stalled")

DETAIL_CADENCE = 5.0
"""Seconds between two reads of the selected order while it progresses."""

ROW_CADENCE = 15.0
"""The same of every other order, unless the poll interval is longer."""


class OrderFacts(msgspec.Struct, frozen=True, gc=False):
    """One order as it is shown. `progress_at` is the monotonic time at which `progress` was
    requested; both are None if no progress is known.
    """

    id: str
    status: str
    phase: Phase
    created: float | None
    gone: bool = False
    progress: float | None = None
    progress_at: float | None = None
    is_progress_final: bool = False
    """True if the order has ended at this progress, so that its age does not matter."""
    confirmed_at: float | None = None
    """When the list last confirmed that the order is still queued or downloading, as its detail
    says: so long its progress does not change, whenever the detail was read. Else None.
    """
    detail: OrderDetail | None = None
    from_earlier_run: bool = False
    """True if the detail was read before the order was requeued."""
    timing: OrderTiming | None = None
    """None if the history does not know it, or it is not loaded."""

    @property
    def is_stalled(self) -> bool:
        """True if the order is active, and was polled for too long without a change."""
        is_active = not (self.phase.is_final or self.gone)
        return is_active and self.timing is not None and bool(self.timing.is_stalled)

    @property
    def is_detail_current(self) -> bool:
        """True if the detail was read in the order's current phase, or is the last one of an order
        that is gone: what it says of the phase, and what it lacks, is true.
        """
        if self.detail is None or self.from_earlier_run:
            return False
        status = self.detail.status
        return self.gone or not status or phase_of(status) is self.phase

    @property
    def failure_reason(self) -> str | None:
        """Why the order failed: its comment. None if it did not, or the reason is not known."""
        if self.detail is None or self.phase is not Phase.ERROR or not self.is_detail_current:
            return None
        return self.detail.comment or None


AnyOrder = OrderSummary | OrderFacts
"""A summary stands for a listed order without a detail: facts of 100,000 would cost too much."""


def facts_of(state: State, summary: OrderSummary) -> OrderFacts:
    timed = state.details.get(summary.id)
    if timed is None and summary.progress is None and summary.id not in state.gone:
        phase = summary.phase  # most orders: as below, in a tenth of the time
        timing = _timing_of(state, summary.id, phase)
        return OrderFacts(summary.id, summary.status, phase, summary.created, timing=timing)
    detail = None if timed is None else timed.detail
    listed_at = state.listed_at(summary.id)
    gone = summary.id in state.gone
    status = summary.status if gone else status_of(summary, listed_at, timed)
    phase = phase_of(status)
    known: list[tuple[float, float]] = []  # times and progress
    if summary.progress is not None:
        known.append((listed_at, summary.progress))
    if timed is not None and not is_from_earlier_run(timed, phase):
        mean = mean_progress(timed.detail, phase)
        if mean is not None:
            known.append((timed.sent.mono, mean))
    progress_at, progress = max(known, default=(None, None))
    return OrderFacts(
        id=summary.id,
        status=status,
        phase=phase,
        created=detail.created if detail and summary.created is None else summary.created,
        gone=gone,
        progress=progress,
        progress_at=progress_at,
        is_progress_final=timed is not None
        and (phase is Phase.FINISHED or _has_stopped(state, summary.id, timed, phase)),
        confirmed_at=listed_at
        if timed is not None and not gone and _is_confirmed(timed, listed_at, phase)
        else None,
        detail=detail,
        from_earlier_run=timed is not None and timed.from_earlier_run,
        timing=_timing_of(state, summary.id, phase),
    )


def _timing_of(state: State, order_id: str, phase: Phase) -> OrderTiming | None:
    """Return the timing of an order, unless it is that of an earlier attempt."""
    timing = state.timings.get(order_id)
    is_earlier = timing is not None and timing.ended is not None and not phase.is_final
    return None if is_earlier else timing


def stalled_ids(state: State) -> frozenset[str]:
    """Return the listed orders that are stalled."""
    stalled = compress(state.timings, map(_IS_STALLED, state.timings.values()))
    orders = (order for each in stalled if (order := state.index.get(each)) is not None)
    return frozenset(order.id for order in orders if facts_of(state, order).is_stalled)


def observed_until(state: State, mono: float) -> float | None:
    """Return up to when, at the monotonic time `mono`, what goes on is known: now while the list is
    live, else when it was requested. In UTC epoch seconds of the clock that it was read by.
    """
    if state.as_of is None:
        return None
    is_live = list_status(state, mono) is ListStatus.LIVE
    return state.wall_at(mono) if is_live else state.as_of.wall


_ORDER_FIELDS = ("details", "detail_failures", "timings", "has_all_timings", "ended_orders")
_list_fields = attrgetter(*(name for name in State.__struct_fields__ if name not in _ORDER_FIELDS))


class FactsCache:
    """Computes an order's facts once for each list, detail and timing: a detail that arrives costs
    the facts of one order.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._facts: dict[str, tuple[TimedDetail | None, OrderTiming | None, OrderFacts]] = {}

    def update(self, state: State) -> bool:
        """Use `state` from now on. Returns whether more than details changed."""
        is_list_new = not all(map(is_, _list_fields(self._state), _list_fields(state)))
        if is_list_new:
            self._facts.clear()
        self._state = state
        return is_list_new

    def facts_of(self, order: OrderSummary) -> OrderFacts:
        timed, timing = self._state.details.get(order.id), self._state.timings.get(order.id)
        known = self._facts.get(order.id)
        if known is None or known[0] is not timed or known[1] is not timing:
            known = self._facts[order.id] = (timed, timing, facts_of(self._state, order))
        return known[2]


def status_of(summary: OrderSummary, listed_at: float, timed: TimedDetail | None) -> str:
    """Return the status of the later source; `listed_at` is when the list was requested."""
    fresher = fresher_detail(summary, listed_at, timed)
    return summary.status if fresher is None else fresher.detail.status or ""


def fresher_detail(
    summary: OrderSummary, listed_at: float, timed: TimedDetail | None
) -> TimedDetail | None:
    """Return `timed` if its status counts and not the list's."""
    if timed is None or not timed.detail.status:
        return None
    return timed if timed.sent.mono >= listed_at or not summary.status else None


def _has_stopped(state: State, order_id: str, timed: TimedDetail, phase: Phase) -> bool:
    """Return whether the detail was read in error, and every poll since reported an error."""
    in_error = phase is timed.phase is Phase.ERROR
    polled = state.last_load is not None and state.listed_at(order_id) >= state.last_load.sent.mono
    return in_error and polled and not timed.from_earlier_run and not timed.may_be_outdated


def _is_confirmed(timed: TimedDetail, listed_at: float, phase: Phase) -> bool:
    """Return whether the list has since reported the waiting status that the detail was read in.
    The mark says that the order may have run in between.
    """
    is_same = phase.is_waiting and timed.phase is phase
    return is_same and listed_at >= timed.sent.mono and not timed.may_be_outdated


def is_from_earlier_run(timed: TimedDetail, phase: Phase) -> bool:
    """Return whether the detail was read at the end of an earlier run of a requeued order."""
    return timed.from_earlier_run or (timed.phase.is_final and not phase.is_final)


def fresher_statuses(state: State) -> dict[str, str]:
    """Return the statuses, by id, that a detail knows and the list does not know yet."""
    fresher: dict[str, str] = {}
    for order_id, timed in state.details.items():
        summary = state.index.get(order_id)
        if summary is None or summary.status == timed.detail.status:
            continue
        status = status_of(summary, state.listed_at(order_id), timed)
        if status != summary.status:
            fresher[order_id] = status
    return fresher


def count_by_status(state: State, fresher: Mapping[str, str]) -> dict[str, int]:
    """Return how many listed orders have each status word. `fresher` are those of
    `fresher_statuses`.
    """
    counts = dict(state.status_counts)
    for order_id, status in fresher.items():
        counts[state.index[order_id].status] -= 1
        counts[status] = counts.get(status, 0) + 1
    return counts


def count_by_phase(state: State, fresher: Mapping[str, str] | None = None) -> dict[Phase, int]:
    """Return how many listed orders are in each phase; a fresher detail outranks the list."""
    counts = dict.fromkeys(Phase, 0)
    fresher = fresher_statuses(state) if fresher is None else fresher
    for status, count in count_by_status(state, fresher).items():
        counts[phase_of(status)] += count
    return counts


class ListStatus(Enum):
    """The word for the list in the status line."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    PAUSED = "paused"


def list_status(state: State, mono: float) -> ListStatus:
    """Return the list's status at the monotonic time `mono`. It is `LIVE` only while the list is
    young, nothing has failed since, and it is neither invalidated nor suddenly empty.
    """
    if state.paused:
        return ListStatus.PAUSED
    if state.last_load is None:
        return ListStatus.CONNECTING if state.cached_at is None else ListStatus.STALE
    is_live = (
        mono <= state.last_load.fresh_until
        and state.failure is None
        and not state.empty_unconfirmed
        and state.invalid_before < state.last_load.sent.mono
    )
    return ListStatus.LIVE if is_live else ListStatus.STALE


def status_read_at(state: State, order_id: str) -> float:
    """Return the monotonic time at which the status of an order was requested last."""
    read_at, timed = state.listed_at(order_id), state.details.get(order_id)
    return max(read_at, timed.sent.mono) if timed and timed.detail.status else read_at


def is_outdated_row(state: State, order_id: str, mono: float) -> bool:
    """Return whether an order is older than the list's status says, because the last polls read
    other pages.
    """
    last = state.last_load
    if last is None or state.coverage is None or order_id in state.gone:
        return False
    read_at = status_read_at(state, order_id)
    return read_at < last.sent.mono and last.is_coverage_gap(read_at, mono, state.invalid_before)


def may_have_progressed(
    state: State, facts: OrderFacts, read_at: float | None, cadence: float, mono: float
) -> bool:
    """Return whether progress that was requested at `read_at` must not look current at `mono`. It
    is read every `cadence` seconds, or was confirmed by the list, which is then as old as it is.
    """
    if read_at is None or facts.is_progress_final:
        return False
    if facts.confirmed_at is not None and state.last_load is not None:
        read_at, cadence = facts.confirmed_at, state.last_load.interval
    return is_stale(read_at, cadence, state, mono)


def is_stale(read_at: float, cadence: float, state: State, mono: float) -> bool:
    """Return whether a changing fact, requested at `read_at` and read every `cadence` seconds, is
    overdue, was invalidated, or comes from an earlier run of this program.
    """
    return (
        mono - read_at > cadence + STALE_GRACE
        or state.invalid_before >= read_at
        or state.cached_at is not None
    )
