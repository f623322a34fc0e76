"""The activity in Textual's test harness."""

import asyncio
from collections.abc import Iterable

import pytest

from tests.support.app_stage import (
    Stage,
    message_line,
    order,
    orders,
    rendered_lines,
    run_command,
    stage,
    text_of,
    type_filter,
)
from tests.support.history_rows import POLLED, comment, progress, status
from tests.support.memory_history import MemoryHistory
from tui.history import activity as history_module
from tui.model.activity import ActivityFilter, ActivityPage
from tui.model.history import Change, Span, SpanKind
from tui.model.order import OrderDetail
from tui.ui.activity import window
from tui.ui.activity.change_list import ChangeList
from tui.ui.activity.screen import ActivityScreen
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.main_screen.screen import MainScreen
from tui.ui.order_screen.screen import OrderScreen
from tui.ui.widgets.line_view import LineView

START = 1_700_000_000.0  # of the manual clock
LISTED = orders(3, 2, 1, status="TRANSCODING")
A, B, C = (order(number).id for number in (3, 2, 1))


def many(count: int) -> list[Change]:
    """Changes of ten orders, a second apart; the last one is at the start of the test."""
    return [
        status(f"o{n % 10}", f"S{n}", f"S{n + 1}", START - count + n, START - count + n - 1)
        for n in range(1, count + 1)
    ]


def recorded(*changes: Change, spans: Iterable[Span] = ()) -> MemoryHistory:
    return MemoryHistory(changes, spans)


def rows(on: Stage) -> list[str]:
    """Return what is on screen of the list, without its header."""
    screen = on.app.screen
    assert isinstance(screen, ActivityScreen)
    region = screen.query_one(ChangeList).region
    lines = rendered_lines(on.app)[region.y + 1 : region.bottom]
    return [line.rstrip(" ▁▂▃▄▅▆▇█") for line in lines if line.strip(" ▁▂▃▄▅▆▇█")]


def pages(history: MemoryHistory) -> list[str]:
    """Return which pages of changes were read."""
    return [each for each in history.reads if " than " in each]


def changes_of(on: Stage) -> list[str]:
    """Return the last word of each row."""
    return [row.split()[-1] for row in rows(on)]


def part(on: Stage, name: str) -> str:
    return text_of(on.app.screen.query_one(f"#{name}", LineView))


async def opened(on: Stage) -> None:
    await on.press("A")
    await settle(on)


async def settle(on: Stage) -> None:
    await on.app.workers.wait_for_complete(
        each for each in on.app.workers if each.group in ("activity", "timeline")
    )
    await on.pilot.pause()
    await on.wait_idle()
    await on.painted()


async def test_capital_a_lists_the_changes_and_esc_goes_back() -> None:
    history = recorded(
        status(A, None, "QUEUED", START - 60),
        status(B, "TRANSCODING", "ERROR", START - 50),
        comment(B, "552 full", START - 45),
        progress(A, None, (3.0,), START - 40),
        status("old", "FINISHED", None, START - 30),
        spans=[Span(START - 100, START - 58, POLLED), Span(START - 20, START, POLLED)],
    )
    history.know(OrderDetail(A, "QUEUED", filename="of a.mp4"))
    async with stage(LISTED, history=history) as on:
        await opened(on)
        shown = rows(on)
        assert "of a.mp4" in shown[0]
        assert "new: ◌ QUEUED" in shown[0]
        assert "✖ ERROR: 552 full" in shown[1]
        assert "⌀ removed" in shown[2]
        assert "not polled" in shown[3]
        assert len(shown) == 4
        await on.press("escape")
        assert isinstance(on.app.screen, MainScreen)
        assert on.app.focused is on.table


async def test_a_change_appears_when_it_happens_and_nothing_is_read_otherwise() -> None:
    history = recorded(status(A, None, "QUEUED", START - 60))
    async with stage(LISTED, history=history) as on:
        await opened(on)
        await on.pass_time(10)
        reads = pages(history)
        history.record(progress(A, None, (3.0,), START + 5))
        await on.pass_time(10)
        assert pages(history) == reads
        history.record(status(A, "QUEUED", "TRANSCODING", START + 10))
        await on.pass_time(1)
        await settle(on)
        assert changes_of(on) == ["QUEUED", "TRANSCODING"]
        assert len(pages(history)) == len(reads) + 1
        assert rows(on)[-1].startswith("▌")  # it follows


async def test_the_first_change_of_an_empty_history_appears() -> None:
    history = recorded()
    async with stage(LISTED, history=history) as on:
        await opened(on)
        history.record(status(A, None, "QUEUED", START + 5))
        await on.pass_time(1)
        await settle(on)
        assert changes_of(on) == ["QUEUED"]


