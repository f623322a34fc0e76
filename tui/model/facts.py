"""What the list and the detail together say of one order, the newer word winning. Pure."""

import msgspec

from tui.model.order import OrderDetail, OrderSummary, mean_progress
from tui.model.state import TimedDetail, State
from tui.model.status import Phase, phase_of


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
    settled: bool = False
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
        settled=phase is Phase.FINISHED or _has_stopped(state, summary.id, reading, phase),
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
    polled = state.read is not None and state.listed_at(order_id) >= state.read.sent.mono
    return in_error and polled and not reading.relaunched and not reading.may_be_outdated


def is_from_earlier_run(reading: TimedDetail, phase: Phase) -> bool:
    """True when a detail read at the end of an earlier run says nothing of this one."""
    before = phase_of(reading.detail.status or "")
    return reading.relaunched or (before.is_final and not phase.is_final)


def count_by_phase(state: State) -> dict[Phase, int]:
    """How many orders the list has in each phase, newer details counted in."""
    words = dict(state.words)
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
