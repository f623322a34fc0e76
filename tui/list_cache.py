"""The last list of orders on disk, and what was read of those that had ended: one file for each
company of each server.

A file begins with a magic number, the length and the digest of the header. The header describes
the list and has the length and the digest of each part: some rows, and their details. So nothing
is read that was not written by this program, and the first rows can be read without the others.
No address is stored, and no answer of the server as it came.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from struct import Struct

import msgspec
from msgspec.structs import replace

from tui.clock import Clock
from tui.files import is_own_folder, make_own_folder, open_own, replace_file
from tui.model.order import InvalidRow, OrderDetail, OrderSummary, Snapshot, SubJob
from tui.model.ports import CachedDetail, CachedList

HEAD_ROWS = 500
"""The rows of the first part: more than any screen has lines."""

WRITE_INTERVAL = 60.0
"""Seconds between two looks at what has changed, and so between two writes, at least."""

_PART_ROWS = 10_000  # decoding a part holds the GIL, so a part must not take long
_MAX_HEADER, _MAX_FILE = 1_000_000, 500_000_000
_START = Struct(">8sI16s")
_MAGIC = b"ttui-l02"

_log = logging.getLogger(__name__)


class CorruptCache(Exception):
    """The file isn't a list that this program stored for this company."""


class _Part(msgspec.Struct, frozen=True, array_like=True):
    rows: int
    size: int
    digest: bytes


class _Header(msgspec.Struct, frozen=True):
    fields: tuple[str, ...]
    """Of a row and a detail: another version of the program may have others."""
    origin: str
    company: str
    requested_at: float = msgspec.field(name="asked")
    status_counts: dict[str, int] = msgspec.field(name="words")
    invalid_rows: tuple[InvalidRow, ...] = msgspec.field(name="unreadable")
    parts: tuple[_Part, ...]


_Rows = tuple[tuple[OrderSummary, ...], tuple[CachedDetail, ...]]
_Content = tuple[Snapshot, float, Sequence[CachedDetail]]

_FIELDS = tuple(
    name for each in (OrderSummary, OrderDetail, SubJob) for name in each.__struct_fields__
)
_header_decoder = msgspec.msgpack.Decoder(_Header)
_rows_decoder = msgspec.msgpack.Decoder(_Rows)
_encoder = msgspec.msgpack.Encoder()


def _verified(body: bytes, expected: bytes) -> bytes:
    if digest(body) != expected:
        raise CorruptCache
    return body


def digest(body: bytes, size: int = 16) -> bytes:
    return blake2b(body, digest_size=size).digest()


def file_id(origin: str, company: str) -> str:
    """Return what names the files of one company of one server."""
    return digest(f"{origin}\n{company}".encode(), 10).hex()


def _rows(orders: tuple[OrderSummary, ...], kept: Mapping[str, CachedDetail]) -> _Rows:
    """Return a part: `orders`, and what is `kept` of them."""
    details = [each for order in orders if (each := kept.get(order.id)) is not None]
    return orders, tuple(replace(each, detail=each.detail.trimmed()) for each in details)


