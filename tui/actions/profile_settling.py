"""Settles changes of profiles whose outcome is unknown, by reading.

The list of profiles is what is read. A profile that is missing there is asked for by its id before
it counts as deleted: a server may return only a page of the list, and another one may not have the
call for one profile.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from tui.actions.ports import Wording
from tui.actions.profile_draft import Value, has_values
from tui.model.actions import ActionKind, Journal, JournalEntry, Outcome
from tui.model.ports import Failure, FailureKind
from tui.model.profiles import CompanyApi, EncodingProfile

PROFILE_KINDS = (ActionKind.SAVE_PROFILE, ActionKind.DELETE_PROFILE)

_LATEST_EFFECT = 600.0
"""Seconds after which a request that was sent has no effect any more."""


class ProfileEvidence(msgspec.Struct, frozen=True):
    """What settles a change; `JournalEntry.read_before` has it as JSON. `before` are the values of
    the profile at the last read, `ids` for a new one those of all others, `sent` the values that
    were sent, by the member of the API.
    """

    before: Mapping[str, Value]
    ids: Sequence[int]
    sent: Mapping[str, Value]

    def to_text(self) -> str:
        return msgspec.json.encode(self).decode()


def read_evidence(entry: JournalEntry) -> ProfileEvidence | None:
    """Return what settles a save; None if it is not known, as of another version."""
    try:
        evidence = msgspec.json.decode(entry.read_before, type=ProfileEvidence)
    except msgspec.MsgspecError:
        return None
    return evidence if evidence.sent else None


def number_of(subject: str) -> int | None:
    """Return the id of a profile; None if it is not known."""
    return int(subject) if subject.isdecimal() else None


class ChangeResult(NamedTuple):
    """What is known of a change that was to be sent. `profile_id` is None if it is not known."""

    outcome: Outcome
    words: str
    profile_id: int | None


class FoundProfiles(NamedTuple):
    """The company's profiles, with the one that was looked for if it exists."""

    profiles: tuple[EncodingProfile, ...]

    def of(self, number: int | None) -> EncodingProfile | None:
        return next((each for each in self.profiles if each.id == number), None)


async def read_profiles(company: CompanyApi, number: int | None) -> FoundProfiles | Failure:
    """Read the profiles, and the one with the id `number` by itself if it is not among them."""
    answer = await company.profiles()
    if isinstance(answer, Failure):
        return answer
    found = FoundProfiles(answer)
    if number is None or found.of(number) is not None:
        return found
    one = await company.profile(number)
    if isinstance(one, EncodingProfile):
        return FoundProfiles((*answer, one))
    return found if one.kind is FailureKind.MISSING else one


async def settle(
    entry: JournalEntry, company: CompanyApi, wording: Wording, at: float
) -> ChangeResult:
    """Return what a read at `at` (UTC epoch seconds) proves of a journalled change."""
    number = number_of(entry.subject)
    found = await read_profiles(company, number)
    time_ = wording.time(at)
    if isinstance(found, Failure):
        words = f"not read at {time_}: {wording.failure(found)}"
        return ChangeResult(Outcome.UNKNOWN, words, number)
    now = found.of(number)
    if entry.kind is ActionKind.DELETE_PROFILE:
        return _settle_deleted(number, now, time_, is_over=at - entry.at > _LATEST_EFFECT)
    if number is None:
        return _settle_new(entry, found.profiles, time_)
    if now is None:
        return ChangeResult(Outcome.UNKNOWN, f"not found at {time_}", number)
    evidence = read_evidence(entry)
    if evidence is not None and has_values(now, evidence.sent):
        return ChangeResult(Outcome.FOUND_DONE, f"it has the new values at {time_}", number)
    is_as_before = evidence is not None and has_values(now, evidence.before)
    words = "the old values" if is_as_before else "other values, neither the old nor the new,"
    return ChangeResult(Outcome.UNKNOWN, f"it has {words} at {time_}", number)


def _settle_deleted(
    number: int | None, now: EncodingProfile | None, time_: str, *, is_over: bool
) -> ChangeResult:
    if number is None:  # a damaged entry
        return ChangeResult(Outcome.UNKNOWN, "which profile it was is unknown", None)
    if now is None:
        return ChangeResult(Outcome.FOUND_DONE, f"deleted, not found at {time_}", number)
    outcome = Outcome.FOUND_NOT_DONE if is_over else Outcome.UNKNOWN
    return ChangeResult(outcome, f"still there at {time_}", number)


def _settle_new(entry: JournalEntry, found: Sequence[EncodingProfile], time_: str) -> ChangeResult:
    evidence = read_evidence(entry)
    if evidence is None:
        return ChangeResult(Outcome.UNKNOWN, f"which profiles are new at {time_} is unknown", None)
    others = (each for each in found if each.id not in evidence.ids)
    made = [each.id for each in others if has_values(each, evidence.sent)]
    if not made:
        return ChangeResult(Outcome.UNKNOWN, f"no new profile has its values at {time_}", None)
    words = f"profile {made[0]} is new and has its values at {time_}"
    return ChangeResult(Outcome.FOUND_DONE, words, made[0])


async def finished(journal: Journal, entry: JournalEntry, result: ChangeResult) -> ChangeResult:
    """Store a result; return it with why it can't be stored, if so."""
    subject = "" if result.profile_id is None else str(result.profile_id)
    problem = await journal.finish(entry.key, result.outcome, result.words, subject)
    return result._replace(words="; ".join(filter(None, (result.words, problem))))
