"""What the list and the detail together say of one order, the newer word winning. Pure."""
# FOLD """How old what is shown may be before the screen must say so. Pure; ages in seconds."""

from enum import Enum

import msgspec

from tui.model.events import STALE_GRACE
from tui.model.order import OrderDetail, OrderSummary, Phase, mean_progress, phase_of
from tui.model.state import State, TimedDetail


class OrderFacts(msgspec.Struct, frozen=True):
    """One order as it is to be shown. `progress_at` is when the progress was asked for, on
    the monotonic clock; both are None where no progress is known.
    """

    id: str
    status: str
    phase: Phase
    created: float | None
    gone: bool = False
    filename: str | None = None
    label: str | None = None
    progress: float | None = None
    progress_at: float | None = None
    is_progress_final: bool = False
    """True when the progress is where the order ended, however long ago that was read."""
    detail: OrderDetail | None = None


def status_of(summary: OrderSummary, listed_at: float, reading: TimedDetail | None) -> str:
    """The status of the newer source; `listed_at` is when the list was asked for."""
    newer = fresher_detail(summary, listed_at, reading)
    return summary.status if newer is None else newer.detail.status or ""


def fresher_detail(
    summary: OrderSummary, listed_at: float, reading: TimedDetail | None
) -> TimedDetail | None:
    """The detail, where its status counts and not the list's."""
    if reading is None or not reading.detail.status:
        return None
    return reading if reading.sent.mono >= listed_at or not summary.status else None


def facts_of(state: State, summary: OrderSummary) -> OrderFacts:
    reading = state.details.get(summary.id)
    listed_at = state.listed_at(summary.id)
    gone = summary.id in state.gone
    status = summary.status if gone else status_of(summary, listed_at, reading)
    phase = phase_of(status)
    progress, progress_at = _progress(summary, listed_at, reading, phase)
    facts = OrderFacts(
        summary.id, status, phase, summary.created, gone, progress=progress, progress_at=progress_at
    )
    if reading is None:
        return facts
    detail = reading.detail
    return msgspec.structs.replace(
        facts,
        created=facts.created if facts.created is not None else detail.created,
        filename=detail.filename,
        label=detail.label,
        is_progress_final=phase is Phase.FINISHED
        or _has_stopped(state, summary.id, reading, phase),
        detail=detail,
    )


def _progress(
    summary: OrderSummary, listed_at: float, reading: TimedDetail | None, phase: Phase
) -> tuple[float | None, float | None]:
    """The progress of the newer source that has one, and when it was asked for."""
    found: list[tuple[float, float]] = []
    if summary.progress is not None:
        found.append((listed_at, summary.progress))
    if reading is not None and not is_from_earlier_run(reading, phase):
        mean = mean_progress(reading.detail, phase)
        if mean is not None:
            found.append((reading.sent.mono, mean))
    if not found:
        return None, None
    at, progress = max(found)
    return progress, at


def _has_stopped(state: State, order_id: str, reading: TimedDetail, phase: Phase) -> bool:
    """True when an order in error was read in error, and every poll since had it so."""
    in_error = phase is phase_of(reading.detail.status or "") is Phase.ERROR
    polled = state.last_load is not None and state.listed_at(order_id) >= state.last_load.sent.mono
    return in_error and polled and not reading.relaunched and not reading.may_be_outdated


def is_from_earlier_run(reading: TimedDetail, phase: Phase) -> bool:
    """True when a detail read at the end of an earlier run says nothing of this one."""
    before = phase_of(reading.detail.status or "")
    return reading.relaunched or (before.is_final and not phase.is_final)


def count_by_phase(state: State) -> dict[Phase, int]:
    """How many orders the list has in each phase, newer details counted in."""
    words = dict(state.status_counts)
    for order_id, reading in state.details.items():
        summary = state.index.get(order_id)
        if summary is None:
            continue
        status = status_of(summary, state.listed_at(order_id), reading)
        if status != summary.status:
            words[summary.status] -= 1
            words[status] = words.get(status, 0) + 1
    counts = dict.fromkeys(Phase, 0)
    for word, count in words.items():
        counts[phase_of(word)] += count
    return counts


DETAIL_CADENCE = 2.0
"""Seconds between two reads of the selected order while it is active."""


class ListStatus(Enum):
    """The one word that the status line says of the list."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    PAUSED = "paused"


def list_status(state: State, mono: float) -> ListStatus:
    """`live` is a promise: it holds only while the list is young, nothing has failed since
    it was read, and nothing gave reason to doubt it.
    """
    if state.paused:
        return ListStatus.PAUSED
    if state.last_load is None:
        return ListStatus.CONNECTING if state.cached_at is None else ListStatus.STALE
    fresh = mono <= state.last_load.fresh_until
    doubted = state.empty_unconfirmed or state.invalid_before >= state.last_load.sent.mono
    return ListStatus.LIVE if fresh and not doubted and state.failure is None else ListStatus.STALE


def is_outdated_row(state: State, order_id: str, mono: float) -> bool:
    """True for an order that stands beside younger ones: the last polls did not cover it, so
    that what is said of the list does not hold for it.
    """
    if state.last_load is None or state.coverage is None or order_id in state.gone:
        return False
    read_at = state.listed_at(order_id)
    reading = state.details.get(order_id)
    if reading is not None and reading.detail.status:
        read_at = max(read_at, reading.sent.mono)
    if read_at >= state.last_load.sent.mono:
        return False
    late = mono - read_at > state.last_load.fresh_until - state.last_load.sent.mono
    return late or state.invalid_before >= read_at


def is_stale(read_at: float, cadence: float, state: State, mono: float) -> bool:
    """True for a fact that changes, read at `read_at`, when it has outlived `cadence`, or
    comes from an earlier run of this program.
    """
    return (
        mono - read_at > cadence + STALE_GRACE
        or state.invalid_before >= read_at
        or state.cached_at is not None
    )
