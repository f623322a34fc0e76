"""Has the store compare the lists of a run with what it knows of earlier runs."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from functools import partial
from sqlite3 import Connection
from typing import Any

from tui.history.knowledge import Knowledge
from tui.history.pruning import CLOCK_TOLERANCE, forget_future
from tui.history.reconcile import Listed, reconcile, resume
from tui.history.records import Stored
from tui.history.store import Store
from tui.model.events import ClockReading, Event, ListLoaded, PageLoaded
from tui.model.order import OrderSummary
from tui.model.snapshot import diff_orders
from tui.model.state import State

_log = logging.getLogger(__name__)


class ListCheck:
    """Compares the first list of a run, then, if it is read page by page, each page until all were
    read. Later lists only if the store has another file meanwhile: the recorder has their changes.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._generation: int | None = None
        """That of the file which has the list of this run; None if none has."""
        self._is_complete = False
        """True if the whole list was compared."""
        self._polled_until: float | None = None
        self._last: ClockReading | None = None
        """When the last list was requested."""
        self._stored: tuple[Stored, Knowledge] | None = None
        self._is_readable = asyncio.Event()
        self._is_readable.set()
        self._tasks: set[asyncio.Future[Any]] = set()

    @property
    def is_held(self) -> bool:
        """True while another program holds the file, so that it is not known what earlier runs
        recorded.
        """
        is_unread = self._generation is None and self._store.is_held
        return is_unread or not self._is_readable.is_set()

    async def until_read(self) -> None:
        """Wait until it is known."""
        if self.is_held:
            self._is_readable.clear()
        await self._is_readable.wait()

    def take_stored(self) -> tuple[Stored, Knowledge] | None:
        """Return what earlier runs recorded and what it teaches, once, as soon as it is known."""
        stored, self._stored = self._stored, None
        return stored

    def on_event(self, before: State, event: Event, after: State) -> None:
        """Start a comparison if `event` brought what was not compared. One at a time: a second one
        would take the list of the first for that of an earlier run.
        """
        if isinstance(event, ListLoaded):
            self._look_at_clock(event.sent)
        is_list = isinstance(event, ListLoaded | PageLoaded) and after.last_load is not None
        if not is_list or after.empty_unconfirmed or self._tasks:
            return
        is_complete = not after.is_partially_loaded
        orders = after.snapshot.orders if after.snapshot else ()
        if self._generation != self._store.generation:
            listed = _listed(after, orders, is_complete=is_complete)
            learn = partial(_learn, listed=listed, store=self._store)
            self._start(self._resume(self._store.change(learn)))
        elif self._is_complete:
            return
        elif is_complete:
            self._compare(_listed(after, orders, is_complete=True))
        elif isinstance(event, PageLoaded):
            earlier = before.snapshot.orders if before.snapshot else ()
            _, added = diff_orders(earlier, orders)
            unread = [each for each in added if each.id not in before.index]
            self._compare(_listed(after, unread, is_complete=False))
        self._is_complete = is_complete

    def _look_at_clock(self, sent: ClockReading) -> None:
        """Have the store forget the future if the clock has been set back since the last list. An
        event that waits comes several times: an earlier one says nothing of the clock.
        """
        last = self._last
        if last is not None and sent.mono <= last.mono:
            return
        if last is not None and sent.wall < last.wall - CLOCK_TOLERANCE:
            self._start(self._store.change(partial(forget_future, now=sent.wall)))
        self._last = sent

    async def _resume(self, reading: "asyncio.Future[tuple[Stored, Knowledge] | None]") -> None:
        is_first = self._generation is None
        found: tuple[Stored, Knowledge] | None = Stored(), Knowledge()
        try:
            found = await reading
        finally:  # changes are held back until then
            self._note(found, is_first=is_first)

    def _note(self, found: tuple[Stored, Knowledge] | None, *, is_first: bool) -> None:
        """Note what was read; None if the file is held: the next event tries again."""
        if found is None:
            self._is_readable.clear()
        else:
            self._is_readable.set()
            self._generation = self._store.generation
            if is_first:
                self._stored, self._polled_until = found, found[0].polled_until

    def _compare(self, listed: Listed) -> None:
        run = partial(reconcile, listed=listed, polled_until=self._polled_until)
        self._start(self._store.change(run))

    def _start(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def _on_done(self, task: "asyncio.Future[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("the history lacks a list", exc_info=error)


def _learn(connection: Connection, listed: Listed, store: Store) -> tuple[Stored, Knowledge] | None:
    """Return what this run goes on from, in the store's thread: it may take a second. None if
    another program holds the file: `connection` may be that of an empty history then.
    """
    if store.is_held:
        return None
    stored = resume(connection, listed)
    return stored, Knowledge(stored.samples)


def _listed(state: State, orders: Sequence[OrderSummary], *, is_complete: bool) -> Listed:
    """Return the `orders` of the list that were read in this run, at wall times."""
    as_of = state.as_of
    assert as_of is not None  # noqa: S101 - for the type checker: a list was read
    if state.coverage is not None:
        orders = [each for each in orders if state.listed_at(each.id) > float("-inf")]
    offset = as_of.wall - as_of.mono
    oldest = as_of.mono if state.coverage is None else state.coverage.complete_since
    return Listed(
        orders,
        state.index,
        as_of.wall,
        lambda order_id: state.listed_at(order_id) + offset,
        oldest + offset if is_complete and oldest is not None else None,
    )
