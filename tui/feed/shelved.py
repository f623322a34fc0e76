"""The feed's events, with the list that an earlier run kept before them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from tui.feed.clock import Clock
from tui.model.events import Event, ClockReading, ListLoaded, CacheRestored
from tui.model.ports import CachedList, ListCache
from tui.model.state import State, reduce

if TYPE_CHECKING:
    from tui.feed.feed import Poller


def cached_state(shelf: ListCache | None, clock: Clock) -> State:
    """What can be shown before anything is asked for."""
    kept = shelf.first() if shelf is not None else None
    return State() if kept is None else reduce(State(), _restored(kept, clock))


async def events_with_cache(
    feed: "Feed", shelf: ListCache | None, state: State, clock: Clock
) -> AsyncGenerator[Event, None]:
    """What is still on the shelf, beyond what `state` has of it; then what happens. Each list
    that is read goes onto the shelf.
    """
    try:
        if shelf is not None and _is_part(state):
            restored = _restored(await shelf.whole(), clock)
            feed.seed(restored.kept.snapshot if restored.kept is not None else None)
            yield restored
            del restored
        elif state.snapshot is not None:
            feed.seed(state.snapshot)
        # No name is left that holds it: this goes on for weeks, and there may be 100,000.
        del state
        async with aclosing(feed.events()) as events:
            async for event in events:
                yield event
                if shelf is not None and isinstance(event, ListLoaded) and event.is_whole:
                    shelf.keep(event.snapshot, event.oldest_read.wall)
    finally:
        if shelf is not None:
            await shelf.aclose()


def _is_part(state: State) -> bool:
    return len(state.orders) < sum(state.words.values())


def _restored(kept: CachedList | None, clock: Clock) -> CacheRestored:
    """Its time on the monotonic clock, by which ages are measured, is found by the wall's."""
    now = clock.now()
    if kept is None:
        return CacheRestored(None, now)
    return CacheRestored(kept, ClockReading(kept.asked, now.mono - (now.wall - kept.asked)))
