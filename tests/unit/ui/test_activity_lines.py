"""The lines of the activity, and the changes that are in memory."""

from collections.abc import Sequence

import pytest

from tests.support.history_rows import POLLED, comment, first_comment, progress, status
from tui.model.activity import ActivityEntry, ActivityPage
from tui.model.history import Change, Span, SpanKind
from tui.ui.activity import window as window_module
from tui.ui.activity.lines import item_line, layout_for
from tui.ui.activity.window import ActivityWindow, GapItem, Item
from tui.ui.text import line_text, width_of
from tui.ui.theme.terminal_output import ASCII, UNICODE

NOON = 1_631_102_400.0  # 2021-09-08 12:00:00 UTC
T, E = "TRANSCODING", "ERROR"


@pytest.fixture(autouse=True)
def _utc(utc: None) -> None:
    pass


def entries(*changes: Change, first: int = 1, name: str = "f.mp4") -> tuple[ActivityEntry, ...]:
    return tuple(ActivityEntry(n, change, name) for n, change in enumerate(changes, first))


def page(items: Sequence[ActivityEntry], *, is_end: bool = True, reached: int = 1) -> ActivityPage:
    return ActivityPage(tuple(items), reached, is_end, newest=items[-1].number if items else 0)


def text(item: Item, width: int = 100, now: float = NOON, *, ascii_: bool = False) -> str:
    layout = layout_for((item,), width, now)
    return line_text(item_line(item, layout, ASCII if ascii_ else UNICODE, cursor=False)).rstrip()


def what(change: Change, reason: str = "", **kind: bool) -> str:
    return text(ActivityEntry(1, change, "f.mp4", reason), **kind)[len("   12:00:00  ") + 27 + 2 :]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (status("a", None, "QUEUED", NOON), "new: ◌ QUEUED"),
        (status("a", "QUEUED", T, NOON), "QUEUED → ▶ TRANSCODING"),
        (status("a", T, None, NOON), "⌀ removed, was TRANSCODING"),
        (status("a", T, E, NOON), "✖ ERROR, was TRANSCODING"),
        (status("a", E, "QUEUED", NOON, attempt=2), "ERROR → ◌ QUEUED  attempt 2"),
        (status("a", "QUEUED", T, NOON, attempt=2), "QUEUED → ▶ TRANSCODING"),
        (status("a", "QUEUED", "PURGING", NOON), "QUEUED → ? PURGING"),
        (progress("a", (10.0, None), (30.0, 50.0), NOON), "10 % → 40 %"),
        (progress("a", None, (30.0,), NOON), "? → 30 %"),
        (progress("a", (90.0,), (2.0,), NOON, attempt=2), "90 % → 2 %  attempt 2"),
        (comment("a", "hello", NOON), "message: hello"),
        (status("a", T, E, NOON, after=NOON - 600), "✖ ERROR, was TRANSCODING  after 11:50:00"),
    ],
)
def test_a_line_says_what_changed(change: Change, expected: str) -> None:
    assert what(change) == expected


def test_a_failure_says_why_and_ascii_has_an_arrow_of_its_own() -> None:
    failure = status("a", T, E, NOON)
    assert what(failure, "552 full") == "✖ ERROR: 552 full, was TRANSCODING"
    assert what(failure, ascii_=True) == "x ERROR, was TRANSCODING"
    finish = status("a", T, "FINISHED", NOON)
    assert what(finish, "all fine") == "TRANSCODING → ✔ FINISHED: all fine"
    assert what(status("a", "QUEUED", T, NOON), ascii_=True) == "QUEUED -> > TRANSCODING"


def test_the_name_is_the_file_or_the_id_and_both_where_there_is_room() -> None:
    (named,) = entries(status("a-1", None, T, NOON))
    (unnamed,) = entries(status("a-1", None, T, NOON), name="")
    assert "f.mp4" in text(named)
    assert "a-1" not in text(named)
    assert "a-1" in text(unnamed)
    assert "f.mp4" in text(named, 120)
    assert text(named, 120).count("a-1") == text(unnamed, 120).count("a-1") == 1


def test_a_time_that_is_not_certain_is_marked_and_one_of_another_day_has_its_date() -> None:
    (sure,) = entries(status("a", None, T, NOON))
    (unsure,) = entries(status("a", None, T, NOON, after=NOON - 60))
    assert text(sure).startswith("   12:00:00  ")
    assert text(unsure).startswith("  ~12:00:00  ")
    assert text(sure, now=NOON + 86_400).startswith("   09-08 12:00:00  ")


def gap(start: float, end: float, kind: SpanKind = SpanKind.STALE) -> Span:
    return Span(NOON + start, NOON + end, kind)


