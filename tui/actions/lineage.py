"""Which of the journalled requeues of an order counts. Pure."""

from collections.abc import Iterable

from tui.model.actions import ActionKind, JournalEntry


def last_requeue(entries: Iterable[JournalEntry]) -> JournalEntry | None:
    """Return the last of `entries` that is a requeue and may have been done."""
    requeues = [
        each for each in entries if each.kind is ActionKind.REQUEUE and not each.outcome.is_not_done
    ]
    return max(requeues, key=lambda each: each.key, default=None)
