"""Reads the changes of all orders in pages. To be used in the thread of the store. A row that does
not decode counts as absent.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import compress, islice
from math import inf

import msgspec

from tui.history.recorded_orders import OrderVerdicts, read_orders
from tui.history.timeline import decode_change
from tui.model.activity import PAGE, ActivityEntry, ActivityFilter, ActivityPage, TimeVerdicts
from tui.model.history import Change, ChangedField
from tui.model.order_facts import OrderFacts
from tui.model.timing import Moment

_MAX_LOOKS = 12_000
"""Changes that are looked at in one call, which takes up to 0.1 s: the store writes nothing
meanwhile, and a filter may match none of them.
"""

# Hidden changes of progress are read if they begin an attempt. The first reading of a comment is
# read if it may be about an end that was seen. The `+` keeps SQLite from sorting by the time.
_CHANGES = """
SELECT seq, order_key, after, before
FROM changes
WHERE seq BETWEEN :first AND :last AND +before BETWEEN :since AND :until
AND typeof(after) IN ('null', 'real')
AND (field != :hidden OR changes.attempt > 1 AND changes.attempt > (
    SELECT earlier.attempt FROM changes AS earlier
    WHERE earlier.order_key = changes.order_key AND earlier.seq < changes.seq
    ORDER BY earlier.seq DESC LIMIT 1
))
AND NOT (field = :comment AND old IS NULL AND after IS NULL AND NOT EXISTS (
    SELECT 1 FROM changes AS earlier WHERE earlier.order_key = changes.order_key
    AND earlier.field = :status AND earlier.seq < changes.seq
))
ORDER BY seq {} LIMIT :looks
"""
_OLDER, _NEWER = _CHANGES.format("DESC"), _CHANGES.format("ASC")

_CHANGE = "SELECT attempt, field, old, new, after, before FROM changes WHERE seq = ?"

_ENDS = "SELECT (SELECT min(seq) FROM changes), (SELECT max(seq) FROM changes)"
_ENDS_WITHIN = "SELECT min(seq), max(seq) FROM changes WHERE before BETWEEN ? AND ?"

_Row = tuple[int, int, float | None, float]
"""The number of a change, the key of its order, and the bounds of its time."""


class ChangeReader:
    """Reads pages of one file. Keeps in memory which orders match the last filter."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._wanted = ActivityFilter()
        self._verdicts: OrderVerdicts | None = None
        self._oldest = 0
        """The first number that may match."""
        self._newest = 0
        """The newest change that the verdicts know."""

    def older(
        self, connection: sqlite3.Connection, before: int | None, wanted: ActivityFilter
    ) -> ActivityPage:
        """Return the newest changes with a number below `before` (None: of all)."""
        newest = self._begin(connection, wanted)
        last = newest if before is None else before - 1
        if before is None:
            self._oldest, last = self._ends(connection, last)
        page = self._page(connection, _OLDER, self._oldest, last)
        if page.is_end:
            self._verdicts = None  # they are not needed any more, and may be of 100,000 orders
        span = newest - self._oldest + 1
        share = 1.0 if page.is_end else (newest - page.reached + 1) / span
        return msgspec.structs.replace(page, entries=page.entries[::-1], newest=newest, share=share)

    def newer(
        self, connection: sqlite3.Connection, after: int, wanted: ActivityFilter
    ) -> ActivityPage:
        """Return the oldest changes with a number above `after`."""
        newest = self._begin(connection, wanted)
        page = self._page(connection, _NEWER, after + 1, newest)
        reached = max(after, newest) if page.is_end else page.reached
        return msgspec.structs.replace(page, reached=reached, newest=newest)

    def _begin(self, connection: sqlite3.Connection, wanted: ActivityFilter) -> int:
        """Keep what is known if it is of this file and this filter. Return the newest number."""
        (found,) = connection.execute("SELECT max(seq) FROM changes").fetchone()
        newest = int(found or 0)
        is_same = connection is self._connection and wanted is self._wanted
        if not is_same or newest < self._newest:
            self._connection, self._wanted = connection, wanted
            self._verdicts, self._oldest = None, 0
        elif self._verdicts is not None:
            query = "SELECT order_key FROM changes WHERE seq > ?"
            changed = connection.execute(query, (self._newest,))
            self._verdicts.forget(key for (key,) in changed)
        self._newest = newest
        return newest

    def _ends(self, connection: sqlite3.Connection, newest: int) -> tuple[int, int]:
        """Return the first and the last number that may match."""
        since, until = _bounds(self._wanted)
        is_bounded = (since, until) != (-inf, inf)
        query, values = (_ENDS_WITHIN, (since, until)) if is_bounded else (_ENDS, ())
        first, last = connection.execute(query, values).fetchone()
        return (newest + 1, newest) if first is None else (first, last)

    def _page(
        self, connection: sqlite3.Connection, query: str, first: int, last: int
    ) -> ActivityPage:
        wanted = self._wanted
        since, until = _bounds(wanted)
        looks = PAGE if wanted.test is None else _MAX_LOOKS
        values = {
            "first": first, "last": last, "since": since, "until": until, "looks": looks,
            "hidden": -1 if wanted.with_progress else ChangedField.PROGRESS,
            "comment": ChangedField.COMMENT, "status": ChangedField.STATUS,
        }  # fmt: skip
        found: list[_Row] = connection.execute(query, values).fetchall()
        verdicts = self._judge(connection, found)
        chosen = list(islice(compress(found, verdicts), PAGE))
        last_looked = chosen[-1:] if len(chosen) == PAGE else found[-1:]
        reached, reached_at = next(((row[0], row[3]) for row in last_looked), (last + 1, None))
        is_end = len(found) < looks and len(chosen) < PAGE
        entries = tuple(_entries(connection, chosen))
        return ActivityPage(
            entries, reached, is_end, reached_at=reached_at, is_unsure=None in verdicts
        )

    def _judge(self, connection: sqlite3.Connection, rows: Sequence[_Row]) -> Sequence[bool | None]:
        test = self._wanted.test
        if test is None:
            return [True] * len(rows)
        if self._verdicts is None:
            self._verdicts = OrderVerdicts(connection, test)
        keys = [row[1] for row in rows]
        if not test.looks_at_times:
            known = self._verdicts.at((), keys)
            return [known.get(key, False) for key in keys]
        times = [test.judge_time(Moment(*row[2:])) for row in rows]
        keys_at = defaultdict[TimeVerdicts, set[int]](set)
        for each, key in zip(times, keys, strict=True):
            keys_at[each].add(key)
        known_at = {each: self._verdicts.at(each, some) for each, some in keys_at.items()}
        return [known_at[each].get(key, False) for each, key in zip(times, keys, strict=True)]


def _bounds(wanted: ActivityFilter) -> tuple[float, float]:
    return (-inf, inf) if wanted.test is None else (wanted.test.since, wanted.test.until)


def _entries(connection: sqlite3.Connection, rows: Sequence[_Row]) -> Iterator[ActivityEntry]:
    orders = read_orders(connection, (row[1] for row in rows))
    for number, key, *_ in rows:
        order = orders.get(key)
        if order is None:
            continue
        values = connection.execute(_CHANGE, (number,)).fetchone()
        change = decode_change((order.id, *values))
        if change is not None:
            filename = "" if order.detail is None else order.detail.filename or ""
            yield ActivityEntry(number, change, filename, _comment_of(order, change))


def _comment_of(order: OrderFacts, change: Change) -> str:
    """Why the order failed, if `change` is its last failure."""
    timing, is_failure = order.timing, change.field is ChangedField.STATUS
    is_last = timing is not None and timing.attempt == change.attempt
    is_failure = is_failure and change.new == order.status
    return (order.failure_reason or "") if is_failure and is_last else ""
