"""The list call: the whole list (S), or pages of it (O) if the server's answers show that it has
them. An older server ignores or refuses the parameters.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

import msgspec

from tui.api.http_cache import ConditionalCache
from tui.api.json_reader import DECODE_ERRORS, check_values, int_of, loads
from tui.api.list_decoder import (
    IncrementalListDecoder,
    RawRow,
    decode_items,
    partition_rows,
    rows_of,
    snapshot_of,
    to_summary,
)
from tui.model.order import InvalidRow, Snapshot
from tui.model.pages import NEWEST_PAGE, Page, PageRequest, ServerFilters
from tui.model.ports import CachedAnswer, Failure, ListAnswer

Get = Callable[
    [str, Callable[[bytes], Snapshot | Page], ConditionalCache | None], Awaitable[ListAnswer]
]

_PARAMETER_REFUSALS = (400, 404, 405, 414, 422, 500, 501)
"""Statuses by which a server may refuse the parameters."""


class ListEndpoint:
    """Requests pages, or the whole list from a server that has no pages.

    `get` sends the call with a query and decodes its answer; `clock` is UTC epoch seconds.
    """

    def __init__(self, get: Get, clock: Callable[[], float]) -> None:
        self._get = get
        self._clock = clock
        self._list_decoder = IncrementalListDecoder()
        self._newest: tuple[bytes, Page | Snapshot | None] = (b"", None)
        self._cache = ConditionalCache()
        self._has_pages: bool | None = None  # None: unknown before the first answer

    async def fetch_newest(self) -> ListAnswer:
        """The newest page; the whole list if it is no longer, or the server has no pages."""
        if self._has_pages is False:
            return await self.fetch_page(None)
        answer = await self.fetch_page(NEWEST_PAGE)
        if isinstance(answer, Failure):
            if not self._may_refuse_parameters(answer):
                return answer
            whole = await self.fetch_page(None)
            if isinstance(whole, Failure):
                return answer
            self._has_pages = False
            return whole
        # A bare array of exactly the requested length may be a page without its envelope.
        if self._has_pages or not _is_full(answer):
            return answer
        return await self.fetch_page(None)

    async def fetch_page(self, request: PageRequest | None) -> ListAnswer:
        """A page; None is the whole list, which a server without pages sends anyway."""
        cache = self._cache if request in (None, NEWEST_PAGE) else None
        answer = await self._get(_query(request), partial(self.read, request=request), cache)
        if isinstance(answer, Failure) and cache is not None:
            # The validators, or the body that they refer to, may be the cause.
            self._cache = ConditionalCache()
        return answer

    def read(self, body: bytes, request: PageRequest | None = None) -> Snapshot | Page:
        """Decode a body. Raises `InvalidJson`, `UnexpectedShape` or `TooManyValues`."""
        now = self._clock()
        if request is not None and request.is_filtered:
            return _decode_filtered_page(body, request, now)
        if request is not None:
            page = self._decode_page(body, request, now)
            if page is not None:
                self._has_pages = True
                return page
        snapshot = self._list_decoder.read(body, now)
        # An empty list doesn't prove that the server ignores paging.
        if request is not None and snapshot.orders:
            self._has_pages = False
        return snapshot

    def _decode_page(self, body: bytes, request: PageRequest, now: float) -> Page | Snapshot | None:
        """An equal body of the newest page gives the same `Page`."""
        if request != NEWEST_PAGE:
            return _decode_page(body, request, now)
        if body != self._newest[0] or self._newest[1] is None:
            self._newest = (body, _decode_page(body, request, now))
        return self._newest[1]

    def _may_refuse_parameters(self, failure: Failure) -> bool:
        """Whether to request the whole list instead. A server that has sent pages must say that
        the request is bad: one that is broken must not be asked for more.
        """
        is_broken = failure.status is None or failure.status >= 500
        return failure.status in _PARAMETER_REFUSALS and not (self._has_pages and is_broken)


def _is_full(answer: Snapshot | Page | CachedAnswer[Snapshot | Page]) -> bool:
    content = answer.content if isinstance(answer, CachedAnswer) else answer
    return len(content.orders) + len(content.invalid_rows) == NEWEST_PAGE.limit


def _query(request: PageRequest | None) -> str:
    """The query of a page, in the envelope that has the total count (O)."""
    if request is None:
        return ""
    query: dict[str, object] = {"limit": request.limit, "offset": request.offset, "output": "std"}
    members = _filter_members(request.filters or ServerFilters())
    if request.status:
        members["status"] = request.status
    if members:
        query["filters"] = json.dumps(members)
    if request.filters is not None and request.filters.search is not None:
        query["search"] = request.filters.search
    return "?" + urlencode(query)


def _filter_members(filters: ServerFilters) -> dict[str, object]:
    """The members of the parameter `filters` (O); the search is a separate parameter."""
    names = ("status", "order_id", "profile_name")
    members = {name: text for name in names if (text := getattr(filters, name)) is not None}
    ends = {"from": filters.since, "to": filters.until}
    period = {end: _timestamp(at) for end, at in ends.items() if at is not None}
    return {**members, "timestamp": period} if period else members


def _timestamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


class _Envelope(msgspec.Struct, gc=False):
    results: list[RawRow]
    count: int | None = None


_envelope_decoder = msgspec.json.Decoder(_Envelope)


def _decode_page(body: bytes, request: PageRequest, now: float) -> Page | Snapshot | None:
    """The page in an envelope, or the whole list if the newest page has all of it; None without
    an envelope. Raises `InvalidJson`, `UnexpectedShape` or `TooManyValues`.
    """
    if body[:20].lstrip()[:1] != b"{":
        return None
    check_values(body)
    try:
        envelope = _envelope_decoder.decode(body)
    except DECODE_ERRORS:
        answer = loads(body)
        orders, invalid = decode_items(rows_of(answer), now)
        total = int_of(answer.get("count"))
    else:
        orders, invalid = partition_rows(to_summary(row, now) for row in envelope.results)
        total = envelope.count
    rows = snapshot_of(orders, invalid)
    invalid = [InvalidRow(request.offset + row.position, row.reason) for row in rows.invalid_rows]
    page = Page(request, rows.orders, tuple(invalid), total)
    # A larger page with the whole list stays a page, for the polls read less.
    return rows if page.is_last and request == NEWEST_PAGE else page


def _decode_filtered_page(body: bytes, request: PageRequest, now: float) -> Page:
    """A filtered page, in an envelope or bare. A bare array of more orders than requested is all
    that there are.
    """
    page = _decode_page(body, request, now)
    if isinstance(page, Page):
        return page
    orders, invalid = decode_items(rows_of(loads(body)), now)
    rows = snapshot_of(orders, invalid)
    total = len(orders) + len(invalid)
    return Page(request, rows.orders, rows.invalid_rows, total if total > request.limit else None)
