"""Which orders are marked, and which keys belong to that."""

import pytest

from tui.ui.main_screen.key_modes import Mode, shows_key
from tui.ui.main_screen.marks import Marks

AT_REST = Mode(
    may_prompt=True,
    travels=False,
    types_filter=False,
    on_table=True,
    on_details=False,
    filtered=False,
    marked=False,
)


def marks(*order_ids: str) -> Marks:
    made = Marks()
    made.toggle_all(order_ids)
    return made


def test_a_mark_is_removed_as_it_is_set() -> None:
    made = marks("a")
    made.toggle("b")
    made.toggle("a")
    assert list(made.ids) == ["b"]


@pytest.mark.parametrize(
    ("before", "shown", "marked", "after"),
    [
        ((), "abc", 3, "abc"),
        (("a",), "abc", 2, "abc"),
        (("a", "b", "c"), "abc", 0, ""),
        (("a", "z"), "a", 0, "z"),  # the hidden one stays
        (("z",), "ab", 2, "zab"),
        (("z",), "", 0, "z"),
    ],
)
def test_all_shown_are_marked_or_if_they_are_unmarked(
    before: tuple[str, ...], shown: str, marked: int, after: str
) -> None:
    made = marks(*before)
    assert made.toggle_all(list(shown)) == marked
    assert "".join(made.ids) == after


def test_marked_orders_come_as_they_are_shown_and_the_hidden_ones_last() -> None:
    made = marks("z", "c", "a")
    assert made.arranged(list("abc")) == (["a", "c", "z"], ["z"])


@pytest.mark.parametrize(
    ("change", "clears_filter", "unmarks"),
    [
        ({}, None, False),
        ({"filtered": True}, None, False),
        ({"marked": True}, False, None),
        ({"marked": True, "filtered": True}, None, False),
        ({"marked": True, "types_filter": True}, True, False),
        ({"marked": True, "on_table": False}, False, False),
    ],
)
def test_escape_clears_the_filter_first_then_the_marks(
    change: dict[str, bool], clears_filter: bool | None, unmarks: bool | None
) -> None:
    mode = AT_REST._replace(**change)
    assert shows_key("clear_filter", mode) is clears_filter
    assert shows_key("unmark_all", mode) is unmarks
