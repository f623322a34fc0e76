"""Loads the timings of ended orders that the screen needs: only those of this run are in memory."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from itertools import compress, islice, repeat
from operator import attrgetter

from tui.model.events import TimingsChanged
from tui.model.history import History
from tui.model.order import OrderSummary, phase_of
from tui.model.state import State
from tui.model.timing import OrderTiming

_STATUS = attrgetter("status")
_UNLISTED = OrderSummary("", "")

_PART = 5_000
"""Timings that are looked at between two turns of the event loop."""

_MAX_KEPT = 1000
"""Loaded timings that are kept for rows that may come back into view."""


class TimingLoader:
    """Asks `history`, one question at a time, and hands the answers to `apply`. What the screen
    needs no more is dropped. `state` returns the current state.
    """

    def __init__(
        self,
        history: History,
        state: Callable[[], State],
        apply: Callable[[TimingsChanged], None],
    ) -> None:
        self._history, self._state, self._apply = history, state, apply
        self._wanted: frozenset[str] = frozenset()
        self._wants_all = False
        self._asked: set[str] = set()
        """Whose timings were asked for and are not dropped; some have none."""
        self._task: asyncio.Task[None] | None = None

    def require(self, order_ids: Collection[str], *, all_orders: bool) -> None:
        """Load the timings of these orders, or of all that ended."""
        had_all, self._wants_all = self._wants_all, all_orders
        self._wanted = frozenset(order_ids)
        if (had_all and not all_orders) or (not all_orders and len(self._asked) > _MAX_KEPT):
            self._drop_others()
        self._load()

    def on_observed(self, timings: Mapping[str, OrderTiming | None]) -> None:
        """Note what the recorder knows of orders, and that it knows it no more (None)."""
        dropped = {each for each, timing in timings.items() if timing is None}
        needed = dropped if self._wants_all else dropped & self._wanted
        self._asked -= needed | (timings.keys() - dropped)
        self._wanted |= needed
        self._load()

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _drop_others(self) -> None:
        dropped = dict.fromkeys(self._asked - self._wanted)
        self._asked &= self._wanted
        self._apply(TimingsChanged(dropped, has_all=False))

    @property
    def _missing(self) -> frozenset[str]:
        return self._wanted - self._asked - self._state().timings.keys()

    def _load(self) -> None:
        is_needed = self._missing or (self._wants_all and not self._state().has_all_timings)
        if is_needed and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        """Ask until nothing is missing."""
        while True:
            wants_all = self._wants_all and not self._state().has_all_timings
            ids = None if wants_all else self._missing
            if ids is not None and not ids:
                return
            answer = await self._history.timings(ids)
            found, asked = dict[str, OrderTiming](), set(ids or ())
            rest = iter(answer.items())
            while part := dict(islice(rest, _PART)):
                of_ended = _of_ended(part, self._state())
                found |= of_ended
                asked |= of_ended.keys()
                await asyncio.sleep(0)  # the event loop goes on
            if ids is None and not self._wants_all:
                continue  # they are not needed any more
            for each in found.keys() & self._state().timings.keys():
                del found[each]  # the recorder knows it better
                asked.discard(each)
            asked |= self._asked
            self._asked = asked
            self._apply(TimingsChanged(found, has_all=True if wants_all else None))


def _of_ended(answer: Mapping[str, OrderTiming], state: State) -> dict[str, OrderTiming]:
    """Return the stored timings that are those of the orders as they are: one may have been
    requeued since it was asked for. No Python code runs for each one.
    """
    final = {word for word in state.status_counts if phase_of(word).is_final}
    orders = map(state.index.get, answer, repeat(_UNLISTED))
    found = dict(compress(answer.items(), map(final.__contains__, map(_STATUS, orders))))
    for each, order in state.gone.items():
        if each in answer and order.phase.is_final:
            found[each] = answer[each]
    return found
