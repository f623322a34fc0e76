"""Sorting, columns and views by keys."""

import asyncio
from typing import Any

import pytest
from textual.events import Key
from textual.widgets import OptionList
from textual.worker import Worker

from tests.support.app_stage import (
    CREATED,
    MIXED_ORDERS,
    Stage,
    message_line,
    order,
    order_ids,
    orders,
    rendered_lines,
    shown_ids,
    stage,
    text_of,
    toasts,
    type_filter,
)
from tests.support.memory_stores import MemoryViewStore
from tui.filtering.sorting import NEWEST_FIRST, SortKey
from tui.filtering.views import BUILT_IN_VIEWS, ColumnSpec, ScreenState, View, with_views
from tui.model.order import OrderSummary, Snapshot
from tui.ui.dialogs.columns_dialog import ColumnsDialog
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.dialogs.view_dialogs import ViewNameDialog, ViewsDialog
from tui.ui.textual_fixes.key_order import wait_for_pending_keys
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField


async def test_s_and_a_letter_sort_and_the_cursor_keeps_its_order() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("2", "j")
        assert on.table.cursor_id == order(4).id
        await on.press("s")
        assert "t status" in text_of(on.app.screen.query_one("#sort", LineView))
        assert "esc Cancel" in on.line("keys")
        await on.press("t")
        assert shown_ids(on) == order_ids(5, 3, 1, 4, 2)
        assert "by status" in on.line("tabs")
        assert "STATUS▴" in on.row(0)
        assert on.table.cursor_id == order(4).id
        assert on.row(4).startswith("▌")
        assert on.app.focused is on.table
        await on.press("S")
        assert shown_ids(on) == order_ids(4, 2, 3, 1, 5)
        assert "STATUS▾" in on.row(0)
        await on.press("s", "c")
        assert shown_ids(on) == order_ids(5, 4, 3, 2, 1)
        await on.press("s", "t", "s", "t")
        assert "by status" in on.line("tabs")
        assert on.table.cursor_id == order(4).id


async def test_s_twice_resets_the_sort() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("s", "z", "s", "t", "S", "s")
        assert "s reset" in text_of(on.app.screen.query_one("#sort", LineView))
        await on.press("s")
        assert on.main_screen.screen_state.view.sort == NEWEST_FIRST
        assert not on.app.screen.query("#sort")


@pytest.mark.parametrize(
    ("key", "wrong", "text"),
    [
        ("s", "x", 'No column has the letter "x"'),
        ("s", "slash", 'No column has the letter "/"'),
        ("f", "x", 'No status has the letter "x"'),
        ("f", "E", 'No status has the letter "E"'),
    ],
)
async def test_a_wrong_letter_is_reported(key: str, wrong: str, text: str) -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press(key, wrong)
        assert text in text_of(on.app.screen.query_one("#sort, #only", LineView))
        await on.press("up")
        assert text in text_of(on.app.screen.query_one("#sort, #only", LineView))
        await on.press("e")
        assert not on.app.screen.query("#sort, #only")
        view = on.main_screen.screen_state.view
        assert (view.sort[0].column == "reason") is (key == "s")
        assert (view.filter == "status:error") is (key == "f")
        await on.press(key, wrong, "escape")
        assert not on.app.screen.query("#sort, #only")
        assert on.main_screen.screen_state.view == view


async def test_esc_keeps_the_sort_order() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("s", "escape")
        assert not on.app.screen.query("#sort")
        assert on.app.focused is on.table
        assert on.main_screen.screen_state.view.sort == NEWEST_FIRST
        await on.press("s", "tab")
        assert not on.app.screen.query("#sort")
        await on.press("s", "slash")
        assert "/ Filter" not in on.line("keys")
        assert len(on.app.screen.query("#sort, #filter")) == 1


async def test_details_needed_for_sorting_are_read_and_reported() -> None:
    async with stage(orders(*range(60, 0, -1)), size=(120, 20)) as on:
        on.api.progress = {order(7).id: (1.0, 2.0, 3.0)}
        await on.press("s", "j")
        assert "most jobs first" in on.line("tabs")
        assert "indexing" in on.line("tabs")
        await on.pass_time(60)
        assert "indexing" not in on.line("tabs")
        assert shown_ids(on)[0] == order(7).id


