"""One change of a profile: what is shown, what is sent and journalled, and how it is settled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from tests.support.fake_company import NEW, FakeCompany
from tui.actions.ports import Wording
from tui.actions.profile_change import ProfileChange, ProfilePlanner, ProfilePorts, ProfileRunner
from tui.actions.profile_draft import Difference, values_of
from tui.actions.profile_settling import ChangeResult, ProfileEvidence, settle
from tui.history.journal import SqliteJournal
from tui.model.actions import (
    Accepted,
    ActionKind,
    Guard,
    Journal,
    JournalEntry,
    JournalProblem,
    Outcome,
    WriteAnswer,
    WriteFailure,
)
from tui.model.ports import Failure, FailureKind
from tui.model.profiles import EncodingProfile

T0 = 1_760_000_000.0
WORDING = Wording(lambda failure: failure.kind.value, lambda at: f"T+{at - T0:.0f}")
LOST = WriteFailure(Failure(FailureKind.CUT), may_have_acted=True)
REFUSED = WriteFailure(Failure(FailureKind.FORBIDDEN, 403), may_have_acted=False)
WEB = EncodingProfile(id=92, name="Web", video_format="mp4", video_bitrate=4500, audio_bitrate=128)
HLS = EncodingProfile(id=86, name="HLS", video_format="ts", video_bitrate=800, audio_bitrate=96)
FASTER = {**values_of(WEB), "video_bitrate": 5000}
SAVED = msgspec.structs.replace(WEB, video_bitrate=5000)
NEW_VALUES = {**values_of(None), "name": "4k", "video_format": "mp4", "video_bitrate": 9000}


@dataclass(kw_only=True)
class Company(FakeCompany):
    """Changes its profiles when it is written to, if `acts`; `on_write` looks on."""

    acts: bool = True
    then: Sequence[EncodingProfile] = ()
    """What there is after a write."""
    reads: int = 0
    on_write: Callable[[], None] = lambda: None

    async def profiles(self) -> tuple[EncodingProfile, ...] | Failure:
        self.reads += 1
        return await super().profiles()

    def _write(self, kind: str, subject: str, sent: bytes = b"") -> WriteAnswer:
        self.on_write()
        answer = super()._write(kind, subject, sent)
        if self.acts:
            self.company_profiles = tuple(self.then)
        return answer


@dataclass
class Stand:
    company: Company
    guards: Sequence[Guard] = ()
    journal: Journal | None = field(default_factory=lambda: SqliteJournal(None, lambda: T0))
    now: float = T0

    @property
    def ports(self) -> ProfilePorts:
        async def sleep(seconds: float) -> None:
            self.now += seconds

        return ProfilePorts(
            self.company, self.company, self.journal, "anna@wall", WORDING, lambda: self.now, sleep
        )

    @property
    def planner(self) -> ProfilePlanner:
        return ProfilePlanner(self.ports, self.guards, lambda: "plan-1")

    def runner(self, change: ProfileChange) -> ProfileRunner:
        return ProfileRunner(change, self.ports)

    async def run(self, change: ProfileChange) -> list[ChangeResult]:
        return [each async for each in self.runner(change).run()]

    async def journalled(self) -> list[tuple[str, Outcome, str]]:
        assert self.journal is not None
        recent = await self.journal.recent(9)
        return [(each.subject, each.outcome, each.words) for each in recent]


def stand(*profiles: EncodingProfile, **values: Any) -> Stand:
    return Stand(Company(company_profiles=profiles, **values))


# What is shown


async def test_an_edit_shows_only_what_it_changes() -> None:
    change = await stand(WEB, HLS).planner.save(WEB, FASTER)
    assert change.differences == (Difference("video bitrate", "4500", "5000"),)
    assert (change.problem, change.meanwhile, change.must_type) == ("", (), "")


async def test_an_edit_keeps_what_someone_else_changed_and_says_so() -> None:
    now = msgspec.structs.replace(WEB, audio_bitrate=192)
    change = await stand(now).planner.save(WEB, FASTER)
    assert change.meanwhile == (Difference("audio bitrate", "128", "192"),)
    assert change.differences == (Difference("video bitrate", "4500", "5000"),)
    assert msgspec.json.decode(change.body)["audio_bitrate"] == 192


@pytest.mark.parametrize(
    ("profiles", "seen", "values", "problem"),
    [
        ((SAVED,), WEB, FASTER, "Nothing differs from what the server has."),
        ((HLS,), WEB, FASTER, "Profile 92 does not exist any more."),
        (
            Failure(FailureKind.SLOW),
            WEB,
            FASTER,
            "The profiles could not be read again: no whole answer within the deadline.",
        ),
        (
            (msgspec.structs.replace(WEB, altered=("name",)),),
            WEB,
            FASTER,
            "Someone changed its texts meanwhile: edit it again.",
        ),
    ],
)
async def test_what_can_not_be_sent_says_why(
    profiles: Any, seen: EncodingProfile, values: Any, problem: str
) -> None:
    at = Stand(Company(company_profiles=profiles))
    change = await at.planner.save(seen, values)
    assert change.problem == problem
    with pytest.raises(RuntimeError, match="sent once"):
        await at.run(change)
    assert at.company.written == []


async def test_a_page_of_the_list_does_not_prove_that_a_profile_is_gone() -> None:
    class Paged(Company):
        async def profiles(self) -> tuple[EncodingProfile, ...] | Failure:
            return (HLS,)

    at = Stand(Paged(company_profiles=(HLS, WEB)))
    assert (await at.planner.delete(WEB)).problem == ""


async def test_another_profile_of_the_same_name_is_named() -> None:
    twin = msgspec.structs.replace(HLS, name="Web")
    assert (await stand(WEB, twin).planner.save(WEB, FASTER)).twin == 86


async def test_the_id_of_a_profile_to_delete_must_be_typed() -> None:
    change = await stand(WEB).planner.delete(WEB)
    assert change.must_type == "92"
    assert Difference("video bitrate", "4500", "") in change.differences


async def test_guards_judge_what_a_profile_is_and_what_it_would_be() -> None:
    guard = Guard("profile:4k", ActionKind.SAVE_PROFILE, deny=True, reason="ask Ana")
    at = Stand(Company(company_profiles=(WEB,)), [guard])
    assert (await at.planner.save(None, NEW_VALUES)).problem == "Denied: ask Ana."
    renamed = {**values_of(WEB), "name": "Web 4k"}
    assert (await at.planner.save(WEB, renamed)).problem == "Denied: ask Ana."
    assert (await at.planner.save(WEB, FASTER)).problem == ""
    assert (await at.planner.delete(WEB)).problem == ""


async def test_a_guard_asks_for_the_id_or_for_the_name_of_a_new_profile() -> None:
    guard = Guard("", ActionKind.SAVE_PROFILE, type_id=True, reason="used by all")
    at = Stand(Company(company_profiles=(WEB,)), [guard])
    change = await at.planner.save(WEB, FASTER)
    assert (change.must_type, change.guard_reason) == ("92", "used by all")
    assert (await at.planner.save(None, NEW_VALUES)).must_type == "4k"


@pytest.mark.parametrize(
    ("kind", "subject", "outcome", "told"),
    [
        (ActionKind.SAVE_PROFILE, "92", Outcome.UNKNOWN, True),
        (ActionKind.DELETE_PROFILE, "92", Outcome.UNKNOWN, True),
        (ActionKind.SAVE_PROFILE, "92", Outcome.ACCEPTED, False),
        (ActionKind.SAVE_PROFILE, "86", Outcome.UNKNOWN, False),
        (ActionKind.REQUEUE, "92", Outcome.UNKNOWN, False),
        (ActionKind.SAVE_PROFILE, "", Outcome.UNKNOWN, False),
    ],
)
async def test_a_change_before_of_unknown_outcome_is_told(
    kind: ActionKind, subject: str, outcome: Outcome, *, told: bool
) -> None:
    at = stand(WEB)
    assert at.journal is not None
    before = JournalEntry("plan-0", T0 - 60, "anna@wall", kind, subject)
    await at.journal.finish(await at.journal.begin(before), outcome)
    expected = T0 - 60 if told else None
    assert (await at.planner.save(WEB, FASTER)).earlier == expected
    assert (await at.planner.delete(WEB)).earlier == expected
    new = await at.planner.save(None, NEW_VALUES)
    assert (new.earlier is None) is (subject != "")


async def test_the_journal_says_in_words_what_is_sent() -> None:
    at = stand(WEB)
    gone = await at.planner.save(WEB, {**values_of(WEB), "audio_bitrate": None})
    assert gone.summary == "Web: audio bitrate none (was 128)"
    new = await at.planner.save(None, NEW_VALUES)
    assert new.summary == "4k: name 4k, format mp4, video bitrate 9000"
    assert (await at.planner.delete(WEB)).summary == "Web"


# What is sent


async def test_it_is_journalled_before_it_is_sent_and_finished_after() -> None:
    at = stand(WEB, then=(SAVED,))
    change = await at.planner.save(WEB, FASTER)
    entries: list[JournalEntry] = []
    begin = SqliteJournal.begin

    class Watched(SqliteJournal):
        async def begin(self, entry: JournalEntry) -> int:
            assert at.company.written == []
            entries.append(entry)
            return await begin(self, entry)

    at.journal = Watched(None, lambda: T0)
    assert await at.run(change) == [ChangeResult(Outcome.ACCEPTED, "", 92)]
    assert at.company.written == [("save-profile", "92", change.body)]
    (entry,) = entries
    assert (entry.plan, entry.who, entry.kind) == ("plan-1", "anna@wall", ActionKind.SAVE_PROFILE)
    assert entry.summary == "Web: video bitrate 5000 (was 4500)"
    assert await at.journalled() == [("92", Outcome.ACCEPTED, "")]


async def test_a_new_profile_has_the_id_that_the_server_tells() -> None:
    at = stand(WEB, answers={NEW: Accepted("93")})
    results = await at.run(await at.planner.save(None, NEW_VALUES))
    assert results == [ChangeResult(Outcome.ACCEPTED, "", 93)]
    assert await at.journalled() == [("93", Outcome.ACCEPTED, "")]


async def test_a_refusal_is_told_and_nothing_is_read() -> None:
    at = stand(WEB, answers={"92": REFUSED}, acts=False)
    change = await at.planner.delete(WEB)
    reads = at.company.reads
    words = FailureKind.FORBIDDEN.value
    assert await at.run(change) == [ChangeResult(Outcome.REFUSED, words, 92)]
    assert (await at.journalled(), at.company.reads) == ([("92", Outcome.REFUSED, words)], reads)


async def test_it_is_sent_once() -> None:
    at = stand(WEB)
    runner = at.runner(await at.planner.delete(WEB))
    assert [each.outcome async for each in runner.run()] == [Outcome.ACCEPTED]
    with pytest.raises(RuntimeError, match="sent once"):
        [each async for each in runner.run()]
    assert len(at.company.written) == 1


async def test_without_a_journal_nothing_is_sent() -> None:
    at = stand(WEB)
    at.journal = None
    (result,) = await at.run(await at.planner.delete(WEB))
    assert result.outcome is Outcome.REFUSED
    assert result.words == "there is no journal of actions, so nothing is sent"
    assert at.company.written == []


async def test_if_the_journal_can_not_be_written_nothing_is_sent() -> None:
    class Full(SqliteJournal):
        async def begin(self, _: JournalEntry) -> int:
            raise JournalProblem("the disk is full")

    at = stand(WEB)
    at.journal = Full(None, lambda: T0)
    (result,) = await at.run(await at.planner.delete(WEB))
    assert result == ChangeResult(Outcome.REFUSED, "the disk is full", 92)
    assert at.company.written == []


async def test_an_outcome_that_is_not_written_down_is_told() -> None:
    class Fills(SqliteJournal):
        async def finish(self, *_: object) -> str:
            return "the journal has it as unknown: the disk is full"

    at = stand(WEB)
    at.journal = Fills(None, lambda: T0)
    (result,) = await at.run(await at.planner.delete(WEB))
    assert result.words == "the journal has it as unknown: the disk is full"


# How a lost answer is settled


async def test_a_lost_answer_to_an_edit_is_settled_by_reading() -> None:
    at = stand(WEB, answers={"92": LOST}, then=(SAVED,))
    results = await at.run(await at.planner.save(WEB, FASTER))
    assert [(each.outcome, each.words) for each in results] == [
        (Outcome.UNKNOWN, FailureKind.CUT.value),
        (Outcome.FOUND_DONE, "it has the new values at T+0"),
    ]
    assert len(at.company.written) == 1
    assert await at.journalled() == [("92", Outcome.FOUND_DONE, "it has the new values at T+0")]


async def test_old_values_leave_it_unknown_and_nothing_is_sent_again() -> None:
    at = stand(WEB, answers={"92": LOST}, acts=False)
    results = await at.run(await at.planner.save(WEB, FASTER))
    assert {each.outcome for each in results} == {Outcome.UNKNOWN}
    assert results[-1].words == "it has the old values at T+13"
    assert len(at.company.written) == 1
    assert (await at.journalled())[0][1] is Outcome.UNKNOWN


async def test_a_server_that_acts_late_is_seen() -> None:
    at = stand(WEB, answers={"92": LOST}, acts=False)
    change = await at.planner.delete(WEB)
    results = []
    async for each in at.runner(change).run():
        results.append(each)
        if len(results) == 2:
            at.company.company_profiles = ()
    assert [each.outcome for each in results] == [
        Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.FOUND_DONE
    ]  # fmt: skip
    assert results[-1].words == "deleted, not found at T+3"


async def test_a_new_profile_is_found_among_those_that_were_not_there() -> None:
    made = EncodingProfile(id=93, name="4k", video_format="mp4", video_bitrate=9000)
    like = msgspec.structs.replace(made, id=5)
    at = stand(WEB, like, answers={NEW: LOST}, then=(WEB, like, made))
    results = await at.run(await at.planner.save(None, NEW_VALUES))
    assert results[-1] == ChangeResult(
        Outcome.FOUND_DONE, "profile 93 is new and has its values at T+0", 93
    )
    assert (await at.journalled())[0][0] == "93"


async def test_a_profile_that_was_there_before_is_not_the_new_one() -> None:
    like = EncodingProfile(id=5, name="4k", video_format="mp4", video_bitrate=9000)
    at = stand(WEB, like, answers={NEW: LOST}, acts=False)
    results = await at.run(await at.planner.save(None, NEW_VALUES))
    assert results[-1].outcome is Outcome.UNKNOWN
    assert results[-1].words == "no new profile has its values at T+13"


def entry_of(kind: ActionKind, **values: Any) -> JournalEntry:
    return JournalEntry("plan-1", T0, "anna@wall", kind, **{"subject": "92", **values})


EDIT = entry_of(
    ActionKind.SAVE_PROFILE,
    read_before=ProfileEvidence({"video_bitrate": 4500}, (), {"video_bitrate": 5000}).to_text(),
)
OTHER = msgspec.structs.replace(WEB, video_bitrate=1)
UNREADABLE = entry_of(ActionKind.SAVE_PROFILE, read_before="[")
EMPTY = entry_of(ActionKind.SAVE_PROFILE, read_before=ProfileEvidence({}, (), {}).to_text())
DELETE = entry_of(ActionKind.DELETE_PROFILE)


@pytest.mark.parametrize(
    ("entry", "found", "after", "outcome", "words"),
    [
        (EDIT, (SAVED,), 5, Outcome.FOUND_DONE, "it has the new values at T+5"),
        (EDIT, (WEB,), 5000, Outcome.UNKNOWN, "it has the old values at T+5000"),
        (
            EDIT, (OTHER,), 5, Outcome.UNKNOWN,
            "it has other values, neither the old nor the new, at T+5",
        ),
        (EDIT, (), 5, Outcome.UNKNOWN, "not found at T+5"),
        (
            EDIT, Failure(FailureKind.NAME), 5, Outcome.UNKNOWN,
            "not read at T+5: the host's name is not found",
        ),
        (
            UNREADABLE, (WEB,), 5, Outcome.UNKNOWN,
            "it has other values, neither the old nor the new, at T+5",
        ),
        (
            EMPTY, (WEB,), 5, Outcome.UNKNOWN,
            "it has other values, neither the old nor the new, at T+5",
        ),
        (DELETE, (HLS,), 5, Outcome.FOUND_DONE, "deleted, not found at T+5"),
        (DELETE, (WEB,), 600, Outcome.UNKNOWN, "still there at T+600"),
        (DELETE, (WEB,), 601, Outcome.FOUND_NOT_DONE, "still there at T+601"),
        (
            entry_of(ActionKind.DELETE_PROFILE, subject="damaged"),
            (WEB,), 5, Outcome.UNKNOWN, "which profile it was is unknown",
        ),
        (
            entry_of(ActionKind.SAVE_PROFILE, subject="", read_before="x"),
            (WEB,), 5, Outcome.UNKNOWN, "which profiles are new at T+5 is unknown",
        ),
    ],
)  # fmt: skip
async def test_what_a_read_proves(
    entry: JournalEntry, found: Any, after: float, outcome: Outcome, words: str
) -> None:
    company = FakeCompany(company_profiles=found)
    result = await settle(entry, company, WORDING, T0 + after)
    assert (result.outcome, result.words) == (outcome, words)