async def test_a_name_that_is_read_later_appears() -> None:
    history = recorded()
    async with stage(LISTED, (80, 24), history=history) as on:
        await opened(on)
        await on.list_again(orders(4, 3, 2, 1, status="TRANSCODING"))
        history.record(status(order(4).id, None, "QUEUED", START + 5))
        await on.pass_time(0.1)
        await settle(on)
        assert order(4).id in rows(on)[0]
        await on.pass_time(3)
        assert f"of-{order(4).id}"[:8] in rows(on)[0]


async def test_it_follows_the_end_until_the_user_moves_up() -> None:
    history = recorded(*many(100))
    async with stage(LISTED, (80, 24), history=history) as on:
        await opened(on)
        assert changes_of(on)[-1] == "S101"
        assert "following" in part(on, "head")
        await on.press("up", "up")
        assert "following" not in part(on, "head")
        before = rows(on)
        history.record(status(A, "QUEUED", "NEWER", START + 1))
        await on.pass_time(1)
        await settle(on)
        assert rows(on) == before
        await on.press("F")
        assert changes_of(on)[-1] == "NEWER"
        assert "following" in part(on, "head")
        await on.press("F")
        assert "Not following. F: follow" in message_line(on.app)
        await on.press("up")
        await on.press("G")
        assert "following" in part(on, "head")


async def test_an_answer_that_comes_with_a_key_does_not_move_the_cursor_back() -> None:
    async with stage(LISTED, history=recorded(*many(30))) as on:
        await opened(on)
        screen = on.app.screen
        assert isinstance(screen, ActivityScreen)
        changes = screen.query_one(ChangeList)
        changes.action_move(-1)
        screen.bind()  # before the list's message arrives
        await on.wait_idle()
        assert changes.entry is not None
        assert changes.entry.change.new == "S30"
        assert not changes.is_at_end


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "PAGE", 50)
    monkeypatch.setattr(window, "MAX_ENTRIES", 150)


async def test_older_changes_are_read_in_pages_and_the_view_keeps_its_place(
    small_pages: None,
) -> None:
    history = recorded(*many(400))
    async with stage(LISTED, (80, 24), history=history) as on:
        await opened(on)
        assert len(pages(history)) == 1
        await on.press("up")
        cursor = next(row for row in rows(on) if row.startswith("▌"))
        while "S400" in "".join(rows(on)):
            await on.press("pageup")
        await settle(on)
        assert len(pages(history)) > 1
        for _ in range(20):
            before = rows(on)
            await on.press("ctrl+u")
            await settle(on)
            # Half a page further up, whatever was read meanwhile.
            assert before[0][2:] in [row[2:] for row in rows(on)]
        assert cursor not in rows(on)
        screen = on.app.screen
        assert isinstance(screen, ActivityScreen)
        assert screen._reader is not None
        assert len(screen._reader.window.entries) == 150
        for _ in range(5):
            await on.press("g")
            await settle(on)
        assert changes_of(on)[0] == "S2"
        await on.press("g")
        assert "This is the first line" in message_line(on.app)
        # All the way down again, page by page.
        for _ in range(40):
            await on.press("pagedown")
            await settle(on)
        assert changes_of(on)[-1] == "S401"
        await on.press("g")
        await settle(on)
        await on.press("G")
        await settle(on)
        assert changes_of(on)[-1] == "S401"


async def test_a_filter_is_about_the_orders() -> None:
    history = recorded(
        status(A, None, "QUEUED", START - 60),
        status(B, None, "QUEUED", START - 50),
        status(B, "QUEUED", "ERROR", START - 40),
    )
    history.know(OrderDetail(B, "ERROR", filename="film.mp4"))
    async with stage(LISTED, history=history) as on:
        await opened(on)
        assert len(rows(on)) == 3
        await type_filter(on, "status:error")
        await settle(on)
        assert [B in row for row in rows(on)] == [True, True]
        await on.press("enter")
        assert "filter status:error  2 changes  all searched" in part(on, "filter-info")
        history.record(status(A, "QUEUED", "TRANSCODING", START + 1))
        await on.pass_time(1)
        await settle(on)
        assert len(rows(on)) == 2
        await on.press("escape")
        await settle(on)
        assert len(rows(on)) == 4
        await type_filter(on, "file:nothing")
        await settle(on)
        assert "No change matches file:nothing" in part(on, "changes")
        await on.press("escape")
        await type_filter(on, "foo:")
        assert "foo" in part(on, "filter-info")
        await on.press("enter", "escape")  # what is invalid is not kept
        assert isinstance(on.app.screen, ActivityScreen)
        assert len(rows(on)) == 4
        await type_filter(on, "status:error")
        await on.press("enter")
        await settle(on)
        assert "filter status:error" in part(on, "filter-info")
        await on.press("q")
        assert not isinstance(on.app.screen, ActivityScreen)