async def test_the_filter_bar_receives_letters_bound_elsewhere() -> None:
    async with stage(MIXED_ORDERS) as on:
        await type_filter(on, "Scsv1")
        await on.painted()
        lines = rendered_lines(on.app)
        assert any(line.startswith("/  Scsv1") for line in lines)
        assert on.main_screen.screen_state.view.sort == NEWEST_FIRST


async def test_the_cursor_returns_to_its_order_while_filtering() -> None:
    listed = Snapshot(
        (
            OrderSummary("1760000300-0005", "QUEUED", CREATED + 300),
            OrderSummary("1760000240-0004", "ERROR", CREATED + 240),
            OrderSummary("1760000180-0003", "ERROR", CREATED + 180),
        )
    )
    async with stage(listed) as on:
        await on.press("j", "j")
        await type_filter(on, "id:0004")
        assert on.table.cursor_id == "1760000240-0004"
        for _ in range(4):
            await on.press("backspace")
        assert on.table.cursor_id == "1760000180-0003"
        await on.press(*"0005", "enter")
        assert on.table.cursor_id == "1760000300-0005"


async def test_the_cursor_moves_to_the_nearest_row_if_its_order_is_hidden() -> None:
    async with stage(orders(*range(9, 0, -1))) as on:
        await on.press(*"jjjj")  # 5
        await type_filter(on, f"id:{order(9).id}|{order(4).id}|{order(1).id}")
        await on.press("enter")
        assert shown_ids(on) == order_ids(9, 4, 1)
        assert on.table.cursor_id == order(4).id
        await on.press("j")
        assert on.table.cursor_id == order(1).id


async def test_sorting_keeps_the_cursor_line_on_screen() -> None:
    listed = orders(*range(100, 0, -1))
    async with stage(listed, size=(80, 24)) as on:
        await on.press(*["pagedown"] * 4)
        row = on.table._lines.line_of(on.table._cursor.row) - on.table.top
        had = on.table.cursor_id
        await on.press("s", "o")
        assert on.table.cursor_id == had
        assert (
            0 <= on.table._lines.line_of(on.table._cursor.row) - on.table.top < on.table.view_height
        )
        await on.list_again(Snapshot((order(101), order(102), *listed.orders)))
        assert on.table.cursor_id == had
        assert (
            0 <= on.table._lines.line_of(on.table._cursor.row) - on.table.top < on.table.view_height
        )
        assert row >= 0


async def test_column_changes_apply_at_once() -> None:
    async with stage(orders(2, 1)) as on:
        await on.press("c")
        assert isinstance(on.app.screen, ColumnsDialog)
        await on.press(*"jjjj", "space", *"jjjjj", "space", *"KKKKKKK", "plus", "plus")
        assert "JOBS" in on.row(0)
        assert "AGE" not in on.row(0)
        assert on.row(0).index("JOBS") < on.row(0).index("PROGRESS")
        await on.press("escape")
        assert not isinstance(on.app.screen, ColumnsDialog)
        columns = on.main_screen.screen_state.view.columns
        assert ColumnSpec("jobs", 7) in columns
        await on.press("c", "r", "escape")
        assert "AGE" in on.row(0)
        assert on.main_screen.screen_state.view == BUILT_IN_VIEWS[0]


async def test_a_click_shows_or_hides_a_column() -> None:
    async with stage(orders(2, 1)) as on:
        await on.press("c")
        column_list = on.app.screen.query_one(LineView)
        assert "AGE" in on.row(0)
        for offset in ((6, 5), (0, 0), (6, 20)):  # the age, the border, the empty line
            await on.pilot.click(column_list, offset=offset)
            await on.wait_idle()
            assert "AGE" not in on.row(0)


async def test_a_chosen_column_without_room_says_so() -> None:
    async with stage(orders(2, 1), size=(60, 24)) as on:
        await on.press("c")
        lines = rendered_lines(on.app)
        assert "no room in the table" in next(line for line in lines if "[x] id" in line)
        assert "no room" not in next(line for line in lines if "[x] file" in line)


async def test_digits_and_the_picker_open_a_view() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("4")
        assert on.main_screen.screen_state.view.name == "Failed"
        assert shown_ids(on) == order_ids(4, 2)
        await on.press("s", "a", "S")
        assert shown_ids(on) == order_ids(2, 4)
        await on.press("3")
        assert shown_ids(on) == order_ids(5)
        await on.press("9")
        assert shown_ids(on) == order_ids(5)
        await on.press("v")
        assert isinstance(on.app.screen, ViewsDialog)
        await on.press("up", "enter")
        assert shown_ids(on) == order_ids(5, 4, 3, 2, 1)
        await on.press("v", "5")
        assert "No order matches status:error created:today." in text_of(on.table)
        await on.press("v", "escape", "1")
        assert on.main_screen.screen_state.view.name == "Now"


