"""What is written to the server, what came of it, and how that is journalled. Pure.

Times are UTC epoch seconds. Every text is sanitised, and none has a secret.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

import msgspec

from tui.model.ports import Failure


class ActionKind(Enum):
    """The writes of the API. The values are stored, and are the words of the config file."""

    REQUEUE = "requeue"
    CREATE = "create"
    SAVE_PROFILE = "save-profile"
    DELETE_PROFILE = "delete-profile"


class Outcome(Enum):
    """What is known of an action. The values are stored."""

    BEGUN = "begun"
    """Journalled, and its request may have been sent. After a crash it is unknown."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """The server said no, or no request was sent: nothing was done."""
    SKIPPED = "skipped"
    """Not eligible any more when it was read again: nothing was sent."""
    UNKNOWN = "unknown"
    """The request was sent and no usable answer came: it may have been done."""
    FOUND_DONE = "found-done"
    """It was unknown, and a later read shows that it was done."""
    FOUND_NOT_DONE = "found-not-done"
    """It was unknown, and a later read proves that it was not done."""

    @property
    def is_done(self) -> bool:
        return self in (Outcome.ACCEPTED, Outcome.FOUND_DONE)

    @property
    def is_not_done(self) -> bool:
        return self in (Outcome.REFUSED, Outcome.SKIPPED, Outcome.FOUND_NOT_DONE)

    @property
    def is_open(self) -> bool:
        """A read has to show what came of it."""
        return not (self.is_done or self.is_not_done)


class Accepted(msgspec.Struct, frozen=True):
    """The server accepted. `subject` is the id of the new order or profile; empty if unknown."""

    subject: str = ""


class WriteFailure(msgspec.Struct, frozen=True):
    """Why a write was not accepted. `may_have_acted` if the request, or a part of it, was sent and
    no answer says that nothing was done.
    """

    failure: Failure
    may_have_acted: bool


WriteAnswer = Accepted | WriteFailure


class Actions(Protocol):
    """The writes. Each request is sent once and never repeated.

    A read-only client answers a `WriteFailure` of the kind `READ_ONLY` and sends nothing.
    """

    async def requeue(self, order_id: str) -> WriteAnswer:
        """Queue an order again."""

    async def create_order(self, order: bytes) -> WriteAnswer:
        """Create an order of the JSON `order`, which may have secrets."""

    async def save_profile(self, profile_id: int | None, profile: bytes) -> WriteAnswer:
        """Replace a profile by the JSON `profile`; create one if `profile_id` is None."""

    async def delete_profile(self, profile_id: int) -> WriteAnswer:
        """Delete a profile."""


class Guard(msgspec.Struct, frozen=True):
    """A `[[guard]]` of the config file: what must not be done, or only after more than a key.

    `filter` is in the filter language; empty: every order. At most `max` orders in one plan, if it
    is not None. A guard with a `problem`, a sentence, denies its action until it is corrected, of
    any kind if `action` is None.
    """

    filter: str
    action: ActionKind | None
    deny: bool = False
    type_id: bool = False
    """The id of each order must be typed."""
    max: int | None = None
    reason: str = ""
    problem: str = ""


class JournalEntry(msgspec.Struct, frozen=True):
    """An action in the journal. `who` is the user's name and host; `plan` the id of the plan that
    it belongs to; `subject` the id of an order or a profile, empty for a new one. `summary` is what
    was sent, without secrets. `read_before` is what a read had shown just before:
    compared with a later read it settles an unknown outcome. `words` are the server's, or why
    nothing was sent. `settled_at` is when a read settled it.
    """

    plan: str
    at: float
    who: str
    kind: ActionKind
    subject: str
    summary: str = ""
    read_before: str = ""
    outcome: Outcome = Outcome.BEGUN
    words: str = ""
    settled_at: float | None = None
    key: int = 0
    """Its number in the journal; 0: not written yet."""


class JournalProblem(Exception):
    """The journal can't be written, so nothing may be sent. The message is the sentence to show."""


class Journal(Protocol):
    """The actions of one company, of all instances of the program."""

    @property
    def problem(self) -> str:
        """Why it could not be read the last time, as a sentence; empty if it could."""

    async def begin(self, entry: JournalEntry) -> int:
        """Write `entry` and sync it to the disk; return its key. Raises `JournalProblem`."""

    async def finish(self, key: int, outcome: Outcome, words: str = "", subject: str = "") -> str:
        """Store what came of it; `subject` is the id of what was created. Return a sentence if it
        can't be written: the entry then counts as unknown at the next start.
        """

    async def unsettled(self) -> Sequence[JournalEntry]:
        """Return the unknown ones of the last days, the earliest first. Empty if the journal can't
        be read. Here and below, what was begun by a program that has ended is unknown.
        """

    async def of_order(self, order_id: str) -> Sequence[JournalEntry]:
        """Return the actions on an order, the earliest first."""

    async def recent(self, count: int) -> Sequence[JournalEntry]:
        """Return the latest, the newest first."""
