"""What the timeline, a copied text and the list of actions say of an action. Pure."""

from tui import formatting
from tui.model.actions import ActionKind, JournalEntry, Outcome
from tui.model.order import Phase
from tui.model.timeline import Attempt

NAMES = {
    ActionKind.REQUEUE: "requeue",
    ActionKind.CREATE: "new order",
    ActionKind.SAVE_PROFILE: "save profile",
    ActionKind.DELETE_PROFILE: "delete profile",
}
_ROLES = {
    Outcome.BEGUN: "warning",
    Outcome.UNKNOWN: "warning",
    Outcome.REFUSED: "error",
    Outcome.SKIPPED: "dim",
}

RESULT_ROLES = {
    Outcome.ACCEPTED: "finished",
    Outcome.FOUND_DONE: "finished",
    Outcome.REFUSED: "error",
    Outcome.FOUND_NOT_DONE: "error",
    Outcome.SKIPPED: "warning",
    Outcome.UNKNOWN: "warning",
}
"""Of what came of an action that was just sent."""


def action_role(entry: JournalEntry) -> str:
    return _ROLES.get(entry.outcome, "plain")


def outcome_by(entry: JournalEntry) -> str:
    """`by anna@wall: sent`."""
    return f"by {entry.who}: {formatting.describe_outcome(entry.outcome, entry.words)}"


def action_text(entry: JournalEntry) -> str:
    """`requeue by anna@wall: sent`."""
    return f"{NAMES[entry.kind]} {outcome_by(entry)}"


def result_text(attempt: Attempt) -> str:
    """`attempt 1 had failed: no space left`; empty if its end was not seen."""
    end = next((each for each in attempt.periods if each.is_end), None)
    if end is None:
        return ""
    verbs = {Phase.ERROR: "failed", Phase.FINISHED: "finished"}
    verb = verbs.get(end.phase, "ended") if end.status else "been removed"
    reason = f": {end.comment}" if end.comment and end.phase is Phase.ERROR else ""
    return f"attempt {attempt.number} had {verb}{reason}"
