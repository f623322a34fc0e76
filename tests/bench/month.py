"""The statistics and the activity of a month: all orders end within it, with six changes each.

The floor is a bare scan of the changes in the same file.
"""

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median

import msgspec

from tests.bench.figures import Figure, Of
from tui.filtering.change_matcher import ChangeMatcher
from tui.filtering.parser import parse
from tui.history.activity import ChangeReader
from tui.history.runs import record_run
from tui.history.schema import TABLES
from tui.history.statistics import read_ended_orders, read_statistics
from tui.model.activity import ActivityFilter
from tui.model.history import Change, ChangedField
from tui.model.order import OrderDetail

START = 1_798_761_600.0
DAY = 86_400.0
DAYS = 30
_WORDS = (None, "QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING", "FINISHED")
_MEANS = (60, 30, 300, 40)
_PROFILES = ("HLS 1080p", "HLS 720p", "DASH 4K", "MP4 low")
_INTERVAL = 5.0
_MONTH = {100_000: 10.0}


def measure(sizes: list[int], rounds: int) -> Iterator[Figure]:
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "history.sqlite"
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                ends = fill_month(connection, size)
                recorded = timed(partial(_record_runs, connection, ends)) / size * 1000
            with closing(sqlite3.connect(path)) as connection:
                yield from _measure(connection, size, rounds)
        yield Figure("statistics", "record the times of an ended order", size, recorded, "ms")


def _measure(connection: sqlite3.Connection, size: int, rounds: int) -> Iterator[Figure]:
    month = [START + day * DAY for day in range(DAYS + 1)]
    hours = [month[15] + hour * 3600 for hour in range(13)]
    scan = "SELECT count(*), sum(before) FROM changes"
    floor, whole, header = [], [], []
    for _ in range(rounds):
        floor.append(timed(lambda: connection.execute(scan).fetchall()))
        whole.append(timed(lambda: read_statistics(connection, month)))
        header.append(timed(lambda: read_ended_orders(connection, hours)))
    base = median(floor) * 1000
    yield Figure("statistics", "read the statistics of a month", size, median(whole) * 1000, "ms",
                 base, _MONTH.get(size), Of.RATIO)  # fmt: skip
    yield Figure("statistics", "read the last hours, for the header", size, median(header) * 1000,
                 "ms", base, 1.0 if size == 100_000 else None, Of.RATIO)  # fmt: skip
    for text, limit in (("changed<1h", 2.0), ("file:nothing", 80.0)):
        took = median(timed(partial(_search, connection, text)) for _ in range(rounds)) * 1000
        yield Figure("activity", f"search {text}", size, took, "ms", base,
                     limit if size == 100_000 else None, Of.RATIO)  # fmt: skip


def _search(connection: sqlite3.Connection, text: str) -> None:
    """Search all changes, as the activity does at the end of the month."""
    test = ChangeMatcher(parse(text), START + DAYS * DAY)
    reader, wanted = ChangeReader(), ActivityFilter(test=test)
    page = reader.older(connection, None, wanted)
    while not page.is_end:
        page = reader.older(connection, page.reached, wanted)


def timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def fill_month(connection: sqlite3.Connection, size: int) -> list[tuple[int, Change]]:
    """Store the orders and their changes, in the order of their times; return their ends."""
    connection.executescript(TABLES)
    random_ = random.Random(14)
    events: list[tuple[float, int, ChangedField, str | None, str]] = []
    connection.execute("BEGIN")
    for key in range(1, size + 1):
        made = START + (key - 1) * DAYS * DAY / size
        names = ", ".join(each for each in _PROFILES if random_.random() < 0.4)
        comment = f"Download failed: 550 {key}.mov: No such file or directory"
        detail = OrderDetail(f"{made:.0f}-{key}", filename=f"{key}.mov", label="x" * 200)
        blob = msgspec.msgpack.encode(detail)
        connection.execute(
            "INSERT INTO orders (key, id, status, read_at, profiles, duration, detail)"
            " VALUES (?, ?, 'FINISHED', ?, ?, ?, ?)",
            (key, detail.id, made, names, random_.uniform(30, 7000), blob),
        )
        at = made
        words = (*_WORDS[:3], "ERROR") if key % 16 == 0 else _WORDS
        for (old, new), mean in zip(pairwise(words), (0, *_MEANS), strict=False):
            at += random_.expovariate(1 / mean) if mean else 0
            events.append((at, key, ChangedField.STATUS, old, str(new)))
        is_failure = key % 16 == 0
        field = ChangedField.COMMENT if is_failure else ChangedField.PROGRESS
        events.append((at + 1 if is_failure else at - 1, key, field, None, comment))
    events.sort(key=lambda each: each[0])
    connection.executemany(
        "INSERT INTO changes (order_key, attempt, field, old, new, after, before)"
        " VALUES (?, 1, ?, ?, ?, ?, ?)",
        [(key, field, old, new, at - _INTERVAL, at) for at, key, field, old, new in events],
    )
    connection.execute(
        "INSERT INTO spans (start, end, kind) VALUES (?, ?, 'polled')",
        (START - DAY, START + (DAYS + 9) * DAY),
    )
    connection.execute("COMMIT")
    return [
        (key, Change("", 1, field, old, new, at - _INTERVAL, at))
        for at, key, field, old, new in events
        if field is ChangedField.STATUS and new in ("FINISHED", "ERROR")
    ]


def _record_runs(connection: sqlite3.Connection, ends: list[tuple[int, Change]]) -> None:
    connection.execute("BEGIN")
    for key, change in ends:
        record_run(connection, key, change)
    connection.execute("COMMIT")
