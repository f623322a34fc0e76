"""Settles unknown outcomes by reading. Nothing is sent here but reads."""

from collections.abc import AsyncGenerator, Callable, Sequence

from tui.actions import profile_settling
from tui.actions.created import Finding, find_created
from tui.actions.evidence import read_order, settle_requeue
from tui.actions.lineage import last_requeue
from tui.actions.plan import ItemResult
from tui.actions.ports import ActionPorts
from tui.model.actions import ActionKind, JournalEntry, Outcome
from tui.model.order import OrderDetail

WAITS = (2.0, 5.0, 10.0, 20.0, 40.0)
"""Seconds before each read of what this run has sent: a request may still be under way."""

WAITS_AT_START = (0.0, 15.0, 60.0)
"""The same of what an earlier run has sent."""

_ON_ORDERS = (ActionKind.REQUEUE, ActionKind.CREATE)


async def settle(
    entries: Sequence[JournalEntry],
    ports: ActionPorts,
    waits: Sequence[float] = WAITS_AT_START,
    go_on: Callable[[], bool] = lambda: True,
) -> AsyncGenerator[ItemResult, None]:
    """Read the orders and profiles of `entries` after each of `waits`, and store what the reads
    prove. Yield each that is settled, and at the end those that are still unknown. It ends early
    when `go_on` returns False.
    """
    can_read_profiles = ports.company is not None
    left = [each for each in entries if can_read_profiles or each.kind in _ON_ORDERS]
    for number, wait in enumerate(waits, 1):
        if not left:
            return
        await ports.sleep(wait)
        unknown: list[JournalEntry] = []
        for entry in left:
            if not go_on():
                return
            found = await look(entry, ports)
            if found.outcome is Outcome.UNKNOWN:
                unknown.append(entry)
            if found.outcome is not Outcome.UNKNOWN or number == len(waits):
                yield await _store(entry, found, ports)
        left = unknown


async def look(entry: JournalEntry, ports: ActionPorts) -> Finding:
    """Read what an action of unknown outcome has done, once."""
    if entry.kind is ActionKind.CREATE:
        return await find_created(entry, ports)
    if entry.kind is ActionKind.REQUEUE or ports.company is None:
        return await _look_at_requeue(entry, ports)
    change = await profile_settling.settle(entry, ports.company, ports.wording, ports.wall())
    number = "" if change.profile_id is None else str(change.profile_id)
    return Finding(change.outcome, change.words, number)


async def _look_at_requeue(entry: JournalEntry, ports: ActionPorts) -> Finding:
    """What happened after a later requeue of the order proves nothing of this one."""
    order_id = entry.subject
    later = last_requeue(await ports.journal.of_order(order_id))
    if later is not None and later.key > entry.key:
        time = ports.wording.time(later.at)
        return Finding(Outcome.UNKNOWN, f"it was requeued again at {time}: this one stays unknown")
    at = ports.wall()
    answer = await read_order(ports.api, order_id)
    outcome, words = settle_requeue(entry.read_before, answer, at, ports.wording)
    is_same = outcome is Outcome.UNKNOWN and isinstance(answer, OrderDetail)
    if is_same and await ports.has_run_since(order_id, entry.at):
        return Finding(Outcome.FOUND_DONE, "queued again: the history saw it run")
    return Finding(outcome, words)


async def _store(entry: JournalEntry, found: Finding, ports: ActionPorts) -> ItemResult:
    problem = await ports.journal.finish(entry.key, found.outcome, found.words, found.created)
    words = f"{found.words}; {problem}" if problem else found.words
    return ItemResult(found.created or entry.subject, found.outcome, words, entry.kind)
