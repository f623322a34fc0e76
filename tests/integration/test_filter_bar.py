"""The filter bar: it filters while typing, and reports undecided orders."""

import asyncio

import pytest

from tests.support.app_stage import (
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
    type_filter,
)
from tests.support.memory_stores import MemoryViewStore
from tui.filtering.parser import parse
from tui.filtering.row_arranger import RowArranger
from tui.model.events import ClockReading, DetailRead, ListLoaded
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.state import State, reduce
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField

AT = ClockReading(1e9, 100.0)


def listed(*summaries: OrderSummary) -> State:
    return reduce(State(), ListLoaded(Snapshot(summaries), AT, 5.0))


def read(state: State, order_id: str, status: str, filename: str | None = None) -> State:
    return reduce(state, DetailRead(OrderDetail(order_id, status, filename=filename), AT))


ERROR, DONE = OrderSummary("a", "ERROR", 1e9), OrderSummary("b", "FINISHED", 1e9 - 60)


def test_filters_on_details_are_undecided_until_the_detail_is_read() -> None:
    arranger, state = RowArranger(), listed(ERROR, DONE)
    query = parse("file:otro")
    shown = arranger.arrange(state, query, 1e9)
    assert (shown.rows, shown.needs_detail) == ((), ("a", "b"))
    state = read(read(state, "a", "ERROR", "otro.mp4"), "b", "FINISHED")
    shown = arranger.arrange(state, query, 1e9)
    assert (shown.rows, shown.needs_detail) == ((ERROR,), ())


def test_results_are_reused_while_nothing_changes() -> None:
    arranger, state = RowArranger(), listed(ERROR, DONE)
    query = parse("status:error")
    first = arranger.arrange(state, query, 1e9)
    assert first.rows == (ERROR,)
    assert arranger.arrange(state, query, 2e9) is first
    assert arranger.arrange(state, parse("status:finished"), 2e9).rows == (DONE,)
    assert arranger.arrange(listed(DONE), query, 2e9).rows == ()


def test_relative_times_move_with_the_clock() -> None:
    arranger, state = RowArranger(), listed(ERROR, DONE)
    query = parse("age<90s")
    assert arranger.arrange(state, query, 1e9).rows == (ERROR, DONE)
    assert arranger.arrange(state, query, 1e9 + 60).rows == (ERROR,)
    assert arranger.arrange(state, query, 1e9 + 120).rows == ()


def test_without_a_filter_the_rows_are_the_list_itself() -> None:
    state = listed(ERROR, DONE)
    assert RowArranger().arrange(state, None, 1e9).rows is state.orders


def test_every_order_that_a_filter_cannot_decide_is_to_be_read() -> None:
    many = [OrderSummary(f"{n}", "ERROR", 1e9 - n) for n in range(5000)]
    shown = RowArranger().arrange(listed(*many), parse("file:x"), 1e9)
    assert shown.details_to_fetch == tuple(order.id for order in many)


async def test_typing_filters_the_table_and_esc_clears_it() -> None:
    async with stage(MIXED_ORDERS) as on:
        counts = on.line("counts")
        await type_filter(on, "status:error")
        assert "2 of 5" in on.line("filter-info")
        assert shown_ids(on) == order_ids(4, 2)
        # The counts are of the whole list, with the filtered status marked.
        assert on.line("counts") == counts.replace(" ✖ 2 error", "[✖ 2 error]")
        await on.press("enter")
        assert on.app.focused is on.table
        assert on.table.cursor_id == order(4).id
        assert "status:error  2 of 5" in on.line("filter-info")
        await on.press("j", "escape")
        assert not on.line("filter-info")
        assert shown_ids(on) == order_ids(5, 4, 2, 3, 1)