async def test_a_view_is_saved_under_a_name() -> None:
    view_store = MemoryViewStore()
    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        await type_filter(on, "status:error")
        await on.press("enter", "s", "z", "ctrl+p")
        await on.press(*"save view", "enter")
        assert isinstance(on.app.screen, ViewNameDialog)
        await on.press("delete", "enter")
        assert "must not be empty" in text_of(
            on.app.screen.query_one("Vertical LineView", LineView)
        )
        await on.press(*"mine", "enter")
        assert message_line(on.app) == "View mine saved"
        [kept] = view_store.saved
        assert (kept.name, kept.filter, kept.groups) == ("mine", "status:error", True)
        assert [key.column for key in kept.sort] == ["size", "created"]
        await on.press("1", "6")
        assert on.main_screen.screen_state.view == kept
        view_store.error = "no [room]"
        await on.press("V", "enter", "enter")
        assert message_line(on.app) == "Not saved: no [room]"


async def test_a_view_of_the_same_name_is_overwritten_after_a_question() -> None:
    view_store = MemoryViewStore(views=(*BUILT_IN_VIEWS, View("mine", "hls")))
    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        await on.press("6", "f", "e", "V")
        assert on.app.screen.query_one(TextField).value == "mine"  # the view in use
        question = 'View "mine" exists. enter again: overwrite'
        await on.press("enter")
        assert text_of(on.app.screen.query_one("Vertical LineView", LineView)) == question
        await on.press("x")  # the offered name is selected: a letter replaces it
        assert text_of(on.app.screen.query_one("Vertical LineView", LineView)) == ""
        await on.press("backspace", *"mine", "enter")
        assert text_of(on.app.screen.query_one("Vertical LineView", LineView)) == question
        assert view_store.saved == []
        await on.press("enter")
        assert [(view.name, view.filter) for view in view_store.saved] == [
            ("mine", "hls status:error")
        ]
        assert len(on.main_screen._view.saved) == len(BUILT_IN_VIEWS) + 1


async def test_own_views_are_renamed_and_deleted() -> None:
    own = (View("a", "status:error"), View("b", "hls"), View("Failed", "status:error age<2d"))
    views = with_views(BUILT_IN_VIEWS, *own)
    view_store = MemoryViewStore(views=views)

    def said() -> str:
        return str(on.app.screen.query_one(OptionList).border_subtitle)

    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        saved = on.main_screen._view
        await on.press("6", "v", "r")
        assert isinstance(on.app.screen, ViewNameDialog)
        await on.press(*"my own", "enter")
        assert isinstance(on.app.screen, ViewsDialog)
        assert [view.name for view in saved.saved[5:]] == ["my own", "b"]
        assert saved.current == View("my own", "status:error")  # it is in use
        await on.press("r", *"b", "enter")
        assert isinstance(on.app.screen, ViewNameDialog)  # that is the other's name
        await on.press("enter")
        assert saved.saved[5:] == (View("b", "status:error"),)
        assert view_store.renamed == [("a", "my own"), ("my own", "b")]
        await on.press("r", "escape", "r", "enter")  # cancelled, and the same name
        assert len(view_store.renamed) == 2

        await on.press("d")
        assert said() == 'Delete view "b"? d: delete'
        await on.press("k", "j", "d")
        assert view_store.deleted == []  # the question is asked again after a move
        await on.press("d")
        assert view_store.deleted == ["b"]
        assert saved.current == View("", "status:error")
        assert len(saved.saved) == len(BUILT_IN_VIEWS)

        await on.press("k", "x", "x")  # the user's own `Failed`
        assert view_store.deleted == ["b", "Failed"]
        assert saved.saved == BUILT_IN_VIEWS
        await on.press("d", "d")
        assert said() == '"Failed" is built in: it can\'t be renamed or deleted'
        await on.press("r")
        assert isinstance(on.app.screen, ViewsDialog)
        assert view_store.deleted == ["b", "Failed"]
        await on.press("enter")
        assert saved.current == BUILT_IN_VIEWS[3]


