"""The timeline of an order as lines: a bar and a table for each attempt, the last first. Pure."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

import msgspec
from rich.cells import cell_len

from tui import formatting
from tui.model.actions import JournalEntry
from tui.model.history import Span as Gap
from tui.model.lineage import actions_in, requeued_attempt
from tui.model.order import Phase
from tui.model.spans import length
from tui.model.timeline import Attempt, OrderHistory, Period, attempts_of, unpolled
from tui.model.timing import Moment
from tui.ui.action_words import NAMES, action_role, action_text, outcome_by, result_text
from tui.ui.order_screen.phase_bar import phase_bar, seconds_of, status_mark
from tui.ui.order_screen.timeline_words import (
    attempt_text,
    comparison_texts,
    ended_unseen,
    moment_note,
    nothing_recorded,
    time_of,
)
from tui.ui.text import Line, Span, clip, definition_list, fit, wrapped
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.timing_text import gap_words, length_text

_MAX_LINES = 20
"""Lines of one text. A comment of 2,000 characters is cut on the narrowest screen."""
_NOTE_INDENT = 4
_GAP = 2
_STATUS_WIDTH = len("░ polls failed")
"""Cells: the tables of all attempts are aligned."""
_HEADER = ("STATUS", "FROM", "TO", "LASTED")


class Stall(NamedTuple):
    """How long a stalled order has made no progress: since when, for how many seconds, in which it
    was polled, and in words.
    """

    since: float
    seconds: float
    text: str


class TimelineModel(msgspec.Struct, frozen=True):
    """What the timeline shows. `history` is None until it is read."""

    history: OrderHistory | None
    now: float
    """UTC epoch seconds."""
    until: float
    """Up to when it is known: now, or the time of the last list if that is not live."""
    is_live: bool
    reason: str = ""
    """Why the order failed, if it did and it is known."""
    is_past: bool = False
    """True if it is of a moment in the past, which `until` is then."""
    stall: Stall | None = None
    """None if it is not stalled."""
    actions: Sequence[JournalEntry] = ()
    """What was asked of the server for this order, the earliest first."""


class _Row(NamedTuple):
    """A row of the table, and the notes below it."""

    at: float
    cells: tuple[str, str, str, str]
    role: str
    notes: tuple[Span, ...] = ()


def timeline_lines(model: TimelineModel, width: int, glyphs: Glyphs) -> list[Line]:
    if model.history is None:
        return [(("Loading the history…", "dim"),)]
    attempts = attempts_of(model.history)
    if not attempts:
        lines = _wrapped(nothing_recorded(model.history, model.now), "plain", width)
        return [*lines, *_unplaced_actions(model, width)]
    unseen = unpolled(model.history, attempts, model.until)
    longest = max(seconds_of(each, model.until) for each in attempts)
    lines = _wrapped(ended_unseen(attempts, model.now), "plain", width)
    for attempt in reversed(attempts):
        is_last = attempt is attempts[-1]
        share = seconds_of(attempt, model.until) / longest if longest else 1.0
        bar_width, stall = max(1, round(width * share)), model.stall if is_last else None
        quiet_since = None if stall is None else stall.since
        lines += [
            *([()] if lines else []),
            *_heading(attempt, model, width, is_last=is_last),
            phase_bar(attempt, unseen, model.until, bar_width, glyphs, quiet_since),
            *_stall_lines(stall, attempt, unseen, model, width, glyphs),
        ]
        for text in comparison_texts(attempts, model.until) if is_last else ():
            lines += _wrapped(text, "plain", width)
        rows = [
            *_period_rows(attempt, unseen, model, glyphs),
            *_gap_rows(attempt, unseen, model, glyphs),
            *_stall_rows(stall, attempt, unseen, model, glyphs),
            *_action_rows(attempt, attempts, model, glyphs),
        ]
        lines += [(), *_table(sorted(rows, key=itemgetter(0)), width)]
    return lines


def _wrapped(text: str, role: str, width: int, indent: int = 0) -> list[Line]:
    return wrapped(text, width, role, indent=indent, most=_MAX_LINES)


def _heading(attempt: Attempt, model: TimelineModel, width: int, *, is_last: bool) -> list[Line]:
    text = attempt_text(attempt, model.now, model.until, is_last=is_last)
    name = f"Attempt {attempt.number}"
    return definition_list([(name, text)], len(name) + _GAP, width, "strong")


def _stall_lines(
    stall: Stall | None,
    attempt: Attempt,
    unseen: Sequence[Gap],
    model: TimelineModel,
    width: int,
    glyphs: Glyphs,
) -> list[Line]:
    """For how long there was no progress, below the bar."""
    if stall is None:
        return []
    since = _stalled_since(stall, attempt, unseen)
    text = f"{glyphs.stalled} {stall.text}{f', since {since}' if since else ''}"
    return _wrapped(text, _stall_role(model), width)


def _stall_rows(
    stall: Stall | None,
    attempt: Attempt,
    unseen: Sequence[Gap],
    model: TimelineModel,
    glyphs: Glyphs,
) -> Iterator[_Row]:
    """The time without progress, in the table."""
    if stall is not None:
        since = _stalled_since(stall, attempt, unseen) or "?"
        seconds = formatting.duration(stall.seconds)
        cells = (f"{glyphs.stalled} no progress", since, _last(model, attempt), seconds)
        yield _Row(stall.since, cells, _stall_role(model))


def _stalled_since(stall: Stall, attempt: Attempt, unseen: Sequence[Gap]) -> str:
    """Since when there was no progress; empty if the order was not polled for a while since it
    entered its status: it may have moved then.
    """
    if any(gap.end > attempt.periods[-1].start.before for gap in unseen):
        return ""
    return time_of(stall.since, attempt.start.before)


def _stall_role(model: TimelineModel) -> str:
    return "warning" if model.is_live else "stale"


def _last(model: TimelineModel, attempt: Attempt) -> str:
    """Up to when the last status is known."""
    is_now = model.is_live and not model.is_past
    return "now" if is_now else time_of(model.until, attempt.start.before)


def _period_rows(
    attempt: Attempt, unseen: Sequence[Gap], model: TimelineModel, glyphs: Glyphs
) -> Iterator[_Row]:
    day = attempt.start.before
    for period in attempt.periods:
        start, end = period.start, period.end
        is_running = end is None and not period.is_end
        glyph, role = status_mark(period.status, glyphs)
        if is_running and not model.is_live:
            role = "stale"
        first = "?" if start.after is None else time_of(start.before, day)
        last = lasted = ""
        if end is not None:
            last, lasted = time_of(end.before, day), length_text(start, end)
        elif is_running:
            last = _last(model, attempt)
            lasted = length_text(start, Moment(model.until, model.until))
        status = f"{glyph} {period.status or 'GONE'}"
        notes = [(moment_note(period, unseen, day), "warning"), (_reason(period, model), "error")]
        yield _Row(start.before, (status, first, last, lasted), role, tuple(notes))


def _reason(period: Period, model: TimelineModel) -> str:
    """Why the order failed with this status."""
    if not period.status or period.phase is not Phase.ERROR:
        return ""
    return period.comment or (model.reason if period.end is None else "")


def _gap_rows(
    attempt: Attempt, unseen: Sequence[Gap], model: TimelineModel, glyphs: Glyphs
) -> Iterator[_Row]:
    """The gaps in an attempt."""
    day, end = attempt.start.before, attempt.end
    until = model.until if end is None else end.before
    for gap in unseen:
        if gap.end > day and gap.start < until:
            bounds = time_of(gap.start, day), time_of(gap.end, day)
            name = f"{glyphs.not_polled} {gap_words((gap,))}"
            cells = (name, *bounds, formatting.duration(length(gap)))
            yield _Row(gap.start, cells, "dim")


def _action_rows(
    attempt: Attempt, attempts: Sequence[Attempt], model: TimelineModel, glyphs: Glyphs
) -> Iterator[_Row]:
    """The actions in an attempt, and what had come of the one before."""
    day = attempt.start.before
    for entry in actions_in(attempt, attempts, model.actions):
        cells = (f"{glyphs.arrow} {NAMES[entry.kind]}", time_of(entry.at, day), "", "")
        before = requeued_attempt(entry, attempt, attempts)
        result = "" if before is None else result_text(before)
        notes = ((outcome_by(entry), action_role(entry)), (result, "plain"))
        yield _Row(entry.at, cells, "accent", notes)


def _unplaced_actions(model: TimelineModel, width: int) -> Iterator[Line]:
    for entry in model.actions:
        text = f"{formatting.time_short(entry.at, model.now)} {action_text(entry)}"
        yield from _wrapped(text, action_role(entry), width)


def _table(rows: Sequence[_Row], width: int) -> Iterator[Line]:
    cells = [_HEADER, *(row.cells for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    widths[0] = max(_STATUS_WIDTH, widths[0])
    yield _cells(_HEADER, widths, ("dim",) * 4, width)
    for row in rows:
        roles = (row.role, "plain", "plain", "plain")
        yield _cells(row.cells, widths, roles, width)
        for text, role in row.notes:
            yield from _wrapped(text, role, width, _NOTE_INDENT)


def _cells(texts: Sequence[str], widths: Sequence[int], roles: Sequence[str], width: int) -> Line:
    shown = zip(texts, widths, roles, strict=True)
    return clip(tuple((fit(text, size) + " " * _GAP, role) for text, size, role in shown), width)
