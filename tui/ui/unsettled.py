"""Settles actions of unknown outcome by reading, in the background, and says what is known."""

from collections.abc import Callable, Sequence

from tui import formatting
from tui.actions.plan import ItemResult
from tui.actions.ports import ActionPorts
from tui.actions.settle import settle
from tui.model.actions import ActionKind, JournalEntry, Outcome

_NAMES = {
    ActionKind.REQUEUE: "requeue of {}",
    ActionKind.CREATE: "a new order of {}",
    ActionKind.SAVE_PROFILE: "a change of profile {}",
    ActionKind.DELETE_PROFILE: "the deletion of profile {}",
}


async def settle_journal(
    ports: ActionPorts, show: Callable[[str], None], say: Callable[[str], None]
) -> None:
    """Read what came of the actions of the journal, once. `show` is called with what is said of
    those that are unknown, empty if none is; `say` with each outcome that is found.
    """
    if entries := await ports.journal.unsettled():
        show(reading_text(len(entries)))
        async for result in settle(entries, ports):
            if result.outcome is not Outcome.UNKNOWN:
                words = formatting.describe_outcome(result.outcome, result.words)
                say(f"{_subject(result)}: {words}")
        show(left_text(await ports.journal.unsettled(), ports.wording.time))


def _subject(result: ItemResult) -> str:
    is_on_order = result.kind in (ActionKind.REQUEUE, ActionKind.CREATE)
    name = "order" if is_on_order else "profile"
    if not result.order_id:
        return f"A new {name}"
    return result.order_id if is_on_order else f"Profile {result.order_id}"


def reading_text(number: int) -> str:
    have = "1 action has" if number == 1 else f"{number} actions have"
    return f"{have} an unknown outcome. Reading again what came of it"


def left_text(entries: Sequence[JournalEntry], time: Callable[[float], str]) -> str:
    """What is still unknown; empty if nothing is."""
    if not entries:
        return ""
    last = entries[-1]
    of = f"{_name(last)} at {time(last.at)}"
    more = f", and of {len(entries) - 1} more" if len(entries) > 1 else ""
    return f"Outcome unknown of {of}: {last.words or 'no answer'}{more}"


def _name(entry: JournalEntry) -> str:
    if entry.kind is ActionKind.SAVE_PROFILE and not entry.subject:
        return "a new profile"  # its summary is JSON
    return _NAMES[entry.kind].format(entry.subject or entry.summary)
