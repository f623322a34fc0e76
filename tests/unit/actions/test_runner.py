"""A run sends each order once, and its journal tells the truth wherever it ends."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.support.acting import (
    REFUSED,
    SLOW,
    FakeServer,
    MemoryJournal,
    detail,
    item,
    ports_of,
    requeue_entry,
)
from tests.support.clocks import ManualClock
from tui.actions.plan import ItemResult, Plan, PlanItem
from tui.actions.runner import PlanRunner
from tui.model.actions import ActionKind, Outcome, WriteFailure
from tui.model.ports import CachedAnswer, DetailAnswer, Failure, FailureKind

MADE_AT = 1_700_000_000.0
"""What `ManualClock` begins with."""
ACCEPTED, UNKNOWN = Outcome.ACCEPTED, Outcome.UNKNOWN


def runner_of(
    server: FakeServer,
    journal: MemoryJournal,
    items: Sequence[PlanItem] | None = None,
    clock: ManualClock | None = None,
) -> PlanRunner:
    items = [item(each) for each in server.details] if items is None else items
    plan = Plan("p1", ActionKind.REQUEUE, tuple(items), made_at=MADE_AT)
    return PlanRunner(plan, items, ports_of(server, journal, clock or ManualClock()))


def failed(*order_ids: str) -> FakeServer:
    return FakeServer({each: detail(each) for each in order_ids})


async def results_of(runner: PlanRunner) -> list[ItemResult]:
    return [each async for each in runner.run()]


async def test_each_order_is_read_journalled_and_sent_once() -> None:
    server, journal = failed("a", "b"), MemoryJournal()
    results = await results_of(runner_of(server, journal))
    assert results == [ItemResult("a", ACCEPTED), ItemResult("b", ACCEPTED)]
    assert server.log == ["read a", "requeue a", "read b", "requeue b"]
    entry = journal.entries[0]
    assert (entry.plan, entry.who, entry.subject, entry.summary) == (
        "p1",
        "anna@wall",
        "a",
        "a.mp4",
    )


@pytest.mark.parametrize(
    ("planned", "answer", "words"),
    [
        (item("a"), detail("a", "TRANSCODING"), "changed to TRANSCODING"),
        (item("a"), detail("a", "FINISHED"), "changed to FINISHED"),
        (item("a", "FINISHED"), detail("a", "ERROR"), "changed to ERROR"),
        (item("a"), detail("a", comment="no codec"), "it ran and failed again"),
        (item("a"), detail("a", ""), "its status is not known"),
        (item("a"), Failure(FailureKind.MISSING, 404), "not found on the server"),
        (
            item("a"),
            Failure(FailureKind.CUT),
            "could not be read again: the connection was cut",
        ),
        (
            item("a"),
            CachedAnswer(detail("a"), 9.0),
            "could not be read again: an old copy from a cache",
        ),
    ],
)
async def test_what_has_changed_since_the_plan_is_skipped(
    planned: PlanItem, answer: DetailAnswer, words: str
) -> None:
    server, journal = FakeServer(answers={"a": answer}), MemoryJournal()
    results = await results_of(runner_of(server, journal, [planned]))
    assert results == [ItemResult("a", Outcome.SKIPPED, words)]
    assert (server.sent, journal.entries) == ([], [])


async def test_what_the_history_saw_run_since_the_plan_is_skipped() -> None:
    asked: list[tuple[str, float]] = []

    async def has_run_since(order_id: str, at: float) -> bool:
        asked.append((order_id, at))
        return order_id == "a"

    server, journal = failed("a", "b"), MemoryJournal()
    items = [item("a"), item("b")]
    ports = ports_of(server, journal, ManualClock())._replace(has_run_since=has_run_since)
    plan = Plan("p1", ActionKind.REQUEUE, tuple(items), made_at=MADE_AT)
    results = await results_of(PlanRunner(plan, items, ports))
    words = "the history saw it run since the plan"
    assert results == [ItemResult("a", Outcome.SKIPPED, words), ItemResult("b", ACCEPTED)]
    assert asked == [("a", MADE_AT), ("b", MADE_AT)]


@pytest.mark.parametrize(
    ("planned", "now"),
    [
        (item("a"), detail("a")),
        (item("a", comment=""), detail("a")),  # written after the status: no proof of a run
        (item("a", "FINISHED"), detail("a", "FINISHED")),
    ],
)
async def test_what_has_not_changed_is_sent(planned: PlanItem, now: DetailAnswer) -> None:
    server = FakeServer(answers={"a": now})
    await results_of(runner_of(server, MemoryJournal(), [planned]))
    assert server.sent == ["a"]


@pytest.mark.parametrize(
    ("at", "outcome", "is_sent"),
    [
        (MADE_AT + 1, ACCEPTED, False),
        (MADE_AT + 1, UNKNOWN, False),
        (MADE_AT - 1, Outcome.BEGUN, False),  # it is in flight
        (MADE_AT - 61, Outcome.BEGUN, True),  # what came of it could not be written
        (MADE_AT - 1, UNKNOWN, True),  # the plan says so
        (MADE_AT - 1, ACCEPTED, True),
        (MADE_AT + 1, Outcome.REFUSED, True),
    ],
)
async def test_what_another_instance_has_sent_since_the_plan_is_skipped(
    at: float, outcome: Outcome, is_sent: bool
) -> None:
    server, journal = failed("a"), MemoryJournal([requeue_entry("a", at, outcome, 1)])
    results = await results_of(runner_of(server, journal))
    skipped = ItemResult("a", Outcome.SKIPPED, f"requeued at {at:.0f} by anna@wall")
    assert results == [ItemResult("a", ACCEPTED) if is_sent else skipped]
    assert server.sent == (["a"] if is_sent else [])


async def test_a_refusal_is_shown_and_never_repeated() -> None:
    server, journal = failed("a", "b"), MemoryJournal()
    server.refusals["a"] = (REFUSED, False)
    results = await results_of(runner_of(server, journal))
    assert results[0] == ItemResult("a", Outcome.REFUSED, "an unexpected status (only in ERROR)")
    assert server.sent == ["a", "b"]
    assert journal.outcomes == [("a", Outcome.REFUSED), ("b", ACCEPTED)]


async def test_an_unknown_outcome_is_settled_by_reading() -> None:
    server, journal = failed("a", "b"), MemoryJournal()
    server.refusals["a"] = (SLOW, True)
    results = await results_of(runner_of(server, journal))
    assert results == [
        ItemResult("a", UNKNOWN, "no whole answer within the deadline"),
        ItemResult("b", ACCEPTED),
        ItemResult("a", Outcome.FOUND_DONE, "queued again, QUEUED at 1700000002"),
    ]
    assert server.sent == ["a", "b"]
    assert journal.outcomes == [("a", Outcome.FOUND_DONE), ("b", ACCEPTED)]


async def test_what_no_read_settles_stays_unknown() -> None:
    server, journal, clock = failed("a"), MemoryJournal(), ManualClock()
    server.refusals["a"] = (SLOW, False)
    results = await results_of(runner_of(server, journal, clock=clock))
    words = "still ERROR at 1700000077: not queued, or failed again at once"
    assert results[1:] == [ItemResult("a", UNKNOWN, words)]
    assert server.sent == ["a"]
    assert server.log.count("read a") == 1 + 5
    assert [(each.outcome, each.words) for each in journal.entries] == [(UNKNOWN, words)]


async def test_a_later_read_that_proves_a_run_settles() -> None:
    server, journal = failed("a"), MemoryJournal()
    server.refusals["a"] = (SLOW, False)

    def fail_again(_: str) -> None:
        if server.log.count("read a") == 4:
            server.details["a"] = detail("a", comment="no codec")

    server.on_read = fail_again
    results = await results_of(runner_of(server, journal))
    words = "queued again, it ran and failed again by 1700000017"
    assert results[-1] == ItemResult("a", Outcome.FOUND_DONE, words)


async def test_nothing_is_sent_if_the_journal_cannot_be_written() -> None:
    server, journal = failed("a", "b", "c"), MemoryJournal(fails_at=2)
    runner = runner_of(server, journal)
    assert await results_of(runner) == [ItemResult("a", ACCEPTED)]
    assert server.sent == ["a"]
    assert runner.problem == "the disk is full"
    assert [each.order_id for each in runner.unsent] == ["b", "c"]


async def test_a_result_that_cannot_be_journalled_is_said() -> None:
    journal = MemoryJournal(finish_problem="the journal cannot be written")
    results = await results_of(runner_of(failed("a"), journal))
    assert results == [ItemResult("a", ACCEPTED, "the journal cannot be written")]


async def test_stop_ends_after_the_request_in_flight() -> None:
    server, journal = failed("a", "b", "c"), MemoryJournal()
    runner = runner_of(server, journal)
    results = []
    async for each in runner.run():
        results.append(each)
        assert runner.is_running
        runner.stop()
    assert results == [ItemResult("a", ACCEPTED)]
    assert not runner.is_running
    assert [each.order_id for each in runner.unsent] == ["b", "c"]
    assert server.sent == ["a"]


async def test_an_order_that_is_only_read_when_it_stops_is_unsent() -> None:
    server = failed("a", "b")
    runner = runner_of(server, MemoryJournal())
    server.on_read = lambda _: runner.stop()
    assert await results_of(runner) == []
    assert [each.order_id for each in runner.unsent] == ["a", "b"]
    assert (runner.in_flight, server.sent) == (None, [])


async def test_stop_ends_the_wait_for_a_server_that_limits() -> None:
    server = failed("a", "b")
    limited = WriteFailure(Failure(FailureKind.LIMITED, 429, retry_after=30), may_have_acted=False)
    server.refusals["a"] = (limited, False)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        runner.stop()
        await asyncio.Event().wait()

    items = [item("a"), item("b")]
    ports = ports_of(server, MemoryJournal(), ManualClock())._replace(sleep=sleep)
    runner = PlanRunner(Plan("p1", ActionKind.REQUEUE, tuple(items)), items, ports)
    results = await asyncio.wait_for(results_of(runner), 5)
    assert [each.outcome for each in results] == [Outcome.REFUSED]
    assert (waits, server.sent) == ([30], ["a"])


async def test_a_plan_runs_once() -> None:
    server = failed("a")
    runner = runner_of(server, MemoryJournal())
    await results_of(runner)
    with pytest.raises(RuntimeError, match="once"):
        await results_of(runner)
    assert server.sent == ["a"]


async def cancelled_after(steps: int) -> tuple[FakeServer, MemoryJournal, bool]:
    """Cancel a run after so many steps of the event loop; return whether it had ended."""
    server, journal = failed("a", "b"), MemoryJournal()
    server.refusals["b"] = (SLOW, True)
    task = asyncio.ensure_future(results_of(runner_of(server, journal)))
    for _ in range(steps):
        await asyncio.sleep(0)
    has_ended = task.done()
    task.cancel()
    await asyncio.wait({task})
    return server, journal, has_ended


async def test_the_journal_is_true_wherever_the_task_is_cancelled() -> None:
    for steps in range(1000):
        server, journal, has_ended = await cancelled_after(steps)
        known = dict(journal.outcomes)
        assert Outcome.BEGUN not in known.values()
        for order_id in server.sent:
            allowed = {UNKNOWN, Outcome.FOUND_DONE} | ({ACCEPTED} if order_id == "a" else set())
            assert known[order_id] in allowed, steps
        for order_id in known.keys() - set(server.sent):
            assert known[order_id] in {Outcome.REFUSED, UNKNOWN}, steps
        assert len(server.sent) == len(set(server.sent))
        if has_ended:
            assert steps > 20
            return
    raise AssertionError("the run never ended")


async def test_a_request_in_flight_that_is_cancelled_is_unknown() -> None:
    server, journal = failed("a", "b"), MemoryJournal()
    server.holds, server.is_held = asyncio.Event(), asyncio.Event()
    runner = runner_of(server, journal)
    task = asyncio.ensure_future(results_of(runner))
    await server.is_held.wait()
    assert runner.in_flight == item("a")
    assert [each.order_id for each in runner.unsent] == ["b"]
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert [(each.outcome, each.words) for each in journal.entries] == [
        (UNKNOWN, "the run was broken off before an answer came")
    ]
    assert [each.order_id for each in runner.unsent] == ["b"]
