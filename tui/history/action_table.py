"""The table of the journal: each function takes a connection to a history, and may raise
`sqlite3.Error`. A row that does not decode counts as absent.
"""

import logging
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from tui.history.database import open_damaged, open_file, set_aside, transaction
from tui.history.instances import Instance
from tui.model.actions import ActionKind, JournalEntry, Outcome

KEPT_DAYS = 400
"""How long an entry is kept; an unknown one is kept forever."""

SETTLED_WITHIN_DAYS = 30
"""How old an unknown entry may be to be settled: later, the order is often gone."""

_DAY = 86_400.0
_OPEN = tuple(each.value for each in Outcome if each.is_open)
_NOT_DONE = tuple(each.value for each in Outcome if each.is_not_done)
_ABOUT_ORDERS = (ActionKind.REQUEUE.value, ActionKind.CREATE.value)
_FOUND = (Outcome.FOUND_DONE, Outcome.FOUND_NOT_DONE)
_FIELDS = JournalEntry.__struct_fields__
_COLUMNS = ", ".join(_FIELDS)
_SELECT = f"SELECT instance, {_COLUMNS} FROM actions"  # noqa: S608 - constants
_ENDED = "the program ended before an answer came"
_PLACES = ", ".join("?" * (len(_FIELDS) + 1))

_log = logging.getLogger(__name__)


def begin(connection: sqlite3.Connection, entry: JournalEntry, instance: Instance) -> int:
    """Write an entry; return its key. Keys are times in milliseconds: after a file was removed or
    set aside, none of its keys is given again, and they grow in any case.
    """
    with transaction(connection):
        (last,) = connection.execute("SELECT max(key) FROM actions").fetchone()
        key = max(int(entry.at * 1000), (last or 0) + 1)
        _insert(connection, [_row(msgspec.structs.replace(entry, key=key), instance)])
    return key


def _row(entry: JournalEntry, instance: Instance) -> tuple[object, ...]:
    values = msgspec.to_builtins(entry)
    return (msgspec.json.encode(instance).decode(), *(values[name] for name in _FIELDS))


def _insert(connection: sqlite3.Connection, rows: Iterable[Sequence[object]]) -> None:
    connection.executemany(
        f"INSERT OR IGNORE INTO actions (instance, {_COLUMNS}) VALUES ({_PLACES})",  # noqa: S608 - constants
        rows,
    )


def finish(
    connection: sqlite3.Connection,
    key: int,
    outcome: Outcome,
    words: str,
    subject: str,
    now: float,
) -> bool:
    """Store what came of it, unless that is known already. Return whether there is such an entry.
    `subject` is empty if it is known.
    """
    settled_at = now if outcome in _FOUND else None
    with transaction(connection):
        connection.execute(
            "UPDATE actions SET outcome = ?, words = ?, settled_at = ?,"
            " subject = coalesce(nullif(?, ''), subject)"
            " WHERE key = ? AND outcome IN (?, ?)",
            (outcome.value, words, settled_at, subject, key, *_OPEN),
        )
        query = "SELECT count(*) FROM actions WHERE key = ?"
        (count,) = connection.execute(query, (key,)).fetchone()
    return bool(count)


def unsettled(connection: sqlite3.Connection, me: Instance, now: float) -> list[JournalEntry]:
    """Return the unknown entries of the last days. Of the requeues of an order only the last that
    may have been done: what reads show follows from it.
    """
    since = now - SETTLED_WITHIN_DAYS * _DAY
    query = f"{_SELECT} WHERE outcome IN (?, ?) AND at >= ? ORDER BY key"
    found = connection.execute(query, (*_OPEN, since))
    return [
        entry
        for entry in _entries(found, me, now)
        if entry.outcome is Outcome.UNKNOWN and not _is_repeated(connection, entry)
    ]


def _is_repeated(connection: sqlite3.Connection, entry: JournalEntry) -> bool:
    if entry.kind is not ActionKind.REQUEUE:
        return False
    query = (
        "SELECT 1 FROM actions WHERE subject = ? AND kind = ? AND key > ?"
        " AND outcome NOT IN (?, ?, ?)"
    )
    values = (entry.subject, entry.kind.value, entry.key, *_NOT_DONE)
    return connection.execute(query, values).fetchone() is not None


def of_order(
    connection: sqlite3.Connection, order_id: str, me: Instance, now: float
) -> list[JournalEntry]:
    query = f"{_SELECT} WHERE subject = ? AND kind IN (?, ?) ORDER BY key"
    return _entries(connection.execute(query, (order_id, *_ABOUT_ORDERS)), me, now)


def recent(
    connection: sqlite3.Connection, count: int, me: Instance, now: float
) -> list[JournalEntry]:
    found = connection.execute(f"{_SELECT} ORDER BY key DESC LIMIT ?", (count,))
    return _entries(found, me, now)


def _entries(rows: Iterable[Sequence[object]], me: Instance, now: float) -> list[JournalEntry]:
    """Return the entries of rows. What a process that has ended has begun is unknown."""
    entries = []
    for instance, *row in rows:
        entry = _entry(row)
        if entry is None:
            continue
        if entry.outcome is Outcome.BEGUN and _has_ended(instance, me, now - entry.at):
            entry = msgspec.structs.replace(entry, outcome=Outcome.UNKNOWN, words=_ENDED)
        entries.append(entry)
    return entries


def _has_ended(instance: object, me: Instance, age: float) -> bool:
    try:
        return msgspec.json.decode(str(instance), type=Instance).has_ended(me, age)
    except msgspec.MsgspecError:
        return True


def _entry(row: Sequence[object]) -> JournalEntry | None:
    try:
        return msgspec.convert(dict(zip(_FIELDS, row, strict=True)), JournalEntry)
    except msgspec.MsgspecError:
        return None


def forget_old(connection: sqlite3.Connection, now: float) -> None:
    """Delete the entries that are older than `KEPT_DAYS`, except unknown ones."""
    with transaction(connection):
        connection.execute(
            "DELETE FROM actions WHERE at < ? AND outcome NOT IN (?, ?)",
            (now - KEPT_DAYS * _DAY, *_OPEN),
        )


def replace_damaged(path: Path, wall: float) -> str:
    """Set the file aside if it is damaged, and begin a new one with the actions that can be read.
    Return a sentence to show; empty if it was not damaged. Raises `OSError` or `sqlite3.Error`.
    """
    name = set_aside(path, wall)
    if not name:
        return ""
    rows, is_complete = _rescue(path.with_name(name))
    with closing(open_file(path)) as connection, transaction(connection):
        _insert(connection, rows)
    lost = "" if is_complete else ", and some or all of its actions are lost"
    return f"History was damaged: kept as {name}, a new one is begun{lost}"


def _rescue(path: Path) -> tuple[list[Sequence[object]], bool]:
    """Return the rows that can be read from either end of the table, and whether these are all."""
    rows: dict[object, Sequence[object]] = {}
    is_complete = False
    for direction in ("ASC", "DESC"):
        query = f"{_SELECT} ORDER BY key {direction}"
        try:
            with open_damaged(path) as connection:
                for row in connection.execute(query):
                    if (entry := _entry(row[1:])) is not None:
                        rows.setdefault(entry.key, row)
                return list(rows.values()), True
        except (OSError, sqlite3.Error) as error:
            _log.warning("the journal is damaged", extra={"trouble": str(error)})
            is_complete = "no such table" in str(error)  # it is of version 1
    return list(rows.values()), is_complete
