"""What reads prove of requeues and new orders whose outcome is unknown."""

import pytest
from msgspec.structs import replace

from tests.support.acting import (
    WORDING,
    FakeServer,
    MemoryJournal,
    detail,
    ports_of,
    requeue_entry,
)
from tests.support.clocks import ManualClock
from tests.support.fake_company import FakeCompany
from tui.actions.created import CreateEvidence, evidence_before_create, new_orders
from tui.actions.evidence import Evidence, has_run_since, settle_requeue
from tui.actions.plan import ItemResult
from tui.actions.profile_settling import ProfileEvidence
from tui.actions.settle import settle
from tui.model import profiles
from tui.model.actions import ActionKind, JournalEntry, Outcome
from tui.model.history import Change, ChangedField
from tui.model.order import MediaLocation, OrderDetail, OrderSummary, Profile, SubJob
from tui.model.ports import Failure, FailureKind
from tui.model.timeline import OrderHistory

FOUND, UNKNOWN = Outcome.FOUND_DONE, Outcome.UNKNOWN
FAILED = Evidence("ERROR", "disk full").to_text()
FINISHED = Evidence("FINISHED").to_text()


@pytest.mark.parametrize(
    ("before", "answer", "outcome", "words"),
    [
        (FAILED, detail("a", "QUEUED"), FOUND, "queued again, QUEUED at 900"),
        (FAILED, detail("a", "FINISHED"), FOUND, "queued again, FINISHED at 900"),
        (FAILED, detail("a", "PAUSED"), FOUND, "queued again, PAUSED at 900"),
        (
            FAILED,
            detail("a", comment="no codec"),
            FOUND,
            "queued again, it ran and failed again by 900",
        ),
        (
            FAILED,
            detail("a"),
            UNKNOWN,
            "still ERROR at 900: not queued, or failed again at once",
        ),
        (
            FAILED,
            detail("a", comment=""),
            UNKNOWN,
            "still ERROR at 900: not queued, or failed again at once",
        ),
        (
            Evidence("ERROR").to_text(),
            detail("a"),
            UNKNOWN,
            "still ERROR at 900: not queued, or failed again at once",
        ),
        (FINISHED, detail("a"), FOUND, "queued again, ERROR at 900"),
        (
            FINISHED,
            detail("a", "FINISHED", ""),
            UNKNOWN,
            "still FINISHED at 900: not queued, or finished again at once",
        ),
        ("", detail("a", "QUEUED"), FOUND, "queued again, QUEUED at 900"),
        ("", detail("a"), UNKNOWN, "still ERROR at 900: not queued, or failed again at once"),
        ("{", detail("a", "PAUSED"), FOUND, "queued again, PAUSED at 900"),
        (FAILED, detail("a", ""), UNKNOWN, "its status was not known at 900"),
        (FAILED, Failure(FailureKind.MISSING), UNKNOWN, "not found on the server at 900"),
        (
            FAILED,
            Failure(FailureKind.SLOW),
            UNKNOWN,
            "not read at 900: no whole answer within the deadline",
        ),
    ],
)
def test_what_a_read_proves(
    before: str, answer: OrderDetail | Failure, outcome: Outcome, words: str
) -> None:
    assert settle_requeue(before, answer, 900, WORDING) == (outcome, words)


async def settled(server: FakeServer, journal: MemoryJournal) -> list[ItemResult]:
    ports = ports_of(server, journal, ManualClock())
    return [each async for each in settle(await journal.unsettled(), ports)]


async def test_what_an_earlier_run_left_is_read_and_never_sent() -> None:
    journal = MemoryJournal(
        [requeue_entry("a", 500, Outcome.BEGUN, 1), requeue_entry("b", 501, UNKNOWN, 2)]
    )
    server = FakeServer({"a": detail("a", "TRANSCODING"), "b": detail("b")})
    results = await settled(server, journal)
    assert [(each.order_id, each.outcome) for each in results] == [("a", FOUND), ("b", UNKNOWN)]
    assert journal.outcomes == [("a", FOUND), ("b", UNKNOWN)]
    assert server.log == ["read a", "read b", "read b", "read b"]


async def test_nothing_is_read_without_entries() -> None:
    server = FakeServer()
    assert (await settled(server, MemoryJournal()), server.log) == ([], [])


