"""A kept list as bytes, and back. Pure.

A fixed start names the form and the header's length and digest; the header holds what is said
of the list, and the length and digest of every part of its rows. So nothing of what is read can
be other than what was written, and the first rows are read without the others.
"""
# FOLD """One file for each company of each server, in a folder that is its owner's alone."""

import asyncio
import logging
import math
import os
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from struct import Struct

import msgspec

from tui.files import is_own_folder, make_own_folder, open_own, replace_file
from tui.model.order import InvalidRow, OrderSummary, Snapshot, is_id
from tui.model.ports import CachedList
from tui.sanitize import sanitize

try:  # what hashlib has it from; with that OpenSSL would be loaded before the first paint
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

FIRST_ROWS = 500
"""How many orders can be read alone: more than any screen has lines."""

_ROWS = 10_000  # so many at a time, that a thread that reads them lets the others run between
_START = Struct(">8sI16s")
_MAGIC = b"ttui-l01"
_LONGEST_HEADER = 1_000_000
_LATEST = 7_258_118_400.0  # the year 2200; the wire believes no later time either

Read = Callable[[int], bytes]
"""Reads so many bytes; fewer only where there are no more."""


class CorruptCache(Exception):
    """These bytes are not a list that this program kept for this company."""


class _Part(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """`size` bytes of the file: so many rows."""

    rows: int
    size: int
    digest: bytes


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fields: tuple[str, ...]
    """Of a row, for another version of the program may have others."""
    origin: str
    company: str
    asked: float
    words: dict[str, int]
    unreadable: tuple[InvalidRow, ...]
    parts: tuple[_Part, ...]


_FIELDS = OrderSummary.__struct_fields__
_header = msgspec.msgpack.Decoder(_Header)
_rows = msgspec.msgpack.Decoder(tuple[OrderSummary, ...])
_encoder = msgspec.msgpack.Encoder()


def dump(snapshot: Snapshot, asked: float, origin: str, company: str) -> Iterable[bytes]:
    """The pieces of the file for a list that was asked for at `asked` (UTC epoch seconds).

    Raises `CorruptCache` where so much would have to be said of it that no start could read that.
    """
    orders = snapshot.orders
    ends = [0, *range(FIRST_ROWS, len(orders), _ROWS), len(orders)]
    pieces = [_encoder.encode(orders[a:b]) for a, b in pairwise(ends)]
    parts = [
        _Part(b - a, len(piece), digest_of(piece))
        for (a, b), piece in zip(pairwise(ends), pieces, strict=True)
    ]
    words = Counter(map(attrgetter("status"), orders))
    header = _encoder.encode(
        _Header(_FIELDS, origin, company, asked, words, snapshot.invalid_rows, tuple(parts))
    )
    if len(header) > _LONGEST_HEADER:
        raise CorruptCache
    return [_START.pack(_MAGIC, len(header), digest_of(header)), header, *pieces]


def load(
    read: Read, size: int, origin: str, company: str, now: float, *, first: bool = False
) -> CachedList:
    """The list that a file of `size` bytes holds; of its rows the first ones alone, if `first`.

    Raises `CorruptCache` where anything of it is.
    """
    try:
        header, start = _load_header(read)
        parts = header.parts
        _require(size == start + sum(part.size for part in parts))
        _require(header.origin == origin and header.company == company)
        _require(header.fields == _FIELDS and 0 < header.asked <= now)
        _require(sum(part.rows for part in parts) == sum(header.words.values()))
        wanted = parts[:1] if first else parts
        pieces = [_load_rows(read, part) for part in wanted]
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CorruptCache from None
    orders = tuple(order for piece in pieces for order in piece)
    _require(len({order.id for order in orders}) == len(orders))
    if len(wanted) == len(parts):
        _require(Counter(map(attrgetter("status"), orders)) == header.words)
    return CachedList(Snapshot(orders, header.unreadable), header.asked, header.words)


def _load_header(read: Read) -> tuple[_Header, int]:
    """The header, and where it ends."""
    start = read(_START.size)
    _require(len(start) == _START.size)
    magic, size, digest = _START.unpack(start)
    _require(magic == _MAGIC and size <= _LONGEST_HEADER)
    body = read(size)
    _require(digest_of(body) == digest)
    header = _header.decode(body)
    _require(_are_clean([*header.words, *(item.reason for item in header.unreadable)]))
    _require(all(count > 0 for count in header.words.values()))
    _require(all(part.size > 0 for part in header.parts))
    return header, _START.size + size


def _load_rows(read: Read, part: _Part) -> tuple[OrderSummary, ...]:
    body = read(part.size)
    _require(digest_of(body) == part.digest)
    orders = _rows.decode(body)
    _require(len(orders) == part.rows)
    ids = [order.id for order in orders]
    _require(all(map(is_id, ids)) and _are_clean({order.status for order in orders}))
    _require(_are_between([order.created for order in orders], _LATEST))
    _require(_are_between([order.progress for order in orders], 100.0))
    return orders


def _are_clean(texts: Iterable[str]) -> bool:
    return all(sanitize(text) == text for text in texts)


def _are_between(values: Iterable[float | None], most: float) -> bool:
    """True when each is None or 0 to `most`; neither holds for a NaN."""
    known = [value for value in values if value is not None]
    return (
        math.isfinite(sum(known)) and min(known, default=0) >= 0 and max(known, default=0) <= most
    )


def digest_of(body: bytes, size: int = 16) -> bytes:
    return blake2b(body, digest_size=size).digest()


def _require(holds: bool) -> None:
    if not holds:
        raise CorruptCache


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

    def load_head(self) -> CachedList | None:
        return self._load(first=True)

    async def load_all(self) -> CachedList | None:
        return await asyncio.to_thread(self._load, first=False)

    def store(self, snapshot: Snapshot, requested_at: float) -> None:
        # As on screen, a list that is suddenly empty counts when a second one agrees.
        before, self._empty = self._empty, not snapshot.orders
        if self._empty and not before:
            return
        self._latest = (snapshot, requested_at)
        now = self._mono()
        changed = self._written is None or self._written[0] != snapshot
        if changed and now >= self._due and (self._writing is None or self._writing.done()):
            self._due = now + EVERY
            self._written = self._latest
            loop = asyncio.get_running_loop()
            self._writing = loop.run_in_executor(None, self._write, snapshot, requested_at)

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
