"""The order screen in Textual's test harness."""

import gc
import json
import re
import weakref

import pytest
from textual.command import CommandPalette
from textual.widgets import OptionList

from tests.support.app_stage import (
    MIXED_ORDERS,
    Stage,
    message_line,
    order,
    orders,
    rendered_lines,
    resize,
    stage,
    text_of,
)
from tui.model.order import Snapshot
from tui.model.ports import Failure, FailureKind
from tui.ui.dialogs.copy_menu import CopyMenu
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.screen import MainScreen
from tui.ui.order_screen.screen import OrderScreen
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField

TRANSCODING = orders(3, 2, 1, status="TRANSCODING")


def raw(number: int, **members: object) -> str:
    answer = {"order_id": order(number).id, "jobs": [{"label": f"job {n}"} for n in range(40)]}
    return json.dumps({**answer, **members}, separators=(",", ":"))


RAWS = {order(number).id: raw(number) for number in (1, 2, 3)}


async def opened(on: Stage, *keys: str) -> None:
    await on.press(*keys, "enter")
    await on.pass_time(3)


def part(on: Stage, name: str) -> str:
    screen = on.app.screen
    assert isinstance(screen, OrderScreen)
    return text_of(screen.query_one(f"#{name}", LineView))


def seen(on: Stage) -> str:
    """Return the text on screen."""
    return "\n".join(line.rstrip() for line in rendered_lines(on.app))


def roles(on: Stage, role: str) -> list[str]:
    lines = on.app.screen.query_one("#raw", LineView).lines
    return [text for line in lines for text, each in line if each == role]


async def test_enter_opens_the_order_and_esc_goes_back() -> None:
    async with stage(orders(3, 2, 1)) as on:
        await opened(on, "down")
        assert f"of-{order(2).id}.mp4 ─ ✔ FINISHED" in part(on, "head")
        assert "2 of 3" in part(on, "head")
        assert f"of-{order(2).id}.mp4" in part(on, "facts")
        assert "job-0.mp4" in part(on, "facts")
        assert "live" in on.line("status")
        await on.press("escape")
        assert isinstance(on.app.screen, MainScreen)
        assert on.table.cursor_id == order(2).id
        assert isinstance(on.app.focused, OrdersTable)
        await on.press("enter")
        assert isinstance(on.app.screen, OrderScreen)


async def test_q_goes_back_and_ctrl_c_quits() -> None:
    async with stage(orders(3, 2, 1), raws={**RAWS}) as on:
        await opened(on)
        assert "esc Back" in part(on, "keys")
        assert "Quit" not in part(on, "keys")
        await on.press("slash", "q")
        assert on.app.screen.query_one("#wanted", TextField).value == "q"
        await on.press("enter", "q")
        assert isinstance(on.app.screen, MainScreen)
        assert "q Quit" in on.line("keys")
        await on.press("enter", "ctrl+c")
        assert on.app.return_code == 0


async def test_capital_e_copies_the_reason_of_a_failure_or_says_why_not() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("E")
        assert message_line(on.app) == "Nothing copied: this order has not failed"
        on.api.comments[order(6).id] = "Upload failed: [552]"
        await on.list_again(Snapshot((order(6, "ERROR"), *MIXED_ORDERS.orders)))
        await on.press("down")
        await on.pass_time(3)
        await on.press("E")
        assert message_line(on.app) == "Sent to the clipboard: Upload failed: [552]"
        assert on.app.clipboard == "Upload failed: [552]"
        await on.press("down", "enter")
        await on.pass_time(3)
        await on.press("E")
        assert message_line(on.app) == "Nothing copied: the server gives no reason"
        assert on.app.clipboard == "Upload failed: [552]"


async def test_without_orders_enter_does_nothing() -> None:
    async with stage(orders()) as on:
        await on.press("enter")
        assert isinstance(on.app.screen, MainScreen)