async def test_a_later_requeue_proves_nothing_of_an_earlier_one() -> None:
    journal = MemoryJournal(
        [requeue_entry("a", 500, UNKNOWN, 1), requeue_entry("a", 600, Outcome.ACCEPTED, 2)]
    )
    server = FakeServer({"a": detail("a", "QUEUED")})
    words = "it was requeued again at 600: this one stays unknown"
    assert await settled(server, journal) == [ItemResult("a", UNKNOWN, words)]
    assert server.log == []


async def test_the_history_settles_what_failed_again_with_the_same_words() -> None:
    journal = MemoryJournal([requeue_entry("a", 500, UNKNOWN, 1)])
    asked: list[tuple[str, float]] = []

    async def has_run_since(order_id: str, at: float) -> bool:
        asked.append((order_id, at))
        return True

    ports = ports_of(FakeServer({"a": detail("a")}), journal, ManualClock())
    ports = ports._replace(has_run_since=has_run_since)
    results = [each async for each in settle(journal.entries, ports)]
    assert results == [ItemResult("a", FOUND, "queued again: the history saw it run")]
    assert asked == [("a", 500)]


@pytest.mark.parametrize(
    ("field", "new", "before", "has_run"),
    [
        (ChangedField.STATUS, "QUEUED", 501, True),
        (ChangedField.STATUS, "TRANSCODING", 501, True),
        (ChangedField.STATUS, "QUEUED", 500, False),
        (ChangedField.STATUS, "ERROR", 501, False),
        (ChangedField.STATUS, "PAUSED", 501, False),
        (ChangedField.STATUS, None, 501, False),
        (ChangedField.COMMENT, "QUEUED", 501, False),
    ],
)
def test_what_the_history_proves(
    field: ChangedField, new: str | None, before: float, has_run: bool
) -> None:
    change = Change("a", 2, field, "ERROR", new, 490, before)
    assert has_run_since(OrderHistory([change]), 500) is has_run


# New orders.

SENT_AT = 1_700_000_000.0
"""What `ManualClock` begins with."""
SIMILAR = "with only its source or only its files"


def made(order_id: str, origin: str = "ftp://host/a.mp4", file: str = "out.mp4") -> OrderDetail:
    jobs = (SubJob(Profile("1"), file),)
    return OrderDetail(order_id, "QUEUED", source=MediaLocation(origin), jobs=jobs)


def create_entry(newest: tuple[str, ...] = ("n2", "n1")) -> JournalEntry:
    evidence = CreateEvidence("ftp://host/a.mp4", ("out.mp4",), newest)
    return JournalEntry(
        "plan", SENT_AT, "anna@wall", ActionKind.CREATE, "", "", evidence.to_text(), UNKNOWN, key=1
    )


def row(order_id: str, created: float | None = SENT_AT) -> OrderSummary:
    return OrderSummary(order_id, "QUEUED", created)


@pytest.mark.parametrize(
    ("new", "age", "outcome", "words"),
    [
        ([made("x")], 0, FOUND, "created, in the list at 1700000000"),
        ([], 0, UNKNOWN, "not found in the list at 1700000075"),
        ([made("x", "ftp://user@HOST/a.mp4")], 0, FOUND, "created, in the list at 1700000000"),
        ([made("x", "ftp://b/c.mp4", "c.mp4")], 0, UNKNOWN, "not found in the list at 1700000075"),
        ([made("x", "ftp://host/b.mp4")], 900, UNKNOWN, f"new at 1700000975, {SIMILAR}: x"),
        ([made("x", file="b.mp4")], 900, UNKNOWN, f"new at 1700000975, {SIMILAR}: x"),
        (
            [made("x"), made("y")],
            0,
            UNKNOWN,
            "2 new orders have this source at 1700000075: x, y",
        ),
        ([], 600, Outcome.FOUND_NOT_DONE, "not created: not in the list at 1700000600"),
    ],
)
async def test_a_new_order_is_looked_for_in_the_list(
    new: list[OrderDetail], age: float, outcome: Outcome, words: str
) -> None:
    clock, journal = ManualClock(SENT_AT + age), MemoryJournal([create_entry()])
    server = FakeServer({each.id: each for each in new})
    server.listed = [*(row(each.id) for each in new), row("n2"), row("n1")]
    results = [each async for each in settle(journal.entries, ports_of(server, journal, clock))]
    found = "x" if outcome is FOUND else ""
    assert results == [ItemResult(found, outcome, words, ActionKind.CREATE)]
    assert journal.outcomes == [(found, outcome)]


