"""Loads the timings of ended orders that the screen needs: only those of this run are in memory."""

import asyncio
from collections.abc import Callable, Collection, Mapping

from tui.model.events import TimingsChanged
from tui.model.history import History
from tui.model.state import State
from tui.model.timing import OrderTiming

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
        dropped = self._asked - self._wanted
        self._asked -= dropped
        known = self._state().timings
        self._apply(
            TimingsChanged({each: None for each in dropped if each in known}, has_all=False)
        )

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
            if ids is None and not self._wants_all:
                continue  # nobody needs them any more
            state = self._state()
            found: dict[str, OrderTiming | None] = {
                each: timing
                for each, timing in answer.items()
                if each not in state.timings and _has_ended(state, each)
            }
            self._asked |= found.keys() if ids is None else ids
            self._apply(TimingsChanged(found, has_all=True if wants_all else None))


def _has_ended(state: State, order_id: str) -> bool:
    """Return whether the stored timing is that of the order as it is: it may have been requeued
    since it was asked for.
    """
    order = state.index.get(order_id) or state.gone.get(order_id)
    return order is not None and order.phase.is_final
