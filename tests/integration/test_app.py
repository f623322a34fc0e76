"""The app in Textual's test harness, with a fake API and a manual clock."""

import asyncio
import gc
import re
import weakref

import msgspec
import pytest
from textual._styles_cache import StylesCache
from textual.command import CommandPalette
from textual.events import Key

from tests.support.app_stage import (
    CREATED,
    VIEWS,
    Stage,
    order,
    orders,
    run_command,
    stage,
    text_of,
)
from tui.model.events import OrdersFailed
from tui.model.order import (
    InvalidRow,
    OrderSummary,
    Snapshot,
)
from tui.model.ports import Failure, FailureKind
from tui.ui.app import TranscodeApp
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.screen import MainScreen
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.order_screen.screen import OrderScreen
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField


async def test_the_first_order_is_read_at_once() -> None:
    async with stage(orders(3, 2, 1)) as on:
        assert "live" in on.line("status")
        assert on.table.cursor_id == order(3).id
        assert f"of-{order(3).id}.mp4" in on.detail


async def test_help_lists_the_keys() -> None:
    async with stage(orders(1)) as on:
        await on.press("question_mark")
        screen = on.app.screen
        assert isinstance(screen, TextDialog)
        text = text_of(screen.query_one(LineView))
        for words in (
            "Quit",
            "Refresh now",
            "Pause or resume",
            "Copy the order's id",
            "Switch pane",
        ):
            assert words in text
        assert "Hide removed orders" in text  # also what has no effect now
        assert "View: Failed today" in text
        assert "t status" in text  # the keys of the prompts
        await on.press("escape")
        assert not isinstance(on.app.screen, TextDialog)


async def test_p_pauses_and_resumes() -> None:
    async with stage(orders(1)) as on:
        await on.press("p")
        assert "paused" in on.line("status")
        assert "Polling paused. p: resume" in on.line("trouble")
        asked = len(on.api.asked)
        await on.pass_time(60)
        assert len(on.api.asked) == asked
        await on.press("p")
        await on.pass_time(0.1)
        assert "list" in on.api.asked[asked:]
        assert "live" in on.line("status")
        on.app.action_toggle_pause()  # in one burst: both or neither
        await on.press("p")
        assert "live" in on.line("status")


async def test_r_polls_now() -> None:
    async with stage(orders(1)) as on:
        asked = on.api.asked.count("list")
        await on.press("r")
        assert on.api.asked.count("list") == asked + 1


@pytest.mark.parametrize("end", ["escape", "q"])
async def test_closing_a_screen_before_it_is_mounted_is_safe(
    end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = asyncio.Event()

    async def slowly(_: TextField) -> None:
        await goes_on.wait()

    monkeypatch.setattr(TextField, "on_mount", slowly, raising=False)
    async with stage(orders(2, 1)) as on:
        opened = False
        on.app.post_message(Key("enter", None))
        on.app.post_message(Key(end, None))
        while not opened or len(on.app.screen_stack) > 1:
            opened = opened or len(on.app.screen_stack) > 1
            await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0)
        goes_on.set()
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(on.app.screen_stack) == 1


