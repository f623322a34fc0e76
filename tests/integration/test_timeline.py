"""The timeline of an order in Textual's test harness."""

import pytest

from tests.support.acting import MemoryJournal
from tests.support.app_actions import acting
from tests.support.app_stage import Stage, order, orders, rendered_lines, stage, text_of
from tests.support.history_rows import POLLED, add_keyframe, progress, status
from tests.support.journal_entries import entry
from tests.support.memory_history import MemoryHistory
from tui.history.company_history import CompanyHistory
from tui.model.actions import Outcome
from tui.model.events import TimingsChanged
from tui.model.history import Span, SpanKind
from tui.model.order import Snapshot
from tui.model.ports import Failure, FailureKind
from tui.model.timing import Moment, OrderTiming
from tui.ui.activity.change_list import ChangeList
from tui.ui.widgets.line_view import LineView

START = 1_700_000_000.0  # of the manual clock
FIRST, SECOND = order(2).id, order(1).id
LISTED = orders(2, 1, status="TRANSCODING")


def recorded() -> MemoryHistory:
    return MemoryHistory(
        [
            status(FIRST, None, "QUEUED", START - 900),
            status(FIRST, "QUEUED", "TRANSCODING", START - 600),
        ],
        [Span(START - 1000, START, POLLED)],
    )


def shown(on: Stage) -> str:
    return text_of(on.app.screen.query_one("#timeline", LineView))


async def opened(on: Stage) -> None:
    await on.press("enter", "3")
    await on.pass_time(1)


async def test_3_shows_the_timeline_and_the_tabs_cycle() -> None:
    async with stage(LISTED, history=recorded()) as on:
        await opened(on)
        seen = "\n".join(rendered_lines(on.app))
        assert "▌3 Timeline" in seen
        assert "recorded since" in seen
        assert "◌ QUEUED" in seen
        assert "5 min 00 s" in seen
        for key, tab in (("tab", "Facts"), ("shift+tab", "Timeline"), ("left", "Raw JSON")):
            await on.press(key)
            await on.painted()
            assert any(f"▌{n} {tab}" in line for line in rendered_lines(on.app) for n in (1, 2, 3))


async def test_what_is_recorded_appears_and_nothing_is_read_if_nothing_is() -> None:
    history = recorded()
    async with stage(LISTED, history=history) as on:
        await on.press("enter")
        await on.pass_time(3)
        assert history.reads.count(FIRST) == 0  # not before it is looked at
        await on.press("3")
        await on.pass_time(6)
        assert history.reads.count(FIRST) == 1
        history.record(progress(FIRST, None, (5.0,), START + 5))
        await on.pass_time(2)
        assert history.reads.count(FIRST) == 1
        assert "UPLOADING" not in shown(on)
        history.record(status(FIRST, "TRANSCODING", "UPLOADING", START + 10))
        await on.pass_time(2)
        assert "↑ UPLOADING" in shown(on)
        assert history.reads.count(FIRST) == 2


async def test_the_facts_name_what_was_not_polled_only_where_a_span_says_so(utc: None) -> None:
    """`FIRST` ended while polling was paused, `SECOND` while one poll took long."""
    start, end = Moment(START - 905, START - 900), Moment(START - 400, START - 100)
    done = orders(2, 1, status="FINISHED")
    spans = [
        Span(START - 1000, START - 400, POLLED),
        Span(START - 400, START - 110, SpanKind.PAUSED),
        Span(START - 110, START, POLLED),
    ]
    changes = [
        status(FIRST, None, "TRANSCODING", START - 900),
        status(FIRST, "TRANSCODING", "FINISHED", START - 100, START - 400),
        status(SECOND, None, "TRANSCODING", START - 900),
        status(SECOND, "TRANSCODING", "FINISHED", START - 440, START - 500),
    ]
    history = MemoryHistory(changes, spans)
    slow = Moment(START - 500, START - 440)
    history.stored = {
        FIRST: OrderTiming(1, end, start, end),
        SECOND: OrderTiming(1, slow, start, slow),
    }
    async with stage(done, (160, 40), history=history) as on:
        await on.press("enter")
        await on.pass_time(2)
        facts = on.app.screen.query_one("#facts", LineView)
        assert "not polling from today 22:06:40" in " ".join(text_of(facts).split())
        await on.press("right_square_bracket")
        await on.pass_time(2)
        assert "between today 22:05:00" in " ".join(text_of(facts).split())
        assert "not polling" not in text_of(facts)


async def test_another_order_has_its_own_timeline() -> None:
    async with stage(LISTED, history=recorded()) as on:
        await opened(on)
        assert "QUEUED" in shown(on)
        await on.press("right_square_bracket")
        await on.pass_time(1)
        assert "Nothing is recorded of this order" in shown(on)
        await on.press("left_square_bracket")
        await on.pass_time(1)
        assert "QUEUED" in shown(on)


async def test_a_running_status_goes_on_and_stops_while_polls_fail() -> None:
    async with stage(LISTED, history=recorded()) as on:
        await opened(on)
        assert "now" in shown(on)
        await on.pass_time(120)
        assert "12 min 00 s" in shown(on)
        await on.list_again(Failure(FailureKind.SERVER, 500))
        await on.pass_time(20)
        frozen = shown(on)
        assert "now" not in frozen
        await on.pass_time(300)
        assert shown(on) == frozen


