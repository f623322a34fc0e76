"""One file for each company of each server, in a folder that is its owner's alone."""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path

from tui.files import is_own_folder, make_own_folder, open_own, replace_file
from tui.model.order import Snapshot
from tui.model.ports import CachedList
from tui.shelf.form import CorruptCache, digest_of, dump, load

EVERY = 60.0
"""Seconds from one write to the next, at least."""

_LARGEST = 500_000_000
_log = logging.getLogger(__name__)


class FileListCache:
    """Implements `ListCache`. `wall` is in UTC epoch seconds, `mono` in seconds; it writes in a
    thread, and only a list that is another one than the last, but for the end of the program:
    then the time of an equal one is worth a write, too.
    """

    def __init__(
        self,
        folder: Path,
        origin: str,
        company: str,
        *,
        wall: Callable[[], float],
        mono: Callable[[], float],
    ) -> None:
        self._folder = folder
        self._origin, self._company = origin, company
        name = digest_of(f"{origin}\n{company}".encode(), 10).hex()
        self.path = folder / f"list-{name}"
        self._wall, self._mono = wall, mono
        self._latest: tuple[Snapshot, float] | None = None
        self._written: tuple[Snapshot, float] | None = None
        self._empty = False
        self._due = float("-inf")
        self._writing: asyncio.Future[None] | None = None

    def first(self) -> CachedList | None:
        return self._load(first=True)

    async def whole(self) -> CachedList | None:
        return await asyncio.to_thread(self._load, first=False)

    def keep(self, snapshot: Snapshot, asked: float) -> None:
        # As on screen, a list that is suddenly empty counts when a second one agrees.
        before, self._empty = self._empty, not snapshot.orders
        if self._empty and not before:
            return
        self._latest = (snapshot, asked)
        now = self._mono()
        changed = self._written is None or self._written[0] != snapshot
        if changed and now >= self._due and (self._writing is None or self._writing.done()):
            self._due = now + EVERY
            self._written = self._latest
            loop = asyncio.get_running_loop()
            self._writing = loop.run_in_executor(None, self._write, snapshot, asked)

    async def aclose(self) -> None:
        if self._writing is not None:
            await self._writing
        if self._latest is not None and self._latest != self._written:
            self._written = self._latest
            await asyncio.to_thread(self._write, *self._latest)

    def _load(self, *, first: bool) -> CachedList | None:
        if not is_own_folder(self._folder):
            return None
        try:
            with os.fdopen(open_own(self.path), "rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size > _LARGEST:
                    return None
                return load(file.read, size, self._origin, self._company, self._wall(), first=first)
        except (OSError, CorruptCache):
            return None

    def _write(self, snapshot: Snapshot, asked: float) -> None:
        try:
            pieces = dump(snapshot, asked, self._origin, self._company)
            make_own_folder(self._folder)
            replace_file(self.path, pieces, sync=False)
        except (OSError, CorruptCache) as error:
            _log.info("the list was not kept", extra={"trouble": type(error).__name__})
