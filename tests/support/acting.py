"""What a run of a plan is handed in tests: orders that a write changes, and a journal in memory."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from tests.support.clocks import ManualClock
from tui.actions.evidence import evidence_of
from tui.actions.plan import Eligibility, PlanItem
from tui.actions.ports import ActionPorts, Wording
from tui.model.actions import (
    Accepted,
    ActionKind,
    JournalEntry,
    JournalProblem,
    Outcome,
    WriteAnswer,
    WriteFailure,
)
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.pages import PageRequest
from tui.model.ports import DetailAnswer, Failure, FailureKind, ListAnswer

WORDING = Wording(
    lambda failure: failure.kind.value + (f" ({failure.hint})" if failure.hint else ""),
    lambda wall: f"{wall:.0f}",
)
SLOW = WriteFailure(Failure(FailureKind.SLOW), may_have_acted=True)
REFUSED = WriteFailure(Failure(FailureKind.STATUS, 400, hint="only in ERROR"), may_have_acted=False)


def detail(order_id: str, status: str = "ERROR", comment: str = "disk full") -> OrderDetail:
    return OrderDetail(order_id, status, filename=f"{order_id}.mp4", comment=comment or None)


def item(order_id: str, status: str = "ERROR", comment: str = "disk full") -> PlanItem:
    """The item of an order that would be sent."""
    before = evidence_of(detail(order_id, status, comment)).to_text()
    kind = Eligibility.ELIGIBLE if status == "ERROR" else Eligibility.FINISHED
    return PlanItem(order_id, kind, status, f"{order_id}.mp4", comment, read_before=before)


@dataclass
class FakeServer:
    """Implements `Api` and `Actions`. `answers` has what comes instead of an order's detail;
    `refusals` what a requeue is answered, and whether it is done all the same; `log` the calls.
    """

    details: dict[str, OrderDetail] = field(default_factory=dict)
    answers: dict[str, DetailAnswer] = field(default_factory=dict)
    refusals: dict[str, tuple[WriteAnswer, bool]] = field(default_factory=dict)
    listed: list[OrderSummary] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    on_read: Callable[[str], None] = lambda _: None
    holds: asyncio.Event | None = None
    """A requeue waits for it before it is answered, and sets `is_held`."""
    is_held: asyncio.Event = field(default_factory=asyncio.Event)

    async def order(self, order_id: str) -> DetailAnswer:
        self.log.append(f"read {order_id}")
        self.on_read(order_id)
        await asyncio.sleep(0)
        if order_id in self.answers:
            return self.answers[order_id]
        return self.details.get(order_id, Failure(FailureKind.MISSING, 404))

    async def requeue(self, order_id: str) -> WriteAnswer:
        self.log.append(f"requeue {order_id}")
        if self.holds is not None:
            self.is_held.set()
            await self.holds.wait()
        answer, is_done = self.refusals.get(order_id, (Accepted(), True))
        if is_done:
            self.details[order_id] = detail(order_id, "QUEUED", "")
        return answer

    async def orders(self) -> ListAnswer:
        self.log.append("list")
        return Snapshot(tuple(self.listed))

    async def page(self, part: PageRequest) -> ListAnswer:
        raise AssertionError(f"not a paged list: {part}")

    async def company_name(self) -> str:
        return ""

    async def create_order(self, order: bytes) -> WriteAnswer:
        raise AssertionError(order)

    async def save_profile(self, profile_id: int | None, profile: bytes) -> WriteAnswer:
        raise AssertionError((profile_id, profile))

    async def delete_profile(self, profile_id: int) -> WriteAnswer:
        raise AssertionError(profile_id)

    async def aclose(self) -> None:
        pass

    @property
    def sent(self) -> list[str]:
        return [call.removeprefix("requeue ") for call in self.log if call.startswith("requeue ")]


@dataclass
class MemoryJournal:
    """Implements `Journal`. `fails_at` is the number of the entry that can't be begun."""

    entries: list[JournalEntry] = field(default_factory=list)
    fails_at: int = 0
    finish_problem: str = ""
    problem: str = ""

    async def begin(self, entry: JournalEntry) -> int:
        await asyncio.sleep(0)
        key = len(self.entries) + 1
        if key == self.fails_at:
            raise JournalProblem("the disk is full")
        self.entries.append(msgspec.structs.replace(entry, key=key))
        return key

    async def finish(self, key: int, outcome: Outcome, words: str = "", subject: str = "") -> str:
        await asyncio.sleep(0)
        before = self.entries[key - 1]
        self.entries[key - 1] = msgspec.structs.replace(
            before, outcome=outcome, words=words, subject=subject or before.subject
        )
        return self.finish_problem

    async def unsettled(self) -> Sequence[JournalEntry]:
        open_outcomes = (Outcome.UNKNOWN, Outcome.BEGUN)
        return [entry for entry in self.entries if entry.outcome in open_outcomes]

    async def of_order(self, order_id: str) -> Sequence[JournalEntry]:
        return [entry for entry in self.entries if entry.subject == order_id]

    async def recent(self, count: int) -> Sequence[JournalEntry]:
        return self.entries[: -count - 1 : -1]

    @property
    def outcomes(self) -> list[tuple[str, Outcome]]:
        return [(entry.subject, entry.outcome) for entry in self.entries]


def requeue_entry(order_id: str, at: float, outcome: Outcome, key: int) -> JournalEntry:
    before = evidence_of(detail(order_id)).to_text()
    return JournalEntry(
        "plan", at, "anna@wall", ActionKind.REQUEUE, order_id, "", before, outcome, key=key
    )


def ports_of(server: FakeServer, journal: MemoryJournal, clock: ManualClock) -> ActionPorts:
    """Its sleeps advance `clock` and take no time."""

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)
        await asyncio.sleep(0)

    return ActionPorts(
        server, server, journal, "anna@wall", WORDING, wall=clock.read_wall, sleep=sleep
    )
