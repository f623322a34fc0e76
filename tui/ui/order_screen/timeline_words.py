"""What the timeline says of moments and attempts. Pure."""

from collections.abc import Sequence
from functools import partial

from tui import formatting
from tui.model.history import Span
from tui.model.order import Phase
from tui.model.timeline import Attempt, OrderHistory, Period, comparisons
from tui.model.timing import Moment
from tui.ui.timing_text import length_text, moment_text

_NEARLY = 10
"""Percent; a smaller difference is none, because each length is that exact."""


def time_of(wall: float, day: float) -> str:
    """The time of day; with month and day if it is not on the day of `day`."""
    date, time = formatting.local_time(wall).split(" ")
    return time if date == formatting.local_time(day).split(" ")[0] else f"{date[5:]} {time}"


def moment_note(period: Period, gaps: Sequence[Span], day: float) -> str:
    """Say between which times a period began; empty if both are nearly the same."""
    moment = period.start
    if moment.is_exact:
        return ""
    if moment.after is None:
        return f"first seen {time_of(moment.before, day)}: it had this status already"
    return f"{_verb(period)} {moment_text(moment, partial(time_of, day=day), gaps)}"


def _verb(period: Period) -> str:
    if not period.status:
        return "removed"
    return {Phase.FINISHED: "finished", Phase.ERROR: "failed"}.get(period.phase, "began")


def attempt_text(attempt: Attempt, now: float, until: float, *, is_last: bool) -> str:
    """From when to when an attempt was, and how long its work took: without its time in the queue,
    as everywhere.
    """
    start, end = attempt.start, attempt.end
    day = start.before
    first = formatting.time_with_day(day, now)
    if start.after is None and all(each.is_end for each in attempt.periods):
        return f"ended before it was first seen, {first}"
    first = f"before {first}" if start.after is None else first
    if end is not None:
        return f"{first} to {time_of(end.before, day)}, {_work_text(attempt, end, 'took')}"
    if not is_last:
        return first
    return f"since {first}, {_work_text(attempt, Moment(until, until), 'elapsed')}"


def _work_text(attempt: Attempt, end: Moment, name: str) -> str:
    started = attempt.started
    if started is None:
        return f"{length_text(attempt.start, end)} queued"
    text = f"{name} {length_text(started, end)}"
    waited = attempt.periods[0]
    if waited.is_queued and waited.end == started:
        text += f" after {length_text(attempt.start, started)} queued"
    return text


def comparison_texts(attempts: Sequence[Attempt], until: float) -> list[str]:
    """Compare the last attempt with the earlier ones: a sentence for each of these."""
    by_attempt: dict[int, list[str]] = {}
    for status, earlier, ratio, goes_on in comparisons(attempts, until):
        percent = round(abs(ratio - 1) * 100)
        more = "longer" if ratio > 1 else "shorter"
        text = f"{percent} % {more}" if percent > _NEARLY else "about as long"
        text = f"already {text}" if goes_on else text
        by_attempt.setdefault(earlier, []).append(f"{text} in {status}")
    return [
        f"Compared with attempt {number}: {', '.join(texts)}"
        for number, texts in sorted(by_attempt.items(), reverse=True)
    ]


def since_text(history: OrderHistory, now: float) -> str:
    """When the history begins, and the time zone of the times."""
    if history.recorded_since is None:
        return ""
    since = formatting.time_short(history.recorded_since, now)
    return f"recorded since {since}, {formatting.utc_offset(now)}"


def nothing_recorded(history: OrderHistory, now: float) -> str:
    """Why there is no timeline of an order."""
    if history.recorded_since is None:
        return "Nothing is recorded yet. The timeline begins with the first poll."
    since = formatting.time_with_day(history.recorded_since, now)
    return f"Nothing is recorded of this order. The history begins {since}."


def ended_unseen(attempts: Sequence[Attempt], now: float) -> str:
    """Say that an order had ended before it was first seen; empty if it had not."""
    (first, *others) = attempts[0].periods
    if len(attempts) > 1 or others or not first.is_end or first.start.after is not None:
        return ""
    seen = formatting.time_with_day(first.start.before, now)
    return (
        f"It had ended before it was first seen, {seen}: when it began and how long it took is "
        "not known."
    )