async def test_the_screen_updates_live_and_redraws_only_changes(
    redrawn: list[tuple[str, int | None]],
) -> None:
    async with stage(TRANSCODING) as on:
        await opened(on)
        assert "10 %" in part(on, "facts")
        await on.pass_time(8)
        await on.painted()
        redrawn.clear()
        asked = on.api.asked.count(order(3).id)
        before = part(on, "facts").splitlines()
        on.api.progress[order(3).id] = (62.0,)
        await on.pass_time(5.1)
        after = part(on, "facts").splitlines()
        assert on.api.asked.count(order(3).id) > asked
        changed = {n for n, (old, new) in enumerate(zip(before, after, strict=True)) if old != new}
        assert "62 %" in part(on, "facts")
        assert {y for name, y in redrawn if name == "facts"} >= changed
        # The bar; and when the details were read, whenever its text changes.
        result = {n for n, line in enumerate(after) if line.startswith("updated ")}
        assert {y for name, y in redrawn if name == "facts"} <= changed | result
        assert len(changed - result) == 1


async def test_the_next_and_the_previous_order_of_the_list() -> None:
    async with stage(orders(3, 2, 1)) as on:
        await opened(on)
        for key, number in (("]", 2), ("]", 1), ("]", 1), ("[", 2)):
            await on.press("right_square_bracket" if key == "]" else "left_square_bracket")
            await on.pass_time(1)
            assert order(number).id in part(on, "head")
            assert f"of-{order(number).id}.mp4" in part(on, "facts")
        await on.press("escape")
        assert on.table.cursor_id == order(2).id


async def test_new_orders_do_not_change_the_shown_order() -> None:
    async with stage(orders(2, 1)) as on:
        await opened(on)
        await on.list_again(orders(4, 3, 2, 1))
        assert order(2).id in part(on, "head")
        assert "3 of 4" in part(on, "head")


async def test_a_gone_order_stays_until_dismissed() -> None:
    async with stage(orders(3, 2, 1)) as on:
        await opened(on)
        assert "x Hide removed" not in part(on, "keys")
        await on.list_again(orders(2, 1))
        assert "GONE" in part(on, "head")
        assert "Removed from the server's list. x: hide" in part(on, "head")
        await on.press("x")
        assert isinstance(on.app.screen, MainScreen)
        assert on.table.cursor_id == order(2).id


async def test_old_facts_are_marked() -> None:
    async with stage(TRANSCODING) as on:
        await opened(on)
        assert "~" not in part(on, "facts")
        on.api.listed = Failure(FailureKind.SERVER, 503)
        await on.press("p")
        await on.pass_time(20)
        assert "~10 %" in part(on, "facts")
        assert re.search(r"Details updated \d\d:\d\d:\d\d, 2\d s ago", part(on, "head"))
        assert "Polling paused. p: resume" in part(on, "head")
        assert "paused" in seen(on).splitlines()[0]
        await on.press("p", "r")
        await on.pass_time(1)
        assert "server error 503" in part(on, "head")


async def test_the_raw_tab_shows_the_answer_of_the_server() -> None:
    async with stage(orders(3, 2, 1), raws={**RAWS}) as on:
        await opened(on)
        assert "w Raw JSON" in part(on, "keys")
        await on.press("w")
        assert "w Facts" in part(on, "keys")
        assert json.loads(part(on, "raw")) == json.loads(raw(3))
        assert f'"{order(3).id}"' in seen(on)
        assert re.search(r"updated \d\d:\d\d:\d\d, secrets are masked $", part(on, "head"))
        await on.press("right_square_bracket")
        await on.pass_time(1)
        assert json.loads(part(on, "raw")) == json.loads(raw(2))
        for key, shown in (("1", "of-"), ("2", "order_id"), ("tab", "of-"), ("tab", "order_id")):
            await on.press(key)
            assert shown in seen(on)


async def test_an_unread_order_says_so() -> None:
    async with stage(orders(3, 2, 1)) as on:
        await on.press("p")
        await opened(on, "down")
        assert "No details: polling is paused" in part(on, "head")
        assert "Loading" not in part(on, "facts")
        await on.press("w")
        assert "not loaded yet" in part(on, "head")
        assert part(on, "raw") == ""
        await on.press("Y")
        assert [line.split()[1] for line in choices(on)] == ["id", "text"]


