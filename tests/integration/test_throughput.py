"""The header shows how many orders ended in the last hours, and opens the statistics."""

import pytest
from textual.geometry import Offset

from tests.support.app_stage import MIXED_ORDERS, Stage, order, stage, type_filter
from tests.support.memory_history import MemoryHistory
from tests.support.sample_statistics import sample_statistics
from tui.model.order import Snapshot
from tui.model.ports import Failure, FailureKind
from tui.ui.main_screen.throughput import TARGET
from tui.ui.statistics.screen import StatisticsScreen
from tui.ui.widgets.clickable_line import ClickableLine

pytestmark = pytest.mark.usefixtures("utc")

NOON = 1_700_000_000.0 - 10_000  # the sample ends when the clock of the stage begins


def history() -> MemoryHistory:
    return sample_statistics(NOON + 10_000)


def reads(on: Stage) -> int:
    found = on.app.monitor.history
    assert isinstance(found, MemoryHistory)
    return found.reads.count("ended orders")


async def click(on: Stage) -> None:
    counts = on.main_screen.query_one("#counts", ClickableLine)
    x = next(x for x in range(counts.size.width) if counts.shown.target_at(x) == TARGET)
    await on.pilot.click(counts, offset=Offset(x, 0))
    await on.wait_idle()


async def test_nothing_is_read_before_the_first_list() -> None:
    async with stage(None, history=history()) as on:
        await on.pass_time(3)
        assert reads(on) == 0
        assert "/h" not in on.line("counts")


async def test_it_is_read_once_a_minute_and_after_an_order_ended() -> None:
    async with stage(MIXED_ORDERS, history=history()) as on:
        await on.pass_time(1)
        assert "/h" in on.line("counts")
        assert reads(on) == 1
        await on.pass_time(50)
        assert reads(on) == 1
        await on.pass_time(12)
        assert reads(on) == 2
        await on.list_again(Snapshot((order(5), *MIXED_ORDERS.orders[1:])))
        await on.pass_time(5)
        assert reads(on) == 3


async def test_the_line_is_drawn_again_only_if_it_changed(
    redrawn: list[tuple[str, int | None]],
) -> None:
    async with stage(MIXED_ORDERS, history=MemoryHistory()) as on:
        await on.pass_time(3)
        redrawn.clear()
        await on.pass_time(130)
        assert reads(on) > 2
        assert "counts" not in {name for name, _ in redrawn}


async def test_a_click_opens_the_statistics() -> None:
    async with stage(MIXED_ORDERS, history=history()) as on:
        await on.pass_time(1)
        await click(on)
        assert isinstance(on.app.screen, StatisticsScreen)


async def test_a_click_while_a_filter_is_typed_does_nothing() -> None:
    async with stage(MIXED_ORDERS, history=history()) as on:
        await on.pass_time(1)
        await type_filter(on, "a")
        await click(on)
        assert on.app.screen is on.main_screen


async def test_when_the_list_is_stale_the_last_hour_is_not_shown_as_whole() -> None:
    async with stage(MIXED_ORDERS, history=history()) as on:
        await on.pass_time(1)
        assert "~" not in on.line("counts")
        await on.list_again(Failure(FailureKind.SERVER, 500))
        await on.pass_time(600)
        assert "~" in on.line("counts")  # the history has no polls since
        shown = on.main_screen.query_one("#counts", ClickableLine).shown
        pairs = zip(shown.line, shown.targets, strict=False)
        assert {role for (_, role), target in pairs if target == TARGET} == {"stale"}


async def test_without_a_history_there_is_none() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.pass_time(70)
        assert "/h" not in on.line("counts")
