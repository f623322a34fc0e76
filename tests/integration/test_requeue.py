"""The requeue dialog: from the plan to its results, by keys."""

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from tests.support.acting import REFUSED, SLOW, MemoryJournal, requeue_entry
from tests.support.app_actions import acting
from tests.support.app_stage import (
    MIXED_ORDERS,
    SESSION,
    VIEWS,
    Stage,
    message_line,
    order_ids,
    orders,
    rendered_lines,
    stage,
    type_filter,
)
from tests.support.fake_company import FakeCompany
from tests.support.memory_history import MemoryHistory
from tui.model.actions import ActionKind, Guard, Outcome
from tui.model.history import Change, ChangedField
from tui.model.order import OrderDetail, Snapshot
from tui.model.ports import Failure
from tui.ui.order_screen.screen import OrderScreen
from tui.ui.requeue.dialog import RequeueDialog
from tui.ui.requeue.run import Stage as RunStage

FIVE, FOUR, THREE, TWO, ONE = order_ids(5, 4, 3, 2, 1)
ERROR = "ERROR"
FAILED = orders(*range(7, 0, -1), status="ERROR")


def shown(on: Stage) -> str:
    """Return the text of the screen in front, each line without its frame."""
    return "\n".join(line.strip("│ ") for line in rendered_lines(on.app))


async def until(on: Stage, is_true: Callable[[], bool]) -> None:
    """Wait until something is true. A test's time limit ends it."""
    while not is_true():
        await on.pilot.pause(0.005)
    await on.wait_idle()
    await on.painted()


def dialog(on: Stage) -> RequeueDialog:
    return next(each for each in on.app.screen_stack if isinstance(each, RequeueDialog))


def is_at(on: Stage, stage_: RunStage) -> Callable[[], bool]:
    return lambda: dialog(on)._run.stage is stage_


async def plan(on: Stage, *keys: str) -> None:
    """Press `keys`, then requeue, and wait until the plan is shown."""
    await on.press(*keys, "R")
    await until(on, lambda: dialog(on)._is_plan_painted)


def queue(on: Stage) -> Callable[[str], None]:
    """Return what lets the server queue an order when it is sent."""

    def act(order_id: str) -> None:
        assert isinstance(on.api.listed, Snapshot)
        now = tuple(
            msgspec.structs.replace(each, status="QUEUED") if each.id == order_id else each
            for each in on.api.listed.orders
        )
        on.api.listed = Snapshot(now)

    return act


async def test_the_plan_says_of_each_order_what_becomes_of_it() -> None:
    writes = FakeCompany()
    async with stage(MIXED_ORDERS, actions=acting(writes), view=VIEWS["All"]) as on:
        on.api.comments = {FOUR: "disk full"}
        await plan(on, "asterisk")
        text = shown(on)
        assert "2 orders to requeue · 2 finished · 1 not failed" in text
        assert "disk full" in text
        assert "no reason given" in text
        assert "not sent: running (TRANSCODING)" in text
        assert text.count("not sent: finished: costs minutes again") == 2
        assert writes.requeued == []
        await on.press("escape")
        assert on.app.screen is on.main_screen
        assert writes.requeued == []


