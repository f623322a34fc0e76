import pytest

from tests.support.acting import WORDING, FakeServer, MemoryJournal, detail, requeue_entry
from tui.actions.plan import Eligibility, Plan, PlanItem
from tui.actions.planner import Planner
from tui.model.actions import ActionKind, Guard, Outcome
from tui.model.order import OrderDetail, Profile, SubJob
from tui.model.ports import CachedAnswer, DetailAnswer, Failure, FailureKind

DENY_4K = Guard("profile:4k", ActionKind.REQUEUE, deny=True, reason="by hand only")


async def plan_of(
    server: FakeServer,
    order_ids: list[str],
    guards: tuple[Guard, ...] = (),
    journal: MemoryJournal | None = None,
) -> tuple[list[PlanItem], Plan]:
    planner = Planner(server, guards, journal, WORDING, wall=lambda: 1000.0, new_id=lambda: "p1")
    items: list[PlanItem] = []
    async for each in planner.plan(order_ids, hidden=2, not_included=3):
        if isinstance(each, Plan):
            return items, each
        items.append(each)
    raise AssertionError("no plan at the end")


def with_profile(order_id: str, name: str, status: str = "ERROR") -> OrderDetail:
    return OrderDetail(order_id, status, comment="x", jobs=(SubJob(Profile("1", name)),))


@pytest.mark.parametrize(
    ("answer", "eligibility", "words"),
    [
        (detail("a"), Eligibility.ELIGIBLE, ""),
        (detail("a", "error"), Eligibility.ELIGIBLE, ""),
        (detail("a", "FINISHED"), Eligibility.FINISHED, "finished: costs minutes again"),
        (detail("a", "TRANSCODING"), Eligibility.NOT_FAILED, "running (TRANSCODING)"),
        (detail("a", "PENDING"), Eligibility.NOT_FAILED, "in the queue (PENDING)"),
        (detail("a", ""), Eligibility.NOT_FAILED, "its status is not known"),
        (
            detail("a", "PAUSED"),
            Eligibility.NOT_FAILED,
            "its status PAUSED is not known to be a failure",
        ),
        (Failure(FailureKind.MISSING, 404), Eligibility.GONE, "not found on the server"),
        (
            Failure(FailureKind.SLOW),
            Eligibility.UNREAD,
            "could not be read: no whole answer within the deadline",
        ),
        (
            CachedAnswer(detail("a"), 30.0),
            Eligibility.UNREAD,
            "could not be read: an old copy from a cache",
        ),
    ],
)
async def test_what_an_order_is(answer: DetailAnswer, eligibility: Eligibility, words: str) -> None:
    _, plan = await plan_of(FakeServer(answers={"a": answer}), ["a"])
    assert [(each.eligibility, each.words) for each in plan.items] == [(eligibility, words)]
    assert bool(plan.to_send()) is (eligibility is Eligibility.ELIGIBLE)
    is_finished = eligibility is Eligibility.FINISHED
    assert bool(plan.to_send(include_finished=True)) is (is_finished or bool(plan.to_send()))


async def test_items_come_in_the_order_that_was_asked_for_and_each_is_read_once() -> None:
    ids = [f"o{number}" for number in range(20)]
    server = FakeServer({each: detail(each) for each in ids})
    items, plan = await plan_of(server, [*ids, "o3"])
    assert [each.order_id for each in items] == ids
    assert plan == Plan("p1", ActionKind.REQUEUE, tuple(items), 2, 3, made_at=1000.0)
    assert server.log == [f"read {each}" for each in ids]


async def test_a_reason_is_that_of_the_failure() -> None:
    server = FakeServer({"a": detail("a"), "b": detail("b", "FINISHED", "all good")})
    _, plan = await plan_of(server, ["a", "b"])
    assert [(each.reason, each.filename) for each in plan.items] == [
        ("disk full", "a.mp4"),
        ("", "b.mp4"),
    ]


@pytest.mark.parametrize(
    ("count", "confirm_above", "typed"),
    [(5, 5, []), (6, 5, ["6"]), (1, 0, ["1"]), (0, 0, [])],
)
async def test_a_large_number_must_be_typed(
    count: int, confirm_above: int, typed: list[str]
) -> None:
    ids = [f"o{number}" for number in range(count)]
    _, plan = await plan_of(FakeServer({each: detail(each) for each in ids}), ids)
    assert list(plan.must_type(False, confirm_above)) == typed


async def test_the_number_is_that_of_the_orders_that_are_sent() -> None:
    server = FakeServer(
        {"a": detail("a"), "b": detail("b", "FINISHED"), "c": detail("c", "QUEUED")}
    )
    _, plan = await plan_of(server, ["a", "b", "c"])
    assert list(plan.must_type(False, 0)) == ["1"]
    assert list(plan.must_type(True, 0)) == ["2"]


async def test_a_guard_denies_with_its_reason() -> None:
    server = FakeServer({"a": with_profile("a", "H264 4k"), "b": with_profile("b", "HD")})
    _, plan = await plan_of(server, ["a", "b"], (DENY_4K,))
    assert [(each.eligibility, each.words, each.guard_reason) for each in plan.items] == [
        (Eligibility.DENIED, "denied: by hand only", "by hand only"),
        (Eligibility.ELIGIBLE, "", ""),
    ]


async def test_a_guard_asks_for_the_id() -> None:
    guard = Guard("profile:4k", ActionKind.REQUEUE, type_id=True, reason="dear")
    server = FakeServer({"a": with_profile("a", "4k"), "b": with_profile("b", "HD")})
    _, plan = await plan_of(server, ["a", "b"], (guard,))
    assert list(plan.must_type(False, 1)) == ["2", "a"]
    assert [each.guard_reason for each in plan.items] == ["dear", ""]


async def test_an_unsettled_earlier_requeue_is_said() -> None:
    journal = MemoryJournal([requeue_entry("a", 500, Outcome.UNKNOWN, 1)])
    _, plan = await plan_of(FakeServer({"a": detail("a")}), ["a"], (), journal)
    (asked,) = plan.to_send()
    assert asked.words == "an earlier requeue at 500 has an unknown outcome"
    assert asked.is_unsettled


async def test_a_settled_requeue_and_one_that_was_repeated_are_not_said() -> None:
    journal = MemoryJournal(
        [
            requeue_entry("a", 500, Outcome.UNKNOWN, 1),
            requeue_entry("a", 600, Outcome.ACCEPTED, 2),
            requeue_entry("b", 700, Outcome.REFUSED, 3),
        ]
    )
    server = FakeServer({"a": detail("a"), "b": detail("b")})
    _, plan = await plan_of(server, ["a", "b"], (), journal)
    assert [each.words for each in plan.items] == ["", ""]