async def test_search_highlights_and_jumps() -> None:
    async with stage(orders(3, 2, 1), (80, 24), raws={**RAWS}) as on:
        await opened(on)
        await on.press("slash", *"job 3")
        assert roles(on, "current-match") == ["job 3"]
        assert roles(on, "match") == ["job 3"] * 10
        assert "1 of 11" in part(on, "head")
        assert "job 3" in seen(on)  # far down: scrolled into view
        await on.press("enter", "n")
        assert "2 of 11: job 3" in part(on, "head")
        await on.press("N", "N")
        assert "11 of 11" in part(on, "head")
        assert '"job 39"' in seen(on)
        await on.press("n")
        assert "1 of 11" in part(on, "head")


async def test_the_search_survives_a_new_answer_and_the_next_order() -> None:
    async with stage(TRANSCODING, raws={**RAWS}) as on:
        await opened(on)
        await on.press("slash", *"label", "enter", "n")
        on.api.raws[order(3).id] = raw(3, label="another", jobs=[{"label": "one"}])
        await on.pass_time(3)
        assert "2 of 2: label" in part(on, "head")
        await on.press("right_square_bracket")
        await on.pass_time(3)
        assert "of 40: label" in part(on, "head")


async def test_esc_ends_the_search_before_it_closes_the_screen() -> None:
    async with stage(orders(3, 2, 1), raws={**RAWS}) as on:
        await opened(on)
        await on.press("slash", *"nq", "escape")
        assert isinstance(on.app.screen, OrderScreen)
        assert roles(on, "current-match") == roles(on, "match") == []
        assert "secrets are masked" in part(on, "head")
        await on.press("slash", *"nothing like it", "enter")
        assert "not found" in part(on, "head")
        await on.press("escape")
        assert isinstance(on.app.screen, MainScreen)


@pytest.mark.parametrize("tab", ["1", pytest.param("2", marks=pytest.mark.slow)])
async def test_the_screen_works_at_every_size(tab: str) -> None:
    async with stage(orders(*range(60, 0, -1))) as on:
        await opened(on, *["down"] * 30)
        shown = on.table.cursor_id
        await on.press(tab)
        for width, height in ((80, 24), (60, 15), (40, 8), (30, 6), (1, 1), (200, 60), (40, 8)):
            await resize(on, width, height)
            await on.pass_time(1)
            if width >= 40:
                assert str(shown) in seen(on)
                assert len(seen(on).splitlines()) == height
                assert on.app.screen.query_one("#facts" if tab == "1" else "#raw").size.height >= 3
            elif width == 30:
                assert "too small (30x6)" in seen(on)
        await resize(on, 120, 40)
        await on.pass_time(1)
        assert str(shown) in seen(on)
        assert on.app.focused is on.app.screen.query_one("#facts" if tab == "1" else "#raw")
        await resize(on, 40, 8)
        await on.press("escape")
        await on.pass_time(1)
        assert on.table.cursor_id == shown
        assert shown in on.table.visible_ids


async def test_help_lists_its_keys() -> None:
    async with stage(orders(3, 2, 1)) as on:
        await opened(on)
        await on.press("question_mark")
        text = text_of(on.app.screen.query_one(LineView))
        for words in ("Next order", "Previous order", "Raw JSON", "Search", "Choose what to copy"):
            assert words in text
        await on.press("escape", "ctrl+l")
        assert isinstance(on.app.screen, TextDialog)


async def test_y_copies_the_id() -> None:
    async with stage(orders(3, 2, 1)) as on:
        await opened(on, "down")
        await on.press("y")
        assert on.app.clipboard == order(2).id


def choices(on: Stage) -> list[str]:
    screen = on.app.screen
    assert isinstance(screen, CopyMenu)
    return [str(option.prompt) for option in screen.query_one(OptionList).options]


async def test_the_copy_menu_works_by_letters_and_arrows() -> None:
    async with stage(orders(3, 2, 1), raws={**RAWS}) as on:
        await opened(on)
        await on.press("Y")
        listed = choices(on)
        assert [line.split()[1] for line in listed] == ["id", "text", "JSON", "destination"]
        await on.press("j")
        assert json.loads(on.app.clipboard) == json.loads(raw(3))
        assert isinstance(on.app.screen, TextDialog)
        text = text_of(on.app.screen.query_one(LineView))
        assert text.startswith("{\n")
        assert "more lines" in text
        assert "set-clipboard on" in text
        await on.press("escape", "Y", "down", "down", "down", "enter")
        assert on.app.clipboard == "ftp://user:•••@host/"
        assert "ftp://user:•••@host/" in text_of(on.app.screen.query_one(LineView))
        await on.press("escape")
        assert isinstance(on.app.screen, OrderScreen)


