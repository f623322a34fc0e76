"""Marks of orders on the main screen."""

import msgspec
import pytest

from tests.support.app_actions import acting
from tests.support.app_stage import (
    MIXED_ORDERS,
    SESSION,
    VIEWS,
    Stage,
    message_line,
    order_ids,
    orders,
    shown_ids,
    stage,
    type_filter,
)


def marked(on: Stage) -> list[str]:
    return sorted(on.table.marked, reverse=True)


def marked_rows(on: Stage) -> list[int]:
    """Return the lines of the table that have the glyph of a mark."""
    return [y for y in range(1, len(on.table.rows) + 1) if on.row(y)[1] in "◆*"]


async def test_space_marks_the_order_and_goes_to_the_next() -> None:
    async with stage(MIXED_ORDERS, actions=acting(), view=VIEWS["All"]) as on:
        await on.press("space", "space")
        assert marked(on) == order_ids(5, 4)
        assert marked_rows(on) == [1, 2]
        assert on.table.cursor_id == order_ids(3)[0]
        assert "2 marked  3/5" in on.line("tabs")
        await on.press("up", "space")
        assert marked(on) == order_ids(5)
        assert marked_rows(on) == [1]
        await on.press("G", "space")  # there is no next one
        assert marked(on) == order_ids(5, 1)
        assert "last order" not in message_line(on.app)


async def test_without_marks_the_line_says_nothing_of_them() -> None:
    async with stage(MIXED_ORDERS, actions=acting(), view=VIEWS["All"]) as on:
        assert "marked" not in on.line("tabs")
        assert marked_rows(on) == []


async def test_a_mark_stays_with_its_order_when_the_list_changes() -> None:
    async with stage(orders(3, 2, 1), actions=acting(), view=VIEWS["All"]) as on:
        await on.press("down", "space")
        await on.list_again(orders(6, 5, 3, 2, 1))
        assert marked(on) == order_ids(2)
        assert marked_rows(on) == [4]
        await on.press("S")
        assert shown_ids(on) == order_ids(1, 2, 3, 5, 6)
        assert marked_rows(on) == [2]


async def test_an_order_that_vanishes_stays_marked() -> None:
    async with stage(orders(3, 2, 1), actions=acting(), view=VIEWS["All"]) as on:
        await on.press("space")
        await on.list_again(orders(2, 1))
        await on.press("x")
        assert shown_ids(on) == order_ids(2, 1)
        assert marked(on) == order_ids(3)
        assert "1 marked" in on.line("tabs")


async def test_a_filter_hides_marked_orders_and_escape_leaves_it_first() -> None:
    async with stage(MIXED_ORDERS, actions=acting(), view=VIEWS["All"]) as on:
        await on.press("space")
        await type_filter(on, "status:error")
        await on.press("enter", "asterisk")
        assert message_line(on.app) == "2 orders marked"
        assert marked(on) == order_ids(5, 4, 2)
        await on.press("escape")
        assert shown_ids(on) == order_ids(5, 4, 3, 2, 1)
        assert marked_rows(on) == [1, 2, 4]
        await on.press("escape")
        assert marked(on) == []
        assert message_line(on.app) == "3 orders unmarked"
        assert marked_rows(on) == []


async def test_all_shown_are_marked_and_again_unmarked() -> None:
    async with stage(MIXED_ORDERS, actions=acting(), view=VIEWS["All"]) as on:
        await on.press("asterisk")
        assert marked_rows(on) == [1, 2, 3, 4, 5]
        await on.press("asterisk")
        assert message_line(on.app) == "5 orders unmarked"
        assert marked(on) == []


async def test_a_space_in_a_filter_marks_nothing() -> None:
    async with stage(MIXED_ORDERS, actions=acting(), view=VIEWS["All"]) as on:
        await type_filter(on, "a b*")
        assert marked(on) == []


@pytest.mark.parametrize("key", ["space", "asterisk"])
async def test_read_only_the_keys_say_why_they_mark_nothing(key: str) -> None:
    session = msgspec.structs.replace(SESSION, read_only=True)
    async with stage(MIXED_ORDERS, actions=acting(), session=session) as on:
        await on.press(key)
        assert message_line(on.app).startswith("Read-only, by --read-only")
        assert marked(on) == []
