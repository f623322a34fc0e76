"""The interfaces of the draft of a new order and of the user's text editor."""

from typing import Protocol

import msgspec

from tui.model.account import Account

MAX_DRAFT = 1_000_000
"""The longest draft in bytes."""


class StoredDraft(msgspec.Struct, frozen=True):
    """A draft that an earlier form has left: JSON without secrets, saved at `saved_at` (UTC epoch
    seconds).
    """

    text: str
    saved_at: float


class DraftStore(Protocol):
    """Stores one draft for each account. Nothing is raised."""

    async def load(self, account: Account) -> StoredDraft | None:
        """Return the draft; None if there is none that can be read."""

    async def save(self, account: Account, text: str) -> str | None:
        """Store the draft. Return a sentence if that fails."""

    async def clear(self, account: Account) -> str | None:
        """Remove the draft. Return a sentence if that fails."""


class Edited(msgspec.Struct, frozen=True):
    """What came of editing: the `text` that was saved, or the `problem`, a sentence."""

    text: str = ""
    problem: str = ""


class TextEditor(Protocol):
    """The user's editor of text files, which takes over the terminal."""

    def edit(self, text: str) -> Edited:
        """Let the user edit `text`, and return when the editor has ended."""
