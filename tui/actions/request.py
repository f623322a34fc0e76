"""A write that is journalled before it is sent, and sent once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec

from tui.actions.ports import Wording
from tui.model.actions import (
    Accepted,
    Journal,
    JournalEntry,
    JournalProblem,
    Outcome,
    WriteAnswer,
    WriteFailure,
)
from tui.model.ports import FailureKind

_LIMITED_WAIT, _MAX_LIMITED_WAIT = 5.0, 120.0
"""Seconds until the next request after a 429: without a `Retry-After`, and at most."""


class JournalledRequest:
    """Calls `send`, a method of `Actions`, once."""

    def __init__(
        self, journal: Journal, wording: Wording, send: Callable[[], Awaitable[WriteAnswer]]
    ) -> None:
        self._journal = journal
        self._wording = wording
        self._send = send
        self._sending: asyncio.Future[WriteAnswer] | None = None
        self._is_abandoned = False
        self.wait = 0.0
        """Seconds that the server asked to wait until the next request."""

    async def run(self, entry: JournalEntry) -> tuple[JournalEntry, str]:
        """Return the entry as it is finished, and the words to show. Raises `JournalProblem` if it
        can't be begun: then nothing was sent.

        If the task is cancelled, the request ends at once, and the entry is finished all the same.
        """
        writing = asyncio.ensure_future(self._run(entry))
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            self._is_abandoned = True
            if self._sending is not None:
                self._sending.cancel()
            await asyncio.wait({writing})
            with suppress(JournalProblem):
                writing.result()
            raise

    async def _run(self, entry: JournalEntry) -> tuple[JournalEntry, str]:
        key = await self._journal.begin(entry)
        outcome, words, subject = Outcome.UNKNOWN, "the program failed before an answer came", ""
        try:
            outcome, words, subject = await self._answer()
        finally:
            subject = entry.subject or subject
            problem = await self._journal.finish(key, outcome, words, subject)
        done = msgspec.structs.replace(
            entry, key=key, outcome=outcome, words=words, subject=subject
        )
        return done, f"{words}; {problem}".removeprefix("; ") if problem else words

    async def _answer(self) -> tuple[Outcome, str, str]:
        """Return the outcome, its words, and the id of what was created."""
        if self._is_abandoned:
            return Outcome.REFUSED, "not sent: the run was broken off", ""
        self._sending = asyncio.ensure_future(self._send())
        try:
            answer = await self._sending
        except asyncio.CancelledError:
            return Outcome.UNKNOWN, "the run was broken off before an answer came", ""
        if isinstance(answer, Accepted):
            return Outcome.ACCEPTED, "", answer.subject
        return *self._failed(answer), ""

    def _failed(self, answer: WriteFailure) -> tuple[Outcome, str]:
        failure = answer.failure
        if failure.kind is FailureKind.LIMITED:
            self.wait = min(failure.retry_after or _LIMITED_WAIT, _MAX_LIMITED_WAIT)
        outcome = Outcome.UNKNOWN if answer.may_have_acted else Outcome.REFUSED
        return outcome, self._wording.failure(failure)
