"""What is said of an order's times in its facts, with their exact bounds. Pure."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tui import formatting
from tui.model import observed
from tui.model.history import Span
from tui.model.observed import Observed, ObservedColumn
from tui.model.order import Phase
from tui.model.timing import MIN_SAMPLES, Estimate, Missing, NoEstimate
from tui.ui import timing_text
from tui.ui.order_presenter import DetailModel, ObservedTimes

TimedFact = tuple[str, str, str]
"""Name, text and color role."""


def progress_facts(order: DetailModel, *, is_brief: bool = False) -> Iterator[TimedFact]:
    """Yield whether an order is stalled, and how long it still takes. In the past neither is known,
    but when a change was seen last.
    """
    timing, times = order.facts.timing, order.times
    if timing is None or times is None:
        return
    role = "stale" if order.is_frozen else "warning"
    if order.facts.is_stalled:
        quiet = timing_text.quiet_text(timing, times.status)
        limit = f"; usual is less than {formatting.coarse_age(timing.stall_limit)}"
        yield "stalled", f"{quiet}{'' if is_brief else limit}", role
        if timing.estimate is not None:
            yield "remaining", "no estimate: stalled", "dim"
    elif timing.is_stalled is None and order.facts.phase is not Phase.QUEUED:
        yield "stalled", "not recorded", "dim"
        if timing.quiet_since is not None:
            age = formatting.coarse_age(max(0.0, times.status - timing.quiet_since))
            yield "change seen", f"{age} earlier", "dim"
    elif timing.estimate is not None:
        text, role = _estimate_text(order, timing.estimate, times, is_brief=is_brief)
        yield "remaining", text, role


def time_facts(
    order: DetailModel,
    time: Callable[[float], str],
    gaps: Sequence[Span] = (),
    *,
    is_brief: bool,
) -> Iterator[TimedFact]:
    """Yield when an order started and ended, how long that took, and which attempt it is. `time`
    writes a time; in `gaps` nothing was polled.
    """
    facts, timing = order.facts, order.facts.timing
    if timing is None:
        return
    when = partial(timing_text.moment_text, time=time, gaps=gaps, is_brief=is_brief)
    if timing.started is not None and facts.phase is not Phase.QUEUED:
        yield "started", when(timing.started), "plain"
    if timing.ended is not None:
        name = "finished" if facts.phase is Phase.FINISHED else "failed"
        yield name, when(timing.ended), "plain"
    for name, column in (("took", observed.TOOK), ("elapsed", observed.ELAPSED)):
        if (facts.phase.is_final) is (name == "took") and (value := _value(order, column)):
            text, role = _duration(order, value)
            yield name, text if is_brief else f"{text}, without its time in the queue", role
    if value := _value(order, observed.IN_STATUS):
        text, role = _duration(order, value)
        since = "" if is_brief or timing.entered is None else f", since {when(timing.entered)}"
        yield "in status", f"{text}{since}", role
    if timing.attempt > 1:
        yield "attempt", formatting.count(timing.attempt), "plain"


def job_estimate(order: DetailModel, job: int) -> tuple[str, str]:
    """Return the text and the color role of how long a sub-job still takes; or blanks. Of a
    stalled order it is not known.
    """
    timing, times = order.facts.timing, order.times
    if timing is None or times is None or job >= len(timing.job_estimates):
        return "", "dim"
    estimate = timing.job_estimates[job]
    if order.facts.is_stalled or not isinstance(estimate, Estimate):
        return "", "dim"
    is_old = order.is_frozen or order.old
    text = timing_text.estimate_text(estimate, times.progress, is_old=is_old)
    return text, "stale" if is_old else "dim"


def _estimate_text(
    order: DetailModel, estimate: Estimate | NoEstimate, times: ObservedTimes, *, is_brief: bool
) -> tuple[str, str]:
    if isinstance(estimate, NoEstimate):
        text, why = _no_estimate(estimate)
        return text if is_brief else f"{text}: {why}", "dim"
    is_old = order.is_frozen or order.old
    text = timing_text.estimate_text(estimate, times.progress, is_old=is_old)
    if text.endswith(formatting.OVER):
        text += " the usual"
    of = "of all profiles" if estimate.is_company_wide else "of its profiles"
    if not is_brief:
        text += f" (80 % of {formatting.orders(estimate.samples)} {of})"
    elif estimate.is_company_wide:
        text += f" ({of})"
    return text, "stale" if is_old else "plain"


def _no_estimate(estimate: NoEstimate) -> tuple[str, str]:
    """That there is none, and why."""
    match estimate.missing:
        case Missing.SAMPLES:
            count = f"{estimate.samples} of {MIN_SAMPLES} orders"
            return f"no estimate yet ({count})", "so many were observed at this progress"
        case Missing.START:
            return "no estimate", "its start was not observed"
        case Missing.PROGRESS:
            return "no estimate yet", "no progress yet"


def _value(order: DetailModel, column: ObservedColumn) -> Observed | None:
    return column.of(order.facts, 0.0 if order.times is None else order.times.status)


def _duration(order: DetailModel, value: Observed) -> tuple[str, str]:
    is_old = order.times is not None and order.is_frozen
    text = timing_text.duration_text(value)
    return (f"~{text}", "stale") if is_old else (text, "plain")
