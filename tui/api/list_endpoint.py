"""The list call: everything at once (S) or in pieces (O), as the server's answers tell."""
# FOLD """The list in pieces (O): the parameters, which an older server may ignore or refuse, and
# FOLD the
# FOLD envelope of the answer.
# FOLD """

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

import msgspec

from tui.api.http_cache import ConditionalCache
from tui.api.json_reader import check_values, int_of, loads
from tui.api.list_decoder import (
    IncrementalListDecoder,
    RawRow,
    partition_rows,
    read_each,
    rows_of,
    snapshot_of,
    to_summary,
)
from tui.model.order import InvalidRow, Snapshot
from tui.model.pages import NEWEST_PAGE, Page, PageRequest, ServerFilters
from tui.model.ports import CachedAnswer, Failure, ListAnswer


class _Envelope(msgspec.Struct, gc=False):
    results: list[RawRow]
    count: int | None = None


_envelopes = msgspec.json.Decoder(_Envelope)

_REFUSALS = (400, 404, 405, 414, 422, 500, 501)


def query_of(part: PageRequest | None) -> str:
    """The query that asks for a piece, in an envelope that says how many there are in all."""
    if part is None:
        return ""
    asked: dict[str, object] = {"limit": part.limit, "offset": part.offset, "output": "std"}
    filters = filters_of(part.filters) if part.filters is not None else {}
    if part.status:
        filters["status"] = part.status
    if filters:
        asked["filters"] = json.dumps(filters)
    if part.filters is not None and part.filters.search is not None:
        asked["search"] = part.filters.search
    return "?" + urlencode(asked)


def filters_of(sought: ServerFilters) -> dict[str, object]:
    """The members of `filters`; the search is a parameter beside them."""
    texts = {
        "status": sought.status,
        "order_id": sought.order_id,
        "profile_name": sought.profile_name,
    }
    filters: dict[str, object] = {key: text for key, text in texts.items() if text is not None}
    ends = {"from": sought.since, "to": sought.until}
    period = {end: _stamp(at) for end, at in ends.items() if at is not None}
    return {**filters, "timestamp": period} if period else filters


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def may_reject_parameters(failure: Failure) -> bool:
    """True where a server that dislikes the parameters might have answered so."""
    return failure.status in _REFUSALS


class PageDecoder:
    """Reads pieces; a body of the newest page that is equal to the last is the same `Page`."""

    def __init__(self) -> None:
        self._body = b""
        self._newest: Page | Snapshot | None = None

    def read(self, body: bytes, part: PageRequest, now: float) -> Page | Snapshot | None:
        """See `read_part`."""
        if part != NEWEST_PAGE:
            return read_part(body, part, now)
        if body != self._body or self._newest is None:
            self._newest, self._body = read_part(body, part, now), body
        return self._newest


def read_part(body: bytes, part: PageRequest, now: float) -> Page | Snapshot | None:
    """What `body` has of a piece of the list, or of all where that is all there is; None where
    it is no envelope, so that the server knows no pieces. Raises `InvalidJson` or
    `UnexpectedShape`.
    """
    if body[:20].lstrip()[:1] != b"{":
        return None
    check_values(body)
    try:
        envelope = _envelopes.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        answer = loads(body)
        found, bad = read_each(rows_of(answer), now)
        count = int_of(answer.get("count"))
    else:
        found, bad = partition_rows(map(partial(to_summary, now=now), envelope.results))
        count = envelope.count
    snapshot = snapshot_of(found, bad)
    bad = [InvalidRow(part.offset + each.position, each.reason) for each in snapshot.invalid_rows]
    page = Page(part, snapshot.orders, tuple(bad), count)
    # A larger piece that holds all there is is a piece nevertheless: polls do not read so much.
    return snapshot if page.is_last and part == NEWEST_PAGE else page


def decode_filtered_page(body: bytes, part: PageRequest, now: float) -> Page:
    """What `body` has of a part of the list that is not one piece of it, in an envelope or not.
    An array of another length than was asked for is all that there is. Raises `InvalidJson` or
    `UnexpectedShape`.
    """
    piece = read_part(body, part, now)
    if isinstance(piece, Page):
        return piece
    found, bad = read_each(rows_of(loads(body)), now)
    rows = snapshot_of(found, bad)
    count = len(found) + len(bad)
    return Page(part, rows.orders, rows.invalid_rows, count if count > part.limit else None)


Get = Callable[
    [str, Callable[[bytes], Snapshot | Page], ConditionalCache | None], Awaitable[ListAnswer]
]


class ListEndpoint:
    """`get` sends the call with a query and decodes its answer; `clock` is UTC epoch seconds."""

    def __init__(self, get: Get, clock: Callable[[], float]) -> None:
        self._get = get
        self._clock = clock
        self._whole = IncrementalListDecoder()
        self._pieces = PageDecoder()
        self._kept = ConditionalCache()
        self._in_pieces: bool | None = None  # not known before the first answer

    async def newest(self) -> ListAnswer:
        """The newest page; everything where there is no more, or the server has no pieces."""
        if self._in_pieces is False:
            return await self.fetch_page(None)
        answer = await self.fetch_page(NEWEST_PAGE)
        if isinstance(answer, Failure):
            if not self._may_dislike_pieces(answer):
                return answer
            plain = await self.fetch_page(None)
            if isinstance(plain, Failure):
                return answer  # the second is no better
            self._in_pieces = False
            return plain
        # A bare array of as many as were asked for may be a piece that does not say so.
        return answer if self._in_pieces or not _is_full(answer) else await self.fetch_page(None)

    async def fetch_page(self, part: PageRequest | None) -> ListAnswer:
        """One piece, or all; a server that knows no pieces gives all of it anyway."""
        kept = self._kept if part in (None, NEWEST_PAGE) else None
        answer = await self._get(query_of(part), partial(self.read, part=part), kept)
        if isinstance(answer, Failure) and kept is not None:
            kept.forget()  # what failed may be the validators, or the body that they stand for
        return answer

    def read(self, body: bytes, part: PageRequest | None = None) -> Snapshot | Page:
        """What is in a body. Raises `InvalidJson` or `UnexpectedShape`."""
        if part is not None and part.is_filtered:
            return decode_filtered_page(body, part, self._clock())
        if part is not None:
            piece = self._pieces.read(body, part, self._clock())
            if piece is not None:
                self._in_pieces = True
                return piece
        whole = self._whole.read(body, self._clock())
        if part is not None and whole.orders:  # neither an error page nor nothing tells
            self._in_pieces = False
        return whole

    def _may_dislike_pieces(self, failure: Failure) -> bool:
        """A server that has given some is asked for everything only where it says that the
        request is bad; one that fails must not be asked for more.
        """
        broken = failure.status is None or failure.status >= 500
        return may_reject_parameters(failure) and not (self._in_pieces and broken)


def _is_full(answer: Snapshot | Page | CachedAnswer[Snapshot | Page]) -> bool:
    content = answer.content if isinstance(answer, CachedAnswer) else answer
    return len(content.orders) + len(content.invalid_rows) == NEWEST_PAGE.limit
