"""Entries of the journal."""

from typing import Any

from tui.model.actions import ActionKind, JournalEntry

T0 = 1_760_000_000.0


def entry(subject: str = "order-1", at: float = T0, **values: Any) -> JournalEntry:
    """A requeue of `subject`, not written yet."""
    values = {"plan": "plan-1", "kind": ActionKind.REQUEUE, "summary": "film.mov", **values}
    return JournalEntry(at=at, who="anna@wall", subject=subject, **values)