async def test_enter_sends_the_eligible_orders_once_and_shows_the_results() -> None:
    writes, journal = FakeCompany(), MemoryJournal()
    async with stage(MIXED_ORDERS, actions=acting(writes, journal), view=VIEWS["All"]) as on:
        writes.on_requeue = queue(on)
        await plan(on, "asterisk")
        asked = len(on.api.asked)
        await on.press("enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert writes.requeued == [FOUR, TWO]
        assert "2 sent" in shown(on)
        await on.pass_time(2)  # the budget of requests is used up
        assert "list" in on.api.asked[asked:], "it polls at once"
        await on.press("enter")
        assert message_line(on.app) == "A plan is sent only once, and this one has begun"
        assert writes.requeued == [FOUR, TWO]
        await on.press("escape")
        assert sorted(on.table.marked) == [ONE, THREE, FIVE], "the marks of sent ones are gone"
        assert on.row(2).split()[2] == "QUEUED"
        assert journal.outcomes == [(FOUR, Outcome.ACCEPTED), (TWO, Outcome.ACCEPTED)]
        events = [entry.text for entry in on.app.monitor.telemetry.log]
        assert f"requeue of {FOUR}: sent" in events


async def test_without_marks_the_order_under_the_cursor_is_meant() -> None:
    writes = FakeCompany()
    async with stage(MIXED_ORDERS, actions=acting(writes), view=VIEWS["All"]) as on:
        await plan(on, "n")
        assert "Requeue 1 order" in shown(on)
        assert "more in ERROR" not in shown(on)
        await on.press("enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert writes.requeued == [FOUR]


async def test_on_its_own_screen_an_order_is_requeued_whatever_is_marked() -> None:
    writes = FakeCompany()
    async with stage(MIXED_ORDERS, actions=acting(writes), view=VIEWS["All"]) as on:
        await on.press("n", "space", "N", "n", "n", "enter")
        assert len(on.table.marked) == 1
        await plan(on)
        assert "Requeue 1 order" in shown(on)
        await on.press("enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert writes.requeued == [on.table.cursor_id] == [TWO]
        assert list(on.table.marked) == [FOUR]
        await on.press("escape")
        assert isinstance(on.app.screen, OrderScreen)


async def test_finished_orders_are_sent_only_after_f() -> None:
    writes = FakeCompany()
    async with stage(MIXED_ORDERS, actions=acting(writes), view=VIEWS["All"]) as on:
        await plan(on, "G")
        assert "No order to requeue · 1 finished" in shown(on)
        await on.press("enter")
        assert message_line(on.app).startswith("No order of this plan can be requeued. esc: leave")
        await on.press("f")
        assert "1 order to requeue" in shown(on)
        assert "finished: costs minutes again" in shown(on)
        await on.press("enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert writes.requeued == [ONE]


async def test_the_plan_says_what_is_hidden_and_what_is_not_included() -> None:
    async with stage(MIXED_ORDERS, actions=acting(), view=VIEWS["All"]) as on:
        await on.press("space", "space")  # one that runs, and one that failed
        await type_filter(on, "status:error")
        await plan(on, "enter")
        assert "1 marked order is hidden by the filter" in shown(on)
        assert "1 more in ERROR now matches the filter: not included" in shown(on)
        assert "1 order to requeue · 1 not failed" in shown(on)


async def test_a_marked_order_that_vanished_is_said_to_be_gone() -> None:
    async with stage(orders(3, 2, 1, status="ERROR"), actions=acting(), view=VIEWS["All"]) as on:
        await on.press("space", "space")
        await on.list_again(orders(2, 1, status="ERROR"))
        await plan(on, "x")
        assert "1 marked order is no longer in the list" in shown(on)
        assert "1 more in ERROR in the list: not included" in shown(on)


async def test_more_than_five_are_sent_only_after_their_number_was_typed() -> None:
    writes = FakeCompany()
    async with stage(FAILED, actions=acting(writes), view=VIEWS["All"]) as on:
        await plan(on, "asterisk")
        await on.press("enter")
        await until(on, lambda: "Type their number" in shown(on))
        await on.press("6", "enter")
        assert "Type 7 to confirm. Nothing is sent yet" in shown(on)
        await on.press("escape")
        assert on.app.screen is dialog(on)
        await on.press("enter")
        await until(on, lambda: "Type their number" in shown(on))
        assert writes.requeued == []
        await on.press("7", "enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert len(writes.requeued) == len(set(writes.requeued)) == 7


async def test_a_guard_asks_for_the_id_and_another_denies() -> None:
    writes = FakeCompany()
    guards = (
        Guard(f"id:{FOUR}", ActionKind.REQUEUE, type_id=True, reason="the live channel"),
        Guard(f"id:{TWO}", ActionKind.REQUEUE, deny=True, reason="ask Joan first"),
    )
    services = acting(writes, guards=guards)
    async with stage(MIXED_ORDERS, actions=services, view=VIEWS["All"]) as on:
        await plan(on, "asterisk")
        assert "denied: ask Joan first" in shown(on)
        assert "a guard asks for its id: the live channel" in shown(on)
        await on.press("enter")
        await until(on, lambda: "Type the id" in shown(on))
        assert f"{FOUR}: the live channel" in shown(on)
        await on.press(*("minus" if each == "-" else each for each in FOUR), "enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert writes.requeued == [FOUR]


async def test_refused_and_unknown_outcomes_are_shown_and_the_latter_read_again() -> None:
    writes = FakeCompany(answers={FOUR: REFUSED, TWO: SLOW})
    journal = MemoryJournal()
    async with stage(MIXED_ORDERS, actions=acting(writes, journal), view=VIEWS["All"]) as on:
        await plan(on, "asterisk")
        await on.press("enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert "1 refused · 1 unknown" in shown(on)
        assert "refused: unexpected answer 400 (only in ERROR)" in shown(on)
        assert "outcome unknown: still ERROR at" in shown(on)
        assert journal.outcomes == [(FOUR, Outcome.REFUSED), (TWO, Outcome.UNKNOWN)]
        await on.press("escape")
        await until(on, lambda: f"Outcome unknown of requeue of {TWO}" in on.line("trouble"))
        assert sorted(on.table.marked) == [ONE, TWO, THREE, FOUR, FIVE]
        await on.press("escape")
        assert sorted(on.table.marked) == []
        await on.press("escape")
        assert on.line("trouble") == ""
        assert writes.requeued == [FOUR, TWO]


async def test_an_unknown_outcome_is_settled_after_the_dialog_is_closed() -> None:
    writes = FakeCompany(answers={FOUR: SLOW})
    async with stage(MIXED_ORDERS, actions=acting(writes), view=VIEWS["All"]) as on:
        writes.on_requeue = queue(on)
        await plan(on, "n")
        await on.press("enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert "1 found queued again" in shown(on)
        await on.press("escape")
        assert on.line("trouble") == ""


async def test_escape_while_orders_are_sent_asks_and_stops_after_the_one_in_flight() -> None:
    writes = FakeCompany()
    writes.gate.clear()
    async with stage(FAILED, actions=acting(writes), view=VIEWS["All"]) as on:
        await plan(on, "space", "space", "space")
        await on.press("enter")
        await until(on, lambda: len(writes.requeued) == 1)
        assert "esc stops" in shown(on)
        await on.press("escape")
        assert "Stop after the request in flight" in shown(on)
        await on.press("g")
        assert on.app.screen is dialog(on)
        await on.press("q", "s")
        assert "stopping after the request in flight" in shown(on)
        writes.gate.set()
        await until(on, is_at(on, RunStage.ENDED))
        assert "esc closes" in shown(on)
        assert "1 sent · 2 not sent" in shown(on)
        assert shown(on).count("not sent: stopped before its turn") == 2
        assert len(writes.requeued) == 1


async def test_a_dialog_that_is_closed_while_outcomes_are_settled_says_what_goes_on() -> None:
    writes, waiting = FakeCompany(answers={FOUR: SLOW}), asyncio.Event()
    services = msgspec.structs.replace(acting(writes), sleep=lambda _: waiting.wait())
    async with stage(MIXED_ORDERS, actions=services, view=VIEWS["All"]) as on:
        writes.on_requeue = queue(on)
        await plan(on, "n")
        await on.press("enter")
        await until(on, is_at(on, RunStage.SETTLING))
        await on.press("escape")
        assert message_line(on.app) == "Requeue: 1 unknown, reading it again"
        await on.pass_time(20)
        waiting.set()
        await until(on, lambda: "1 found queued again" in message_line(on.app))
        assert writes.requeued == [FOUR]


async def test_marks_and_notices_are_of_one_account() -> None:
    journal = MemoryJournal()
    journal.entries = [requeue_entry(FOUR, 1000.0, Outcome.UNKNOWN, 1)]
    async with stage(MIXED_ORDERS, actions=acting(journal=journal)) as on:
        on.api.comments = {FOUR: "disk full"}
        await on.press("asterisk")
        await on.pass_time(1)
        await until(on, lambda: "Outcome unknown" in on.line("trouble"))
        on.main_screen.acting.leave_account()
        assert list(on.table.marked) == []
        assert on.line("trouble") == ""


async def test_ctrl_c_stops_and_again_ends_the_program_after_the_request_in_flight() -> None:
    writes, journal = FakeCompany(), MemoryJournal()
    writes.gate.clear()
    async with stage(FAILED, actions=acting(writes, journal), view=VIEWS["All"]) as on:
        await plan(on, "space", "space", "space")
        await on.press("enter")
        await until(on, lambda: len(writes.requeued) == 1)
        await on.press("ctrl+c")
        assert on.app.is_running
        assert "stopping after the request in flight" in shown(on)
        await on.press("ctrl+c")
        assert on.app.return_code is None, "it waits for the answer"
        writes.gate.set()
        while on.app.return_code is None:
            await on.pilot.pause(0.005)
    assert [outcome for _, outcome in journal.outcomes] == [Outcome.ACCEPTED]
    assert len(writes.requeued) == 1


async def test_an_exit_while_an_order_is_sent_leaves_it_unknown_in_the_journal() -> None:
    writes, journal = FakeCompany(), MemoryJournal()
    writes.gate.clear()
    async with stage(FAILED, actions=acting(writes, journal), view=VIEWS["All"]) as on:
        await plan(on, "space", "space")
        await on.press("enter")
        await until(on, lambda: len(writes.requeued) == 1)
        on.app.exit()
    assert [outcome for _, outcome in journal.outcomes] == [Outcome.UNKNOWN]
    assert len(writes.requeued) == 1


async def test_keys_typed_ahead_send_nothing_before_the_plan_is_shown() -> None:
    writes, gate = FakeCompany(), asyncio.Event()
    async with stage(FAILED, actions=acting(writes), view=VIEWS["All"]) as on:
        read = on.api.order

        async def wait(order_id: str) -> OrderDetail | Failure:
            await gate.wait()
            return await read(order_id)

        on.api.order = wait  # type: ignore[method-assign] # it answers later
        await on.pilot.press("R", "enter")
        assert message_line(on.app).startswith("The orders are still being read. esc: leave")
        gate.set()
        await until(on, lambda: dialog(on)._is_plan_painted)
        assert writes.requeued == []
        await on.press("enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert len(writes.requeued) == 1


async def test_if_the_journal_cannot_be_written_nothing_is_sent_and_the_dialog_says_why() -> None:
    writes = FakeCompany()
    services = acting(writes, MemoryJournal(fails_at=1))
    async with stage(MIXED_ORDERS, actions=services, view=VIEWS["All"]) as on:
        await plan(on, "asterisk")
        await on.press("enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert "Nothing more is sent: the disk is full" in shown(on)
        assert "2 not sent" in shown(on)
        assert writes.requeued == []


async def test_a_plan_has_a_limit() -> None:
    async with stage(orders(*range(501, 0, -1)), actions=acting(), view=VIEWS["All"]) as on:
        await on.press("asterisk", "R")
        assert message_line(on.app).startswith("501 orders are marked, and a plan has at most 500.")
        assert on.app.screen is on.main_screen


@pytest.mark.parametrize("read_only", [True, False])
async def test_where_nothing_can_be_sent_the_key_says_why(read_only: bool) -> None:
    session = msgspec.structs.replace(SESSION, read_only=read_only)
    services = acting() if read_only else None
    async with stage(MIXED_ORDERS, actions=services, session=session) as on:
        await on.press("R")
        reason = "Read-only" if read_only else "There is no journal of actions"
        assert message_line(on.app).startswith(reason)
        assert on.app.screen is on.main_screen


async def test_unknown_outcomes_of_an_earlier_run_are_settled_at_the_start() -> None:
    journal = MemoryJournal()
    journal.entries = [
        requeue_entry(FOUR, 1000.0, Outcome.UNKNOWN, 1),
        requeue_entry(FIVE, 1001.0, Outcome.BEGUN, 2),
    ]
    async with stage(MIXED_ORDERS, actions=acting(journal=journal), view=VIEWS["All"]) as on:
        on.api.comments = {FOUR: "disk full"}
        assert on.line("trouble") == ""
        await on.pass_time(1)
        await until(on, lambda: on.line("trouble").startswith(" Outcome unknown of requeue of"))
        assert f"requeue of {FOUR}" in on.line("trouble")
        assert "esc: hide" in on.line("trouble")
        assert message_line(on.app).startswith(f"{FIVE}: found: queued again, TRANSCODING")
        assert journal.outcomes[1] == (FIVE, Outcome.FOUND_DONE)
        await on.press("escape")
        assert on.line("trouble") == ""


async def test_the_history_settles_what_has_failed_again_for_the_same_reason() -> None:
    journal = MemoryJournal([requeue_entry(FOUR, 1000.0, Outcome.UNKNOWN, 1)])
    times = ((ERROR, "TRANSCODING", 1010.0), ("TRANSCODING", ERROR, 1020.0))
    history = MemoryHistory(
        [
            Change(FOUR, 2, ChangedField.STATUS, old, new, at - 5, at)
            for old, new, at in ((None, ERROR, 900.0), *times)
        ]
    )
    acts = acting(journal=journal)
    async with stage(MIXED_ORDERS, actions=acts, history=history, view=VIEWS["All"]) as on:
        on.api.comments = {FOUR: "disk full"}
        await on.pass_time(1)
        await until(on, lambda: journal.outcomes == [(FOUR, Outcome.FOUND_DONE)])
        assert on.line("trouble") == ""
        assert journal.entries[0].words == "queued again: the history saw it run"


async def test_a_guard_with_a_mistake_is_said_at_the_start_and_denies() -> None:
    guards = [Guard("", None, problem="guard 1: 'denny' is no key of a guard")]
    writes = FakeCompany()
    async with stage(MIXED_ORDERS, actions=acting(writes, guards=guards)) as on:
        told = [each.message for each in on.app._notifications]
        assert told == ["guards in the config file:\nguard 1: 'denny' is no key of a guard"]
        await plan(on)
        assert "No order to requeue" in shown(on)
        await on.press("enter")
        assert writes.requeued == []


async def test_a_hostile_file_name_is_shown_as_text() -> None:
    async with stage(orders(1, status="ERROR"), actions=acting()) as on:
        on.api.comments = {ONE: "[red]no[/] [@click=app.quit]quit[/]"}
        await plan(on)
        assert "[red]no[/] [@click=app.quit]quit[/]" in shown(on)


@pytest.mark.parametrize("size", [(40, 8), (80, 24), (200, 60)])
async def test_the_dialog_works_at_every_size(size: tuple[int, int]) -> None:
    writes = FakeCompany()
    async with stage(MIXED_ORDERS, size, actions=acting(writes), view=VIEWS["All"]) as on:
        await plan(on, "n")
        assert "1 order to requeue" in shown(on)
        await on.press("enter")
        await until(on, is_at(on, RunStage.ENDED))
        assert "1 sent" in shown(on)
        assert writes.requeued == [FOUR]
