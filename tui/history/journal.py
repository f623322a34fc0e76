"""The journal of actions, in the file of the history."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui.model.actions import JournalEntry, JournalProblem, Outcome

if TYPE_CHECKING:
    from tui.history.journal_file import JournalFile

_T = TypeVar("_T")

_STOPPED = "stopped before it was sent"


class SqliteJournal:
    """Implements `Journal`, in the file `path` of a history, or in memory (None). `wall` is the
    clock. Nothing is imported or opened before the first call, and then in a thread.
    """

    def __init__(self, path: Path | None, wall: Callable[[], float]) -> None:
        self._path, self._wall = path, wall
        self._file: JournalFile | None = None

    @property
    def problem(self) -> str:
        return "" if self._file is None else self._file.problem

    async def begin(self, entry: JournalEntry) -> int:
        writing = asyncio.ensure_future(self._call(lambda file: file.begin(entry)))
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            # Its caller sends nothing any more.
            with suppress(JournalProblem):
                await self.finish(await writing, Outcome.REFUSED, _STOPPED)
            raise

    async def finish(self, key: int, outcome: Outcome, words: str = "", subject: str = "") -> str:
        return await self._call(lambda file: file.finish(key, outcome, words, subject))

    async def unsettled(self) -> Sequence[JournalEntry]:
        return await self._call(lambda file: file.unsettled())

    async def of_order(self, order_id: str) -> Sequence[JournalEntry]:
        return await self._call(lambda file: file.of_order(order_id))

    async def recent(self, count: int) -> Sequence[JournalEntry]:
        return await self._call(lambda file: file.recent(count))

    async def _call(self, run: "Callable[[JournalFile], _T]") -> _T:
        if self._path is None:  # its connection belongs to one thread
            return run(self._open())
        return await asyncio.to_thread(lambda: run(self._open()))

    def _open(self) -> "JournalFile":
        from tui.history.journal_file import JournalFile

        if self._file is None:
            self._file = JournalFile(self._path, self._wall)
        return self._file
