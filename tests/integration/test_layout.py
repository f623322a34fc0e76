"""Layouts by size: two panes, one, or a message that the screen is too small."""

import pytest

from tests.support.app_stage import (
    MIXED_ORDERS,
    Stage,
    message_line,
    order,
    order_ids,
    orders,
    resize,
    stage,
    text_of,
    type_filter,
)
from tests.support.memory_stores import MemoryViewStore
from tui.filtering.views import DETAIL_SIZES, ScreenState
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.order_screen.screen import OrderScreen
from tui.ui.text import width_of
from tui.ui.widgets.key_bar import KeyHint, keys_line, layout_keys
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.responsive_screen import Layout, layout_for


@pytest.mark.parametrize(
    ("size", "layout"),
    [
        ((200, 60), Layout.WIDE),
        ((120, 20), Layout.WIDE),
        ((119, 40), Layout.STACKED),
        ((60, 20), Layout.STACKED),
        ((59, 40), Layout.SINGLE),
        ((200, 19), Layout.SINGLE),
        ((40, 8), Layout.SINGLE),
        ((39, 60), Layout.TOO_SMALL),
        ((200, 7), Layout.TOO_SMALL),
    ],
)
def test_the_layout_depends_on_the_size(size: tuple[int, int], layout: Layout) -> None:
    assert layout_for(*size) is layout


def panes(on: Stage) -> set[str]:
    """Return the visible parts of the main screen."""
    screen = on.app.screen_stack[0]
    names = ("orders", "detail", "too-small", "status", "keys")
    return {name for name in names if screen.query_one(f"#{name}").region.area}


async def test_a_small_screen_shows_only_the_orders() -> None:
    async with stage(orders(2, 1), (60, 15)) as on:
        assert panes(on) == {"orders", "status", "keys"}
        assert "tab" not in on.line("keys")
        await on.press("tab")
        assert isinstance(on.app.focused, OrdersTable)


async def test_shrinking_moves_the_focus_off_a_hidden_pane() -> None:
    async with stage(orders(2, 1)) as on:
        await on.press("tab")
        assert isinstance(on.app.focused, DetailPane)
        await resize(on, 60, 15)
        assert panes(on) == {"orders", "status", "keys"}
        assert isinstance(on.app.focused, OrdersTable)
        await resize(on, 100, 30)
        assert panes(on) == {"orders", "detail", "status", "keys"}
        assert "tab Panes" in on.line("keys")


@pytest.mark.parametrize("size", [(38, 7), (40, 7), (39, 8), (9, 3), (2, 1), (1, 1)])
async def test_a_too_small_screen_says_so_and_recovers(size: tuple[int, int]) -> None:
    async with stage(orders(2, 1)) as on:
        await resize(on, *size)
        assert panes(on) == {"too-small"}
        result = on.line("too-small").replace("\n", " ")
        if size[0] >= 38:
            assert f"Window too small ({size[0]}x{size[1]}); need 40x8" in result
        asked = len(on.api.asked)
        await on.pass_time(6)
        assert len(on.api.asked) > asked  # polling continues
        await resize(on, 120, 40)
        assert panes(on) == {"orders", "detail", "status", "keys"}
        assert "live" in on.line("status")
        assert isinstance(on.app.focused, OrdersTable)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["G", "g"])
async def test_the_cursor_stays_visible_after_every_resize(key: str) -> None:
    async with stage(orders(*range(50, 0, -1))) as on:
        await on.press("G" if key == "g" else "g")
        for size in ((120, 20), (20, 5), (120, 40), (60, 15), (120, 7), (200, 60), (60, 9)):
            await resize(on, *size)
            await on.press(key)
            for other in ((100, 12), (20, 5), (120, 40)):
                await resize(on, *other)
                assert on.table.cursor_id in on.table.visible_ids or other == (20, 5)


async def test_a_lost_resize_event_is_recovered() -> None:
    """Textual may wait for a lost timer: see `tui.ui.textual_fixes.housekeeping`."""
    async with stage(orders(2, 1)) as on:
        on.app._resize_timer = on.app.set_timer(3600, lambda: None)
        await resize(on, 60, 15)
        assert panes(on) == {"orders", "detail", "status", "keys"}
        await on.pass_time(1)
        await on.pilot.pause()
        assert panes(on) == {"orders", "status", "keys"}
        await resize(on, 120, 40)
        assert panes(on) == {"orders", "detail", "status", "keys"}


