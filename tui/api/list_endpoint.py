"""The list call: the whole list (S), or pages of it (O) if the server's answers show that it has
them. An older server ignores or refuses the parameters.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from urllib.parse import urlencode

from tui.api.http_cache import ConditionalCache
from tui.api.list_decoder import IncrementalListDecoder, decode_page
from tui.api.times import format_time
from tui.model.order import Snapshot
from tui.model.pages import NEWEST_PAGE, Page, PageRequest, ServerFilters
from tui.model.ports import CachedAnswer, Failure, FailureKind, ListAnswer

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
        self._newest: tuple[bytes | None, Page | Snapshot] = (None, Snapshot())
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
        if request is None:
            return self._list_decoder.read(body, now)
        if request == NEWEST_PAGE and body == self._newest[0]:
            return self._newest[1]
        page = decode_page(body, request, now)
        if page is None:
            snapshot = self._list_decoder.read(body, now)
            # An empty list doesn't prove that the server ignores paging.
            if snapshot.orders:
                self._has_pages = False
            return snapshot
        if request.is_filtered:
            return page
        self._has_pages = True
        if request != NEWEST_PAGE:  # even with the whole list: the polls read less
            return page
        answer = Snapshot(page.orders, page.invalid_rows) if page.is_last else page
        self._newest = (body, answer)
        return answer

    def _may_refuse_parameters(self, failure: Failure) -> bool:
        """Whether to request the whole list instead. A server that has sent pages must say that
        the request is bad: one that is broken must not be asked for more.
        """
        if failure.kind in (FailureKind.CREDENTIALS, FailureKind.SCOPE):  # the login was refused
            return False
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
    filters = request.filters or ServerFilters(status=request.status or None)
    period = {"from": _timestamp(filters.since), "to": _timestamp(filters.until)}
    members = {
        "status": filters.status,
        "order_id": filters.order_id,
        "profile_name": filters.profile_name,
        "timestamp": _known(period),
    }
    if known := _known(members):
        query["filters"] = json.dumps(known)
    if filters.search is not None:
        query["search"] = filters.search
    return "?" + urlencode(query)


def _known(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value not in (None, {})}


def _timestamp(at: float | None) -> str | None:
    return None if at is None else format_time(at)