async def test_the_copy_menu_opens_on_the_main_screen_and_esc_copies_nothing() -> None:
    async with stage(orders(3, 2, 1)) as on:
        await on.press("down", "Y")
        await on.press("escape")
        assert on.app.clipboard == ""
        await on.press("Y", "i")
        assert on.app.clipboard == order(2).id
        await on.press("escape")
        assert isinstance(on.app.screen, MainScreen)


async def test_a_burst_of_keys_copies_once() -> None:
    async with stage(orders(3, 2, 1)) as on:
        await on.press("Y")
        menu = on.app.screen
        assert isinstance(menu, CopyMenu)
        menu.query_one(OptionList).action_select()
        menu.query_one(OptionList).action_select()
        await on.press()
        assert isinstance(on.app.screen, TextDialog)
        assert [type(each) for each in on.app.screen_stack] == [MainScreen, TextDialog]


async def test_a_late_key_closes_nothing_above_the_order_screen() -> None:
    async with stage(orders(1)) as on:
        await on.press("enter")
        screen = on.app.screen
        await on.press("ctrl+p")
        for _ in range(2):
            await screen.run_action("back")
        await on.wait_idle()
        assert isinstance(on.app.screen, CommandPalette)
        await on.press("escape")
        assert on.app.screen is screen
        await on.press("escape")
        assert isinstance(on.app.screen, MainScreen)


async def test_a_too_long_text_is_not_copied_and_reported() -> None:
    long = {order(3).id: raw(3, x=["界" * 1000] * 30)}
    async with stage(orders(3, 2, 1), raws=long) as on:
        await on.press("Y", "j")
        assert on.app.clipboard == ""
        assert "nothing was copied" in text_of(on.app.screen.query_one(LineView)).replace("\n", " ")


async def test_a_filter_does_not_close_the_open_order() -> None:
    async with stage(TRANSCODING) as on:
        await on.press("slash", *"status:transcoding", "enter")
        await opened(on, "down")
        finished = list(TRANSCODING.orders)
        finished[1] = order(2, "FINISHED")
        await on.list_again(Snapshot(tuple(finished)))
        assert order(2).id in part(on, "head")
        assert "FINISHED" in part(on, "head")
        assert "3 of 3" in part(on, "head")  # below the active ones
        assert "Hidden by the filter status:transcoding when you go back" in part(on, "head")
        await on.press("left_square_bracket")
        await on.list_again(Snapshot(tuple(finished)))
        assert order(1).id in part(on, "head")
        assert "2 of 2" in part(on, "head")
        assert "Hidden" not in part(on, "head")
        await on.press("escape")
        assert on.table.cursor_id == order(1).id


async def test_a_closed_order_screen_is_garbage_collected() -> None:
    async with stage(orders(3, 2, 1), raws={**RAWS}) as on:
        drawn: list[weakref.ref[object]] = []
        for keys in (["enter", "w", "slash", "j", "enter"], ["Y"], ["Y", "j"]):
            await on.press(*keys)
            await on.painted()
            drawn += [weakref.ref(each) for each in on.app.screen.query("*")]
            for _ in range(3):
                await on.press("escape")
        await on.pass_time(1)
        gc.collect()
        left = {type(kept).__name__ for each in drawn if (kept := each()) is not None}
        assert len(drawn) > 10
        assert left == set()


async def test_keys_without_widgets_do_not_fail() -> None:
    """A key may arrive before the screen is composed, or while it is removed."""
    async with stage(orders(2, 1)) as on:
        await on.press("enter")
        shown = on.app.screen
        assert isinstance(shown, OrderScreen)
        screen = OrderScreen(shown._model, shown._glyphs, shown._step)
        screen.action_search()
        await screen.action_searched()
        screen.action_other_tab(1)
        screen.action_tab("raw")
        on.app.push_screen(screen)
        await on.painted()
        assert screen.query_one("#raw").display
