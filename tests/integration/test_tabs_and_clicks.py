"""Views as tabs, and what a mouse does on the main screen."""

import re

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Offset

from tests.support.app_stage import MIXED_ORDERS, VIEWS, Stage, order, orders, shown_ids, stage
from tui.filtering.sorting import NEWEST_FIRST, SortKey
from tui.model.order import OrderSummary, Snapshot
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.order_screen.screen import OrderScreen
from tui.ui.widgets.clickable_line import ClickableLine

pytestmark = pytest.mark.usefixtures("utc")

NOW = 1_700_000_000.0  # 22:13:20
DAY = 86_400.0


def listed() -> Snapshot:
    """Return orders of several statuses and ages; of the failed ones, some are recent."""
    ages = {
        "TRANSCODING": (30.0, 60.0),
        "QUEUED": (10.0,),
        "ERROR": (600.0, 0.95 * DAY, 3 * DAY, 40 * DAY),
        "FINISHED": (1000.0, 2 * DAY, 4 * DAY, 5 * DAY, 6 * DAY),
    }
    every = [
        OrderSummary(f"{NOW - age:.0f}-{n:04}", status, NOW - age)
        for status, of_it in ages.items()
        for n, age in enumerate(of_it)
    ]
    return Snapshot(tuple(sorted(every, key=lambda each: -(each.created or 0))))


async def click_tab(on: Stage, number: int) -> None:
    tabs = on.app.screen.query_one("#tabs", ClickableLine)
    x = next(x for x in range(tabs.size.width) if tabs.shown.target_at(x) == str(number))
    await on.pilot.click(tabs, offset=Offset(x, 0))
    await on.wait_idle()


@pytest.mark.parametrize("width", [80, 120, 200])
async def test_a_click_on_a_tab_goes_to_its_view_whose_rows_it_counts(width: int) -> None:
    async with stage(listed(), size=(width, 40)) as on:
        await on.pass_time(2)  # the views are counted
        sizes = {}
        for number, name in enumerate(VIEWS, 1):
            await click_tab(on, number)
            assert on.main_screen.screen_state.view == VIEWS[name]
            shown = re.search(rf"▌{number} {name} (\d+) ", on.line("tabs"))
            assert shown is not None, on.line("tabs")
            sizes[name] = int(shown[1])
            assert sizes[name] == len(on.table.rows)
            assert on.line("tabs").endswith(f"/{sizes[name]} ")
        assert sizes == {"Now": 12, "All": 12, "Active": 3, "Failed": 4, "Failed today": 1}


async def test_a_changed_view_has_a_star_until_it_is_chosen_again() -> None:
    async with stage(listed()) as on:
        await on.press("s", "f")
        assert "▌1 Now* " in on.line("tabs")
        await on.press("1")
        assert "▌1 Now " in on.line("tabs")


async def test_the_counts_of_the_tabs_follow_the_list() -> None:
    async with stage(listed()) as on:
        await on.pass_time(2)
        assert "3 Active 3 " in on.line("tabs")
        new = OrderSummary("1700000001-0001", "QUEUED", NOW + 1)
        await on.list_again(Snapshot((new, *listed().orders)))
        assert "3 Active 4 " in on.line("tabs")
        assert "2 All 13 " in on.line("tabs")
        assert on.row(1).startswith("─ Active 4 ")


async def test_a_click_on_a_header_sorts_by_it_and_again_reverses() -> None:
    async with stage(MIXED_ORDERS, view=VIEWS["All"]) as on:
        before = shown_ids(on)

        async def click_header(word: str) -> tuple[SortKey, ...]:
            await on.pilot.click("#orders", offset=Offset(on.row(0).index(word) + 1, 0))
            await on.wait_idle()
            return on.main_screen.screen_state.view.sort

        first = (await click_header("STATUS"))[0]
        assert first == SortKey("status", descending=False)
        assert "STATUS▴" in on.row(0)
        assert "by status" in on.line("tabs")
        ascending = shown_ids(on)
        assert [on.row(y).find("ERROR") > 0 for y in range(1, 6)] == [False] * 3 + [True] * 2
        assert (await click_header("STATUS"))[0] == SortKey("status", descending=True)
        assert "STATUS▾" in on.row(0)
        assert shown_ids(on) != ascending
        assert [on.row(y).find("ERROR") > 0 for y in range(1, 6)] == [True] * 2 + [False] * 3
        assert (await click_header("AGE"))[0].column == "age"
        assert set(shown_ids(on)) == set(before)
        await on.press("s", "s")
        assert on.main_screen.screen_state.view.sort == NEWEST_FIRST


async def test_a_click_chooses_the_order_that_is_shown_there() -> None:
    async with stage(listed(), size=(80, 40), view=VIEWS["Now"]) as on:
        await on.pass_time(20)  # the rows in view are read
        headings = []
        for y in range(1, on.table.view_height + 1):
            before = on.table.cursor_id
            await on.pilot.click("#orders", offset=Offset(4, y))
            await on.wait_idle()
            if on.row(y).startswith("▌ "):
                assert on.table.cursor_id is not None
                assert on.table.cursor_id in on.row(y)
            else:  # a heading, or nothing
                headings.append(on.row(y).strip("─ "))
                assert on.table.cursor_id == before
        assert [each for each in headings if each] == [
            "Active 3", "Failed in the last 24 h 2", "Others 7",
        ]  # fmt: skip
        assert "following" not in on.line("tabs")


async def test_a_double_click_opens_the_order() -> None:
    async with stage(orders(5, 4, 3, 2, 1), view=VIEWS["All"]) as on:
        await on.pilot.click("#orders", offset=Offset(4, 3))
        await on.wait_idle()
        assert on.table.cursor_id == order(3).id
        assert not isinstance(on.app.screen, OrderScreen)
        await on.pilot.double_click("#orders", offset=Offset(4, 4))
        await on.wait_idle()
        assert isinstance(on.app.screen, OrderScreen)
        assert on.table.cursor_id == order(2).id
        await on.press("escape")
        await on.pilot.double_click("#orders", offset=Offset(4, 20))  # below the rows
        await on.wait_idle()
        assert not isinstance(on.app.screen, OrderScreen)


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    async with stage(orders(*range(80, 0, -1))) as on:
        assert "following" in on.line("tabs")
        cursor = on.table.cursor_id

        async def wheel(event: type[MouseScrollDown | MouseScrollUp], turns: int) -> int:
            await on.pilot._post_mouse_events([event] * turns, OrdersTable, (5, 5))
            await on.pilot.pause()
            await on.wait_idle()
            return on.table.top

        down = await wheel(MouseScrollDown, 4)
        assert down >= 4
        assert on.table.cursor_id == cursor
        await on.pass_time(6)  # a list comes in
        assert on.table.top == down
        assert "following" not in on.line("tabs")
        assert 0 <= await wheel(MouseScrollUp, 2) < down
