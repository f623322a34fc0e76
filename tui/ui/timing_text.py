"""What is said of an order's timing: in a cell, and with its exact bounds. Pure.

In a cell, `>` is at least, `<` at the latest, and `~` as of when the order was read last.
"""

from collections.abc import Callable, Iterable, Sequence

from tui import formatting
from tui.model.columns import COLUMNS, Kind
from tui.model.history import Span, SpanKind
from tui.model.observed import Observed, between, remaining_range
from tui.model.order_facts import AnyOrder
from tui.model.timing import Estimate, Moment, OrderTiming
from tui.ui.order_presenter import ObservedTimes

_GAP_WORDS = {
    SpanKind.PAUSED: "paused",
    SpanKind.STALE: "polls failed",
    SpanKind.STOPPED: "not running",
}


def gap_words(gaps: Iterable[Span]) -> str:
    """Why nothing was polled in these gaps: each reason once."""
    return ", ".join(dict.fromkeys(_GAP_WORDS[each.kind] for each in gaps))


def cell(
    name: str,
    order: AnyOrder,
    times: ObservedTimes | None,
    now: float,
    *,
    is_frozen: bool,
    is_old: bool,
) -> tuple[str, bool]:
    """Return the text of a cell of which the history knows the value, and whether it is marked as
    old: `4m12s`, `>4m12s`, `~4m12s`, `<03:14:40`, `4–7 min`. `times` are those of an active order;
    `is_frozen` is that of its row, `is_old` that of its progress.
    """
    column, is_estimate = COLUMNS[name], name == "eta"
    is_old = times is not None and (is_frozen or (is_estimate and is_old))
    status_at, progress_at = times or (now, now)
    value = None
    if column.observed is not None:
        value = column.observed.of(order, progress_at if is_estimate else status_at)
    if value is None:
        return column.missing, False
    match column.kind:
        case Kind.TIME:
            bound = "" if value.is_exact else "<"
            return f"{bound}{formatting.time_short(value.shown, now)}", False
        case Kind.COUNT:
            return formatting.count(int(value.shown)), False
        case _ if is_estimate:
            text = formatting.remaining(value.least, value.most)
        case _:
            text = f"{'' if value.is_exact else '>'}{formatting.age(value.shown)}"
    return _marked(text, is_old=is_old), is_old


def estimate_text(estimate: Estimate, now: float, *, is_old: bool) -> str:
    """How long something still takes: `4–7 min`, `~4–7 min`, `2 min over`."""
    return _marked(formatting.remaining(*remaining_range(estimate, now)), is_old=is_old)


def _marked(text: str, *, is_old: bool) -> str:
    return f"~{text}" if is_old else text


def quiet_text(timing: OrderTiming, now: float, width: int = 99) -> str:
    """For how long a stalled order made no progress, as long as there is room for it."""
    if timing.quiet_since is None:
        return "no progress" if width >= len("no progress") else ""
    age = formatting.coarse_age(now - timing.quiet_since)
    texts = (f"no progress for {age}", f"no progress {age}", f"quiet {age}", age)
    return next((text for text in texts if len(text) <= width), "")


def moment_text(
    moment: Moment,
    time: Callable[[float], str],
    gaps: Sequence[Span] = (),
    *,
    is_brief: bool = False,
) -> str:
    """When something happened, as `time` writes it, or between which polls. Of `gaps`, in which
    nothing was polled, it names those in between: polls may just have been slow.
    """
    if moment.is_exact:
        return time(moment.before)
    if moment.after is None:
        note = "" if is_brief else " (not polled until then)"
        return f"before {time(moment.before)}{note}"
    if is_brief:
        return f"{time(moment.after)} to {time(moment.before)}"
    bounds = f"between {time(moment.after)} and {time(moment.before)}"
    inside = [each for each in gaps if each.end > moment.after and each.start < moment.before]
    if not inside:
        return bounds
    first, last = time(inside[0].start), time(inside[-1].end)
    return f"{bounds}; not polling from {first} to {last} ({gap_words(inside)})"


def length_text(start: Moment, end: Moment) -> str:
    """How long it was from `start` to `end`, with both bounds if they are far apart."""
    length = between(start, end)
    return "" if length is None else duration_text(length)


def duration_text(value: Observed) -> str:
    """How long something took, or from the least to the greatest it may be."""
    least = formatting.duration(value.least)
    if value.is_exact:
        return least
    if value.most == float("inf"):
        return f"at least {least}"
    return f"{least} to {formatting.duration(value.most)}"
