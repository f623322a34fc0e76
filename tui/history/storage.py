"""The connection to a history: to its file, or to memory while the file can't be used."""

import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic
from typing import TypeVar

from tui.history.action_table import replace_damaged
from tui.history.database import (
    is_busy,
    is_corrupt,
    is_newer,
    open_file,
    open_memory,
    reason_of,
    roll_back,
    transaction,
    used_bytes,
)
from tui.history.pruning import Limits, prune, write_due_keyframe
from tui.history.records import Records
from tui.history.writer import write_records
from tui.model.history import FAULT, stopped

_T = TypeVar("_T")

RETRY_DELAY = 60.0
"""Seconds until a file that could not be written is tried again."""

_BUSY_DELAY = 1.0
_MAX_BUSY = 5
"""Attempts, each of which waits five seconds, before a file in use is a problem."""

MEMORY_BYTES = 16_000_000
MAX_UNSAVED = 40_000
"""How many parts of records are kept until the file can be written again: about 16 MB."""

_STEPS = 10_000
"""Of SQLite's machine, about 0.1 ms: how often it is asked whether a query is to end."""

_TIDY_INTERVAL = 60.0

_NEWER = "History is not saved: its file is of a newer version of transcode-tui, and only read"

_log = logging.getLogger(__name__)