def changed_ago(*seconds: float) -> MemoryHistory:
    """Return a history with changes of `A` so many seconds ago, named by these."""
    ago = sorted(seconds, reverse=True)
    return recorded(*(status(A, "QUEUED", f"S{each:.0f}", START - each) for each in ago))


async def test_the_changes_of_the_last_hour_are_found_and_leave_when_they_are_older() -> None:
    history = changed_ago(7200, 3650, 3580, 60)
    async with stage(LISTED, history=history) as on:
        await opened(on)
        await type_filter(on, "changed<1h")
        await settle(on)
        assert changes_of(on) == ["S3580", "S60"]
        await on.press("enter")
        assert "2 changes  all searched  esc: clear" in part(on, "filter-info")
        reads = len(pages(history))
        await on.pass_time(100)
        await settle(on)
        assert changes_of(on) == ["S60"]
        assert len(pages(history)) - reads == 2  # one for each minute that began


async def test_a_list_that_is_not_followed_stays_and_says_of_when_it_is() -> None:
    async with stage(LISTED, history=changed_ago(3580, 60)) as on:
        await opened(on)
        await type_filter(on, "changed<1h")
        await on.press("enter")
        await settle(on)
        await on.press("up")
        await on.pass_time(100)
        await settle(on)
        assert changes_of(on) == ["S3580", "S60"]
        assert "all searched  as of " in part(on, "filter-info")
        assert ", / enter: now" in part(on, "filter-info")
        await on.press("slash", "enter")
        await settle(on)
        assert changes_of(on) == ["S60"]
        assert "as of" not in part(on, "filter-info")


async def test_changes_of_which_the_time_is_not_known_well_are_mentioned() -> None:
    history = recorded(
        status(A, "QUEUED", "DOWNLOADING", START - 1800, START - 7200),
        status(B, "QUEUED", "TRANSCODING", START - 600),
    )
    async with stage(LISTED, history=history) as on:
        await opened(on)
        await type_filter(on, "changed<1h")
        await settle(on)
        assert changes_of(on) == ["TRANSCODING"]
        assert "more may match: too little is known of them" in part(on, "filter-info")


async def test_a_search_says_how_far_it_is_and_esc_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    history = recorded(*many(400))
    monkeypatch.setattr(history_module, "_MAX_LOOKS", 100)
    release = asyncio.Semaphore(0)
    read_older = history.older_changes

    async def slow_older(before: int | None, wanted: ActivityFilter) -> ActivityPage:
        if wanted.test is not None:
            await release.acquire()
        return await read_older(before, wanted)

    monkeypatch.setattr(history, "older_changes", slow_older)
    async with stage(LISTED, history=history) as on:
        await opened(on)
        await type_filter(on, "id:nothing")
        await on.press("enter")
        release.release()
        await on.pilot.pause()
        await on.wait_idle()
        found = "No change matches so far. Searching back to "
        assert found in part(on, "changes")
        assert ", 25 %. esc stops." in " ".join(part(on, "changes").split())
        assert "0 changes  searching back to " in part(on, "filter-info")
        assert "25 %  esc: stop" in part(on, "filter-info")
        reads = len(pages(history))
        await on.press("escape")
        release.release()
        await settle(on)
        assert len(pages(history)) == reads + 1
        assert changes_of(on)[-1] == "S401"


async def test_the_filter_bar_shows_an_example() -> None:
    async with stage(LISTED, (80, 24), history=recorded(*many(3))) as on:
        await opened(on)
        await on.press("slash")
        assert "for example changed<1h status:error" in "\n".join(rendered_lines(on.app))


async def test_progress_is_shown_if_asked() -> None:
    history = recorded(
        status(A, None, "TRANSCODING", START - 60), progress(A, (3.0,), (8.0,), START - 40)
    )
    async with stage(LISTED, history=history) as on:
        await opened(on)
        assert len(rows(on)) == 1
        await on.press("P")
        await settle(on)
        assert "3 % → 8 %" in rows(on)[1]
        history.record(progress(A, (8.0,), (9.0,), START + 1))
        await on.pass_time(1)
        await settle(on)
        assert "8 % → 9 %" in rows(on)[2]
        await on.press("P")
        await settle(on)
        assert len(rows(on)) == 1


