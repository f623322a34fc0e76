"""A new order is journalled, sent once, and looked for if no answer came."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.support.acting import REFUSED, SLOW, FakeServer, MemoryJournal, ports_of
from tests.support.clocks import ManualClock
from tui.actions.created import NOT_CREATED_AFTER
from tui.actions.creation import OrderCreation, earlier_creation, rule_on_new_order
from tui.actions.plan import ItemResult
from tui.model.actions import Accepted, ActionKind, Guard, Outcome, WriteAnswer
from tui.model.new_order import NewOrder, check_draft
from tui.model.order import MediaLocation, OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.ports import Failure, FailureKind

PASSWORD = "hunter2"


def new_order() -> NewOrder:
    draft = {
        "origin": f"ftp://user:{PASSWORD}@host/a.mp4",
        "destinations": ["s3://bucket"],
        "jobs": [{"filename": "out.mp4", "profile_id": 92}],
    }
    order = check_draft(draft).order
    assert order is not None
    return order


@dataclass
class CreatingServer(FakeServer):
    """Answers `answer` to a new order, which is in the list after `listed_after` more reads of it;
    never if that is None.
    """

    answer: WriteAnswer = field(default_factory=lambda: Accepted("new"))
    listed_after: int | None = 0
    bodies: list[bytes] = field(default_factory=list)
    list_failure: Failure | None = None

    async def create_order(self, order: bytes) -> WriteAnswer:
        self.log.append("create")
        self.bodies.append(order)
        return self.answer

    async def orders(self) -> Snapshot | Failure:
        self.log.append("list")
        if self.list_failure is not None:
            return self.list_failure
        rows: Sequence[OrderSummary] = [OrderSummary("old", "FINISHED", 1.0)]
        if self.bodies and self.listed_after is not None:
            if self.listed_after == 0:
                jobs = (SubJob(Profile("92"), "out.mp4"),)
                source = MediaLocation("ftp://host/a.mp4")
                self.details["new"] = OrderDetail("new", "QUEUED", source=source, jobs=jobs)
                rows = [OrderSummary("new", "QUEUED", 2.0), *rows]
            self.listed_after = max(0, self.listed_after - 1)
        return Snapshot(tuple(rows))


async def results_of(server: CreatingServer, journal: MemoryJournal) -> list[ItemResult]:
    creation = OrderCreation(new_order(), ports_of(server, journal, ManualClock()))
    return [each async for each in creation.run()]


async def test_order_is_journalled_without_its_password_and_sent_once() -> None:
    server, journal = CreatingServer(), MemoryJournal()
    assert await results_of(server, journal) == [ItemResult("new", Outcome.ACCEPTED)]
    assert server.log == ["list", "create"]
    assert server.bodies == [new_order().body()]
    entry = journal.entries[0]
    assert (entry.kind, entry.subject, entry.outcome) == (
        ActionKind.CREATE,
        "new",
        Outcome.ACCEPTED,
    )
    assert PASSWORD.encode() in server.bodies[0]
    assert PASSWORD not in repr(journal.entries)
    assert "ftp://user:•••@host/a.mp4" in entry.summary


async def test_order_without_an_answer_is_found_in_the_list() -> None:
    server, journal = CreatingServer(answer=SLOW, listed_after=2), MemoryJournal()
    results = await results_of(server, journal)
    assert [(each.order_id, each.outcome) for each in results] == [
        ("", Outcome.UNKNOWN),
        ("new", Outcome.FOUND_DONE),
    ]
    assert server.log.count("create") == 1
    assert journal.outcomes == [("new", Outcome.FOUND_DONE)]


async def test_order_that_is_not_found_stays_unknown_and_is_not_sent_again() -> None:
    server, journal = CreatingServer(answer=SLOW, listed_after=None), MemoryJournal()
    results = await results_of(server, journal)
    assert [each.outcome for each in results] == [Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert "not found in the list" in results[-1].words
    assert server.log.count("create") == 1
    assert journal.outcomes == [("", Outcome.UNKNOWN)]


async def test_id_that_the_answer_does_not_tell_is_looked_for() -> None:
    server, journal = CreatingServer(answer=Accepted()), MemoryJournal()
    results = await results_of(server, journal)
    assert [(each.order_id, each.outcome) for each in results] == [
        ("", Outcome.ACCEPTED),
        ("new", Outcome.ACCEPTED),
    ]


async def test_refusal_has_the_words_of_the_server() -> None:
    server, journal = CreatingServer(answer=REFUSED), MemoryJournal()
    results = await results_of(server, journal)
    assert [each.outcome for each in results] == [Outcome.REFUSED]
    assert "only in ERROR" in results[0].words


async def test_nothing_is_sent_if_the_list_or_the_journal_fails() -> None:
    unread = CreatingServer(list_failure=Failure(FailureKind.SLOW))
    full = CreatingServer()
    for server, journal in ((unread, MemoryJournal()), (full, MemoryJournal(fails_at=1))):
        results = await results_of(server, journal)
        assert [each.outcome for each in results] == [Outcome.REFUSED]
        assert results[0].words.startswith("not sent: ")
        assert not server.bodies
        assert not journal.entries


async def test_earlier_unknown_one_of_the_same_source_and_files_is_looked_for() -> None:
    server, journal = CreatingServer(answer=SLOW, listed_after=None), MemoryJournal()
    ports = ports_of(server, journal, clock := ManualClock())
    assert await earlier_creation(new_order(), ports) is None
    assert [each async for each in OrderCreation(new_order(), ports).run()]
    found = await earlier_creation(new_order(), ports)
    assert found is not None
    assert (found[0], found[1].outcome) == (journal.entries[0], Outcome.UNKNOWN)
    clock.advance(NOT_CREATED_AFTER)
    assert await earlier_creation(new_order(), ports) is None
    assert journal.outcomes == [("", Outcome.FOUND_NOT_DONE)]


async def test_earlier_unknown_one_that_was_created_is_found() -> None:
    server, journal = CreatingServer(answer=SLOW, listed_after=None), MemoryJournal()
    ports = ports_of(server, journal, ManualClock())
    assert [each async for each in OrderCreation(new_order(), ports).run()]
    server.listed_after = 0
    found = await earlier_creation(new_order(), ports)
    assert found is not None
    assert (found[1].order_id, found[1].outcome) == ("new", Outcome.FOUND_DONE)


async def test_it_runs_once() -> None:
    server, journal = CreatingServer(), MemoryJournal()
    creation = OrderCreation(new_order(), ports_of(server, journal, ManualClock()))
    assert [each async for each in creation.run()]
    with pytest.raises(RuntimeError):
        await anext(creation.run())
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    ("guard", "profiles", "denial", "type_id"),
    [
        (Guard("profile:4k", ActionKind.CREATE, deny=True, reason="ask"), {92: "4K"}, "ask", False),
        (Guard("profile:4k", ActionKind.CREATE, deny=True), {92: "HD"}, "", False),
        (Guard("profile:4k", ActionKind.REQUEUE, deny=True), {92: "4K"}, "", False),
        (Guard("profile:4k", ActionKind.CREATE, deny=True), None, "cannot be checked", False),
        (Guard("profile:4k", ActionKind.CREATE, type_id=True), {92: "4K"}, "", True),
        (Guard("", ActionKind.CREATE, max=0, reason="no new ones"), {}, "no new ones", False),
        (Guard("", ActionKind.CREATE, max=1), {}, "", False),
        (Guard("", None, problem="guard 1: no action"), {}, "guard 1: no action", False),
    ],
)
def test_guards_of_new_orders(
    guard: Guard, profiles: dict[int, str] | None, denial: str, type_id: bool
) -> None:
    ruling = rule_on_new_order(new_order(), profiles, [guard], 1_700_000_000)
    assert (denial in ruling.denial, ruling.type_id) == (True, type_id)
    assert bool(ruling.denial) == bool(denial)