async def test_the_screen_state_is_restored_and_problems_are_reported() -> None:
    view = View("", "status:error|finished", columns=(ColumnSpec("id"), ColumnSpec("status")))
    view_store = MemoryViewStore(
        screen_state=ScreenState(view, order(2).id), problems=["line 5: [/] is odd"]
    )
    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        assert on.table.cursor_id == order(2).id
        assert shown_ids(on) == order_ids(4, 3, 2, 1)
        assert "AGE" not in on.row(0)
        assert toasts(on.app) == ["views in the config file:\nline 5: [/] is odd"]
        await on.press("k", "escape", "q")
    assert view_store.screen_state == ScreenState(View("", "", columns=view.columns), order(3).id)


async def test_the_cursor_is_restored_when_its_order_is_loaded() -> None:
    view = View("", "file:mp4 status:error")
    view_store = MemoryViewStore(screen_state=ScreenState(view, order(2).id))
    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        assert shown_ids(on) == order_ids(4, 2)
        assert on.table.cursor_id == order(2).id


async def test_a_changed_view_is_saved_at_once() -> None:
    view_store = MemoryViewStore()
    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        on.app.tick()
        assert not _saving(on)
        await on.press("4", "slash", *" hls")
        on.app.tick()
        assert not _saving(on)  # typing has not ended
        await on.press("enter")
        on.app.tick()
        # `wait_for_complete` of no worker waits for all of them, the poller included.
        await asyncio.gather(*(worker.wait() for worker in _saving(on)))
        assert view_store.screen_state.view.filter == "status:error hls"
        on.app.tick()
        assert not _saving(on)  # once


def _saving(on: Stage) -> list[Worker[Any]]:
    return [each for each in on.app.workers if each.group == "save" and not each.is_finished]


async def test_a_late_key_closes_nothing_above_the_views_dialog() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("v")
        views = on.app.screen
        await on.press("ctrl+p")
        views.post_message(Key("3", "3"))
        await on.press("escape", "3")
        assert shown_ids(on) == order_ids(5)


async def test_a_blocked_widget_does_not_delay_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Deaf(LineView):
        is_running = True

        def call_later(self, *_: Any, **__: Any) -> bool:
            return True  # and it is removed before that

    monkeypatch.setattr("tui.ui.textual_fixes.key_order._TIMEOUT", 0.01)
    await asyncio.wait_for(wait_for_pending_keys(Deaf()), 5)


async def test_the_key_bar_and_the_help_list_the_keys() -> None:
    async with stage(MIXED_ORDERS) as on:
        assert "s Sort" in on.line("keys")
        await on.press("question_mark")
        assert isinstance(on.app.screen, TextDialog)
        text = text_of(on.app.screen.query_one(LineView))
        for words in ("Sort by…", "Reverse sort", "Choose a view", "Save current view as…"):
            assert words in text


@pytest.mark.parametrize("size", [(40, 8), (60, 15), (80, 24)])
async def test_dialogs_work_at_every_size(size: tuple[int, int]) -> None:
    async with stage(MIXED_ORDERS, size=size) as on:
        await on.press("2", "s")
        await on.painted()
        lines = rendered_lines(on.app)
        assert all(len(line) == size[0] for line in lines)
        letters = "".join(lines)
        assert all(f"{letter} " in letters for letter in "otpcaflrjzdems")
        await on.press("p")
        for key in ("c", "v"):
            await on.press(key, "escape")
        assert shown_ids(on)[0] == order(3).id  # finished, and the newest of them
        await on.pilot.resize_terminal(30, 5)
        await on.press("s", "S", "v", "c", "4")
        await on.pilot.resize_terminal(*size)
        await on.wait_idle()
        assert not on.app.screen.query("#sort")
        assert shown_ids(on)[0] == order(3).id


async def test_keys_of_one_burst_run_in_order() -> None:
    async with stage(MIXED_ORDERS) as on:
        for key in ("s", "t", "S", "4", "s", "a", "S"):
            on.app.simulate_key(key)
        await on.wait_idle()
        await on.wait_idle()
        assert shown_ids(on) == order_ids(2, 4)
        assert on.main_screen.screen_state.view.sort[0] == SortKey("age", descending=True)


@pytest.mark.parametrize("then", [["v", "1"], ["s", "c"], ["c", "escape"], ["slash", "escape"]])
async def test_a_cursor_key_runs_before_a_key_that_opens_a_dialog(then: list[str]) -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("2")
        for key in ("j", "j", *then):
            on.app.simulate_key(key)
        await on.wait_idle()
        await on.pilot.pause()
        assert on.table.cursor_id == order(3).id
        assert len(on.app.screen_stack) == 1
