"""One change of a profile: read again, shown, written to the journal, sent once, and settled by
reading if no answer came.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import NamedTuple

import msgspec

from tui.actions.ports import Wording, new_plan_id
from tui.actions.profile_draft import (
    Difference,
    Values,
    differences,
    merged,
    same_name,
    sent_values,
    values_of,
)
from tui.actions.profile_guards import rule_profile
from tui.actions.profile_settling import (
    PROFILE_KINDS,
    ChangeResult,
    ProfileEvidence,
    finished,
    number_of,
    read_profiles,
    settle,
)
from tui.actions.request import JournalledRequest
from tui.model.actions import (
    ActionKind,
    Actions,
    Guard,
    Journal,
    JournalEntry,
    JournalProblem,
    Outcome,
    WriteAnswer,
)
from tui.model.ports import Failure
from tui.model.profiles import CompanyApi, EncodingProfile

SETTLE_AFTER = (0.0, 3.0, 10.0)
"""Seconds before each read that may settle an unknown outcome: the server may still be at it."""

_NO_JOURNAL = "there is no journal of actions, so nothing is sent"


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change as it is shown before it is sent. `problem` says why it can't be sent.

    `differences` are from what the server has now to what is sent; `meanwhile` is what someone else
    changed since the profile was shown. `must_type` is to be typed before; empty: nothing.
    """

    id: str
    kind: ActionKind
    profile_id: int | None
    name: str
    problem: str = ""
    differences: tuple[Difference, ...] = ()
    meanwhile: tuple[Difference, ...] = ()
    twin: int | None = None
    """Another profile that has the same name."""
    earlier: float | None = None
    """When an earlier change of it was sent whose outcome is unknown (UTC epoch seconds)."""
    must_type: str = ""
    guard_reason: str = ""
    body: bytes = b""
    read_before: str = ""

    @property
    def summary(self) -> str:
        """What the journal says of it: `Web: video bitrate 5000 (was 4500)`."""
        if self.kind is ActionKind.DELETE_PROFILE:
            return self.name
        values = (
            f"{each.label} {each.new or 'none'}" + (f" (was {each.old})" if each.old else "")
            for each in self.differences
        )
        return f"{self.name}: {', '.join(values)}"


class ProfilePorts(NamedTuple):
    """What changes of profiles are handed. Without a `journal` nothing is sent. `who` is the user's
    name and host; `wall` is UTC epoch seconds.
    """

    company: CompanyApi
    writes: Actions
    journal: Journal | None
    who: str
    wording: Wording
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep


