"""The times of each attempt that ended: one row of the table `runs`, of which statistics are made.

A month of 100,000 orders has 600,000 changes: to find the times in them takes a second.
"""

from collections.abc import Sequence
from itertools import pairwise
from sqlite3 import Connection
from typing import NamedTuple

import msgspec

from tui.history.timeline import spans_since
from tui.model.history import Change, ChangedField, Span
from tui.model.order import Phase, phase_of
from tui.model.spans import gaps, overlap
from tui.model.statistics import EXACT_ENOUGH, TIMED_PHASES
from tui.model.timing import Moment

_MAX_RELATIVE_WIDTH = 0.1
_FINISHED, _OUTSIDE = len(TIMED_PHASES), -1
"""The places in a run that come after the phases and before them."""

_STATUS_CHANGES = """
SELECT old, new, after, before FROM changes
WHERE order_key = ? AND attempt = ? AND field = ? AND new NOT NULL ORDER BY seq
"""
_INSERT_RUN = """
INSERT OR IGNORE INTO runs
SELECT ?, key, ?, ?, ?, profiles, duration, ?, ? FROM orders WHERE key = ?
"""


class StatusChange(NamedTuple):
    """One change of an attempt's status; `old` is None if the order is new."""

    old: str | None
    new: str
    at: Moment


class PhaseSeconds(NamedTuple):
    """The whole seconds in each of `TIMED_PHASES`, then of the whole run; None if it was not
    observed well, or the run did not come so far. `left_out` is how many were not observed well.
    """

    seconds: tuple[int | None, ...]
    left_out: int


def record_run(connection: Connection, order_key: int, end: Change) -> None:
    """Record the attempt that ended with a stored change, if it did and a poll had looked before.
    The spans up to then are to be stored before. Nothing is recorded twice.
    """
    phase = phase_of(end.new) if isinstance(end.new, str) else Phase.UNKNOWN
    if end.field is not ChangedField.STATUS or not phase.is_final:
        return
    changes = [
        StatusChange(old, new, Moment(after, before))
        for old, new, after, before in connection.execute(
            _STATUS_CHANGES, (order_key, end.attempt, ChangedField.STATUS)
        )
    ]
    if not changes or changes[-1].at.after is None:
        return
    first, last = changes[0].at, changes[-1].at
    start = first.before if first.after is None else first.after
    times = phase_seconds(changes, gaps(spans_since(connection, start), start, last.before))
    seconds = msgspec.json.encode(times.seconds).decode()
    is_failure = phase is Phase.ERROR
    connection.execute(
        _INSERT_RUN,
        (last.before, end.attempt, is_failure, last.after, seconds, times.left_out, order_key),
    )


def phase_seconds(changes: Sequence[StatusChange], unpolled: Sequence[Span]) -> PhaseSeconds:
    """Return the times of an attempt from its changes of status, the last of which ended it.
    `unpolled` are the times in which nothing was polled.
    """
    entered, whole = _entries(changes)
    pairs = list(pairwise(entered))[:whole]
    times = [_duration(start, end, unpolled) for start, end in pairs]
    if whole == _FINISHED:
        times.append(_duration(entered[0], entered[-1], unpolled))
    missing = [None] * (_FINISHED + 1 - len(times))
    return PhaseSeconds((*times, *missing), times.count(None))


def _entries(changes: Sequence[StatusChange]) -> tuple[list[Moment | None], int]:
    """Return when each phase and the end was entered, and how many phases are whole: the one in
    which an attempt failed is not. A phase that was passed between two polls was entered like the
    next. Nothing is known where statuses are not those of the life cycle, or not in its order.
    """
    entered: list[Moment | None] = [None] * (_FINISHED + 1)
    old = changes[0].old
    place = _OUTSIDE if old is None or phase_of(old).is_final else _place(old)
    for change in changes:
        if phase_of(change.new) is Phase.ERROR:
            return entered, max(0, place or 0)
        new = _place(change.new)
        if place is None or new is None or new < place:
            return [None] * len(entered), _FINISHED
        entered[place + 1 : new + 1] = [change.at] * (new - place)
        place = new
    return entered, _FINISHED


def _place(status: str) -> int | None:
    """Return the place of a status in a run; None if it has none."""
    phase = phase_of(status)
    if phase is Phase.FINISHED:
        return _FINISHED
    return TIMED_PHASES.index(phase) if phase in TIMED_PHASES else None


def _duration(start: Moment | None, end: Moment | None, unpolled: Sequence[Span]) -> int | None:
    """Return the time between two changes; None if it was not observed well."""
    if not (start and end) or start.after is None or start.width is None or end.width is None:
        return None
    length = end.before - start.before
    allowed = max(EXACT_ENOUGH, _MAX_RELATIVE_WIDTH * length)
    missed = overlap(unpolled, start.after, end.before)
    if max(start.width, end.width) > allowed or missed > EXACT_ENOUGH or length < 0:
        return None
    return round(length)
