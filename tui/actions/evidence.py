"""What a read of an order shows, and what two reads prove of a requeue between them. Pure but for
the read itself.

A status that is no longer the one before, or another comment of ERROR, proves that the order was
queued again. The same status with the same comment proves nothing: the request may be lost, it may
still be under way, or the order has failed again at once.
"""

import msgspec

from tui.actions.ports import Wording
from tui.model.actions import Outcome
from tui.model.history import ChangedField
from tui.model.order import OrderDetail, Phase, phase_of
from tui.model.ports import Api, CachedAnswer, Failure, FailureKind
from tui.model.timeline import OrderHistory

_MAX_COMMENT = 500


class Evidence(msgspec.Struct, frozen=True, array_like=True):
    """What a read has shown of an order; `JournalEntry.read_before` has it as JSON."""

    status: str
    comment: str = ""

    def to_text(self) -> str:
        return msgspec.json.encode(self).decode()


def evidence_of(detail: OrderDetail) -> Evidence:
    return Evidence(detail.status or "", (detail.comment or "")[:_MAX_COMMENT])


def read_evidence(text: str) -> Evidence | None:
    """Return the evidence in `text`; None if it has none, as that of another version."""
    try:
        return msgspec.json.decode(text, type=Evidence)
    except msgspec.MsgspecError:
        return None


async def read_order(api: Api, order_id: str) -> OrderDetail | Failure:
    """Read an order. A copy from a cache proves nothing, so it is a failure."""
    answer = await api.order(order_id)
    return Failure(FailureKind.CACHED) if isinstance(answer, CachedAnswer) else answer


def change_between(before: Evidence, now: Evidence) -> str:
    """Return what proves that the order has changed, in words; empty if nothing does. A comment
    that was or is missing is no proof: a server may write it after the status.
    """
    if phase_of(now.status) is not phase_of(before.status) or not now.status:
        return f"changed to {now.status}" if now.status else "its status is not known"
    if before.comment and now.comment and before.comment != now.comment:
        return "it ran and failed again"
    return ""


def settle_requeue(
    read_before: str, answer: OrderDetail | Failure, at: float, wording: Wording
) -> tuple[Outcome, str]:
    """Return what the read at `at` (UTC epoch seconds) proves of a requeue, and the words."""
    time = wording.time(at)
    if isinstance(answer, Failure):
        if answer.kind is FailureKind.MISSING:
            return Outcome.UNKNOWN, f"not found on the server at {time}"
        return Outcome.UNKNOWN, f"not read at {time}: {wording.failure(answer)}"
    now, before = evidence_of(answer), read_evidence(read_before)
    phase = phase_of(now.status)
    if not now.status:
        return Outcome.UNKNOWN, f"its status was not known at {time}"
    is_other = not phase.is_final if before is None else phase_of(before.status) is not phase
    if is_other:
        return Outcome.FOUND_DONE, f"queued again, {now.status} at {time}"
    if before is not None and change_between(before, now):
        return Outcome.FOUND_DONE, f"queued again, it ran and failed again by {time}"
    verb = "finished" if phase is Phase.FINISHED else "failed"
    return Outcome.UNKNOWN, f"still {now.status} at {time}: not queued, or {verb} again at once"


def has_run_since(history: OrderHistory, at: float) -> bool:
    """Return whether a poll after `at` (UTC epoch seconds), when the order had ended, saw it in a
    status of an order that goes on.
    """
    return any(
        change.field is ChangedField.STATUS
        and change.before > at
        and isinstance(change.new, str)
        and phase_of(change.new).starts_attempt
        for change in history.changes
    )
