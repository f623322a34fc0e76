"""Steps of time travel within a month of changes, with a keyframe a day.

The floor is a bare scan of the changes in the same file.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from statistics import median

from tests.bench.figures import Figure, Of
from tests.bench.month import DAY, DAYS, START, fill_month, timed
from tui.history.keyframes import encode_keyframe
from tui.history.past import PastReader
from tui.model.past import TimeStep

_LATEST = START + DAYS * DAY
_COMPLETE = """
UPDATE orders SET created = read_at,
    entered_before = (SELECT max(before) FROM changes WHERE order_key = orders.key AND field = 1)
"""
_STEPS = {
    "one change": TimeStep(-1),
    "ten changes": TimeStep(-10),
    "an hour": TimeStep(seconds=-3600.0),
}
_STEP = {100_000: 2.0}


def measure(sizes: list[int], rounds: int) -> Iterator[Figure]:
    for size in sizes:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            fill_month(connection, size)
            connection.execute(_COMPLETE)
            _add_keyframes(connection)
            yield from _measure(connection, size, rounds)


def _add_keyframes(connection: sqlite3.Connection) -> None:
    add = "INSERT INTO keyframes VALUES (?, ?)"
    connection.execute(add, (START - DAY, encode_keyframe((), 0)))
    reader = PastReader()
    for day in range(1, DAYS + 1):
        at = START + day * DAY
        state = reader.read(connection, at, (), _LATEST)
        if state is not None and state.snapshot is not None:
            listed = state.snapshot.orders
            connection.execute(add, (at, encode_keyframe(listed, len(listed))))


def _measure(connection: sqlite3.Connection, size: int, rounds: int) -> Iterator[Figure]:
    scan = "SELECT count(*), sum(before) FROM changes"
    floor = [timed(lambda: connection.execute(scan).fetchall()) for _ in range(rounds)]
    base = median(floor) * 1000
    reader, at = PastReader(), _LATEST
    first = timed(lambda: reader.read(connection, _LATEST, (), _LATEST)) * 1000
    yield Figure("past", "time travel: the first moment", size, first, "ms", base)
    for name, step in _STEPS.items():
        times = []
        for _ in range(rounds):
            times.append(timed(partial(reader.read, connection, at, (step,), _LATEST)))
            state = reader.read(connection, at, (step,), _LATEST)
            at = _LATEST if state is None or state.past is None else state.past.at
        yield Figure("past", f"time travel: {name} back", size, median(times) * 1000, "ms", base,
                     _STEP.get(size), Of.RATIO)  # fmt: skip
