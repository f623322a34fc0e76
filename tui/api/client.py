"""The one client of the API (letters as in api.md). Implements `Api` and `Actions`.

Paths are made of quoted parts here and sent to the one configured origin by `Wire`.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from functools import partial
from typing import TypeAlias, TypeVar

import msgspec

from tui.api.auth import TokenProvider
from tui.api.background_decoder import Decoder
from tui.api.company_decoder import read_companies
from tui.api.http_cache import ConditionalCache
from tui.api.list_endpoint import ListEndpoint
from tui.api.order_decoder import read_detail
from tui.api.transport import ApiRequest, Body, Transport
from tui.model.account import Account, Company
from tui.model.api_url import company_path
from tui.model.events import ClockReading
from tui.model.pages import PageRequest
from tui.model.ports import CachedAnswer, DetailAnswer, Failure, FailureKind, ListAnswer
from tui.model.telemetry import RequestKind, RequestRecord, TokenInfo
from tui.rate_limit import RateLimiter

DEADLINE = 10.0
"""Seconds for each whole call, with its token and the decoding of its answer."""

LIST_CAP = 128 * 1024 * 1024
BODY_CAP = 4 * 1024 * 1024
"""Bytes of a decoded body; a million orders are 82 MB."""


_DENIES_ORDER = ((403, False), (403, True), (401, True))
"""Status, and whether the token was new, of an answer about one order that says nothing of the
others: the list tells whether the credentials are good.
"""

_Content = TypeVar("_Content")
_Decoded: TypeAlias = _Content | CachedAnswer[_Content] | Failure


class ReadOnly(Exception):
    """A write was asked of a client that was made read-only."""


class Client:
    """Speaks to one company of one server.

    `clock` is wall time in UTC epoch seconds, `monotonic` counts seconds. Clients of the same
    account share a `rate_limiter`. `on_request` is called after every request, `on_token` with
    each token. The instance belongs to one event loop.
    """

    def __init__(  # noqa: PLR0913 - what tests and cli hand in, all but one with defaults
        self,
        account: Account,
        *,
        read_only: bool = False,
        deadline: float = DEADLINE,
        list_cap: int = LIST_CAP,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        rate_limiter: RateLimiter | None = None,
        on_request: Callable[[RequestRecord], None] = lambda _: None,
        on_token: Callable[[TokenInfo | None], None] = lambda _: None,
    ) -> None:
        self._account = account
        self._read_only = read_only
        self._deadline = deadline
        self._list_cap = list_cap
        self._clock = clock
        self._monotonic = monotonic

        def now() -> ClockReading:
            return ClockReading(clock(), monotonic())

        self._tokens = TokenProvider(self._request_token, now, on_token)
        self._list = ListEndpoint(self._get_list, clock)
        self._slash: dict[RequestKind, bool] = {}
        rate_limiter = rate_limiter or RateLimiter(monotonic)
        self._wire = Transport(account.api_url, deadline, verify, now, rate_limiter, on_request)
        self._decoder = Decoder()

    async def orders(self) -> ListAnswer:
        """`GET /v1/media/{company}/transcode/` (S); its newest page where the server gives the
        list in pieces (O).
        """
        return await self._list.newest()

    async def page(self, part: PageRequest) -> ListAnswer:
        """The same call for another piece (O)."""
        return await self._list.fetch_page(part)

    async def order(self, order_id: str) -> DetailAnswer:
        """`GET /v1/media/{company}/transcode/{order_id}/` (S)."""
        path = self._path("transcode", order_id)
        ask = ApiRequest("order", "GET", path, BODY_CAP, began=self._monotonic())
        return await self._get(ask, partial(read_detail, order_id=order_id, now=self._clock()))

    async def log_in(self) -> Failure | None:
        """Ask for a token."""
        try:
            async with asyncio.timeout(self._deadline):
                token = await self._tokens.get(self._tokens.failures)
        except TimeoutError:
            return Failure(FailureKind.SLOW)
        return token if isinstance(token, Failure) else None

    async def companies(self) -> tuple[Company, ...] | Failure:
        """`GET /v1/companies/current_user/` (D): the companies that it tells, maybe none."""
        ask = ApiRequest("companies", "GET", "/v1/companies/current_user/", BODY_CAP)
        answer = await self._authorised(ask, read_companies)
        return answer.content if isinstance(answer, CachedAnswer) else answer

    async def probe(self) -> Failure | None:
        """Ask for one order of the list: may these credentials read this company's? A server
        that knows no `limit` sends the whole array, which is as good an answer.
        """
        answer = await self._get_list("?limit=1", self._list.read)
        return answer if isinstance(answer, Failure) else None

    async def requeue(self, order_id: str) -> Failure | None:
        """`POST /v1/media/{company}/transcode_requeue/{order_id}/` (D, O). Sent once.

        Raises `ReadOnly` where the client was made so.
        """
        return await self._post(self._path("transcode_requeue", order_id) + "/")

    async def aclose(self) -> None:
        await self._wire.aclose()

    def _path(self, *parts: str) -> str:
        return company_path(self._account.company, *parts)

    async def _get_list(
        self, query: str, read: Callable[[bytes], _Content], kept: ConditionalCache | None = None
    ) -> _Decoded[_Content]:
        ask = ApiRequest("orders", "GET", self._path("transcode"), self._list_cap, kept=kept)
        return await self._get(ask, read, query)

    async def _get(
        self, ask: ApiRequest, read: Callable[[bytes], _Content], query: str = ""
    ) -> _Decoded[_Content]:
        """GET in the form of the path that this server knows.

        The sources write paths with and without the trailing slash. Where one answers
        404 or redirects to the other, the other is tried once, and what worked is kept.
        """
        slash = self._slash.get(ask.kind, self._slash.get("orders", True))
        answer = await self._get_form(ask, read, slash, query)
        is_known = self._slash.get(ask.kind) is not None and ask.kind != "orders"
        if isinstance(answer, Failure) and not is_known and _wants_other_form(answer):
            slash = not slash
            other = await self._get_form(ask, read, slash, query)
            # The first answer stands where the second is no better.
            answer = answer if isinstance(other, Failure) else other
        if not isinstance(answer, Failure):
            self._slash[ask.kind] = slash
        return answer

    async def _get_form(
        self, ask: ApiRequest, read: Callable[[bytes], _Content], slash: bool, query: str
    ) -> _Decoded[_Content]:
        return await self._authorised(ask._replace(path=ask.path + "/" * slash + query), read)

    async def _post(self, path: str) -> Failure | None:
        if self._read_only:
            raise ReadOnly("this client refuses every write")
        answer = await self._authorised(ApiRequest("write", "POST", path, BODY_CAP), bytes)
        return answer if isinstance(answer, Failure) else None

    async def _authorised(
        self, ask: ApiRequest, read: Callable[[bytes], _Content]
    ) -> _Decoded[_Content]:
        """One call and the decoding of its answer under one deadline."""
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._send(ask)
                if isinstance(answer, Failure):
                    return answer
                # The list's decoders keep state: each of them waits for the one before.
                return await self._decoder.decode(read, answer, inline=ask.kind != "orders")
        except TimeoutError:
            return Failure(FailureKind.SLOW)

    async def _send(self, ask: ApiRequest) -> Body | Failure:
        """Send with the token in force; once more with a new one after a 401, or a 431 ("request
        header fields too large"). Both mean that nothing was done, so even a write may follow.
        """
        failures = self._tokens.failures
        answer: Body | Failure = Failure(FailureKind.CREDENTIALS)
        for is_last in (False, True):
            token = await self._tokens.get(failures)
            if isinstance(token, Failure):
                return token
            answer = await self._wire.send(ask, {"Authorization": f"Bearer {token.reveal()}"})
            if not isinstance(answer, Failure):
                return answer
            if ask.kind == "order" and (answer.status, is_last) in _DENIES_ORDER:
                return msgspec.structs.replace(answer, kind=FailureKind.NO_ACCESS)
            if answer.status not in (401, 431):
                return answer
            self._tokens.invalidate(token)
        return answer

    async def _request_token(self) -> Body | Failure:
        """`POST /v1/oauth2/access_token/` (D)."""
        form = {
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret.reveal(),
            "grant_type": "client_credentials",
        }
        ask = ApiRequest("token", "POST", "/v1/oauth2/access_token/", BODY_CAP, form)
        answer = await self._wire.send(ask, {})
        if isinstance(answer, Failure) and answer.status in (400, 401, 403):
            return Failure(FailureKind.CREDENTIALS, answer.status)
        if isinstance(answer, Failure) and answer.kind is FailureKind.MISSING:
            # Not the order that was asked for is missing, but the API itself.
            return Failure(FailureKind.STATUS, answer.status)
        return answer


def _wants_other_form(failure: Failure) -> bool:
    return failure.kind in (FailureKind.MISSING, FailureKind.OTHER_SLASH)
