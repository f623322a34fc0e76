"""The actions on an order at their places in its timeline. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from tui.model.actions import ActionKind, JournalEntry, Outcome
from tui.model.timeline import Attempt


def known_at(entries: Sequence[JournalEntry], at: float) -> list[JournalEntry]:
    """Return what the journal said of these actions at a moment in the past. What a read settled
    later was unknown then.
    """
    return [
        replace(each, outcome=Outcome.UNKNOWN, words="", settled_at=None)
        if each.settled_at is not None and each.settled_at > at
        else each
        for each in entries
        if each.at <= at
    ]


def actions_in(
    attempt: Attempt, attempts: Sequence[Attempt], entries: Sequence[JournalEntry]
) -> list[JournalEntry]:
    """Return the actions in `attempt`: after the end of the one before, and not after its own."""
    return [each for each in entries if _attempt_of(each, attempts) is attempt]


def _attempt_of(entry: JournalEntry, attempts: Sequence[Attempt]) -> Attempt:
    for attempt in attempts:
        end = attempt.end
        # An order that is requeued has ended, so it was after the last poll that had not seen it.
        if end is None or entry.at <= (end.before if end.after is None else end.after):
            return attempt
    return attempts[-1]


def requeued_attempt(
    entry: JournalEntry, attempt: Attempt, attempts: Sequence[Attempt]
) -> Attempt | None:
    """Return the attempt before `attempt`, if the action may have led from one to the other."""
    is_requeue = entry.kind is ActionKind.REQUEUE and not entry.outcome.is_not_done
    before = attempts[: attempts.index(attempt)]
    return before[-1] if before and is_requeue and entry.at <= attempt.start.before else None
