"""The first filter and the first sort by the times of orders that have ended: all of them are
read from the history.

The figure is the longest time in which the event loop does nothing else, from the key until the
rows are right. The floor is that of a sort by a column of the list.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.company import order_id
from tests.bench.figures import Figure, Of
from tests.bench.history import insert_changes
from tests.bench.typing import ListedOrders
from tests.support.clocks import ManualClock
from tui.cli.run_app import freeze_startup_objects
from tui.filtering.sorting import NEWEST_FIRST, sort_by
from tui.history.company_history import CompanyHistory
from tui.history.database import open_file
from tui.model.account import Session
from tui.ui.app import TranscodeApp
from tui.ui.main_screen.screen import MainScreen
from tui.ui.services import AppServices

_START = 1_700_000_000.0
_NOW = 1_800_000_000.0
_LIMIT = {100_000: 1.5}
_FILTERS = ("took>2m", "finished<9000d", "attempt>1")
_SORTS = ("finished", "took", "attempt")


def measure(sizes: list[int], rounds: int) -> Iterator[Figure]:
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "own" / "history.sqlite"
            with closing(open_file(path)) as connection:
                _fill(connection, size)
            floor, times, gaps = asyncio.run(_measure(path, size, rounds))
        for name, gap in gaps.items():
            yield Figure("ended", f"longest gap of the loop: {name}", size, median(gap) * 1000,
                         "ms", floor * 1000, _LIMIT.get(size), Of.RATIO)  # fmt: skip
        for name, each in times.items():
            yield Figure("ended", f"until the rows are right: {name}", size, median(each) * 1000,
                         "ms", floor * 1000)  # fmt: skip


def _fill(connection: sqlite3.Connection, size: int) -> None:
    """Store orders of which each ran for some minutes, with their changes."""
    connection.execute("BEGIN")
    for number in range(1, size + 1):
        made = _START + number * 60.0
        began, ended = made + 30.0, made + 90.0 + number * 37 % 900
        connection.execute(
            "INSERT INTO orders (id, created, status, attempt, read_at, started_after,"
            " started_before, entered_after, entered_before, ended_after, ended_before)"
            " VALUES (?, ?, 'FINISHED', ?, ?, ?, ?, ?, ?, ?, ?)",
            (order_id(number), made, 1 + (number % 50 == 0), ended, began - 5, began,
             *(ended - 5, ended) * 2),
        )  # fmt: skip
    insert_changes(connection)
    connection.execute("INSERT INTO meta VALUES ('complete', ?)", (_NOW,))
    connection.execute("COMMIT")


_Gaps = dict[str, list[float]]


async def _measure(path: Path, size: int, rounds: int) -> tuple[float, _Gaps, _Gaps]:
    manual = ManualClock(_NOW)
    clock = manual.clock
    history = CompanyHistory(path, clock.wall, days=3650, size=10**10, stall_after=600.0)
    api, session = ListedOrders(size, ("FINISHED",)), Session("42", "api.example")
    app = TranscodeApp(AppServices(api, session, clock=clock, history=history))
    times: _Gaps = {}
    gaps: _Gaps = {}
    async with app.run_test(size=(120, 40)) as pilot:
        while not history._is_resumed:  # its file has the list
            manual.advance(60)
            app.monitor.poller.refresh()
            await pilot.pause(0.2)
        screen = app.screen
        assert isinstance(screen, MainScreen)
        freeze_startup_objects()
        arranger, view = screen._filter._arranger, screen._view.current

        def is_done() -> bool:
            return app.monitor.state.has_all_timings and not arranger._call.is_running

        by_id = partial(screen.use_view, screen._view.with_sort(sort_by(NEWEST_FIRST, "id")))
        floors = []
        for _ in range(rounds):
            runs = {f"filter {each}": partial(screen.apply_filter, each) for each in _FILTERS} | {
                f"sort by {each}": partial(
                    screen.use_view, screen._view.with_sort(sort_by(NEWEST_FIRST, each))
                )
                for each in _SORTS
            }
            for name, run in runs.items():
                screen.use_view(view)
                await pilot.pause()
                floors.append((await _watched(by_id, lambda: True))[1])
                screen.use_view(view)
                await pilot.pause()
                assert not app.monitor.state.has_all_timings
                manual.advance(60)
                took, gap = await _watched(run, is_done)
                times.setdefault(name, []).append(took)
                gaps.setdefault(name, []).append(gap)
    return median(floors), times, gaps


async def _watched(run: Callable[[], object], is_done: Callable[[], bool]) -> tuple[float, float]:
    """Return how long it took until `is_done`, and the longest gap of the loop."""
    last = began = time.perf_counter()
    longest = 0.0
    run()
    rest = 20
    while rest:
        rest = rest - 1 if is_done() else 20  # the screen follows
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return last - began, longest
