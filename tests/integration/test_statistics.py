"""The screen of statistics: periods, figures, and the way to the orders of a reason."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.geometry import Offset

from tests.support.app_stage import MIXED_ORDERS, Stage, message_line, order, stage, text_of
from tests.support.history_rows import POLLED
from tests.support.memory_history import MemoryHistory
from tests.support.sample_statistics import sample_statistics
from tui.model.history import Span
from tui.model.order import Snapshot
from tui.ui.statistics.screen import ReportPane, StatisticsScreen
from tui.ui.widgets.line_view import LineView

pytestmark = pytest.mark.usefixtures("utc")

NOW = 1_700_000_000.0  # Tue 14 Nov 2023 22:13:20
NOON = NOW - 22 * 3600 - 800 + 12 * 3600


@asynccontextmanager
async def statistics(
    history: MemoryHistory | None, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Stage]:
    async with stage(MIXED_ORDERS, size=size, history=history) as on:
        await on.press("T")
        assert isinstance(on.app.screen, StatisticsScreen)
        yield on


def report(on: Stage) -> str:
    return text_of(on.app.screen.query_one(ReportPane))


def head(on: Stage) -> str:
    return text_of(on.app.screen.query_one("#head", LineView))


async def test_it_shows_the_present_day_first() -> None:
    async with statistics(sample_statistics(NOON)) as on:
        assert "─ Statistics ─ Tue 14 Nov 2023 ─" in head(on)
        assert "▌1 Day   2 Week   3 Month" in head(on)
        assert "✔ " in report(on)
        assert "Waiting in QUEUED: half of " in report(on)
        assert "UHD 2160p HEVC" in report(on)


async def test_the_keys_show_other_periods_and_their_ends_say_so() -> None:
    async with statistics(sample_statistics(NOON)) as on:
        await on.press("right")
        assert message_line(on.app) == "This is the present day"
        await on.press("left")
        assert "─ Mon 13 Nov 2023 ─" in head(on)
        await on.press("2")
        assert "─ Mon 13 to Sun 19 Nov 2023 ─" in head(on)
        await on.press("3")
        assert "─ November 2023 ─" in head(on)
        await on.press("3")
        assert message_line(on.app) == "This is the month already. ←: an earlier one"
        await on.press("left", "left")
        assert "─ October 2023 ─" in head(on)
        assert message_line(on.app) == "Nothing was recorded before this month"
        await on.press("1")
        assert "─ Sun 01 Oct 2023 ─" in head(on)
        assert report(on).strip() == "Nothing was recorded before 2023-10-26 00:00."
        await on.press("escape")
        assert on.app.screen is on.main_screen


async def test_what_was_not_polled_is_hatched_and_never_zero() -> None:
    async with statistics(sample_statistics(NOON)) as on:
        lines = report(on).split("\n")
        hours = next(
            line for line in lines if line.strip().startswith("0  ") is False and "░" in line
        )
        assert hours.index("░") > 0
        assert "░ not polled   ~ partly polled" in report(on)
        await on.press("left", "left", "left")
        assert "─ Sat 11 Nov 2023 ─" in head(on)
        assert report(on).strip() == (
            "Orders were not polled in this time, so it is not known what happened to them."
        )


@pytest.mark.parametrize(
    ("history", "text"),
    [
        (None, "No history is kept, so there are no statistics."),
        (
            MemoryHistory(),
            "Nothing is recorded yet. Statistics begin with the first list of orders.",
        ),
    ],
)
async def test_without_records_it_says_why(history: MemoryHistory | None, text: str) -> None:
    async with statistics(history) as on:
        assert report(on).strip() == text
        await on.press("left")
        assert message_line(on.app) == "Nothing was recorded before this day"
        await on.press("enter")
        assert message_line(on.app) == "No failures were recorded in this day"


async def test_a_young_history_says_since_when_it_is() -> None:
    history = MemoryHistory(spans=[Span(NOW - 5000, NOW + 60, POLLED)])
    async with statistics(history) as on:
        assert "since 20:50:00, polled all of the time" in head(on)
        assert "✔ 0 finished" in report(on)


async def test_the_orders_of_a_reason_are_shown_on_the_main_screen() -> None:
    async with statistics(sample_statistics(NOON)) as on:
        await on.press("3", "n", "enter")
        assert on.app.screen is on.main_screen
        filtered = on.main_screen.screen_state.view.filter
        assert filtered.startswith('status:error reason:"')


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 15)])
async def test_a_click_on_a_reason_shows_its_orders(size: tuple[int, int]) -> None:
    async with statistics(sample_statistics(NOON), size) as on:
        await on.press("3", "G")
        pane = on.app.screen.query_one(ReportPane)
        texts = text_of(pane).split("\n")
        line = next(n for n, text in enumerate(texts) if "530 Login" in text)
        y = line - int(pane.scroll_offset.y)
        await on.pilot.click(pane, offset=Offset(8, y))
        await on.wait_idle()
        assert on.app.screen is on.main_screen
        text = on.main_screen.screen_state.view.filter
        assert text == 'status:error reason:"Download failed: 530 Login incorrect at"'


async def test_a_click_elsewhere_does_nothing() -> None:
    async with statistics(sample_statistics(NOON)) as on:
        await on.pilot.click(ReportPane, offset=Offset(8, 3))
        await on.wait_idle()
        assert isinstance(on.app.screen, StatisticsScreen)


async def test_the_present_is_read_once_a_minute_and_after_an_order_ended() -> None:
    history = sample_statistics(NOON)
    async with statistics(history) as on:

        def reads() -> int:
            return history.reads.count("statistics")

        assert reads() == 1
        await on.pass_time(55)
        assert reads() == 1
        await on.pass_time(10)
        assert reads() == 2
        ended = Snapshot((order(5), *MIXED_ORDERS.orders[1:]))
        await on.pass_time(10)
        await on.list_again(ended)
        await on.pass_time(2)
        assert reads() == 3


async def test_a_period_that_is_over_is_read_once() -> None:
    history = sample_statistics(NOON)
    async with statistics(history) as on:
        await on.press("left")
        before = history.reads.count("statistics")
        await on.pass_time(130)
        assert history.reads.count("statistics") == before


async def test_the_present_day_is_the_next_one_after_midnight() -> None:
    async with statistics(sample_statistics(NOON)) as on:
        on.clock.advance(2 * 3600)
        await on.pass_time(3)
        assert "─ Wed 15 Nov 2023 ─" in head(on)


async def test_nothing_is_drawn_again_while_nothing_changes(
    redrawn: list[tuple[str, int | None]],
) -> None:
    async with statistics(sample_statistics(NOON)) as on:
        await on.pass_time(3)
        redrawn.clear()
        await on.pass_time(20)
        assert not {"head", "report", "keys"} & {name for name, _ in redrawn}
