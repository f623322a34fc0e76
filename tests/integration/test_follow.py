"""The cursor of the main screen: it follows the newest active order, or stays where it was put."""

import pytest
from textual.events import MouseScrollDown

from tests.support.app_stage import VIEWS, Stage, message_line, order, orders, resize, stage
from tests.support.memory_stores import MemoryViewStore
from tui.filtering.views import ScreenState
from tui.model.order import OrderSummary, Snapshot
from tui.ui.main_screen.follow_control import IDLE

MANY = range(80, 0, -1)


def listed(active: dict[int, str], numbers: range = MANY) -> Snapshot:
    """Return finished orders, and those of `active` with their statuses."""
    return Snapshot(tuple(order(n, active.get(n, "FINISHED")) for n in numbers))


def is_following(on: Stage) -> bool:
    return " following  " in on.line("tabs")


def is_cursor_in_view(on: Stage) -> bool:
    marked = [y for y in range(1, on.table.size.height) if on.row(y).startswith("▌")]
    return len(marked) == 1 and on.table.cursor_id in on.table.visible_ids


async def wheel(on: Stage, turns: int) -> None:
    await on.pilot._post_mouse_events([MouseScrollDown] * turns, "#orders", (5, 5))
    await on.pilot.pause()
    await on.wait_idle()


async def test_a_new_active_order_moves_the_followed_cursor() -> None:
    async with stage(listed({70: "TRANSCODING"})) as on:
        assert is_following(on)
        assert on.table.cursor_id == order(70).id
        assert on.row(2).startswith("▌ ")
        assert f"of-{order(70).id}.mp4" in on.detail
        await on.list_again(listed({81: "QUEUED", 70: "UPLOADING"}, range(81, 0, -1)))
        assert on.table.cursor_id == order(81).id
        assert on.row(2).startswith("▌ ")
        assert order(81).id in on.detail
        await on.list_again(listed({70: "UPLOADING"}, range(81, 0, -1)))  # it finished
        assert on.table.cursor_id == order(70).id
        assert is_following(on)


async def test_an_answer_that_comes_with_a_key_does_not_move_the_cursor_back() -> None:
    async with stage(listed({70: "TRANSCODING"})) as on:
        assert is_following(on)
        on.table.action_move(1)
        monitor = on.app.monitor
        on.main_screen.show(monitor.state, monitor.session)  # before the table's message arrives
        await on.wait_idle()
        assert on.table.cursor_id == order(80).id
        assert not is_following(on)


async def test_the_flat_view_is_followed_at_its_top() -> None:
    async with stage(listed({75: "TRANSCODING"}), view=VIEWS["All"]) as on:
        assert on.table.cursor_id == order(75).id
        assert on.row(6).startswith("▌ ")
        await on.list_again(listed({}))
        assert on.table.cursor_id == order(80).id
        assert on.table.top == 0


async def test_a_moved_cursor_stays_with_its_order_when_the_groups_change() -> None:
    active = dict.fromkeys((80, 60, 40, 20), "TRANSCODING")
    async with stage(listed(active)) as on:
        await on.press("j", "j")
        assert on.table.cursor_id == order(40).id
        assert not is_following(on)
        new = active | {81: "QUEUED", 82: "QUEUED"}
        await on.list_again(listed(new, range(82, 0, -1)))
        assert on.table.cursor_id == order(40).id
        assert on.row(6).startswith("▌ ")  # two rows further down
        await on.list_again(listed(new | {40: "FINISHED"}, range(82, 0, -1)))
        assert on.table.cursor_id == order(40).id
        assert on.table.position == (on.table.rows.index(order(40)) + 1, 82)
        assert on.table.position[0] > 40  # among the others
        assert is_cursor_in_view(on)
        await on.list_again(listed(new | {40: "ERROR"}, range(82, 0, -1)))
        assert on.table.cursor_id == order(40).id
        assert on.table.position == (6, 82)  # below the five active ones
        assert is_cursor_in_view(on)


async def test_it_follows_again_two_minutes_after_the_last_key() -> None:
    async with stage(listed({70: "TRANSCODING"})) as on:
        await on.press("G")
        assert on.table.cursor_id == order(1).id
        assert not is_following(on)
        await on.pass_time(60)
        await on.press("k")
        await on.pass_time(IDLE - 1)
        assert on.table.cursor_id == order(2).id
        assert not is_following(on)
        await on.pass_time(2)
        assert on.table.cursor_id == order(70).id
        assert on.table.top == 0
        assert is_following(on)
        assert f"of-{order(70).id}.mp4" in on.detail


async def test_the_wheel_ends_following_however_long_nobody_pressed_a_key() -> None:
    async with stage(listed({70: "TRANSCODING"})) as on:
        await on.pass_time(IDLE + 5)
        await wheel(on, 3)
        top = on.table.top
        assert top > 0
        assert not is_following(on)
        await on.pass_time(IDLE - 2)
        assert on.table.top == top  # the cursor, which is out of view, doesn't pull it back
        await on.pass_time(3)
        assert on.table.top == 0
        assert is_following(on)