async def test_a_resize_below_a_dialog_applies_when_it_closes() -> None:
    async with stage(orders(2, 1)) as on:
        await on.press("question_mark")
        await resize(on, 60, 15)
        assert on.app.screen.query_one(LineView).region.right <= 60
        await on.press("escape")
        assert panes(on) == {"orders", "status", "keys"}


def shares(on: Stage) -> tuple[float, float]:
    """Return the detail's share of the width and of the height of both panes."""
    screen = on.app.screen_stack[0]
    whole, detail = screen.query_one("#panes").region, screen.query_one("#detail").region
    return detail.width / whole.width, detail.height / whole.height


async def test_d_switches_the_detail_pane() -> None:
    async with stage(orders(2, 1)) as on:
        assert shares(on) == (43 / 120, 1.0)
        await on.press("d")
        assert shares(on) == (0.6, 1.0)
        assert f"of-{order(2).id}.mp4 " in on.detail
        await resize(on, 100, 40)
        assert shares(on)[0] == 1.0
        assert shares(on)[1] == pytest.approx(0.6, abs=0.02)
        await on.press("tab")
        assert isinstance(on.app.focused, DetailPane)
        await on.press("d")
        assert "detail" not in panes(on)
        assert isinstance(on.app.focused, OrdersTable)
        assert "tab Panes" not in on.line("keys")
        await on.press("tab", "down", "enter")
        await on.pass_time(3)
        assert isinstance(on.app.screen, OrderScreen)
        assert f"of-{order(1).id}.mp4" in text_of(on.app.screen.query_one("#head", LineView))
        await on.press("q", "d")
        assert shares(on)[1] == pytest.approx(0.42, abs=0.03)
        assert f"of-{order(1).id}.mp4 " in on.detail


async def test_without_room_d_says_why_and_changes_nothing() -> None:
    async with stage(orders(2, 1), (60, 15)) as on:
        await on.press("d")
        assert message_line(on.app) == "The details need a window of 60x20. enter: open the order"
        await resize(on, 120, 40)
        assert shares(on) == (43 / 120, 1.0)


@pytest.mark.parametrize("name", DETAIL_SIZES)
async def test_the_size_of_the_detail_pane_is_remembered(name: str) -> None:
    restored = ScreenState(detail=name)
    async with stage(orders(2, 1), view_store=MemoryViewStore(screen_state=restored)) as on:
        assert ("detail" in panes(on)) == (name != "off")
        assert name == "off" or shares(on)[0] == (0.6 if name == "wide" else 43 / 120)
        await on.press("d")
        following = DETAIL_SIZES[(DETAIL_SIZES.index(name) + 1) % 3]
        assert on.app.main_screen is not None
        assert on.app.main_screen.screen_state.detail == following


async def test_an_order_that_the_filter_hides_is_not_shown() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("d")
        await type_filter(on, "status:queued")
        assert on.table.cursor_id is None
        said = " ".join(on.detail.split())
        assert said == "No order is selected: the filter hides all orders. esc: clear the filter"
        await on.press("escape")
        assert on.table.cursor_id is not None
        assert f"of-{on.table.cursor_id}.mp4 " in on.detail
        await type_filter(on, "status:error")
        assert on.table.cursor_id in order_ids(4, 2)
        await on.pass_time(3)
        assert f"of-{on.table.cursor_id}.mp4 " in on.detail


async def test_without_orders_the_detail_pane_is_empty() -> None:
    async with stage(orders()) as on:
        assert on.detail == ""


KEYS = [
    KeyHint(word[0].lower(), word[0].lower(), word, word in ("Help", "Quit"))
    for word in ("Open", "Pause", "Help", "Sort", "Quit")
]


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (80, "Open Pause Sort Help Quit"),
        (41, "Open Pause Sort Help Quit"),
        (39, "Open Pause Help Quit"),
        (31, "Open Sort Help Quit"),
        (23, "Open Help Quit"),
        (22, "Help Quit"),
        (9, "Help"),
        (3, ""),
    ],
)
def test_keys_are_never_truncated(width: int, words: str) -> None:
    placed = layout_keys(KEYS, width)
    assert " ".join(key.description for _, key in placed) == words
    line = keys_line(placed)
    assert width_of(line) <= width
    text = "".join(part for part, _ in line)
    assert all(text[x:].startswith(f"{key.label} {key.description}") for x, key in placed)


async def test_a_click_on_a_key_presses_it() -> None:
    async with stage(orders(1)) as on:
        x = on.line("keys").index("Pause")
        await on.pilot.click("#keys", offset=(x, 0))
        await on.wait_idle()
        assert "paused" in on.line("status")