class ProfilePlanner:
    """Prepares changes. `guards` are those of the config file; `new_id` returns a plan's id."""

    def __init__(
        self,
        ports: ProfilePorts,
        guards: Sequence[Guard],
        new_id: Callable[[], str] = new_plan_id,
    ) -> None:
        self._ports = ports
        self._guards = guards
        self._new_id = new_id

    async def save(self, seen: EncodingProfile | None, values: Values) -> ProfileChange:
        """Read the profiles again, and plan to give the values of a draft to the profile `seen`; to
        a new one if it is None.
        """
        number = None if seen is None else seen.id
        change = await self._change(ActionKind.SAVE_PROFILE, number, str(values["name"]))
        found = await read_profiles(self._ports.company, number)
        if isinstance(found, Failure):
            return self._unread(change, found)
        now = found.of(number)
        meanwhile: tuple[Difference, ...] = ()
        if seen is not None:
            if now is None:
                return _impossible(change, f"Profile {number} does not exist any more.")
            if now.altered and set(now.altered) != set(seen.altered):
                return _impossible(change, "Someone changed its texts meanwhile: edit it again.")
            meanwhile = differences(values_of(seen), values_of(now))
            values = merged(values, seen, now)
        old = values_of(now)
        name = str(values["name"])
        twin = same_name(found.profiles, name, number)
        sent = sent_values(old, values)
        ids = () if seen is not None else [each.id for each in found.profiles]
        change = msgspec.structs.replace(
            change,
            name=name,
            differences=differences(old, values),
            meanwhile=meanwhile,
            twin=None if twin is None else twin.id,
            body=msgspec.json.encode(sent),
            read_before=ProfileEvidence(old, ids, sent).to_text(),
        )
        if not change.differences:
            return _impossible(change, "Nothing differs from what the server has.")
        before = [] if now is None else [now]
        return self._ruled(change, [*before, EncodingProfile(id=number or 0, name=name)])

    async def delete(self, profile: EncodingProfile) -> ProfileChange:
        """Read the profiles again, and plan to delete one. Its id must be typed."""
        change = await self._change(ActionKind.DELETE_PROFILE, profile.id, profile.name)
        found = await read_profiles(self._ports.company, profile.id)
        if isinstance(found, Failure):
            return self._unread(change, found)
        now = found.of(profile.id)
        if now is None:
            return _impossible(change, f"Profile {profile.id} does not exist any more.")
        old = values_of(now)
        change = msgspec.structs.replace(
            change,
            name=now.name,
            meanwhile=differences(values_of(profile), old),
            differences=differences(old, values_of(None)),
            must_type=str(profile.id),
            read_before=ProfileEvidence(old, (), {}).to_text(),
        )
        return self._ruled(change, [now])

    async def _change(self, kind: ActionKind, number: int | None, name: str) -> ProfileChange:
        journal = self._ports.journal
        subject = "" if number is None else str(number)
        earlier = [
            each.at
            for each in (() if journal is None else await journal.unsettled())
            if each.kind in PROFILE_KINDS and each.subject == subject
        ]
        return ProfileChange(
            id=self._new_id(),
            kind=kind,
            profile_id=number,
            name=name,
            earlier=max(earlier, default=None),
        )

    def _unread(self, change: ProfileChange, failure: Failure) -> ProfileChange:
        why = self._ports.wording.failure(failure)
        return _impossible(change, f"The profiles could not be read again: {why}.")

    def _ruled(self, change: ProfileChange, profiles: Sequence[EncodingProfile]) -> ProfileChange:
        """Apply the guards to what the profile is, and to what it would be."""
        for each in profiles:
            ruling = rule_profile(self._guards, change.kind, each, self._ports.wall())
            if ruling.denial:
                return _impossible(change, f"Denied: {ruling.denial}.")
            if ruling.type_id:
                number = change.profile_id
                typed = change.name if number is None else str(number)
                change = msgspec.structs.replace(
                    change, must_type=typed, guard_reason=ruling.reason
                )
        return change


def _impossible(change: ProfileChange, problem: str) -> ProfileChange:
    return msgspec.structs.replace(change, problem=problem)


class ProfileRunner:
    """Sends one change, once."""

    def __init__(self, change: ProfileChange, ports: ProfilePorts) -> None:
        self._change = change
        self._ports = ports
        self._has_run = False

    async def run(self) -> AsyncIterator[ChangeResult]:
        """Send it; yield the outcome, and if that is unknown, what later reads show. Raises
        `RuntimeError` the second time.
        """
        if self._has_run or self._change.problem:
            raise RuntimeError("a change is sent once")
        self._has_run = True
        ports, number = self._ports, self._change.profile_id
        if ports.journal is None:
            yield ChangeResult(Outcome.REFUSED, _NO_JOURNAL, number)
            return
        request = JournalledRequest(ports.journal, ports.wording, self._send)
        try:
            entry, words = await request.run(self._entry())
        except JournalProblem as fault:
            yield ChangeResult(Outcome.REFUSED, str(fault), number)
            return
        yield ChangeResult(entry.outcome, words, number_of(entry.subject))
        if entry.outcome is Outcome.UNKNOWN:
            for seconds in SETTLE_AFTER:
                await ports.sleep(seconds)
                result = await settle(entry, ports.company, ports.wording, ports.wall())
                yield await finished(ports.journal, entry, result)
                if result.outcome is not Outcome.UNKNOWN:
                    return

    def _entry(self) -> JournalEntry:
        change = self._change
        return JournalEntry(
            plan=change.id,
            at=self._ports.wall(),
            who=self._ports.who,
            kind=change.kind,
            subject="" if change.profile_id is None else str(change.profile_id),
            summary=change.summary,
            read_before=change.read_before,
        )

    async def _send(self) -> WriteAnswer:
        change = self._change
        if change.kind is ActionKind.DELETE_PROFILE and change.profile_id is not None:
            return await self._ports.writes.delete_profile(change.profile_id)
        return await self._ports.writes.save_profile(change.profile_id, change.body)