async def test_nothing_moves_while_the_order_is_open_or_a_filter_is_typed() -> None:
    async with stage(listed({70: "TRANSCODING"})) as on:
        for opens, closes in (("enter", "escape"), ("slash", "escape"), ("f", "escape")):
            newest = 70 if opens == "enter" else 80
            await on.press(opens)
            await on.list_again(listed({80: "QUEUED", 70: "TRANSCODING"}))
            assert on.table.cursor_id == order(newest).id
            await on.press(closes)
            await on.pass_time(1)
            assert on.table.cursor_id == order(80).id


async def test_f_follows_or_stops() -> None:
    async with stage(listed({70: "TRANSCODING"})) as on:
        await on.press("F")
        assert not is_following(on)
        assert message_line(on.app) == "Not following. F: follow the newest active order"
        await on.list_again(listed({80: "QUEUED", 70: "TRANSCODING"}))
        await on.pass_time(IDLE + 1)
        assert on.table.cursor_id == order(70).id
        await on.press("F")
        assert is_following(on)
        assert on.table.cursor_id == order(80).id
        await on.press("j")
        assert not is_following(on)
        await on.press("F")  # at once, instead of after two minutes
        assert is_following(on)
        assert on.table.cursor_id == order(80).id


async def test_only_a_cursor_that_was_moved_is_restored() -> None:
    views = MemoryViewStore()
    async with stage(listed({70: "TRANSCODING"}), view_store=views) as on:
        await on.press("q")
    assert views.screen_state.cursor is None
    async with stage(listed({71: "TRANSCODING"}), view_store=views) as on:
        assert on.table.cursor_id == order(71).id
        await on.press("G", "q")
    assert views.screen_state.cursor == order(1).id
    async with stage(listed({72: "TRANSCODING"}), view_store=views) as on:
        assert on.table.cursor_id == order(1).id
        assert is_cursor_in_view(on)
        assert not is_following(on)
        await on.pass_time(IDLE + 1)
        assert on.table.cursor_id == order(72).id
        await on.press("q")
    assert views.screen_state.cursor is None


@pytest.mark.parametrize("moved", [False, True])
async def test_a_resize_keeps_the_top_or_the_order_of_the_cursor_in_view(moved: bool) -> None:
    async with stage(listed({70: "TRANSCODING"})) as on:
        if moved:
            await on.press(*["pagedown"] * 2)
        cursor = on.table.cursor_id
        for size in ((200, 60), (80, 24), (60, 12), (120, 40)):
            await resize(on, *size)
            assert on.table.cursor_id == cursor
            assert is_cursor_in_view(on)
            assert is_following(on) is not moved
            assert moved or on.table.top == 0


async def test_a_restored_cursor_waits_for_its_order() -> None:
    views = MemoryViewStore(screen_state=ScreenState(VIEWS["Now"], order(90).id))
    async with stage(listed({70: "TRANSCODING"}), view_store=views) as on:
        assert on.table.cursor_id != order(90).id
        assert is_cursor_in_view(on)


async def test_n_goes_to_the_failed_orders() -> None:
    failed = {60: "ERROR", 40: "ERROR"}
    async with stage(listed({70: "TRANSCODING", **failed}), view=VIEWS["All"]) as on:
        assert on.table.cursor_id == order(70).id
        below, above = "No failed order below the cursor", "No failed order above the cursor"
        moves = (("n", 60, ""), ("n", 40, ""), ("n", 40, below), ("N", 60, ""), ("N", 60, above))
        for key, number, message in moves:
            await on.press(key)
            assert on.table.cursor_id == order(number).id
            assert is_cursor_in_view(on)
            assert message in message_line(on.app)
            assert ("No failed" in message_line(on.app)) == bool(message)


async def test_half_pages() -> None:
    async with stage(orders(*MANY), view=VIEWS["All"]) as on:
        half = (on.table.view_height - 1) // 2
        assert half > 10
        for key, row in (("ctrl+d", half), ("ctrl+d", 2 * half), ("ctrl+u", half), ("ctrl+u", 0)):
            await on.press(key)
            assert on.table.position == (row + 1, 80)
            assert is_cursor_in_view(on)


async def test_the_position_is_shown_at_once() -> None:
    async with stage(orders(*MANY)) as on:
        assert on.line("tabs").endswith(" following  1/80 ")
        await on.press("j")
        assert on.line("tabs").endswith("─ 2/80 ")
        await on.press("G")
        assert on.line("tabs").endswith("─ 80/80 ")


async def test_an_order_of_no_known_time_is_no_recent_failure() -> None:
    broken = Snapshot((OrderSummary("1-1", "ERROR", None), order(3, "ERROR"), order(2)))
    async with stage(broken) as on:
        assert [on.row(y).strip("─ ") for y in (1, 2, 4)] == [
            "Active 0", "Failed in the last 24 h 1", "Others 2",
        ]  # fmt: skip
