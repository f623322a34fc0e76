"""Reads the changes of all orders in pages. Each function takes the store's connection. A row that
does not decode counts as absent.
"""

import sqlite3
from contextlib import suppress

import msgspec

from tui.history.restore import SELECT_ORDERS, OrderRow, decoded, timing_of
from tui.history.timeline import decode_change
from tui.model.activity import PAGE, ActivityEntry, ActivityFilter, ActivityPage
from tui.model.history import Change, ChangedField
from tui.model.order import OrderDetail, Phase, mean_progress, phase_of
from tui.model.order_facts import OrderFacts

_MAX_LOOKS = 5000
"""Changes that are looked at in one call, which takes up to 0.1 s: the store writes nothing
meanwhile, and a filter may match none of them.
"""

# Hidden changes of progress are read if they begin an attempt. The first reading of a comment is
# read if it may be about an end that was seen.
_OLDER = """
SELECT seq, order_key, orders.id, changes.attempt, field, old, new, after, before
FROM changes JOIN orders ON orders.key = order_key
WHERE seq < :start AND (field != :hidden OR changes.attempt > 1 AND changes.attempt > (
    SELECT earlier.attempt FROM changes AS earlier
    WHERE earlier.order_key = changes.order_key AND earlier.seq < changes.seq
    ORDER BY earlier.seq DESC LIMIT 1
))
AND NOT (field = :comment AND old IS NULL AND after IS NULL AND NOT EXISTS (
    SELECT 1 FROM changes AS earlier WHERE earlier.order_key = changes.order_key
    AND earlier.field = :status AND earlier.seq < changes.seq
))
ORDER BY seq DESC LIMIT :looks
"""

_NEWER = """
SELECT seq, order_key, orders.id, changes.attempt, field, old, new, after, before
FROM changes JOIN orders ON orders.key = order_key
WHERE seq > :start AND (field != :hidden OR changes.attempt > 1 AND changes.attempt > (
    SELECT earlier.attempt FROM changes AS earlier
    WHERE earlier.order_key = changes.order_key AND earlier.seq < changes.seq
    ORDER BY earlier.seq DESC LIMIT 1
))
AND NOT (field = :comment AND old IS NULL AND after IS NULL AND NOT EXISTS (
    SELECT 1 FROM changes AS earlier WHERE earlier.order_key = changes.order_key
    AND earlier.field = :status AND earlier.seq < changes.seq
))
ORDER BY seq LIMIT :looks
"""

_detail = msgspec.msgpack.Decoder(OrderDetail)


def older_changes(
    connection: sqlite3.Connection, before: int | None, wanted: ActivityFilter
) -> ActivityPage:
    """Return the newest changes with a number below `before` (None: of all)."""
    if before is None:
        (newest,) = connection.execute("SELECT max(seq) FROM changes").fetchone()
        before = (newest or 0) + 1
    page = _page(connection, _OLDER, before, wanted)
    return msgspec.structs.replace(page, entries=page.entries[::-1])


def newer_changes(
    connection: sqlite3.Connection, after: int, wanted: ActivityFilter
) -> ActivityPage:
    """Return the oldest changes with a number above `after`."""
    return _page(connection, _NEWER, after, wanted)


def _page(
    connection: sqlite3.Connection, query: str, start: int, wanted: ActivityFilter
) -> ActivityPage:
    hidden = -1 if wanted.with_progress else ChangedField.PROGRESS
    values = {"start": start, "hidden": hidden, "looks": _MAX_LOOKS}
    fields = {"comment": ChangedField.COMMENT, "status": ChangedField.STATUS}
    found = connection.execute(query, values | fields)
    orders = _Orders(connection, wanted)
    entries: list[ActivityEntry] = []
    looks, reached = 0, start
    for reached, key, *row in found:
        looks += 1
        order = orders[key]
        if order.is_wanted and (change := decode_change(row)) is not None:
            comment = order.comment_of(change)
            entries.append(ActivityEntry(reached, change, order.filename, comment))
            if len(entries) == PAGE:
                break
    return ActivityPage(tuple(entries), reached, looks < _MAX_LOOKS and len(entries) < PAGE)


class _Order(msgspec.Struct, frozen=True):
    """What is said of an order in its changes."""

    facts: OrderFacts
    is_wanted: bool

    @property
    def filename(self) -> str:
        detail = self.facts.detail
        return (detail.filename or "") if detail is not None else ""

    def comment_of(self, change: Change) -> str:
        """Why the order failed, if `change` is its last failure."""
        timing, is_failure = self.facts.timing, change.field is ChangedField.STATUS
        is_last = timing is not None and timing.attempt == change.attempt
        is_failure = is_failure and change.new == self.facts.status
        return (self.facts.failure_reason or "") if is_failure and is_last else ""


class _Orders(dict[int, _Order]):
    """The orders of a page by key: each is read once."""

    def __init__(self, connection: sqlite3.Connection, wanted: ActivityFilter) -> None:
        super().__init__()
        self._connection = connection
        self._matches = wanted.matches

    def __missing__(self, key: int) -> _Order:
        facts = _facts(self._connection, key)
        order = self[key] = _Order(facts, self._matches is None or self._matches(facts))
        return order


def _facts(connection: sqlite3.Connection, key: int) -> OrderFacts:
    """Return an order as last recorded; if it does not decode, nothing is known of it."""
    found = connection.execute(f"{SELECT_ORDERS} WHERE key = ?", (key,))
    row = next(decoded(found, OrderRow), None)
    if row is None:
        return OrderFacts("", "", Phase.UNKNOWN, None)
    (blob,) = connection.execute("SELECT detail FROM orders WHERE key = ?", (key,)).fetchone()
    detail, phase = None, phase_of(row.status or "")
    with suppress(TypeError, msgspec.MsgspecError):
        detail = _detail.decode(blob)
    return OrderFacts(
        row.id,
        row.status or "",
        phase,
        row.created,
        gone=row.status is None,
        progress=None if detail is None else mean_progress(detail, phase),
        detail=detail,
        timing=timing_of(row),
    )
