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
    noticed=False,
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
    ("now", "shown"),
    [
        ("", "clear_filter"),  # and the key says why it has no effect
        ("filtered", "clear_filter"),
        ("marked", "unmark_all"),
        ("noticed", "hide_notice"),
        ("marked noticed", "unmark_all"),
        ("filtered marked noticed", "clear_filter"),
    ],
)
def test_escape_clears_the_filter_first_then_the_marks_then_the_notice(
    now: str, shown: str
) -> None:
    mode = AT_REST._replace(**dict.fromkeys(now.split(), True))
    escapes = ("clear_filter", "unmark_all", "hide_notice")
    assert [each for each in escapes if shows_key(each, mode) is None] == [shown]
    elsewhere = mode._replace(on_table=False)
    assert not any(shows_key(each, elsewhere) for each in escapes)
    typing = mode._replace(types_filter=True)
    assert [each for each in escapes if shows_key(each, typing)] == ["clear_filter"]