async def test_a_newer_order_that_cannot_be_read_settles_nothing() -> None:
    clock, journal = ManualClock(SENT_AT + 900), MemoryJournal([create_entry()])
    server = FakeServer(answers={"x": Failure(FailureKind.SLOW)})
    server.listed = [row("x"), row("n1")]
    results = [each async for each in settle(journal.entries, ports_of(server, journal, clock))]
    assert [each.outcome for each in results] == [UNKNOWN]
    assert "1 of the newer orders could not be read" in results[0].words


async def test_without_an_order_from_before_its_absence_proves_nothing() -> None:
    clock, journal = ManualClock(SENT_AT + 900), MemoryJournal([create_entry()])
    server = FakeServer({"x": made("x", "ftp://host/b.mp4")})
    server.listed = [row("x")]
    results = [each async for each in settle(journal.entries, ports_of(server, journal, clock))]
    assert [each.outcome for each in results] == [UNKNOWN]


@pytest.mark.parametrize(
    ("listed", "before", "ids", "is_whole"),
    [
        ([row("x"), row("n2"), row("n1")], ("n2", "n1"), ["x"], True),
        ([row("n1")], ("n2", "n1"), [], True),
        ([row("x")], (), ["x"], True),
        ([row("x", SENT_AT + 5), row("o", SENT_AT - 3600)], ("n1",), ["x"], False),
        ([row("x", None)], ("n1",), ["x"], False),
        ([row("x", SENT_AT + 86_400)], ("n1",), [], False),
    ],
)
def test_which_orders_are_new(
    listed: list[OrderSummary], before: tuple[str, ...], ids: list[str], is_whole: bool
) -> None:
    new, whole = new_orders(listed, before, SENT_AT)
    assert ([each.id for each in new], whole) == (ids, is_whole)


def test_of_many_new_orders_the_oldest_are_searched() -> None:
    listed = [row(f"x{number}") for number in range(40)] + [row("n1")]
    new, is_whole = new_orders(listed, ("n1",), SENT_AT)
    assert [new[0].id, new[-1].id, len(new), is_whole] == ["x10", "x39", 30, False]


async def test_the_evidence_of_a_new_order_has_the_head_of_the_list() -> None:
    server = FakeServer()
    server.listed = [row(f"n{number}") for number in range(50)]
    evidence = await evidence_before_create(server, "ftp://host/a.mp4", ["out.mp4"])
    assert isinstance(evidence, CreateEvidence)
    assert evidence.newest == tuple(f"n{number}" for number in range(20))
    assert evidence.fits(made("x"))


@pytest.mark.parametrize(
    ("kind", "subject", "read_before", "expected"),
    [
        (
            ActionKind.SAVE_PROFILE,
            "7",
            ProfileEvidence({"name": "hd"}, (), {"name": "4k"}).to_text(),
            ItemResult("7", FOUND, "it has the new values at 1700000000", ActionKind.SAVE_PROFILE),
        ),
        (
            ActionKind.DELETE_PROFILE,
            "7",
            "",
            ItemResult("7", UNKNOWN, "still there at 1700000075", ActionKind.DELETE_PROFILE),
        ),
    ],
)
async def test_changes_of_profiles_are_settled_by_reading_the_profiles(
    kind: ActionKind, subject: str, read_before: str, expected: ItemResult
) -> None:
    entry = replace(create_entry(), kind=kind, subject=subject, read_before=read_before)
    journal = MemoryJournal([entry])
    company = FakeCompany(company_profiles=(profiles.EncodingProfile(id=7, name="4k"),))
    ports = ports_of(FakeServer(), journal, ManualClock())._replace(company=company)
    assert [each async for each in settle(journal.entries, ports)] == [expected]
    assert journal.outcomes == [(subject, expected.outcome)]


async def test_changes_of_profiles_are_left_alone_if_no_profile_can_be_read() -> None:
    entry = replace(create_entry(), kind=ActionKind.SAVE_PROFILE)
    server, journal = FakeServer(), MemoryJournal([entry])
    assert (await settled(server, journal), server.log) == ([], [])
    assert journal.entries == [entry]