class Storage:
    """Writes and reads a history in one thread. Nothing is raised but what a query itself raises.

    `problem` says why nothing is saved; `notices` are sentences to show once. `generation` changes
    when what is stored may lack something: there is another file, or it could not be written.
    `is_held` while another program holds the file: then it may have more than a query can see.
    """

    def __init__(self, path: Path | None, limits: Limits, wall: Callable[[], float]) -> None:
        self._path, self._limits, self._wall = path, limits, wall
        self.problem = ""
        self.notices: deque[str] = deque()
        self.generation = 0
        self.is_held = False
        self._is_saving = True
        self._is_reading = self._are_queries_ended = False
        self._unsaved: deque[Records] = deque()
        self._retry_at = 0.0
        self._busy_count = 0
        self._tidy_at = 0.0
        self._least_bytes = 0
        """What the last states of all orders need, if that is more than the limit."""
        self._file_id: tuple[int, int] | None = None
        self._is_read_only = False

    def open(self) -> None:
        """Open the file. Called in the thread that calls all else."""
        self._use(open_memory())
        if self._path is not None:
            self._open(self._path)

    @property
    def _is_memory(self) -> bool:
        return self._file_id is None

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()

    def give_up(self) -> None:
        """Say that nothing is saved until the next start."""
        self.problem = stopped(FAULT)
        self.notices.append(self.problem)

    def end_query(self) -> None:
        """End the query that runs, if any, and each one from now on. Called in another thread."""
        self._are_queries_ended = True

    def _is_query_ended(self) -> bool:
        return self._is_reading and self._are_queries_ended

    def write(self, batch: Sequence[Records]) -> None:
        """Save `batch`; keep it if that is not possible now."""
        if self._path is not None:
            self._look_at_file(self._path)
        for _ in range(2):  # the second time if a damaged file was set aside
            if self._is_saving:
                try:
                    self._commit(batch)
                except sqlite3.Error as error:
                    self._handle(error)
                else:
                    return
        self._keep(batch)

    def query(self, run: Callable[[sqlite3.Connection], _T]) -> _T:
        """Return what `run` returns: of a history that is empty if the file can't be read."""
        self._is_reading = True
        try:
            for _ in range(2):
                try:
                    return self._run(run)
                except sqlite3.Error as error:
                    if not is_corrupt(error):
                        _log.warning("the history cannot be read", extra={"trouble": str(error)})
                        break
                    self._handle(error)
            return query_empty(run)
        finally:
            self._is_reading = False

    def change(self, run: Callable[[sqlite3.Connection], _T]) -> _T:
        """The same of a query that writes."""
        if self._path is not None:
            self._look_at_file(self._path)
        if self._is_saving or self._is_memory:

            def committed(connection: sqlite3.Connection) -> _T:
                with transaction(connection):
                    return run(connection)

            try:
                return self._run(committed)
            except sqlite3.Error as error:
                self._handle(error)
        return self.query(run)

    def _run(self, run: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run a query that sees what is not saved, too."""
        connection = self._connection
        try:
            if not (self._is_saving or self._is_memory or self._is_read_only):
                connection.execute("PRAGMA cache_spill=OFF")  # nothing is written before a commit
                with suppress(sqlite3.Error):
                    connection.execute("BEGIN IMMEDIATE")
                    self._apply(connection, self._unsaved)
            return run(connection)
        finally:
            roll_back(connection)
            connection.execute("PRAGMA cache_spill=ON")

    def _commit(self, batch: Sequence[Records]) -> None:
        connection, now = self._connection, monotonic()
        with transaction(connection):
            self._apply(connection, batch)
        self._busy_count = 0
        if now >= self._tidy_at:
            self._tidy_at = now + _TIDY_INTERVAL
            try:
                self._tidy()
            except sqlite3.Error:
                raise
            except Exception:  # noqa: BLE001 - a row that does not decode must not end the history
                _log.exception("the history is not tidied")

    def _apply(self, connection: sqlite3.Connection, batch: Sequence[Records]) -> None:
        for records in batch:
            try:
                write_records(connection, records)
            except sqlite3.Error:
                raise
            except Exception:  # noqa: BLE001 - a fault in one record must not end the history
                _log.exception("a record of the history is lost")

    def _tidy(self) -> None:
        """Write the keyframe of a new day, and delete what is beyond the limits."""
        with transaction(self._connection):
            write_due_keyframe(self._connection)
        size = min(self._limits.bytes, MEMORY_BYTES) if self._is_memory else self._limits.bytes
        limits = Limits(self._limits.days, max(size, self._least_bytes))
        if not prune(self._connection, limits, self._wall()):
            # All that can be deleted was deleted, and would be again each minute.
            self._least_bytes = used_bytes(self._connection) * 5 // 4
            needed = self._least_bytes // 1_000_000 + 1
            self.notices.append(
                f"History has so many orders that it takes up to {needed} MB: more than allowed"
            )

    def _keep(self, batch: Sequence[Records]) -> None:
        """Keep `batch` until the file can be written."""
        if self._is_memory:
            with suppress(sqlite3.Error):
                self._commit(batch)
        if self._is_read_only:
            return
        self._unsaved.extend(batch)
        surplus = sum(map(_size, self._unsaved)) - MAX_UNSAVED
        while surplus > 0:
            surplus -= _size(self._unsaved.popleft())

    def _handle(self, error: sqlite3.Error) -> None:
        """Set a damaged file aside; after another error, save nothing for a while."""
        if is_corrupt(error) and self._path is not None and not self._is_memory:
            damaged = self._file_id
            self.close()
            self._open(self._path, is_damaged=True)
            if self._file_id != damaged:
                return
        self._stop_saving(error)

    def _stop_saving(self, error: Exception) -> None:
        self._is_saving = False
        self._retry_at = monotonic() + (_BUSY_DELAY if is_busy(error) else RETRY_DELAY)
        self.is_held = is_busy(error)
        self._busy_count += self.is_held
        if is_busy(error) and self._busy_count < _MAX_BUSY:
            return
        problem = f"History is not saved, only kept in memory: {reason_of(error)}"
        if not self.problem:
            self.notices.append(problem)
        self.problem = problem

    def _look_at_file(self, path: Path) -> None:
        """Begin another file if it was removed; try to write again when it is time."""
        if not self._is_memory and _file_id(path) != self._file_id:
            what = "replaced" if path.exists() else "removed: a new one is begun"
            self.notices.append(f"The file of the history was {what}")
            self.close()
            self._open(path)
        if self._is_saving or self._is_read_only or monotonic() < self._retry_at:
            return
        if self._is_memory:
            self._open(path)
            if self._is_memory or self._is_read_only:
                return
        self._is_saving = True
        try:
            self._commit(self._unsaved)
        except sqlite3.Error as error:
            self._handle(error)
        else:
            self._unsaved.clear()
            self.problem, self.is_held = "", False
            self.generation += 1

    def _open(self, path: Path, *, is_damaged: bool = False) -> None:
        """Use the file, with a new one in its place if it is damaged; memory if that fails."""
        try:
            try:
                connection = None if is_damaged else open_file(path)
            except sqlite3.Error as error:
                if not is_corrupt(error):
                    raise
                connection = None
            if connection is None:
                if notice := replace_damaged(path, self._wall()):
                    self.notices.append(notice)
                connection = open_file(path)
            self._use(connection, _file_id(path))
        except (OSError, sqlite3.Error) as error:
            self._use(open_memory())
            self._stop_saving(error)

    def _use(self, connection: sqlite3.Connection, file_id: tuple[int, int] | None = None) -> None:
        self._connection, self._file_id = connection, file_id
        # `Connection.interrupt` has no effect between two statements of a query.
        connection.set_progress_handler(self._is_query_ended, _STEPS)
        self.generation += 1
        self.is_held = False
        self._is_read_only = is_newer(connection)
        self._is_saving = not self._is_read_only
        if self._is_read_only:
            self.problem = _NEWER
            self.notices.append(_NEWER)


def _file_id(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def query_empty(run: Callable[[sqlite3.Connection], _T]) -> _T:
    """Return what a query returns of an empty history."""
    with closing(open_memory()) as connection:
        return run(connection)


def _size(records: Records) -> int:
    return len(records.changes) + len(records.details) + len(records.samples) + 1
