"""One thread with one connection: it writes what is recorded and answers all queries."""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from typing import Any, TypeVar

import msgspec

from tui.history.pruning import Limits
from tui.history.records import Records
from tui.history.storage import Storage, query_empty

_T = TypeVar("_T")

COMMIT_DELAY = 1.0
"""Seconds that a change waits, at most, for others to be written with it."""

SPAN_DELAY = 30.0
"""The same if nothing has changed but the span, which each poll extends."""

_MAX_WAITING = 20_000
"""Records that wait for the thread."""

_CLOSE_TIMEOUT = 3.0
_NEVER = float("inf")

_log = logging.getLogger(__name__)


class _Query(msgspec.Struct, frozen=True):
    run: Callable[[sqlite3.Connection], object]
    is_change: bool
    batch: list[Records]
    """What was queued before it."""
    future: "asyncio.Future[Any]"

    def answer(self, storage: Storage | None) -> None:
        """Run the query, of an empty history without `storage`; hand the result to its loop."""
        try:
            if storage is None:
                result = query_empty(self.run)
            else:
                result = (storage.change if self.is_change else storage.query)(self.run)
        except Exception as error:  # noqa: BLE001 - it belongs to the caller
            self._hand_over(self.future.set_exception, error)
        else:
            self._hand_over(self.future.set_result, result)

    def _hand_over(self, resolve: Callable[[Any], None], value: object) -> None:
        def resolve_if_awaited() -> None:
            if not self.future.done():
                resolve(value)

        with suppress(RuntimeError):  # the loop is closed
            self.future.get_loop().call_soon_threadsafe(resolve_if_awaited)


class Store:
    """The history in the file `path`, or in memory (None), within `limits`. `wall` is the clock, in
    UTC epoch seconds. The file is opened in a thread by `start`; `prepare` is the first to write.
    """

    def __init__(
        self,
        path: Path | None,
        limits: Limits,
        wall: Callable[[], float],
        prepare: Callable[[sqlite3.Connection], None] = lambda _: None,
    ) -> None:
        self._storage = Storage(path, limits, wall)
        self._prepare = prepare
        self._condition = Condition()
        self._batch: list[Records] = []
        self._queries: deque[_Query] = deque()
        self._due = _NEVER
        self._is_closing = self._has_failed = False
        # A disk that hangs must not keep the process alive: `aclose` waits for the thread.
        self._thread = Thread(target=self._work, name="history", daemon=True)

    @property
    def problem(self) -> str:
        return self._storage.problem

    @property
    def generation(self) -> int:
        """Another number if what is stored may lack something that was stored before."""
        return self._storage.generation

    @property
    def is_held(self) -> bool:
        """True while another program holds the file."""
        return self._storage.is_held

    def take_notices(self) -> list[str]:
        """Return the sentences to show that were not returned before."""
        notices = self._storage.notices
        return [notices.popleft() for _ in range(len(notices))]

    def start(self) -> None:
        self._thread.start()

    def write(self, records: Records) -> None:
        """Queue `records`; they are committed within `COMMIT_DELAY`."""
        is_urgent = records.changes or records.details or records.samples
        due = monotonic() + (COMMIT_DELAY if is_urgent else SPAN_DELAY)
        with self._condition:
            # The disk does not answer, or the thread has ended.
            if len(self._batch) >= _MAX_WAITING or self._has_failed:
                return
            self._batch.append(records)
            if due < self._due:
                self._due = due
                self._condition.notify()

    async def query(self, run: Callable[[sqlite3.Connection], _T]) -> _T:
        """Return what `run` returns. It is called in the store's thread when all that is queued has
        been committed. What can't be read is an empty history.
        """
        return await self._submit(run, is_change=False)

    def change(self, run: Callable[[sqlite3.Connection], _T]) -> "asyncio.Future[_T]":
        """Queue a query that writes, in a transaction, after what is queued now."""
        return self._submit(run, is_change=True)

    def _submit(
        self, run: Callable[[sqlite3.Connection], _T], *, is_change: bool
    ) -> "asyncio.Future[_T]":
        future: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        with self._condition:
            query = _Query(run, is_change, self._take_batch(), future)
            has_ended = self._is_closing or self._has_failed
            if not has_ended:
                self._queries.append(query)
                self._condition.notify()
        if has_ended:
            query.answer(None)
        return future

    def _take_batch(self) -> list[Records]:
        batch, self._batch, self._due = self._batch, [], _NEVER
        return batch

    async def aclose(self) -> None:
        """Commit what is queued. A query that runs is ended, those that wait see an empty history,
        unless they write.
        Returns after `_CLOSE_TIMEOUT` seconds in any case.
        """
        with self._condition:
            self._is_closing = True
            self._condition.notify()
        self._storage.end_query()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, _CLOSE_TIMEOUT)

    def _work(self) -> None:
        """Serve until closed. After a fault, all queries are of an empty history."""
        try:
            self._serve()
        except Exception:  # noqa: BLE001 - a fault here must not leave queries waiting
            _log.exception("the history has stopped")
            with self._condition:
                self._has_failed = True
                self._take_batch()
            self._storage.give_up()
            while self._queries:  # no other one is queued any more
                self._queries.popleft().answer(None)

    def _serve(self) -> None:
        self._storage.open()
        self._storage.change(self._prepare)
        is_closing = False
        while not is_closing or self._queries:
            with self._condition:
                while not (self._queries or self._is_closing) and self._due > monotonic():
                    self._condition.wait(None if self._due == _NEVER else self._due - monotonic())
                is_closing = self._is_closing
                query = self._queries.popleft() if self._queries else None
                batch = self._take_batch() if query is None else query.batch
            try:
                if batch:
                    self._storage.write(batch)
            finally:
                if query is not None:
                    is_wanted = query.is_change or not is_closing
                    query.answer(self._storage if is_wanted else None)
        if self._batch:
            self._storage.write(self._batch)
        self._storage.close()
