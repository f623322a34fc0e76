"""The history of one company: what is observed goes to the recorder, and from it to the store."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from msgspec.structs import replace

from tui.model.activity import ActivityFilter, ActivityPage, Revision
from tui.model.events import Event
from tui.model.history import FAULT, Accuracy, Change, ChangedField, Span, SpanKind, stopped
from tui.model.state import State
from tui.model.timeline import OrderHistory
from tui.model.timing import OrderTiming

if TYPE_CHECKING:
    from sqlite3 import Connection

    from tui.history.activity import ChangeReader
    from tui.history.list_check import ListCheck
    from tui.history.past import PastReader
    from tui.history.recorder import Recorder
    from tui.history.records import Records
    from tui.history.store import Store
    from tui.model.past import TimeStep
    from tui.model.profile_uses import OrderProfiles
    from tui.model.statistics import Statistics

_T = TypeVar("_T")

_HANGING = "its disk does not answer"
_HELD = (
    "History is not read yet: another program holds its file. Until then no attempts and no times"
    " are shown"
)
_UNREADABLE = f"Some of the history cannot be read: {FAULT}"
_MAX_WAITING = 300
"""Events that wait until the file is open: some minutes."""

_log = logging.getLogger(__name__)


class _Parts(NamedTuple):
    """What works once it is imported."""

    store: "Store"
    recorder: "Recorder"
    list_check: "ListCheck"


class CompanyHistory:
    """Implements `History`, in the file `path`, or in memory (None). It keeps at most `days` UTC
    days and `size` bytes. `stall_after` is in seconds; `wall` is the clock. `prepare` gets the
    connection before anything else is written.

    Nothing is imported or opened before the first event, and then in a thread: events wait.
    """

    def __init__(
        self,
        path: Path | None,
        wall: Callable[[], float],
        *,
        days: int,
        size: int,
        stall_after: float,
        prepare: "Callable[[Connection], None]" = lambda _: None,
    ) -> None:
        self._path, self._wall, self._prepare = path, wall, prepare
        self._days, self._size, self._stall_after = days, size, stall_after
        self._opening: asyncio.Future[_Parts] | None = None
        self._fault = ""
        self._faults: list[str] = []
        """To be shown once."""
        self._is_resumed = self._is_unreadable = False
        self._revision = Revision()
        self._past: PastReader | None = None
        self._changes: ChangeReader | None = None
        self._waiting: list[tuple[State, Event, State]] = []

    @property
    def problem(self) -> str:
        parts = self._parts
        held = _HELD if parts is not None and parts.list_check.is_held else ""
        return self._fault or held or ("" if parts is None else parts.store.problem)

    @property
    def accuracy(self) -> Accuracy:
        parts = self._parts
        return Accuracy() if parts is None else parts.recorder.accuracy

    @property
    def revision(self) -> Revision:
        return self._revision

    def take_notices(self) -> Sequence[str]:
        parts = self._parts
        notices = [] if parts is None else parts.store.take_notices()
        faults, self._faults = self._faults, []
        return [*notices, *faults]

    def observe(
        self, before: State, event: Event, after: State
    ) -> Mapping[str, OrderTiming | None]:
        if self._fault:
            return {}
        self._waiting.append((before, event, after))
        if len(self._waiting) > _MAX_WAITING:
            parts, load = self._parts, after.last_load
            if parts is None or not parts.list_check.is_held or load is None:
                self._stop(_HANGING)
                return {}
            self._waiting = [(State(), load, after)]  # recording begins with the present list
        try:
            opening = self._open()
            return self._record(opening.result()) if opening.done() else {}
        except Exception:  # noqa: BLE001 - a fault here must not end the program
            _log.exception("the history has stopped")
            self._stop(FAULT)
            return dict.fromkeys(after.timings)  # they are not kept up to date any more

    def _stop(self, reason: str) -> None:
        self._fault = stopped(reason)
        self._faults.append(self._fault)
        self._waiting.clear()

    def _record(self, parts: "_Parts") -> Mapping[str, OrderTiming | None]:
        """Record the events that wait, and return the timings that changed, as soon as it is known
        what earlier runs recorded: until then nothing is stored but the first list. Else the time
        until now would count as observed, without its changes.
        """
        stored = parts.list_check.take_stored()
        self._is_resumed = self._is_resumed or stored is not None
        if not self._is_resumed:
            for each in self._waiting:
                parts.list_check.on_event(*each)
            return {}
        timings: dict[str, OrderTiming | None] = {}
        seen, self._waiting = self._waiting, []
        for before, event, after in seen:
            # First, so that the store knows the orders of which something is recorded.
            parts.list_check.on_event(before, event, after)
            timings.update(self._write(parts, parts.recorder.observe(before, event, after), after))
        if stored is not None:
            records = parts.recorder.restore(*stored)
            timings.update(self._write(parts, records, seen[-1][2]))
            others, progress = self._revision
            self._revision = Revision(others + 1, progress)  # what changed while it did not run
        return timings

    def _write(
        self, parts: "_Parts", records: "Records", state: State
    ) -> Mapping[str, OrderTiming | None]:
        if records.changes or records.details or records.samples or records.spans:
            changed = (state.index.get(change.order_id) for change in records.changes)
            listed = [order for order in changed if order is not None]
            parts.store.write(replace(records, listed=listed))
            others, progress = self._revision
            moved = sum(change.field is ChangedField.PROGRESS for change in records.changes)
            gaps = sum(span.kind is not SpanKind.POLLED for span in records.spans)
            count = len(records.changes) - moved + gaps
            self._revision = Revision(others + count, progress + moved)
        return records.timings

    async def timings(self, order_ids: Collection[str] | None) -> Mapping[str, OrderTiming]:
        from tui.history.restore import read_timings

        if self._fault:  # the orders may have begun again since then
            return {}
        read = partial(read_timings, order_ids=order_ids)
        timings = await self._query(read)
        while (parts := self._parts) is not None and parts.list_check.is_held:
            await parts.list_check.until_read()  # they may have begun again since they were stored
            timings = await self._query(read)
        return timings

    async def order_history(self, order_id: str) -> OrderHistory:
        from tui.history.timeline import order_history

        return await self._query(partial(order_history, order_id=order_id))

    async def older_changes(self, before: int | None, wanted: ActivityFilter) -> ActivityPage:
        reader = self._change_reader()
        return await self._query(partial(reader.older, before=before, wanted=wanted))

    async def newer_changes(self, after: int, wanted: ActivityFilter) -> ActivityPage:
        reader = self._change_reader()
        return await self._query(partial(reader.newer, after=after, wanted=wanted))

    def _change_reader(self) -> "ChangeReader":
        from tui.history.activity import ChangeReader

        if self._changes is None:
            self._changes = ChangeReader()
        return self._changes

    async def changes_of(self, order_ids: Sequence[str]) -> Sequence[Change]:
        from tui.history.timeline import changes_of

        return await self._query(partial(changes_of, order_ids=order_ids))

    async def spans(self, start: float) -> Sequence[Span]:
        from tui.history.timeline import spans_since

        return await self._query(partial(spans_since, start=start))

    async def past(self, start: float, steps: "Sequence[TimeStep]", latest: float) -> State | None:
        from tui.history.past import PastReader

        if self._past is None:
            self._past = PastReader()
        read = self._past.read
        return await self._query(partial(read, start=start, steps=steps, latest=latest))

    async def leave_past(self) -> None:
        self._past = None

    async def statistics(self, edges: Sequence[float]) -> "Statistics":
        from tui.history.statistics import read_statistics

        return await self._query(partial(read_statistics, edges=edges))

    async def ended_orders(self, edges: Sequence[float]) -> "Statistics":
        from tui.history.statistics import read_ended_orders

        return await self._query(partial(read_ended_orders, edges=edges))

    async def order_profiles(self, start: float) -> "Sequence[OrderProfiles]":
        from tui.history.order_profiles import read_order_profiles

        return await self._query(partial(read_order_profiles, start=start))

    async def aclose(self) -> None:
        if self._opening is None:
            return
        await asyncio.wait([self._opening])
        if (parts := self._parts) is None:  # it could not be opened
            return
        try:
            if self._waiting:
                self._record(parts)
            if self._is_resumed:
                parts.store.write(parts.recorder.finish())
        except Exception:  # noqa: BLE001 - a fault here must not end the program
            _log.exception("the end of the history is lost")
        finally:
            await parts.store.aclose()

    @property
    def _parts(self) -> "_Parts | None":
        opening = self._opening
        if opening is None or not opening.done() or opening.exception() is not None:
            return None
        return opening.result()

    def _open(self) -> "asyncio.Future[_Parts]":
        if self._opening is None:
            self._opening = asyncio.get_running_loop().run_in_executor(None, self._create)
        return self._opening

    def _create(self) -> "_Parts":
        from tui.history.list_check import ListCheck
        from tui.history.pruning import Limits
        from tui.history.recorder import Recorder
        from tui.history.store import Store

        store = Store(self._path, Limits(self._days, self._size), self._wall, self._prepare)
        store.start()
        return _Parts(store, Recorder(self._stall_after), ListCheck(store))

    async def _query(self, run: Callable[["Connection"], _T]) -> _T:
        """Return what `run` returns in the store's thread; of an empty history if it can't be read.
        All that was observed is in it.
        """
        try:
            parts = await asyncio.shield(self._open())
            parts.store.write(parts.recorder.finish())
            return await parts.store.query(run)
        except Exception:  # noqa: BLE001 - a fault here must not end the program
            _log.exception("the history cannot be read")
            if not self._is_unreadable:
                self._faults.append(_UNREADABLE)
            self._is_unreadable = True
        from tui.history.storage import query_empty

        return query_empty(run)