async def test_enter_opens_the_timeline_of_the_order_even_if_the_filter_hides_it() -> None:
    history = recorded(status(C, None, "TRANSCODING", START - 60))
    async with stage(LISTED, history=history) as on:
        await type_filter(on, A)
        await on.press("enter")
        assert [each.id for each in on.table.rows] == [A]
        await opened(on)
        await on.press("enter")
        await settle(on)
        screen = on.app.screen
        assert isinstance(screen, OrderScreen)
        assert "▌3 Timeline" in part(on, "head")
        assert "▶ TRANSCODING" in part(on, "timeline")
        assert f"of-{C}" in part(on, "head") or C in part(on, "head")
        await on.press("escape")
        assert isinstance(on.app.screen, ActivityScreen)
        await on.press("escape")
        await on.pass_time(1)
        assert [each.id for each in on.table.rows] == [A]


async def test_enter_shows_the_timeline_of_an_order_that_is_not_listed_any_more() -> None:
    history = recorded(
        status("gone-1", None, "TRANSCODING", START - 60),
        status("gone-1", "TRANSCODING", None, START - 50),
    )
    async with stage(LISTED, history=history) as on:
        await opened(on)
        await on.press("enter")
        await settle(on)
        assert isinstance(on.app.screen, TextDialog)
        seen = "\n".join(rendered_lines(on.app))
        assert "Timeline of gone-1" in seen
        assert "⌀ GONE" in seen
        await on.press("escape")
        assert isinstance(on.app.screen, ActivityScreen)


async def test_a_line_without_an_order_can_not_be_opened() -> None:
    spans = [Span(START - 900, START - 800, POLLED), Span(START - 100, START, POLLED)]
    history = recorded(status(A, None, "QUEUED", START - 850), spans=spans)
    async with stage(LISTED, history=history) as on:
        await opened(on)
        assert "not polled" in rows(on)[-1]
        await on.press("enter")
        assert "This line is not about an order" in message_line(on.app)
        await on.press("y")
        assert "No order is selected" in message_line(on.app)
        await on.press("up", "y")
        assert on.app.clipboard == A


async def test_a_gap_appears_when_polling_goes_on() -> None:
    history = recorded(
        status(A, None, "QUEUED", START - 60), spans=[Span(START - 90, START, POLLED)]
    )
    async with stage(LISTED, history=history) as on:
        await opened(on)
        assert len(rows(on)) == 1
        for start, end, kind in ((0, 60, SpanKind.PAUSED), (60, 65, POLLED)):
            history.connection.execute(
                "INSERT INTO spans (start, end, kind) VALUES (?, ?, ?)",
                (START + start, START + end, kind.value),
            )
        history.revision = history.revision._replace(others=1)
        await on.pass_time(1)
        await settle(on)
        assert "60 s (paused)" in rows(on)[-1]


@pytest.mark.parametrize("has_history", [True, False])
async def test_why_nothing_is_shown_is_said(has_history: bool) -> None:
    history = recorded() if has_history else None
    async with stage(LISTED, history=history) as on:
        await opened(on)
        text = "Nothing has changed since the history began" if history else "No history"
        assert text in part(on, "changes")
        for key in ("up", "P", "F", "slash", "escape"):
            await on.press(key)
        await on.press("escape")
        assert isinstance(on.app.screen, MainScreen)


async def test_a_problem_of_the_history_is_said() -> None:
    history = recorded(status(A, None, "QUEUED", START - 60))
    history.problem = "The history is not saved: the disk is full"
    async with stage(LISTED, history=history) as on:
        await opened(on)
        assert history.problem in part(on, "head")
        assert len(rows(on)) == 1


async def test_the_palette_opens_it_and_a_hostile_name_is_text() -> None:
    history = recorded(status(A, None, "QUEUED", START - 60))
    history.know(OrderDetail(A, "QUEUED", filename="[@click=app.quit]x[/]"))
    async with stage(LISTED, history=history) as on:
        await run_command(on, "activity")
        await settle(on)
        assert "[@click=app.quit]x[/]" in rows(on)[0]


async def test_a_resize_keeps_the_end_in_view() -> None:
    async with stage(LISTED, (120, 40), history=recorded(*many(100))) as on:
        await opened(on)
        for size in ((60, 15), (40, 8), (30, 6), (100, 30)):
            await on.pilot.resize_terminal(*size)
            await settle(on)
        assert changes_of(on)[-1] == "S101"
