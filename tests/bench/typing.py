"""Time from a typed filter letter to the updated, sorted table.

It times the screen's own code in Textual's test harness, without drawing; `keys` measures that.
"""

import asyncio
import random
import time
from collections.abc import Iterator
from statistics import median

from tests.bench.company import order_id
from tests.bench.figures import Figure
from tests.support.clocks import ManualClock
from tui.filtering.sorting import NEWEST_FIRST, sort_by
from tui.model.account import Session
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.pages import PageRequest
from tui.model.ports import Failure, FailureKind
from tui.ui.app import TranscodeApp
from tui.ui.main_screen.screen import MainScreen
from tui.ui.services import AppServices

_TEXTS = ("status:finished -profile:hls age<9000d", "17 alta", "progress>50 or size>1GB")
_SORTS = ("created", "status", "duration")
_SESSION = Session("42", "api.example")


class _Company:
    """An API with a constant list and no details."""

    def __init__(self, size: int) -> None:
        chance = random.Random(1)
        words = ["FINISHED"] * 90 + ["ERROR"] * 5 + ["QUEUED", "TRANSCODING", "UPLOADING"]
        self._listed = Snapshot(
            tuple(
                OrderSummary(order_id(number), chance.choice(words), 1_700_000_000.0 + number * 60)
                for number in range(size, 0, -1)
            )
        )

    async def orders(self) -> Snapshot | Failure:
        return self._listed

    async def page(self, part: PageRequest) -> Snapshot | Failure:
        raise AssertionError(f"not a paged list: {part}")

    async def order(self, order_id: str) -> OrderDetail | Failure:
        return Failure(FailureKind.MISSING, hint=order_id)

    async def company_name(self) -> str:
        return ""

    async def aclose(self) -> None:
        """Nothing is open."""


def measure(sizes: list[int], rounds: int) -> Iterator[Figure]:
    for size in sizes:
        letters, sorts = asyncio.run(_size(size, rounds))
        limit = 50 if size == 100_000 else None
        typed = sorted(letters)
        yield Figure("typing", "a letter of a filter, p50", size, median(typed) * 1000, "ms")
        worst = typed[int(len(typed) * 0.99)] * 1000
        yield Figure("typing", "a letter of a filter, p99", size, worst, "ms", limit=limit)
        yield Figure("typing", "sorted by another column", size, median(sorts) * 1000, "ms")


async def _size(size: int, rounds: int) -> tuple[list[float], list[float]]:
    letters: list[float] = []
    sorts: list[float] = []
    app = TranscodeApp(
        AppServices(_Company(size), _SESSION, clock=ManualClock(1_800_000_000.0).clock)
    )
    async with app.run_test(size=(120, 40)) as pilot:
        while not app.monitor.state.orders:
            await pilot.pause(0.05)
        screen = app.screen
        assert isinstance(screen, MainScreen)
        for _ in range(rounds):
            for column in _SORTS:
                began = time.perf_counter()
                screen.use_view(screen._view.with_sort(sort_by(NEWEST_FIRST, column)))
                sorts.append(time.perf_counter() - began)
                for text in _TEXTS:
                    for end in range(1, len(text) + 1):
                        began = time.perf_counter()
                        screen.apply_filter(text[:end])
                        letters.append(time.perf_counter() - began)
                        await asyncio.sleep(0)
                screen.apply_filter("")
    return letters, sorts
