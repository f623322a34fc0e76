"""Opens the file of a history: of this user alone, of the present schema, or set aside."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import disk_usage
from threading import RLock
from types import TracebackType

from tui.files import check_own, make_own_folder, open_own
from tui.history.schema import MIGRATIONS, TABLE_NAMES, VERSION
from tui.sanitize import sanitize

MAX_SET_ASIDE = 3
"""How many corrupt files are kept."""

_BUSY_SECONDS = 5.0
_MIN_FREE = 100_000
"""Bytes; SQLite needs 32 KiB for a file beside the database."""

_CACHE_KIB = 512
_MAX_WAL_BYTES = 4_000_000
_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_READONLY: "the file cannot be written",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_BUSY: "another program holds the file",
}
_opening = RLock()
"""Held while a file is opened or set aside: the journal and the history do it in threads."""


def error_code(error: BaseException) -> int:
    """Return SQLite's primary result code; 0 if it has none."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def is_corrupt(error: BaseException) -> bool:
    return error_code(error) in _CORRUPT


def is_busy(error: BaseException) -> bool:
    """Return whether another process holds the file for the moment."""
    return error_code(error) in _BUSY


def reason_of(error: BaseException, folder: Path | None = None) -> str:
    """Return why a file, in `folder`, can't be used, as the end of a sentence."""
    if folder is not None and error_code(error) == sqlite3.SQLITE_IOERR and _is_full(folder):
        return _REASONS[sqlite3.SQLITE_FULL]  # there was no room for the file `-shm`
    known = _REASONS.get(error_code(error)) or getattr(error, "strerror", None)
    return sanitize(known or str(error))


def _is_full(folder: Path) -> bool:
    try:
        return disk_usage(folder).free < _MIN_FREE
    except OSError:
        return False


class transaction:  # noqa: N801 - a context manager, as those of contextlib
    """Commits at the end of the block; rolls back if it raises."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(
        self, kind: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            roll_back(self._connection)


def roll_back(connection: sqlite3.Connection) -> None:
    """Undo what is not committed."""
    if connection.in_transaction:  # an error may have done it
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def open_memory() -> sqlite3.Connection:
    """Return an empty history in memory."""
    connection = _connect(":memory:")
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    _migrate(connection)
    return connection


def open_file(path: Path) -> sqlite3.Connection:
    """Open the file, or create it for its owner only. A file of a newer version of the program is
    only read: see `is_newer`. Raises `OSError` or `sqlite3.Error`; `is_corrupt` tells if the file
    is to be set aside.
    """
    with _opening:
        make_own_folder(path.parent)
        try:
            check_own(path)
        except FileNotFoundError:
            os.close(open_own(path, os.O_RDWR | os.O_CREAT | os.O_EXCL))
        is_empty = path.stat().st_size == 0
        for other in _siblings(path):
            with suppress(FileNotFoundError):
                check_own(other)
                if is_empty:  # it belongs to a file that was removed
                    other.unlink()
        return _connect(str(path), _prepare)


def _siblings(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _connect(
    name: str,
    prepare: Callable[[sqlite3.Connection], None] = lambda _: None,
    *,
    uri: bool = False,
) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=_BUSY_SECONDS, isolation_level=None, uri=uri)
    try:
        connection.text_factory = _safe_text
        connection.execute(f"PRAGMA cache_size={-_CACHE_KIB}")  # reads the file
        connection.execute("PRAGMA temp_store=MEMORY")
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _safe_text(data: bytes) -> str:
    """Decode a text. Of a damaged file it may be anything; escape sequences must not get out."""
    text = data.decode("utf-8", "replace")
    return text if text.isprintable() else sanitize(text, len(text) + 1)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    if is_newer(connection):
        connection.execute("PRAGMA query_only=ON")
        return
    if not _version(connection):  # a new file; another one that is held could not be read
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA journal_size_limit={_MAX_WAL_BYTES}")
    _migrate(connection)
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    if not names.issuperset(TABLE_NAMES):
        error = sqlite3.DatabaseError("tables are missing")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def is_newer(connection: sqlite3.Connection) -> bool:
    return _version(connection) > VERSION


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to the present version: all steps in one transaction, or none."""
    if _version(connection) == VERSION:
        return
    with transaction(connection):
        for version in range(_version(connection), VERSION):  # another instance may have done it
            for statement in _statements(MIGRATIONS[version]):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={VERSION}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def set_aside(path: Path, wall: float) -> str:
    """Rename the file if it is corrupt; return its new name, or an empty text if it is not: another
    instance may have begun a new one. Removes older corrupt ones. Raises `OSError`.
    """
    with _opening:
        inode = path.stat().st_ino
        if not _is_damaged(path) or path.stat().st_ino != inode:
            return ""
        moment = datetime.fromtimestamp(wall, UTC).strftime("%Y%m%d-%H%M%S")
        name = f"{path.name}.corrupt-{moment}"
        path.rename(path.with_name(name))
        log, shared = _siblings(path)
        with suppress(FileNotFoundError):
            log.rename(path.with_name(f"{name}-wal"))
        shared.unlink(missing_ok=True)
    found = sorted(path.parent.glob(f"{path.name}.corrupt-*"))
    kept = [each for each in found if not each.name.endswith("-wal")][-MAX_SET_ASIDE:]
    for each in found:
        if not any(each.name.startswith(one.name) for one in kept):
            each.unlink(missing_ok=True)
    return name


@contextmanager
def open_damaged(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that was set aside, to read what can be read."""
    try:
        connection = _connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        with closing(connection):
            yield connection
    finally:
        _siblings(path)[1].unlink(missing_ok=True)


def _is_damaged(path: Path) -> bool:
    try:
        with closing(open_file(path)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.Error as error:
        return is_corrupt(error)


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return the size of the file without its free pages."""
    values: Callable[[str], int] = lambda name: connection.execute(f"PRAGMA {name}").fetchone()[0]  # noqa: E731
    return (values("page_count") - values("freelist_count")) * values("page_size")
