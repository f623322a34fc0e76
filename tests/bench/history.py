"""The history: comparing the first list, one poll's records, its memory.

Each size is measured in a process of its own, for its memory.
"""

import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.figures import Figure, Of
from tests.support.paths import ROOT
from tui.cli.accounts import pin_mmap_threshold
from tui.model.order import OrderSummary, Snapshot

if TYPE_CHECKING:
    from tui.history.storage import Storage

T0 = 1_700_000_000.0
_ACTIVE, _CHANGES_PER_ORDER = 12, 6


def measure(sizes: list[int], rounds: int) -> Iterator[Figure]:
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            told = _in_child("make", size, rounds, folder) | _in_child("use", size, rounds, folder)
        first, again, scan = told["first"] * 1000, told["again"] * 1000, told["scan"] * 1000
        poll, bare = told["poll"] * 1000, told["bare"] * 1000
        changes = size * _CHANGES_PER_ORDER
        yield Figure("history", "store the first list of all", size, first, "ms", scan)
        # The floor reads the same columns, and does nothing with them.
        yield Figure("history", f"compare a list, {changes:,} changes stored", size, again, "ms",
                     scan, 20.0, Of.RATIO)  # fmt: skip
        yield Figure("history", f"commit {_ACTIVE} changes of a poll", size, poll, "ms", bare, 8.0,
                     Of.RATIO)  # fmt: skip
        yield Figure("history", "CPU, a commit every 5 s", size, told["poll cpu"] / 5 * 100, "%",
                     limit=10.0)  # fmt: skip
        yield Figure("history", "RSS with the file open", size, told["after"], "MB",
                     told["before"], 3.0, Of.ABOVE)  # fmt: skip


def _in_child(task: str, size: int, rounds: int, folder: str) -> dict[str, float]:
    command = (sys.executable, "-m", __name__, task, str(size), str(rounds), folder)
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _rss() -> float:
    """In MB, without what is shared with the files on disk."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    (line,) = (each for each in lines if each.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def _orders(size: int) -> tuple[OrderSummary, ...]:
    numbers = random.Random(14)
    orders = []
    for number in range(size):
        made = T0 - 60.0 * number
        status = "TRANSCODING" if number < _ACTIVE else "FINISHED"
        order_id = f"{made:.0f}-{numbers.randrange(9999):04}"
        orders.append(OrderSummary(order_id, status, made))
    return tuple(orders)


def _timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _make(storage: "Storage", snapshot: Snapshot) -> dict[str, float]:
    """Make a file with changes of all orders."""
    first = _timed(lambda: _resume(storage, snapshot, T0))
    storage.change(insert_changes)
    return {"first": first}


def _use(storage: "Storage", snapshot: Snapshot, rounds: int, path: Path) -> dict[str, float]:
    again = [_timed(lambda: _resume(storage, snapshot, T0 + 9)) for _ in range(3)]
    after = _rss()
    active = [order.id for order in snapshot.orders[:_ACTIVE]]
    _write_poll(storage, active, -1)  # with what is done once a minute
    cpu = time.thread_time()
    polls = [_timed(partial(_write_poll, storage, active, number)) for number in range(rounds)]
    cpu = (time.thread_time() - cpu) / rounds
    query = "SELECT id, status, attempt, read_at FROM orders"
    with closing(sqlite3.connect(path, isolation_level=None)) as bare:
        bare.execute("PRAGMA synchronous=NORMAL")
        scans = [_timed(lambda: bare.execute(query).fetchall()) for _ in range(5)]
        inserts = [_timed(partial(_insert, bare)) for _ in range(rounds)]
    return {
        "again": median(again), "scan": median(scans), "poll": median(polls), "poll cpu": cpu,
        "bare": median(inserts), "after": after,
    }  # fmt: skip


def _resume(storage: "Storage", snapshot: Snapshot, at: float) -> None:
    from tui.history.reconcile import Listed, resume

    listed = Listed(snapshot.orders, snapshot.index, at, lambda _: at, at)
    storage.change(partial(resume, listed=listed))


def _write_poll(storage: "Storage", active: list[str], number: int) -> None:
    from tui.history.records import Records
    from tui.model.history import Change, ChangedField

    at = T0 + 1e6 + number
    storage.write(
        [
            Records(
                [
                    Change(each, 1, ChangedField.PROGRESS, (0.0,), (number + 1.0,), at - 1, at)
                    for each in active
                ]
            )
        ]
    )


def insert_changes(connection: sqlite3.Connection) -> None:
    """Store changes of all orders, in the transaction that is open."""
    for number in range(_CHANGES_PER_ORDER):
        connection.execute(
            "INSERT INTO changes (order_key, attempt, field, old, new, after, before)"
            " SELECT key, 1, 1, 'TRANSCODING', 'UPLOADING', created + ?1, created + ?1 + 5"
            " FROM orders",
            (60.0 * number,),
        )


def _insert(connection: sqlite3.Connection) -> None:
    """What a poll must write at least."""
    connection.execute("BEGIN IMMEDIATE")
    for key in range(_ACTIVE):
        connection.execute(
            "INSERT INTO changes (order_key, attempt, field, new, before) VALUES (?, 1, 2, '', ?)",
            (key, T0 + 2e6),
        )
    connection.execute("COMMIT")


def _main(task: str, size: int, rounds: int, folder: Path) -> None:
    snapshot = Snapshot(_orders(size))
    pin_mmap_threshold()
    before = _rss()
    from tui.history.pruning import Limits
    from tui.history.storage import Storage

    path = folder / "x" / "history.sqlite"
    storage = Storage(path, Limits(3650, 10**11), lambda: T0)
    storage.open()
    told = _make(storage, snapshot) if task == "make" else _use(storage, snapshot, rounds, path)
    storage.close()
    sys.stdout.write(json.dumps(told | {"before": before}))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