async def test_a_stalled_order_is_stalled_in_its_timeline_until_it_moves(utc: None) -> None:
    history = recorded()
    async with stage(LISTED, history=history) as on:
        await opened(on)
        assert "no progress" not in shown(on)
        entered = Moment(START - 605, START - 600)
        timing = OrderTiming(1, entered, entered, None, START - 480, is_stalled=True)
        on.app.monitor.apply(TimingsChanged({FIRST: timing}))
        await on.pass_time(1)
        assert "‖ no progress for 8 min, since 22:05:20" in shown(on)
        assert "‖ no progress   22:05:20  now" in shown(on)
        moved = OrderTiming(1, entered, entered, None, START)
        on.app.monitor.apply(TimingsChanged({FIRST: moved}))
        await on.pass_time(1)
        assert "no progress" not in shown(on)


async def test_a_second_costs_no_redraw(redrawn: list[tuple[str, int | None]]) -> None:
    async with stage(LISTED, history=recorded()) as on:
        await opened(on)
        await on.pass_time(5)
        await on.painted()
        redrawn.clear()
        await on.pass_time(2)
        assert [each for each in redrawn if each[0] == "timeline"] == []


@pytest.mark.parametrize("has_history", [True, False])
async def test_why_there_is_no_timeline_is_said(has_history: bool) -> None:
    history = MemoryHistory() if has_history else None
    async with stage(LISTED, history=history) as on:
        await opened(on)
        assert ("Nothing is recorded yet" if has_history else "No history is recorded") in shown(on)


async def test_a_problem_of_the_history_is_said_above_the_timeline() -> None:
    history = recorded()
    history.problem = "The history is not saved: the disk is full"
    async with stage(LISTED, history=history) as on:
        await opened(on)
        first, *others = shown(on).splitlines()
        assert first == history.problem
        assert "QUEUED" in "\n".join(others)


async def test_what_was_observed_in_this_run_is_in_timeline_and_activity() -> None:
    """With the real recorder and store, in memory."""
    history = CompanyHistory(None, lambda: START, days=90, size=10_000_000, stall_after=600.0)
    async with stage(LISTED, history=history) as on:
        while not history.revision.others:  # the store is opened, and was read
            await on.pass_time(6)
        known = history.revision.others
        listed = Snapshot((order(2, "UPLOADING"), order(1, "TRANSCODING")))
        await on.list_again(listed)
        assert history.revision.others > known
        await on.press("A")
        changes = on.app.screen.query_one(ChangeList)
        while changes.entry is None:
            await on.pass_time(1)
        assert changes.entry.change.new == "UPLOADING"
        assert changes.entry.change.order_id == FIRST
        await on.press("enter")
        while "↑ UPLOADING" not in shown(on):
            await on.pass_time(1)
        assert "first seen" in shown(on)
        assert "▶ TRANSCODING" in shown(on)


# Actions


def requeued() -> tuple[MemoryHistory, MemoryJournal]:
    """The first order failed and was requeued; the answer was lost, and a read found it later."""
    history = MemoryHistory(
        [
            status(FIRST, None, "TRANSCODING", START - 900),
            status(FIRST, "TRANSCODING", "ERROR", START - 600),
            status(FIRST, "ERROR", "TRANSCODING", START - 60, attempt=2),
        ],
        [Span(START - 1000, START, POLLED)],
    )
    found = entry(
        FIRST,
        START - 300,
        outcome=Outcome.FOUND_DONE,
        words="queued again, TRANSCODING at 22:12:30",
        settled_at=START - 50,
    )
    return history, MemoryJournal([found])


async def test_the_timeline_shows_the_actions_in_the_attempt_that_follows(utc: None) -> None:
    history, journal = requeued()
    async with stage(LISTED, history=history, actions=acting(journal=journal)) as on:
        await opened(on)
        text = shown(on)
        assert "by anna@wall: found: queued again, TRANSCODING at 22:12:30" in text
        assert "attempt 1 had failed" in text
        assert text.index("Attempt 2") < text.index("→ requeue") < text.index("Attempt 1")
        await on.press("right_square_bracket")
        await on.pass_time(1)
        assert "requeue" not in shown(on)  # the other order has none


async def test_an_action_on_the_order_appears_with_the_change_that_follows() -> None:
    history, journal = requeued()
    found, journal.entries = journal.entries, []
    async with stage(LISTED, history=history, actions=acting(journal=journal)) as on:
        await opened(on)
        assert "requeue" not in shown(on)
        journal.entries = found
        history.record(status(FIRST, "TRANSCODING", "UPLOADING", START + 1, attempt=2))
        await on.pass_time(2)
        assert "→ requeue" in shown(on)


@pytest.mark.parametrize(
    ("back", "text"),
    [(200, "by anna@wall: outcome unknown"), (20, "found: queued again"), (400, "")],
)
async def test_the_past_has_only_what_was_known_then(back: int, text: str, utc: None) -> None:
    history, journal = requeued()
    add_keyframe(history.connection, START - 1000, [])
    async with stage(LISTED, history=history, actions=acting(journal=journal)) as on:
        on.main_screen.travel.go(START - back)
        while on.main_screen.travel._reading is not None:
            await on.pilot.pause(0.01)
        await opened(on)
        while "STATUS" not in shown(on):
            await on.pilot.pause(0.01)
        assert ("requeue" in shown(on)) is bool(text)
        assert text in shown(on)


async def test_the_copied_text_ends_with_the_actions(utc: None) -> None:
    history, journal = requeued()
    async with stage(LISTED, history=history, actions=acting(journal=journal)) as on:
        for keys in (("Y", "t"), ("escape", "enter", "Y", "t")):
            on.app.copy_to_clipboard("")
            *before, choice = keys
            await on.press(*before)
            assert " lines and the actions on it" in "\n".join(rendered_lines(on.app))
            await on.press(choice)
            last = on.app.clipboard.splitlines()[-1]
            assert last.startswith("action: 2023-11-14 22:08:20 UTC requeue by anna@wall: found: ")
