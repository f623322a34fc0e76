"""What the requeue dialog says of a plan and of its run."""

import pytest

from tests.support.acting import REFUSED, SLOW, FakeServer, MemoryJournal, detail, ports_of
from tests.support.clocks import ManualClock
from tui.actions.plan import Eligibility, PlanItem
from tui.model.actions import ActionKind, Guard
from tui.ui.requeue.lines import body, notes, summary, to_type, why_no_key
from tui.ui.requeue.run import Choice, RequeueRun
from tui.ui.text import line_text, width_of
from tui.ui.theme.terminal_output import ASCII, UNICODE

STATUSES = {
    "failed": ("ERROR", "disk full"),
    "other": ("ERROR", ""),
    "running": ("TRANSCODING", ""),
    "done": ("FINISHED", ""),
}
F = ("failed",)
GUARD = Guard("id:other", ActionKind.REQUEUE, type_id=True, reason="the live channel")


def server() -> FakeServer:
    return FakeServer({name: detail(name, *found) for name, found in STATUSES.items()})


def run_of(choice: Choice, on: FakeServer | None = None, *guards: Guard) -> RequeueRun:
    ports = ports_of(on or server(), MemoryJournal(), ManualClock())
    return RequeueRun(choice, ports, guards, lambda _: None)


async def planned(*guards: Guard, choice: Choice | None = None) -> RequeueRun:
    run = run_of(choice or Choice((*STATUSES, "gone")), None, *guards)
    await run.read()
    return run


def text(run: RequeueRun, width: int = 120) -> list[str]:
    return [line_text(line).rstrip() for line in body(run, width, ASCII).lines]


async def test_the_plan_counts_what_is_sent_and_what_is_not() -> None:
    run = run_of(Choice((*STATUSES, "gone")))
    assert summary(run)[0] == "0 of 5 orders read; nothing is sent yet"
    await run.read()
    assert summary(run)[0] == "2 orders to requeue · 1 finished · 1 not failed · 1 gone"
    run.toggle_finished()
    assert summary(run)[0] == "3 orders to requeue · 1 not failed · 1 gone"


async def test_each_order_has_its_reason_or_why_it_is_not_sent() -> None:
    lines = text(await planned(GUARD))
    assert lines == [
        "* failed.mp4                        failed   disk full",
        "* other.mp4                         other    no reason given",
        "                                             a guard asks for its id: the live channel",
        "- running.mp4                       running  not sent: running (TRANSCODING)",
        "- done.mp4                          done     not sent: finished: costs minutes again",
        "- ?                                 gone     not sent: not found on the server",
    ]


async def test_in_a_narrow_dialog_the_words_are_below_and_nothing_is_wider() -> None:
    run = await planned(GUARD)
    for width in (33, 71, 95, 96, 187):
        lines = body(run, width, UNICODE).lines
        assert all(width_of(line) <= width for line in lines), width
    assert text(run, 40)[:2] == ["* failed.mp4                     failed", "  disk full"]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice(F), []),
        (Choice(F, hidden=1, filter=True), ["1 marked order is hidden by the filter"]),
        (Choice(F, hidden=2, filter=True), ["2 marked orders are hidden by the filter"]),
        (Choice(F, missing=2), ["2 marked orders are no longer in the list"]),
        (
            Choice(F, others=1, filter=True),
            ["1 more in ERROR now matches the filter: not included"],
        ),
        (Choice(F, others=3, filter=True), ["3 more in ERROR now match the filter: not included"]),
        (Choice(F, others=3), ["3 more in ERROR in the list: not included"]),
    ],
)
async def test_the_notes_say_what_is_hidden_and_not_included(
    choice: Choice, said: list[str]
) -> None:
    run = await planned(choice=choice)
    assert [note for note, _ in notes(run)] == said
    assert run.begin()
    await run.send()
    assert notes(run) == [], "they are about the plan"


async def test_the_results_are_counted_and_an_unknown_one_is_said_to_be_read_again() -> None:
    on = server()
    on.refusals = {"failed": (REFUSED, False), "other": (SLOW, False)}
    run = run_of(Choice(tuple(STATUSES)), on)
    await run.read()
    seen: list[str] = []
    run.on_change = lambda: seen.append(summary(run)[0])
    assert run.begin()
    await run.send()
    assert seen == [
        "2 to go",
        "1 refused · 1 to go",
        "1 refused · 1 unknown, reading it again",
        "1 refused · 1 unknown, reading it again",
        "1 refused · 1 unknown",
    ]
    failed, other = text(run)[:2]
    assert "refused: an unexpected status (only in ERROR)" in failed
    assert "outcome unknown: still ERROR at " in other


async def test_a_run_that_is_stopped_says_what_was_not_sent() -> None:
    run = await planned()
    assert run.begin()
    run.stop()
    await run.send()
    assert summary(run)[0] == "2 not sent"
    assert sum("not sent: stopped before its turn" in line for line in text(run)) == 2


async def test_what_must_be_typed_is_the_number_and_the_ids_of_guards() -> None:
    run = await planned(GUARD)
    assert to_type(run, 5) == [
        ("Type the id to requeue other.mp4", "other", "other: the live channel")
    ]
    assert to_type(run, 1) == [
        ("Requeue 2 orders? Type their number", "2", "Nothing is sent yet"),
        ("Type the id to requeue other.mp4", "other", "other: the live channel"),
    ]


async def test_a_key_without_an_effect_has_a_reason() -> None:
    run = run_of(Choice(("done",)))
    assert why_no_key("run", run, is_plan_painted=False).startswith("The orders are still being")
    await run.read()
    assert why_no_key("run", run, is_plan_painted=False).startswith("The orders are still being")
    assert why_no_key("run", run, is_plan_painted=True).startswith("No order of this plan can be")
    assert why_no_key("finished", run, is_plan_painted=True) == ""
    assert why_no_key("leave", run, is_plan_painted=True) == ""
    run.toggle_finished()
    assert why_no_key("run", run, is_plan_painted=True) == ""
    assert run.begin()
    assert not run.begin(), "a plan runs once"
    assert why_no_key("run", run, is_plan_painted=True).startswith("A plan is sent only once")
    assert why_no_key("finished", run, is_plan_painted=True).startswith("A plan is sent only once")
    await run.send()


async def test_without_finished_orders_f_has_no_effect() -> None:
    run = await planned(choice=Choice(("failed",)))
    assert why_no_key("finished", run, is_plan_painted=True) == "No order of this plan is finished"


def test_hostile_names_keep_the_columns() -> None:
    run = run_of(Choice(("a",)))
    run.items = [PlanItem("a", Eligibility.ELIGIBLE, "ERROR", "界[red]" * 40, "x" * 400)]
    assert all(width_of(line) <= 110 for line in body(run, 110, UNICODE).lines)
