"""Time from a typed filter letter to the updated, sorted table.

It times the screen's own code in Textual's test harness, without drawing; `keys` measures that. The
floor is one search of all ids.
"""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from statistics import median

from tests.bench.company import order_id
from tests.bench.figures import Figure, Of
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
_WORDS = (*("FINISHED",) * 90, *("ERROR",) * 5, "QUEUED", "TRANSCODING", "UPLOADING")
_SESSION = Session("42", "api.example")


class ListedOrders:
    """An API with a constant list and no details. `words` are the statuses to draw from."""

    def __init__(self, size: int, words: Sequence[str]) -> None:
        chance = random.Random(1)
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
        letters, sorts, searches = asyncio.run(_size(size, rounds))
        limits = (15, 30) if size == 100_000 else (None, None)
        typed = sorted(letters)
        worst = typed[int(len(typed) * 0.99)]
        floor = median(searches) * 1000
        for what, value, limit in (
            ("a letter of a filter, p50", median(typed), limits[0]),
            ("a letter of a filter, p99", worst, limits[1]),
            ("sorted by another column", median(sorts), None),
        ):
            yield Figure("typing", what, size, value * 1000, "ms", floor, limit, Of.RATIO)


async def _size(size: int, rounds: int) -> tuple[list[float], list[float], list[float]]:
    letters: list[float] = []
    sorts: list[float] = []
    searches: list[float] = []
    api, clock = ListedOrders(size, _WORDS), ManualClock(1_800_000_000.0).clock
    app = TranscodeApp(AppServices(api, _SESSION, clock=clock))
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
                    began = time.perf_counter()
                    assert [each for each in app.monitor.state.orders if "17" in each.id]
                    searches.append(time.perf_counter() - began)
                    for end in range(1, len(text) + 1):
                        began = time.perf_counter()
                        screen.apply_filter(text[:end])
                        letters.append(time.perf_counter() - began)
                        await asyncio.sleep(0)
                screen.apply_filter("")
    return letters, sorts, searches
