"""One order at a moment in the past, from its changes and its last known state. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from tui.model.history import ChangedField, Progress
from tui.model.order import OrderDetail, Phase, SubJob, phase_of
from tui.model.timeline import attempt_before
from tui.model.timing import Moment, OrderTiming

_decoder = msgspec.msgpack.Decoder(OrderDetail)
_progress_decoder = msgspec.json.Decoder(Progress)


class StoredChange(NamedTuple):
    """Columns of the table `changes`."""

    field: int
    attempt: int
    old: str | None
    new: str | None
    after: float | None
    before: float


class LastState(NamedTuple):
    """Columns of the table `orders`: what is known of an order last."""

    attempt: int = 1
    status: str | None = None
    entered_after: float | None = None
    entered_before: float | None = None
    started_after: float | None = None
    started_before: float | None = None
    ended_after: float | None = None
    ended_before: float | None = None
    progress: str | None = None
    progress_at: float | None = None
    comment: str | None = None
    comment_at: float | None = None
    detail: bytes | None = None

    def was_finished(self, at: float) -> bool:
        """Return whether the order had finished by then and has not changed since."""
        is_finished = phase_of(self.status or "") is Phase.FINISHED
        return is_finished and self.entered_before is not None and self.entered_before <= at

    @property
    def timing(self) -> OrderTiming:
        return OrderTiming(
            self.attempt,
            _moment(self.entered_after, self.entered_before),
            _moment(self.started_after, self.started_before),
            _moment(self.ended_after, self.ended_before),
        )


class OrderPast(NamedTuple):
    """An order at a moment in the past. `detail` is None if none was ever read."""

    detail: OrderDetail | None
    timing: OrderTiming
    is_detail_current: bool = True
    """False if it is not certain that a detail was read since the order failed, or since its
    attempt began.
    """
    read_until: float | None = None
    """When the order was last read before its next change; None if it did not change again."""


class _Value(NamedTuple):
    """What a field was: in which attempt that was read first, and when it was read again."""

    value: str | None
    attempt: int
    is_read: bool = True
    """False if the next read was the first one, or the first since a change of the status."""


def order_past(
    status: str, last: LastState, changes: Sequence[StoredChange], at: float
) -> OrderPast:
    """Return the order at `at`, when it had `status`. `changes` are all that are recorded, the
    oldest first.

    What no change tells is as it was read last: the file name, for example, does not change.
    """
    until = [each for each in changes if each.before <= at]
    later = [each for each in changes if each.before > at]
    timing = last.timing if last.was_finished(at) else _timing(last, until, later)
    progress = _value(ChangedField.PROGRESS, until, later, timing.entered)
    comment = _value(ChangedField.COMMENT, until, later, timing.entered)
    if progress is None:
        progress = _last_value(last.progress, last.progress_at, last.attempt, at)
    if comment is None:
        comment = _last_value(last.comment, last.comment_at, last.attempt, at)
    if phase_of(status) is Phase.ERROR:
        is_current = comment.is_read and (
            comment.value is not None or _is_detail_read(until, timing.entered)
        )
    else:
        is_current = progress.attempt >= timing.attempt or phase_of(status).is_final
    detail = _decoded(last.detail)
    if detail is not None:
        percents = _percents(progress.value)
        shown = (*percents, *(None for _ in detail.jobs[len(percents) :]))
        jobs = tuple(
            SubJob(job.profile, job.filename, job.label, percent)
            for job, percent in zip(detail.jobs, shown, strict=False)
        )
        detail = msgspec.structs.replace(detail, status=status, comment=comment.value, jobs=jobs)
    ends = [each.after for each in later if each.field != ChangedField.COMMENT]
    read_until = next((end for end in ends if end is not None), None)
    moves = (each.before for each in reversed(until) if each.field != ChangedField.COMMENT)
    # The limit that held then is not recorded, nor when it was read without a change.
    timing = msgspec.structs.replace(timing, is_stalled=None, quiet_since=next(moves, None))
    return OrderPast(detail, timing, is_current, read_until)


def _is_detail_read(until: Sequence[StoredChange], entered: Moment | None) -> bool:
    """Return whether it is certain that a detail was read since the order entered its status. A
    read that found nothing new is not recorded.
    """
    details = (each for each in until if each.field != ChangedField.STATUS)
    return entered is not None and any(each.before >= entered.before for each in details)


def _decoded(encoded: bytes | None) -> OrderDetail | None:
    try:
        return None if encoded is None else _decoder.decode(encoded)
    except (TypeError, msgspec.MsgspecError):
        return None


def _value(
    field: ChangedField,
    until: Sequence[StoredChange],
    later: Sequence[StoredChange],
    entered: Moment | None,
) -> _Value | None:
    """Return what the last change before made of a field, or what the next one found; None if it
    never changed.
    """
    last = next((each for each in reversed(until) if each.field == field), None)
    following = next((each for each in later if each.field == field), None)
    is_read = following is None or (
        following.after is not None and (entered is None or following.after >= entered.before)
    )
    if last is not None:
        is_read = is_read or entered is None or last.before >= entered.before
        return _Value(last.new, last.attempt, is_read)
    return None if following is None else _Value(following.old, following.attempt, is_read)


def _last_value(value: str | None, read_at: float | None, attempt: int, at: float) -> _Value:
    """Return what was read last, if it had been read by then."""
    is_known = read_at is not None and read_at <= at
    return _Value(value if is_known else None, attempt)


def _percents(progress: str | None) -> Progress:
    try:
        return () if progress is None else _progress_decoder.decode(progress)
    except (TypeError, msgspec.MsgspecError):
        return ()


def _timing(
    last: LastState, until: Sequence[StoredChange], later: Sequence[StoredChange]
) -> OrderTiming:
    # An order that is gone has the times that it had.
    statuses = [e for e in until if e.field == ChangedField.STATUS and e.new is not None]
    if not statuses:
        if not later:
            return last.timing
        field, attempt, old, new, *_ = later[0]
        return OrderTiming(attempt_before(field, attempt, old, new))
    newest, started = statuses[-1], None
    for each in statuses:
        if each.attempt != newest.attempt:
            continue
        if phase_of(each.new or "") is Phase.QUEUED:
            started = None
        elif started is None and phase_of(each.old or "") is Phase.QUEUED:
            started = Moment(each.after, each.before)
    entered = Moment(newest.after, newest.before)
    attempt = until[-1].attempt
    return OrderTiming(attempt, entered, started, entered if _is_final(newest.new) else None)


def _is_final(status: str | None) -> bool:
    return phase_of(status or "").is_final


def _moment(after: float | None, before: float | None) -> Moment | None:
    return None if before is None else Moment(after, before)
