"""Entries of the journal."""

from typing import Any

from tui.model.actions import ActionKind, JournalEntry

T0 = 1_760_000_000.0


def entry(subject: str = "order-1", at: float = T0, **values: Any) -> JournalEntry:
    """A requeue of `subject`, not written yet."""
    values = {"kind": ActionKind.REQUEUE, "summary": f"requeue {subject}", **values}
    return JournalEntry("plan-1", at, "anna@wall", subject=subject, **values)
