"""Writes and reads the journal in the file of a history, and says why it can't."""

import errno
import logging
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial
from pathlib import Path
from typing import TypeVar

from tui.history import action_table
from tui.history.database import is_corrupt, is_newer, open_file, open_memory, reason_of
from tui.history.instances import this_instance
from tui.model.actions import JournalEntry, JournalProblem, Outcome

_T = TypeVar("_T")

_NEWER = "its file is of a newer version of transcode-tui"

_log = logging.getLogger(__name__)


def _in_memory() -> Callable[[], AbstractContextManager[sqlite3.Connection]]:
    memory = open_memory()
    return lambda: nullcontext(memory)


class JournalFile:
    """The journal in the file `path`, or in memory (None).

    The file is opened for each call: the history may have set it aside, or another instance. Unlike
    what the history writes, an entry is synced to the disk before the call returns.
    """

    def __init__(self, path: Path | None, wall: Callable[[], float]) -> None:
        self._path, self._wall = path, wall
        self._connect = _in_memory() if path is None else lambda: closing(open_file(path))
        self._me = this_instance()
        self._damage = ""
        """What was damaged, to be said before anything is sent."""
        self._is_tidy = False
        self.problem = ""
        """Why it could not be read the last time, as a sentence."""

    def begin(self, entry: JournalEntry) -> int:
        """Write `entry`; return its key. Raises `JournalProblem`."""
        for _ in range(2):  # the second time if a damaged file was set aside
            if self._damage:
                damage, self._damage = self._damage, ""
                raise JournalProblem(f"{damage}. Nothing was sent: try again")
            try:
                return self._write(partial(self._begin, entry=entry))
            except (OSError, sqlite3.Error) as error:
                reason = self._reason(error)
                if not self._replace_damaged(error):
                    break
        raise JournalProblem(f"Nothing is sent, because the journal cannot be written: {reason}")

    def _begin(self, connection: sqlite3.Connection, entry: JournalEntry) -> int:
        if not self._is_tidy:
            action_table.forget_old(connection, self._wall())
            self._is_tidy = True
        return action_table.begin(connection, entry, self._me)

    def finish(self, key: int, outcome: Outcome, words: str, subject: str) -> str:
        """Store what came of an entry. Return a sentence if that is not possible."""
        finish = partial(
            action_table.finish,
            key=key,
            outcome=outcome,
            words=words,
            subject=subject,
            now=self._wall(),
        )
        reason = "its file was removed or set aside"
        for _ in range(2):
            try:
                if self._write(finish):
                    return ""
                break
            except (OSError, sqlite3.Error) as error:
                reason = self._reason(error)
                if not self._replace_damaged(error):
                    break
        return f"What came of it cannot be written to the journal: {reason}"

    def unsettled(self) -> list[JournalEntry]:
        return self._read(action_table.unsettled)

    def of_order(self, order_id: str) -> list[JournalEntry]:
        return self._read(partial(action_table.of_order, order_id=order_id))

    def recent(self, count: int) -> list[JournalEntry]:
        return self._read(partial(action_table.recent, count=count))

    def _write(self, run: Callable[[sqlite3.Connection], _T]) -> _T:
        with self._connect() as connection:
            if is_newer(connection):
                raise OSError(errno.EROFS, _NEWER)
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA fullfsync=ON")  # of macOS: a sync that reaches the disk
            return run(connection)

    def _read(self, run: Callable[..., list[JournalEntry]]) -> list[JournalEntry]:
        """Return nothing if the file can't be read, or there is none."""
        for _ in range(2):
            try:
                if self._path is not None and not self._path.stat().st_size:
                    return []
                with self._connect() as connection:
                    self.problem = ""
                    return run(connection, me=self._me, now=self._wall())
            except FileNotFoundError:
                return []
            except (OSError, sqlite3.Error) as error:
                self.problem = f"The journal of actions cannot be read: {self._reason(error)}"
                if not self._replace_damaged(error):
                    break
        _log.warning(self.problem)
        return []

    def _reason(self, error: Exception) -> str:
        return reason_of(error, None if self._path is None else self._path.parent)

    def _replace_damaged(self, error: Exception) -> bool:
        """Set the file aside if `error` says that it is damaged. Return whether it may be used
        again.
        """
        if self._path is None or not is_corrupt(error):
            return False
        try:
            self._damage = action_table.replace_damaged(self._path, self._wall()) or self._damage
        except (OSError, sqlite3.Error):
            return False
        return True
