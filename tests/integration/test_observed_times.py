"""The times, estimates and stalls that the history knows, on the main screen and in the pane."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.geometry import Offset

from tests.support.app_stage import (
    CREATED,
    VIEWS,
    Stage,
    order,
    order_ids,
    shown_ids,
    stage,
    text_of,
    type_filter,
)
from tests.support.memory_history import MemoryHistory
from tui.filtering.views import ColumnSpec, View
from tui.model.order import Snapshot
from tui.model.ports import Failure, FailureKind
from tui.model.timing import Estimate, Moment, OrderTiming
from tui.ui.main_screen import background
from tui.ui.main_screen.screen import MainScreen
from tui.ui.widgets.clickable_line import ClickableLine

LISTED = Snapshot((order(4, "TRANSCODING"), order(3, "UPLOADING"), order(2), order(1, "ERROR")))
UNAVAILABLE = Failure(FailureKind.SERVER, 502)


@asynccontextmanager
async def running(
    size: tuple[int, int] = (200, 40), view: View | None = None, listed: Snapshot = LISTED
) -> AsyncIterator[tuple[Stage, MemoryHistory, float]]:
    """Run the app with order 4, which has an estimate, and order 3, which is stalled. Yield also
    the time of the list that was read last.
    """
    history = MemoryHistory()
    async with stage(listed, size, history=history, view=view) as on:
        on.api.progress = dict.fromkeys(order_ids(4, 3), (62.0,))
        await on.pass_time(6)
        as_of = on.app.monitor.state.as_of
        assert as_of is not None
        now = as_of.wall
        history.published = {
            order_ids(4)[0]: OrderTiming(
                1,
                Moment(now - 257, now - 252),
                Moment(now - 725, now - 720),
                estimate=Estimate(now, 240, 420, 37),
                job_estimates=(Estimate(now, 240, 420, 37),),
            ),
            order_ids(3)[0]: OrderTiming(
                2, Moment(None, now - 2000), Moment(None, now - 3000), None, now - 1445,
                is_stalled=True,
            ),
        }  # fmt: skip
        await on.pass_time(6)
        yield on, history, now


def row(on: Stage, number: int) -> str:
    """Return the row of an order in the table."""
    (name,) = (f"of-{each}.mp4" for each in order_ids(number))
    lines = [on.row(y) for y in range(1, on.table.view_height)]
    (found,) = (line for line in lines if name in line)
    return " ".join(found.split())


async def test_active_orders_have_their_times_and_a_stalled_one_says_so() -> None:
    async with running((260, 40)) as (on, _, _now):
        assert "▶ TRANSCODING" in row(on, 4)
        assert "62 % 3–7 min 4m17s 12m05s" in row(on, 4)
        assert "‖ UPLOADING no progress for 24 min 62 % >33m25s >50m05s" in row(on, 3)


async def test_stalled_orders_are_a_group_a_count_and_a_filter() -> None:
    async with running(view=VIEWS["Now"]) as (on, _, _now):
        assert shown_ids(on)[:2] == order_ids(3, 4)
        assert "─ Stalled 1 ─" in on.row(1)
        assert "‖ 1 stalled" in on.line("counts")
        bar = on.app.screen.query_one("#counts", ClickableLine)
        x = next(x for x in range(bar.size.width) if bar.shown.target_at(x) == "stalled")
        await on.pilot.click(bar, offset=Offset(x, 0))
        await on.wait_idle()
        assert shown_ids(on) == order_ids(3)
        assert "[‖ 1 stalled]" in on.line("counts")
        await on.press("f", "s")
        assert len(shown_ids(on)) == 4


async def test_a_stall_that_ends_leaves_no_trace() -> None:
    async with running(view=VIEWS["Now"]) as (on, history, now):
        moved = OrderTiming(2, Moment(None, now - 2000), Moment(None, now - 3000), None, now + 9)
        history.published = {order_ids(3)[0]: moved}
        await on.pass_time(6)
        assert "─ Active 2 ─" in on.row(1)
        assert "↑ UPLOADING" in row(on, 3)
        assert "no progress" not in row(on, 3)
        assert "‖ 0 stalled" in on.line("counts")


async def test_nothing_counts_on_while_polls_fail() -> None:
    async with running((260, 40)) as (on, _, _now):
        on.api.listed = UNAVAILABLE
        await on.pass_time(30)
        frozen = "~62 % ~3–7 min ~4m17s ~12m05s"
        stalled = "‖ UPLOADING no progress for 24 min ~62 % ~>33m25s ~>50m05s"
        assert frozen in row(on, 4)
        assert stalled in row(on, 3)
        await on.pass_time(600)
        assert frozen in row(on, 4)
        assert stalled in row(on, 3)
        assert "‖ 1 stalled" in on.line("counts")


async def test_an_estimate_is_frozen_once() -> None:
    """It is as old as its progress, also while that is younger than the list may be."""
    async with running((260, 40)) as (on, _, _now):
        on.api.listed = UNAVAILABLE
        seen = set()
        for _each in range(40):
            await on.pass_time(1)
            seen |= {text for text in row(on, 4).split("%")[1].split("  ") if "~" in text[:2]}
        assert len(seen) == 1


async def test_all_times_change_in_one_frame_and_only_every_five_seconds() -> None:
    async with running((260, 40)) as (on, _, _now):
        seen = []
        for _each in range(10):
            await on.pass_time(1)
            seen.append((row(on, 4).split()[-4:-1], row(on, 3).split()[-3:-1]))
        assert len({str(each) for each in seen}) == 3
        changes = [at for at in range(1, 10) if seen[at] != seen[at - 1]]
        assert changes[1] - changes[0] == 5


async def test_a_clock_that_is_set_changes_no_duration() -> None:
    async with running((260, 40)) as (on, _, _now):
        on.clock.set_wall(on.clock.read_wall() + 86_400.0)
        await on.pass_time(1)
        assert "62 % 3–7 min 4m17s 12m05s" in row(on, 4)
        on.clock.set_wall(on.clock.read_wall() - 2 * 86_400.0)
        await on.pass_time(1)
        assert "62 % 3–7 min 4m17s 12m05s" in row(on, 4)


COLUMNS = View("mine", columns=tuple(map(ColumnSpec, ("file", "status", "took", "finished"))))


async def test_the_timings_of_ended_orders_are_read_when_they_are_shown() -> None:
    async with running() as (on, history, _now):
        assert None not in history.timings_asked
    async with running(view=COLUMNS) as (on, history, _now):
        assert history.timings_asked
        assert history.timings_asked[0] is not None
        assert set(order_ids(2, 1)) <= history.timings_asked[0]
        assert "TOOK" in on.row(0)
    history = MemoryHistory()
    history.stored = {
        order_ids(2)[0]: OrderTiming(
            1, ended=Moment(CREATED + 995, CREATED + 1000), started=Moment(CREATED, CREATED + 5)
        )
    }
    async with stage(LISTED, (200, 40), history=history, view=COLUMNS) as on:
        await on.pass_time(6)
        assert "16m35s" in row(on, 2)
        assert "16m35s" not in row(on, 1)


async def test_a_filter_reads_the_timings_of_all_and_forgets_them_again() -> None:
    history = MemoryHistory()
    ended = Moment(CREATED + 995, CREATED + 1000)
    history.stored = {order_ids(2)[0]: OrderTiming(1, ended, Moment(CREATED, CREATED + 5), ended)}
    async with stage(LISTED, (80, 24), history=history, view=VIEWS["All"]) as on:
        await type_filter(on, "took>10m")
        await on.press("enter")
        assert history.timings_asked.count(None) == 1
        assert shown_ids(on) == order_ids(2)
        await on.press("escape")
        await on.wait_idle()
        assert not on.app.monitor.state.has_all_timings
        assert on.app.monitor.state.timings.keys() <= {on.table.cursor_id}


async def test_a_filter_says_that_the_history_is_being_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(LISTED, (80, 24), history=MemoryHistory(), view=VIEWS["All"]) as on:
        monkeypatch.setattr(on.app.monitor, "require_timings", lambda *_, **__: None)
        await type_filter(on, "took>10m")
        await on.press("enter")
        assert "No match yet for took>10m: the history is being read." in text_of(on.table)


async def test_many_orders_are_filtered_and_sorted_by_the_history_in_the_background(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(background, "MANY_ORDERS", 1)
    history, ended = MemoryHistory(), Moment(CREATED + 995, CREATED + 1000)
    for number, seconds in ((2, 900), (1, 100)):
        began = Moment(CREATED + 995 - seconds, CREATED + 1000 - seconds)
        history.stored[order_ids(number)[0]] = OrderTiming(1, ended, began, ended)
    async with stage(LISTED, (80, 24), history=history, view=VIEWS["All"]) as on:
        screen = on.app.screen
        assert isinstance(screen, MainScreen)
        call = screen._filter._arranger._call

        async def settle() -> None:
            await on.wait_idle()
            while call.is_running:
                await on.pilot.pause(0.01)
            await on.wait_idle()

        await type_filter(on, "took>10m")
        await on.press("enter")
        await settle()
        assert shown_ids(on) == order_ids(2)
        await on.press("escape", "s", "k")
        await settle()
        assert shown_ids(on)[:2] == order_ids(2, 1)
        await on.press("S")
        await settle()
        assert shown_ids(on)[:2] == order_ids(1, 2)


async def test_the_pane_shows_the_times_of_the_order_under_the_cursor() -> None:
    async with running((120, 60), VIEWS["All"]) as (on, _, _now):
        await on.press("home")
        assert "remaining    3–7 min" in on.detail
        assert "elapsed      12 min 05 s" in on.detail
        await on.press("down")
        assert "no progress for 24 min" in on.detail
        assert "attempt      2" in on.detail
