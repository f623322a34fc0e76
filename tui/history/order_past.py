"""One order at a moment in the past, from its changes and its last known state. Pure."""

import json
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from tui.model.history import ChangedField
from tui.model.order import OrderDetail, Phase, SubJob, phase_of
from tui.model.timing import Moment, OrderTiming

_NO_CHANGE = object()
_decoder = msgspec.msgpack.Decoder(OrderDetail)


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

    detail: bytes | None = None
    attempt: int = 1
    status: str | None = None
    entered_after: float | None = None
    entered_before: float | None = None
    started_after: float | None = None
    started_before: float | None = None
    ended_after: float | None = None
    ended_before: float | None = None

    def is_settled(self, at: float) -> bool:
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
    """An order as it was. `detail` is None if none was ever read."""

    detail: OrderDetail | None
    timing: OrderTiming
    read_until: float | None = None
    """When the order was last read before its next change; None if it did not change again."""


def order_past(
    status: str, last: LastState, changes: Sequence[StoredChange], at: float
) -> OrderPast:
    """Return the order at `at`, when it had `status`. `changes` are all that are recorded, the
    oldest first.

    What no change tells is as it was read last: the file name, for example, does not change.
    """
    until = [each for each in changes if each.before <= at]
    later = [each for each in changes if each.before > at]
    ends = [each.after for each in later if each.field != ChangedField.COMMENT]
    return OrderPast(
        _detail(status, last.detail, until, later),
        last.timing if last.is_settled(at) else _timing(last, until, later),
        next((end for end in ends if end is not None), None),
    )


def _detail(
    status: str,
    encoded: bytes | None,
    until: Sequence[StoredChange],
    later: Sequence[StoredChange],
) -> OrderDetail | None:
    try:
        detail = None if encoded is None else _decoder.decode(encoded)
    except msgspec.MsgspecError:
        detail = None
    if detail is None or (detail.status == status and not (until or later)):
        return detail
    jobs, comment = detail.jobs, _value(ChangedField.COMMENT, until, later)
    progress = _value(ChangedField.PROGRESS, until, later)
    if progress is not _NO_CHANGE:
        percents = _percents(progress)
        shown = (*percents, *(None for _ in jobs[len(percents) :]))
        jobs = tuple(
            SubJob(job.profile, job.filename, job.label, percent)
            for job, percent in zip(jobs, shown, strict=False)
        )
    comment = detail.comment if comment is _NO_CHANGE else comment
    return msgspec.structs.replace(detail, status=status, comment=comment, jobs=jobs)


def _value(
    field: ChangedField, until: Sequence[StoredChange], later: Sequence[StoredChange]
) -> object:
    """Return what the last change before made of a field, or what the next one found."""
    for change in reversed(until):
        if change.field == field:
            return change.new
    return next((change.old for change in later if change.field == field), _NO_CHANGE)


def _percents(progress: object) -> tuple[float | None, ...]:
    try:
        percents = json.loads(progress) if isinstance(progress, str) else ()
    except ValueError:
        return ()
    if not isinstance(percents, list):
        return ()
    return tuple(each if isinstance(each, int | float) else None for each in percents)


def _timing(
    last: LastState, until: Sequence[StoredChange], later: Sequence[StoredChange]
) -> OrderTiming:
    statuses = [each for each in until if each.field == ChangedField.STATUS]
    if not statuses:
        if not later:
            return last.timing
        following = later[0]
        restarts = following.field == ChangedField.STATUS and _is_final(following.old)
        return OrderTiming(max(1, following.attempt - restarts))
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