async def test_esc_returns_to_the_order_and_position_from_before_the_filter() -> None:
    listed = orders(*range(200, 0, -1))
    async with stage(listed, size=(120, 24)) as on:
        await on.press(*["pagedown"] * 4, "k", "k")
        here = on.table.place
        assert on.table.top > 0
        for keys in (
            ["slash", *"id:00", "escape"],  # while typing
            ["slash", *"id:0001", "enter", "j", "G", "escape"],
            ["slash", *"id:none", "enter", "escape"],  # without a match
            [
                "slash",
                *"id:0",
                "backspace",
                "backspace",
                *"d:0002",
                "enter",
                "slash",
                *" x",
                "escape",
            ],
            ["f", "f", "G", "escape"],
        ):
            await on.press(*keys)
            assert on.table.place == here, keys
        await on.press("slash", *"id:0001", "enter")
        await on.list_again(Snapshot((*orders(202, 201).orders, *listed.orders)))
        await on.press("escape")
        assert on.table.place == here


async def test_esc_leaves_a_view_its_own_filter() -> None:
    async with stage(MIXED_ORDERS, size=(80, 24)) as on:
        await on.press("4")
        failed = shown_ids(on)
        await on.press("slash", *" id:none", "enter")
        assert shown_ids(on) == []
        assert "▌4 Failed*" in on.line("tabs")
        await on.press("escape")
        assert shown_ids(on) == failed
        assert "▌4 Failed " in on.line("tabs")
        await on.press("escape")
        assert shown_ids(on) == failed
        assert message_line(on.app) == "This filter belongs to the view. v: other views"


async def test_a_status_prefix_filters_the_table() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("slash")
        for typed_so_far in "status:error"[7:]:
            await on.press(*("status:" if typed_so_far == "e" else ""), typed_so_far)
            assert "2 of 5" in on.line("filter-info")
            assert shown_ids(on) == order_ids(4, 2)


async def test_an_invalid_filter_keeps_text_and_rows() -> None:
    async with stage(MIXED_ORDERS) as on:
        await type_filter(on, "status:error (")
        assert 'Type a word or a field after "("' in on.line("filter-info")
        assert shown_ids(on) == order_ids(4, 2)
        await on.press("enter")  # stays: the filter is still open
        await on.press("backspace", "enter")
        assert on.app.focused is on.table
        assert "status:error  2 of 5" in on.line("filter-info")


async def test_the_cursor_returns_to_its_order_after_an_empty_result() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("G", "k")
        await type_filter(on, "status:inish")
        assert "No order matches status:inish." in text_of(on.table)
        assert on.table.cursor_id is None
        await on.press("tab", "enter")
        assert "status:finished  2 of 5" in on.line("filter-info")
        assert on.table.cursor_id == order(3).id


async def test_details_that_a_filter_needs_are_read_for_it() -> None:
    listed = orders(*range(80, 0, -1))
    async with stage(listed, size=(120, 20)) as on:
        await type_filter(on, f"file:of-{order(7).id}")
        assert "indexing" in on.line("filter-info")
        await on.press("enter")
        await on.pass_time(90)
        assert "1 of 80" in on.line("filter-info")
        assert "indexing" not in on.line("filter-info")
        assert on.table.cursor_id == order(7).id


async def test_the_filter_is_shown_beside_a_failure() -> None:
    async with stage(MIXED_ORDERS) as on:
        await type_filter(on, "status:error")
        await on.press("enter", "p")
        assert "status:error  2 of 5" in on.line("filter-info")
        assert "paused" in on.line("trouble").lower()


async def test_new_orders_are_filtered_too() -> None:
    async with stage(MIXED_ORDERS) as on:
        await type_filter(on, "status:error")
        await on.press("enter", "j", "k")
        await on.list_again(Snapshot((order(7, "ERROR"), order(6), *MIXED_ORDERS.orders)))
        assert "3 of 7" in on.line("filter-info")
        assert shown_ids(on) == order_ids(7, 4, 2)
        assert on.table.cursor_id == order(4).id


async def test_the_key_bar_and_the_help_list_the_filter_keys() -> None:
    async with stage(MIXED_ORDERS) as on:
        assert "/ Filter" in on.line("keys")
        await on.press("slash")
        assert "enter Keep" in on.line("keys")
        assert "tab Complete" in on.line("keys")
        await on.press("escape", "question_mark")
        assert isinstance(on.app.screen, TextDialog)
        text = text_of(on.app.screen.query_one(LineView))
        assert "Filter the orders" in text
        assert "status:error" in text


