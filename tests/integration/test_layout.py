"""Layouts by size: two panes, one, or a message that the screen is too small."""

import pytest

from tests.support.app_stage import Stage, orders, resize, stage
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.text import width_of
from tui.ui.widgets.key_bar import KeyHint, keys_line, layout_keys
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.responsive_screen import Layout, layout_for


@pytest.mark.parametrize(
    ("size", "layout"),
    [
        ((200, 60), Layout.WIDE),
        ((100, 20), Layout.WIDE),
        ((99, 40), Layout.STACKED),
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
            assert f"too small: {size[0]}x{size[1]}, needs 40x8" in result
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


KEYS = [
    KeyHint(word[0].lower(), word[0].lower(), word) for word in ("Open", "Pause", "Help", "Quit")
]


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (80, "Open Pause Help Quit"),
        (33, "Open Pause Help Quit"),
        (30, "Open Help Quit"),
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
