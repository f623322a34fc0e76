"""The feed's events, with the list that an earlier run kept before them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from tui.feed.clock import Clock
from tui.model.events import Event, Moment, OrdersRead, Restored
from tui.model.ports import Kept, Shelf
from tui.model.state import State, reduce

if TYPE_CHECKING:
    from tui.feed.feed import Feed


def first_state(shelf: Shelf | None, clock: Clock) -> State:
    """What can be shown before anything is asked for."""
    kept = shelf.first() if shelf is not None else None
    return State() if kept is None else reduce(State(), _restored(kept, clock))


async def shelved(
    feed: "Feed", shelf: Shelf | None, state: State, clock: Clock
) -> AsyncGenerator[Event, None]:
    """What is still on the shelf, beyond what `state` has of it; then what happens. Each list
    that is read goes onto the shelf.
    """
    try:
        if shelf is not None and _is_part(state):
            restored = _restored(await shelf.whole(), clock)
            feed.remember(restored.kept.snapshot if restored.kept is not None else None)
            yield restored
            del restored
        elif state.snapshot is not None:
            feed.remember(state.snapshot)
        # No name is left that holds it: this goes on for weeks, and there may be 100,000.
        del state
        async with aclosing(feed.events()) as events:
            async for event in events:
                yield event
                if shelf is not None and isinstance(event, OrdersRead) and event.is_whole:
                    shelf.keep(event.snapshot, event.as_old_as.wall)
    finally:
        if shelf is not None:
            await shelf.aclose()


def _is_part(state: State) -> bool:
    return len(state.orders) < sum(state.words.values())


def _restored(kept: Kept | None, clock: Clock) -> Restored:
    """Its time on the monotonic clock, by which ages are measured, is found by the wall's."""
    now = clock.now()
    if kept is None:
        return Restored(None, now)
    return Restored(kept, Moment(kept.asked, now.mono - (now.wall - kept.asked)))