@pytest.mark.parametrize("size", [(40, 8), (60, 15), (80, 24), (200, 60)])
async def test_the_filter_bar_fits_at_every_size(size: tuple[int, int]) -> None:
    async with stage(MIXED_ORDERS, size=size) as on:
        await type_filter(on, "status:error")
        await on.painted()
        lines = rendered_lines(on.app)
        assert any(line.startswith("/  status:error") for line in lines)
        assert all(len(line) == size[0] for line in lines)
        await on.press("enter")
        await on.painted()
        assert shown_ids(on) == order_ids(4, 2)


async def test_a_plain_word_finds_a_status() -> None:
    async with stage(MIXED_ORDERS) as on:
        await type_filter(on, "err")
        assert shown_ids(on) == order_ids(4, 2)
        await on.press(*"or")
        assert shown_ids(on) == order_ids(4, 2)


async def test_a_half_typed_field_keeps_the_other_terms_and_lists_its_values() -> None:
    async with stage(MIXED_ORDERS) as on:
        await type_filter(on, "status:")
        assert shown_ids(on) == order_ids(5, 4, 2, 3, 1)
        assert "status: type queued, downloading" in screen_text(on)
        await on.press(*"error age<2")
        assert shown_ids(on) == order_ids(4, 2)
        assert "age: type a time" in screen_text(on)
        await on.press(*["backspace"] * 5, *"-foo:")
        assert shown_ids(on) == order_ids(4, 2)
        assert 'Unknown field "foo". Fields: id, status' in screen_text(on)
        # `enter` moves the cursor to the fault.
        await on.press("enter", "delete", "delete", "delete", "delete")
        assert field_of(on).value == "status:error -"


async def test_tab_walks_through_the_candidates() -> None:
    async with stage(MIXED_ORDERS) as on:
        await type_filter(on, "s")
        for keys, text in [
            (["tab"], "status:"),
            (["tab"], "size>"),
            (["shift+tab"], "status:"),
            (["e", "tab"], "status:error"),
            (["tab"], "status:queued"),
            (["shift+tab"], "status:error"),
        ]:
            await on.press(*keys)
            assert field_of(on).value == text
        assert field_of(on).has_focus


async def test_the_cursor_is_at_the_end_of_an_existing_filter() -> None:
    async with stage(MIXED_ORDERS) as on:
        await type_filter(on, "status:error")
        await on.press("enter", "slash", *" of")
        assert field_of(on).value == "status:error of"


async def test_arrows_walk_through_the_filters_that_were_used() -> None:
    view_store = MemoryViewStore()
    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        await type_filter(on, "status:error")
        await on.press("enter", "escape")
        await type_filter(on, "status:finished")
        await on.press("enter", "escape")
        await type_filter(on, "id:0001")
        await on.press("escape")  # not put in force with enter
        await type_filter(on, "a")
        for key, text in [
            ("up", "status:finished"),
            ("up", "status:error"),
            ("up", "status:error"),
            ("down", "status:finished"),
            ("down", "a"),
            ("down", "a"),
            ("up", "status:finished"),
        ]:
            await on.press(key)
            assert field_of(on).value == text
        assert shown_ids(on) == order_ids(3, 1)
        await on.press("escape", "q")
    assert view_store.screen_state.filters == ("status:finished", "status:error")
    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        await on.press("slash", "up", "up", "enter", "down")
        assert shown_ids(on) == order_ids(4, 2)
        assert on.table.cursor_id == order(2).id  # the arrows are the table's again


async def test_a_used_filter_is_saved_at_once() -> None:
    view_store = MemoryViewStore()
    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        await type_filter(on, "status:error")
        await on.press("enter")
        on.app.tick()
        workers = [each for each in on.app.workers if each.group == "save"]
        await asyncio.gather(*(worker.wait() for worker in workers))
        assert view_store.screen_state.filters == ("status:error",)


def field_of(on: Stage) -> TextField:
    return on.app.screen.query_one("#filter-text", TextField)


def screen_text(on: Stage) -> str:
    return " ".join(text_of(each) for each in on.app.screen.query(LineView))