def test_gaps_between_two_changes_are_one_line() -> None:
    assert text(GapItem((gap(0, 60),)))[3:] == (
        "░░░░░░░░  not polled from 12:00:00 to 12:01:00, 60 s (polls failed)"
    )
    both = GapItem((gap(0, 60), gap(600, 720, SpanKind.PAUSED)))
    assert text(both, 120)[3:] == (
        "░░░░░░░░  not polled 2 times from 12:00:00 to 12:12:00, 3 min 00 s in all"
        " (polls failed, paused)"
    )


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    failure = ActivityEntry(1, status("日" * 40, T, E, NOON, NOON - 900), "本" * 90, "語" * 90)
    for item in (failure, GapItem((gap(0, 60), gap(90, 900)))):
        line = item_line(item, layout_for((item,), width, NOON), UNICODE, cursor=True)
        assert width_of(line) <= width


SPANS = [
    Span(NOON, NOON + 100, POLLED),
    Span(NOON + 200, NOON + 300, POLLED),
    Span(NOON + 400, NOON + 500, POLLED),
]


def numbers(window: ActivityWindow) -> list[int | str]:
    return [each.number if isinstance(each, ActivityEntry) else "gap" for each in window.items]


def test_a_gap_is_before_the_first_change_that_was_seen_after_it() -> None:
    window = ActivityWindow()
    times = (50, 200, 201, 450)
    window.add_older(page(entries(*(status("a", "", T, NOON + at) for at in times))), SPANS)
    assert numbers(window) == [1, "gap", 2, 3, "gap", 4]
    # Between two changes there is one line for both.
    window = ActivityWindow()
    window.add_older(page(entries(*(status("a", "", T, NOON + at) for at in (50, 450)))), SPANS)
    assert numbers(window) == [1, "gap", 2]


def test_a_gap_after_the_last_change_is_the_last_line() -> None:
    window = ActivityWindow()
    window.add_older(page(entries(status("a", "", T, NOON + 50))), SPANS[:2])
    assert numbers(window) == [1, "gap"]


def test_a_comment_after_the_end_of_an_order_is_about_it() -> None:
    window = ActivityWindow()
    changes = (
        comment("a", "before", NOON),
        status("a", T, E, NOON + 10),
        status("b", T, E, NOON + 10),
        comment("a", "552", NOON + 12),
        status("a", E, T, NOON + 50, attempt=2),
        comment("a", "again", NOON + 55, attempt=2),
        status("a", T, "FINISHED", NOON + 60, attempt=2),
        comment("a", "done", NOON + 60, attempt=2),
    )
    window.add_older(page(entries(*changes)), ())
    assert numbers(window) == [1, 2, 3, 5, 6, 7]
    assert [each.comment for each in window.entries] == [""] * 8
    shown = [each.comment for each in window.items if isinstance(each, ActivityEntry)]
    assert shown == ["", "552", "", "", "", "done"]


def test_a_comment_that_may_be_old_is_shown_only_with_the_end_it_is_about() -> None:
    window = ActivityWindow()
    changes = (
        first_comment("old", "551", NOON),
        status("a", None, T, NOON + 5),
        first_comment("a", "hello", NOON + 6),
        status("b", T, E, NOON + 10),
        first_comment("b", "552", NOON + 12),
    )
    window.add_older(page(entries(*changes)), ())
    shown = [each for each in window.items if isinstance(each, ActivityEntry)]
    assert [(each.number, each.comment) for each in shown] == [(2, ""), (4, "552")]


@pytest.fixture
def five(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "MAX_ENTRIES", 5)


def some(first: int, count: int) -> tuple[ActivityEntry, ...]:
    changes = [status("a", "", T, NOON + n) for n in range(first, first + count)]
    return entries(*changes, first=first)


def test_older_changes_push_the_newest_out_and_the_other_way_round(five: None) -> None:
    window = ActivityWindow()
    window.add_older(page(some(7, 4), is_end=False, reached=7), ())
    assert (window.first, window.last, window.has_older, window.has_newer) == (7, 10, True, False)
    window.add_older(page(some(3, 4), is_end=False, reached=3), ())
    assert numbers(window) == [3, 4, 5, 6, 7]
    assert (window.first, window.last, window.has_older, window.has_newer) == (3, 7, True, True)
    window.add_newer(page(some(8, 3), reached=10), ())
    assert numbers(window) == [6, 7, 8, 9, 10]
    assert (window.first, window.last, window.has_older, window.has_newer) == (6, 10, True, False)


def test_what_was_not_polled_is_not_shown_where_changes_are_missing(five: None) -> None:
    window = ActivityWindow()
    window.add_older(page(some(7, 4), is_end=False, reached=7), ())
    later = [Span(NOON, NOON + 50, POLLED), Span(NOON + 90, NOON + 99, POLLED)]
    window.add_older(page(some(3, 4), reached=3), later)
    assert numbers(window) == [3, 4, 5, 6, 7]
