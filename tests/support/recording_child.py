"""`python -m tests.support.recording_child FILE FIRST`: records 200 changes a second until killed.

It writes the number of each change that is committed, as soon as a query sees it. The changes begin
with FIRST, an order each.
"""

import asyncio
import sqlite3
import sys
from itertools import count
from pathlib import Path

from tui.history.pruning import Limits
from tui.history.records import Records
from tui.history.store import Store
from tui.model.history import Change, ChangedField, Span, SpanKind
from tui.model.order import OrderSummary

T0 = 1_760_000_000.0
_PER_SECOND = 200


def record(number: int) -> Records:
    at, name = T0 + number, f"order-{number}"
    return Records(
        [Change(name, 1, ChangedField.STATUS, None, "ERROR", at - 1, at)],
        spans=[Span(T0, at, SpanKind.POLLED)],
        listed=[OrderSummary(name, "ERROR", at)],
    )


def last(connection: sqlite3.Connection) -> float:
    (before,) = connection.execute("SELECT max(before) FROM changes").fetchone()
    return float(before)


async def main(path: Path, first: int) -> None:
    store = Store(path, Limits(90, 200_000_000), lambda: T0)
    store.start()

    async def acknowledge() -> None:
        while True:
            print(int(await store.query(last) - T0), flush=True)  # noqa: T201 - for the parent
            await asyncio.sleep(0.05)

    store.write(record(first))
    acknowledging = asyncio.create_task(acknowledge())
    for number in count(first + 1):
        store.write(record(number))
        await asyncio.sleep(1 / _PER_SECOND)
    await acknowledging


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