class FileListCache:
    """Implements `ListCache`. Files are written in a thread, when the list has changed. At the end
    an equal list is written too, if it was read later.
    """

    def __init__(self, folder: Path, origin: str, company: str, clock: Clock) -> None:
        self._folder = folder
        self._owner = (_FIELDS, origin, company)
        self.path = folder / f"list-{file_id(origin, company)}"
        self._clock = clock
        self._latest: tuple[Snapshot, float, Callable[[], Sequence[CachedDetail]]] | None = None
        self._written: _Content | None = None
        self._due = float("-inf")
        self._writing: asyncio.Future[None] | None = None

    def load_head(self) -> CachedList | None:
        return self._load(head_only=True)

    async def load_all(self) -> CachedList | None:
        return await asyncio.to_thread(self._load, head_only=False)

    def store(
        self,
        snapshot: Snapshot,
        requested_at: float,
        details: Callable[[], Sequence[CachedDetail]],
    ) -> None:
        self._latest = (snapshot, requested_at, details)
        now = self._clock.mono()
        is_writing = self._writing is not None and not self._writing.done()
        if now < self._due or is_writing:
            return
        self._due = now + WRITE_INTERVAL
        kept, before = details(), self._written
        if before is None or (before[0], before[2]) != (snapshot, kept):
            self._written = (snapshot, requested_at, kept)
            loop = asyncio.get_running_loop()
            self._writing = loop.run_in_executor(None, self._write, *self._written)

    async def aclose(self) -> None:
        if self._writing is not None:
            await self._writing
        if self._latest is None:
            return
        snapshot, requested_at, details = self._latest
        latest = (snapshot, requested_at, details())
        if latest != self._written:
            self._written = latest
            await asyncio.to_thread(self._write, *latest)

    def dump(
        self, snapshot: Snapshot, requested_at: float, details: Sequence[CachedDetail] = ()
    ) -> list[bytes]:
        """Return the content of the file, in pieces. `requested_at` is in UTC epoch seconds. Raises
        `CorruptCache` if the header would be too long to be read again.
        """
        orders, kept = snapshot.orders, {each.detail.id: each for each in details}
        ends = [0, *range(HEAD_ROWS, len(orders), _PART_ROWS), len(orders)]
        pieces = [_encoder.encode(_rows(orders[start:end], kept)) for start, end in pairwise(ends)]
        parts = tuple(
            _Part(end - start, len(piece), digest(piece))
            for (start, end), piece in zip(pairwise(ends), pieces, strict=True)
        )
        counts, bad = dict(snapshot.status_counts), snapshot.invalid_rows
        header = _encoder.encode(_Header(*self._owner, requested_at, counts, bad, parts))
        if len(header) > _MAX_HEADER:
            raise CorruptCache
        return [_START.pack(_MAGIC, len(header), digest(header)), header, *pieces]

    def load(self, read: Callable[[int], bytes], size: int, *, head_only: bool) -> CachedList:
        """Return the list, or its first rows, from a file of `size` bytes. `read` returns as many
        bytes as it is asked for, fewer only at the end. Raises `CorruptCache`.
        """
        try:
            start = read(_START.size)
            magic, header_size, header_digest = _START.unpack(start.ljust(_START.size))
            if magic != _MAGIC or header_size > _MAX_HEADER:
                raise CorruptCache
            header = _header_decoder.decode(_verified(read(header_size), header_digest))
            parts = header.parts
            is_ours = (header.fields, header.origin, header.company) == self._owner
            is_whole = size == _START.size + header_size + sum(part.size for part in parts)
            if not (is_ours and is_whole and 0 < header.requested_at <= self._clock.wall()):
                raise CorruptCache
            orders: list[OrderSummary] = []
            details: list[CachedDetail] = []
            for part in parts[:1] if head_only else parts:
                rows, kept = _rows_decoder.decode(_verified(read(part.size), part.digest))
                orders += rows
                details += (each for each in kept if each.requested_at <= self._clock.wall())
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise CorruptCache from None
        snapshot = Snapshot(tuple(orders), header.invalid_rows)
        counts = header.status_counts
        return CachedList(snapshot, header.requested_at, counts, tuple(details))

    def _load(self, *, head_only: bool) -> CachedList | None:
        if not is_own_folder(self._folder):
            return None
        try:
            with os.fdopen(open_own(self.path), "rb") as file:
                size = os.fstat(file.fileno()).st_size
                return (
                    self.load(file.read, size, head_only=head_only) if size <= _MAX_FILE else None
                )
        except (OSError, CorruptCache):
            return None

    def _write(
        self, snapshot: Snapshot, requested_at: float, details: Sequence[CachedDetail]
    ) -> None:
        try:
            pieces = self.dump(snapshot, requested_at, details)
            make_own_folder(self._folder)
            replace_file(self.path, pieces, sync=False)
        except (OSError, CorruptCache) as error:
            _log.info("the list was not kept", extra={"trouble": type(error).__name__})