@pytest.mark.parametrize("keys", [(), ("enter",)])
async def test_events_during_shutdown_are_safe(
    keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A timer, an answer and a resize arrive when the widgets are removed but not the screens."""
    close = TranscodeApp._close_all

    async def close_slowly(app: TranscodeApp) -> None:
        screens = [each for each in app.screen_stack if isinstance(each, MainScreen | OrderScreen)]
        assert len(screens) == 1 + len(keys)
        for screen in screens:
            await screen.query("*").remove()
        app.tick()
        now = app._services.clock.now()
        app.monitor.apply(OrdersFailed(Failure(FailureKind.REFUSED), now.wall + 1))
        for screen in screens:
            screen.on_resize()
        await close(app)

    monkeypatch.setattr(TranscodeApp, "_close_all", close_slowly)
    async with stage(orders(2, 1)) as on:
        await on.press(*keys)


async def test_the_palette_opens() -> None:
    async with stage(orders(1)) as on:
        await on.press("ctrl+p")
        assert isinstance(on.app.screen, CommandPalette)
        names = {command.title for command in on.app.get_system_commands(on.app.screen_stack[0])}
        assert {"Refresh", "Pause", "Copy id", "Change theme", "Help", "Quit"} <= names
        await on.press("escape")
        assert not isinstance(on.app.screen, CommandPalette)


async def test_closing_the_palette_as_it_starts_to_search_is_safe() -> None:
    async with stage(orders(1)) as on:
        await on.press("ctrl+p")
        palette = on.app.screen
        assert isinstance(palette, CommandPalette)
        palette._gather_commands("re")
        await on.app.pop_screen()  # until it is gone
        palette._gather_commands("re")
        await on.pass_time(1)
        assert "live" in on.line("status")


def offered(on: Stage) -> dict[str, str]:
    found = list(on.app.get_system_commands(on.app.screen))
    assert len({(command.title, command.help) for command in found}) == len(found)
    return {command.title: command.help for command in found}


async def test_the_palette_offers_the_active_bindings() -> None:
    async with stage(orders(2, 1)) as on:
        there = offered(on)
        assert there["Refresh"] == "Refresh now  (r f5)"
        assert there["Quit"] == "(^c q)"
        assert there["Open"] == "Open the order  (enter)"
        assert not there.keys() & {"Hide removed", "Unreadable", "Account", "Palette", "Keep"}
        assert there["View: Failed today"] == "(5)"
        assert {"Status: error", "Theme: mono", "Change theme"} <= there.keys()
        await on.press("tab")
        assert offered(on)["Back"] == "Back to the orders  (esc)"
        await on.press("question_mark")
        assert {"Close", "Change theme", "Quit"} <= offered(on).keys()
        assert "Refresh" not in offered(on)


async def test_a_palette_command_runs_once() -> None:
    async with stage(orders(2, 1)) as on:
        asked = on.api.asked.count("list")
        await run_command(on, "refr")
        assert on.api.asked.count("list") == asked + 1
        await run_command(on, "last")
        assert on.table.cursor_id == order(1).id
        assert isinstance(on.app.screen, MainScreen)


async def test_a_closed_screen_is_garbage_collected() -> None:
    async with stage(orders(1)) as on:
        drawn: list[weakref.ref[StylesCache]] = []
        for key in ("ctrl+p", "question_mark"):
            await on.press(key)
            await on.painted()
            drawn += (weakref.ref(each._styles_cache) for each in on.app.screen.query("*"))
            await on.press("escape")
        await on.pass_time(1)
        gc.collect()
        assert drawn
        assert [each for each in drawn if each() is not None] == []


async def test_a_toast_that_expires_below_another_screen_is_garbage_collected() -> None:
    async with stage(orders(1)) as on:
        on.app.notify("two\nlines", markup=False)
        await on.pilot.pause()
        assert len(on.app.screen.query("Toast")) == 1
        await on.press("question_mark")
        on.app.clear_notifications()
        await on.press("escape")
        await on.pass_time(1)
        await on.pilot.pause()
        assert list(on.app.screen.query("Toast, ToastHolder")) == []


async def test_keys_move_the_focus() -> None:
    async with stage(orders(2, 1)) as on:
        assert isinstance(on.app.focused, OrdersTable)
        for there, back in (("tab", "shift+tab"), ("tab", "escape"), ("tab", "tab")):
            await on.press(there)
            assert isinstance(on.app.focused, DetailPane)
            await on.press(back)
            assert isinstance(on.app.focused, OrdersTable)


async def test_x_dismisses_gone_orders() -> None:
    async with stage(orders(3, 2, 1), view=VIEWS["All"]) as on:
        await on.list_again(orders(3, 1))
        assert "GONE" in on.row(2)
        assert "1 gone" in on.line("counts")
        await on.press("x")
        assert "GONE" not in on.row(2)
        assert order(1).id in on.row(2)
        assert "gone" not in on.line("counts")


async def test_the_cursor_stays_on_an_order_that_is_gone() -> None:
    async with stage(orders(3, 2, 1)) as on:
        await on.press("down")
        await on.list_again(orders(3, 1))
        assert on.table.cursor_id == order(2).id
        assert "Removed from the server's list. x: hide" in on.detail
        await on.press("x")
        assert on.table.cursor_id == order(1).id


async def test_u_lists_the_unreadable_rows() -> None:
    bad = (InvalidRow(1, "it has no id"),)
    async with stage(msgspec.structs.replace(orders(1), invalid_rows=bad)) as on:
        assert "1 unreadable (u)" in on.line("counts")
        await on.press("u")
        assert isinstance(on.app.screen, TextDialog)
        assert text_of(on.app.screen.query_one(LineView)) == "row 2: it has no id"


async def test_u_does_nothing_without_unreadable_rows() -> None:
    async with stage(orders(1)) as on:
        await on.press("u")
        assert not isinstance(on.app.screen, TextDialog)


async def test_an_unconfirmed_empty_list_removes_no_row() -> None:
    async with stage(orders(2, 1), view=VIEWS["All"]) as on:
        await on.pass_time(1)
        await on.list_again(Snapshot())
        assert "stale" in on.line("status")
        assert "The server now lists no orders. The last list stays" in on.line("trouble")
        assert [order(n).id in on.row(row) for row, n in ((1, 2), (2, 1))] == [True, True]
        assert "2 finished" in on.line("counts")
        await on.list_again(orders(2, 1))
        assert "live" in on.line("status")
        await on.list_again(Snapshot())
        await on.list_again(Snapshot())
        assert "live" in on.line("status")
        assert "2 gone" in on.line("counts")
        assert "GONE" in on.row(1)


async def test_connecting_empty_and_failing_look_different() -> None:
    async with stage(None) as on:
        assert "connecting" in on.line("status")
        connecting = text_of(on.table)
        assert "Connecting to api.example" in connecting
    async with stage(orders()) as on:
        assert "live" in on.line("status")
        assert "Company 42 has no orders" in text_of(on.table)
    async with stage(Failure(FailureKind.REFUSED)) as on:
        assert "connecting" in on.line("status")
        assert "Cannot connect: api.example refuses the connection" in text_of(on.table)
        assert "refuses the connection. Next try" in on.line("trouble")


async def test_retry_after_is_shown_with_its_end_time(utc: None) -> None:
    limited = Failure(FailureKind.LIMITED, 429, 60.0)
    until = "The server asks to wait until 22:14:20"
    async with stage(limited) as on:
        result = text_of(on.table)
        assert until in result
        assert "try now" not in result  # it does not
    async with stage(orders(2, 1)) as on:
        await on.list_again(limited)
        assert "too many requests (429). The server asks to wait until 22:14:2" in on.line(
            "trouble"
        )


async def test_a_failure_keeps_the_rows_and_says_stale() -> None:
    async with stage(orders(2, 1), view=VIEWS["All"]) as on:
        await on.list_again(Failure(FailureKind.SERVER, 503))
        assert "stale" in on.line("status")
        assert "server error 503" in on.line("trouble")
        assert order(2).id in on.row(1)
        on.api.listed = orders(2, 1)
        await on.pass_time(10)
        assert "live" in on.line("status")
        assert on.line("trouble") == ""


async def test_a_list_becomes_stale_by_age_alone() -> None:
    async with stage(orders(2, 1)) as on:
        on.api.listed = None  # the next poll is never answered
        await on.pass_time(8.5)
        assert "stale" in on.line("status")


def id_in(row: str) -> str:
    """Return the id in a row: it is in the name of the file, and stands for an unknown name."""
    found = re.search(r"\d{10}-\d{4}", row)
    assert found is not None, row
    return found[0]


async def test_the_cursor_follows_its_order_without_scrolling() -> None:
    async with stage(orders(*range(100, 0, -1))) as on:
        await on.press(*["pagedown"] * 2)
        await on.press("up")
        cursor, view = on.table.cursor_id, [id_in(on.row(y)) for y in range(1, 30)]
        top = on.table.top
        assert top > 0
        await on.list_again(orders(*range(103, 0, -1)))
        assert on.table.cursor_id == cursor
        assert on.table.top == top + 3
        assert [id_in(on.row(y)) for y in range(1, 30)] == view


async def test_at_the_top_new_orders_scroll_into_view() -> None:
    async with stage(orders(*range(100, 0, -1)), view=VIEWS["All"]) as on:
        await on.press("down")
        cursor = on.table.cursor_id
        await on.list_again(orders(*range(102, 0, -1)))
        assert on.table.top == 0
        assert order(102).id in on.row(1)
        assert on.table.cursor_id == cursor
        assert order(99).id in on.row(4)


async def test_columns_widen_for_a_longer_id_and_stay_wide() -> None:
    async with stage(orders(3, 2, 1), size=(200, 60), view=VIEWS["All"]) as on:
        narrow = on.row(0).index("ORDER")
        assert on.row(1)[narrow:].rstrip() == order(3).id
        longer = OrderSummary("1760000240-0004-again", "ERROR", CREATED + 240)
        await on.list_again(Snapshot((longer, *orders(3, 2, 1).orders)))
        wide = on.row(0).index("ORDER")
        assert wide == narrow - (len(longer.id) - 15)
        assert on.row(1)[wide:].rstrip() == longer.id
        assert on.row(2)[wide:].rstrip() == order(3).id
        await on.list_again(orders(5, 4))
        await on.press("x")
        assert on.row(0).index("ORDER") == wide


async def test_only_what_changed_is_redrawn(redrawn: list[tuple[str, int | None]]) -> None:
    listed = orders(5, 4, 3, 2, 1, status="TRANSCODING")
    async with stage(listed, view=VIEWS["All"]) as on:
        on.api.progress[order(5).id] = (10.0, 20.0)
        await on.press("r")
        await on.pass_time(18)  # every visible row has been read, and its cadence is over
        await on.painted()
        redrawn.clear()
        read = len(on.api.asked)
        await on.pass_time(15)
        assert set(on.api.asked[read:]) > {order(5).id}
        assert set(redrawn) <= {("status", 0)}  # read again; only the time is new
        lines = on.detail.splitlines()
        await on.painted()
        redrawn.clear()
        on.api.progress[order(5).id] = (50.0, 20.0)
        await on.pass_time(5.1)
        after = on.detail.splitlines()
        changed = {n for n, (old, new) in enumerate(zip(lines, after, strict=True)) if old != new}
        assert len(changed) == 2  # the bar of the sub-job and that of the mean
        assert {y for name, y in redrawn if name == "detail"} == changed
        # The row shows the mean of the sub-jobs; nothing else is redrawn.
        others = {(name, y) for name, y in redrawn if name not in ("detail", "status")}
        assert others == {("orders", 1)}


async def test_an_equal_list_redraws_only_its_time(
    redrawn: list[tuple[str, int | None]],
) -> None:
    async with stage(orders(5, 4, 3, 2, 1)) as on:
        await on.pass_time(10)
        await on.painted()
        redrawn.clear()
        await on.list_again(orders(5, 4, 3, 2, 1))
        assert set(redrawn) <= {("status", 0)}


async def test_one_changed_row_is_one_redrawn_line(redrawn: list[tuple[str, int | None]]) -> None:
    async with stage(orders(*range(50, 0, -1)), view=VIEWS["All"]) as on:
        await on.pass_time(60)
        before = list(orders(*range(50, 0, -1)).orders)
        before[10] = order(40, "ERROR")
        await on.painted()
        redrawn.clear()
        on.api.listed = Snapshot(tuple(before))
        await on.pass_time(5.1)
        assert {y for name, y in redrawn if name == "orders"} == {11}


async def test_older_orders_below_the_view_redraw_no_row(
    redrawn: list[tuple[str, int | None]],
) -> None:
    async with stage(orders(*range(150, 50, -1)), view=VIEWS["All"]) as on:
        await on.pass_time(60)
        await on.painted()
        redrawn.clear()
        await on.list_again(orders(*range(150, 0, -1)))
        assert "1/150" in on.line("tabs")
        assert not [y for name, y in redrawn if name == "orders"]
        await on.press("G")
        assert on.table.cursor_id == order(1).id
        assert on.row(on.table.size.height - 1).startswith("▌")
