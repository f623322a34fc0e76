"""The API client (letters as in api.md). Implements `ServerApi`."""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import NamedTuple, TypeAlias, TypeVar

import msgspec

from tui.api.auth import Login, TokenProvider, read_companies
from tui.api.company_decoder import (
    minutes_query,
    read_allowed_values,
    read_minutes,
    read_profile,
    read_profiles,
)
from tui.api.http_cache import ConditionalCache
from tui.api.json_reader import UnusableBody
from tui.api.list_endpoint import ListEndpoint
from tui.api.order_decoder import read_detail
from tui.api.refusal_words import secrets_of
from tui.api.transport import BODY_CAP, ApiRequest, Body, Transport
from tui.api.write_answers import read_accepted, read_created
from tui.clock import Clock
from tui.model.account import Account, Company, Secret
from tui.model.actions import Accepted, WriteAnswer, WriteFailure
from tui.model.api_url import company_path
from tui.model.pages import PageRequest
from tui.model.ports import CachedAnswer, DetailAnswer, Failure, FailureKind, ListAnswer
from tui.model.profiles import AllowedValues, ConsumedMinutes, EncodingProfile
from tui.model.telemetry import RequestKind, RequestRecord, TokenInfo
from tui.rate_limit import RateLimiter

DEADLINE = 10.0
"""Seconds for a whole call, with its token and the decoding of its answer."""

LIST_CAP = 128 * 1024 * 1024
"""Bytes of a decoded list; a million orders are 82 MB."""

MAX_INLINE = 64 * 1024
"""Bytes of a body that is decoded on the event loop: the way to a thread takes longer. The answer
to a write may have no more.
"""

MAX_AGE = 60.0
"""Seconds that a cache may have stored an answer about the company: it comes without its age."""

_ORDER_REFUSALS = (
    (FailureKind.FORBIDDEN, False),
    (FailureKind.FORBIDDEN, True),
    (FailureKind.CREDENTIALS, True),
)
"""Kind, and whether the token was new, of refusals that concern only the one order: whether the
credentials are good is for the list to decide.
"""

_Content = TypeVar("_Content")
_Decoded: TypeAlias = _Content | CachedAnswer[_Content] | Failure


class Hooks(NamedTuple):
    """Functions that a client calls: after every request, and with each token."""

    on_request: Callable[[RequestRecord], None] = lambda _: None
    on_token: Callable[[TokenInfo | None], None] = lambda _: None


NO_HOOKS = Hooks()


class Client:
    """The client of one company of one server. If it is `read_only`, it refuses every request but
    a GET, and that for a token.

    Clients of the same credentials share a `rate_limiter`. The instance belongs to one event loop.
    """

    def __init__(
        self,
        account: Account,
        *,
        read_only: bool = False,
        deadline: float = DEADLINE,
        verify: ssl.SSLContext | None = None,
        clock: Clock | None = None,
        rate_limiter: RateLimiter | None = None,
        hooks: Hooks = NO_HOOKS,
    ) -> None:
        self._account = account
        self._read_only = read_only
        self._deadline = deadline
        self._clock = clock or Clock()
        now = self._clock.now
        self._list = ListEndpoint(self._get_list, self._clock.wall)
        self._slash: dict[RequestKind, bool] = {}
        limiter = rate_limiter or RateLimiter(self._clock.mono)
        self._transport = Transport(
            account.api_url, deadline, verify, now, limiter, hooks.on_request
        )
        login = Login(account, self._transport.send, read_only=read_only)
        self._tokens = TokenProvider(login.request_token, now, hooks.on_token)
        self._decoding = Lock()

    async def orders(self) -> ListAnswer:
        """`GET /v1/media/{company}/transcode/` (S); the newest page if the server has pages (O)."""
        return await self._list.fetch_newest()

    async def page(self, request: PageRequest) -> ListAnswer:
        """The same call for another page (O)."""
        return await self._list.fetch_page(request)

    async def order(self, order_id: str) -> DetailAnswer:
        """`GET /v1/media/{company}/transcode/{order_id}/` (S)."""
        path = self._path("transcode", order_id)
        now = self._clock.now()
        request = ApiRequest("order", "GET", path, BODY_CAP, call_began=now.mono)
        return await self._get(request, partial(read_detail, order_id=order_id, now=now.wall))

    async def log_in(self) -> Failure | None:
        """Request a token."""
        try:
            async with asyncio.timeout(self._deadline):
                token = await self._tokens.get(self._tokens.failures)
        except TimeoutError:
            return Failure(FailureKind.SLOW)
        return token if isinstance(token, Failure) else None

    async def companies(self) -> tuple[Company, ...] | Failure:
        """`GET /v1/companies/current_user/` (D); where it is missing, v2 (O)."""
        answer = await self._companies("v1")
        if isinstance(answer, Failure) and answer.kind is FailureKind.MISSING:
            answer = await self._companies("v2")
        return answer.content if isinstance(answer, CachedAnswer) else answer

    async def _companies(self, version: str) -> _Decoded[tuple[Company, ...]]:
        path = f"/{version}/companies/current_user/"
        return await self._call(ApiRequest("companies", "GET", path, BODY_CAP), read_companies)

    async def company_name(self) -> str:
        """The name of the account's company, from `companies`."""
        answer = await self.companies()
        companies = () if isinstance(answer, Failure) else answer
        return next((each.name for each in companies if each.id == self._account.company), "")

    async def probe(self) -> Failure | None:
        """Request one order of the list, to see whether the credentials may read this company's.
        A server that ignores `limit` sends the whole list.
        """
        answer = await self._get_list("?limit=1", self._list.read)
        return answer if isinstance(answer, Failure) else None

    async def profiles(self) -> tuple[EncodingProfile, ...] | Failure:
        """`GET /v1/media/{company}/transcoding_profiles/` (D, P)."""
        return await self._get_fresh("profiles", self._path("transcoding_profiles"), read_profiles)

    async def profile(self, profile_id: int) -> EncodingProfile | Failure:
        """`GET /v1/media/{company}/transcoding_profile/{profile_id}/` (O)."""
        path = self._path("transcoding_profile", str(profile_id))
        return await self._get_fresh("profiles", path, read_profile)

    async def allowed_values(self) -> AllowedValues | Failure:
        """`GET /v1/media/{company}/allowed_values/` (O, P)."""
        path = self._path("allowed_values")
        return await self._get_fresh("profiles", path, read_allowed_values)

    async def consumed_minutes(self, start: float, end: float) -> ConsumedMinutes | Failure:
        """`GET /v1/media/{company}/transcoding/consumed_minutes/?filters=…` (O, P)."""
        path = self._path("transcoding", "consumed_minutes")
        return await self._get_fresh("minutes", path, read_minutes, minutes_query(start, end))

    async def requeue(self, order_id: str) -> WriteAnswer:
        """`POST /v1/media/{company}/transcode_requeue/{order_id}/` (D, O)."""
        return await self._write("POST", self._path("transcode_requeue", order_id))

    async def create_order(self, order: bytes) -> WriteAnswer:
        """`POST /v1/media/{company}/transcode/` with the form field `order` (D)."""
        form = {"order": order.decode()}
        path = self._path("transcode")
        return await self._write("POST", path, read_created, form=form, secrets=secrets_of(order))

    async def save_profile(self, profile_id: int | None, profile: bytes) -> WriteAnswer:
        """`POST …/transcoding_profiles/`, or `PUT …/transcoding_profile/{profile_id}/` (O)."""
        if profile_id is None:
            return await self._write("POST", self._path("transcoding_profiles"), json=profile)
        path = self._path("transcoding_profile", str(profile_id))
        return await self._write("PUT", path, json=profile)

    async def delete_profile(self, profile_id: int) -> WriteAnswer:
        """`DELETE /v1/media/{company}/transcoding_profile/{profile_id}/` (O)."""
        path = self._path("transcoding_profile", str(profile_id))
        return await self._write("DELETE", path)

    async def aclose(self) -> None:
        await self._transport.aclose()

    def _path(self, *parts: str) -> str:
        return company_path(self._account.company, *parts)

    async def _get_list(
        self, query: str, read: Callable[[bytes], _Content], cache: ConditionalCache | None = None
    ) -> _Decoded[_Content]:
        path = self._path("transcode")
        request = ApiRequest("orders", "GET", path, LIST_CAP, cache=cache)
        return await self._get(request, read, query)

    async def _get_fresh(
        self, kind: RequestKind, path: str, read: Callable[[bytes], _Content], query: str = ""
    ) -> _Content | Failure:
        """GET what is known of the company, unless a cache has stored it for too long."""
        answer = await self._get(ApiRequest(kind, "GET", path, BODY_CAP), read, query)
        if not isinstance(answer, CachedAnswer):
            return answer
        if answer.age > MAX_AGE:
            return Failure(FailureKind.CACHED, hint=f"{answer.age:.0f} s old")
        return answer.content

    async def _get(
        self, request: ApiRequest, read: Callable[[bytes], _Content], query: str = ""
    ) -> _Decoded[_Content]:
        """GET a path in the form that this server accepts.

        The sources have paths with and without the trailing slash. If one form answers 404 or
        redirects to the other, the other one is tried once, and the form that works is remembered.
        """

        async def get(slash: bool) -> _Decoded[_Content]:
            path = request.path + "/" * slash + query
            return await self._call(request._replace(path=path), read)

        slash = self._slash.get(request.kind, self._slash.get("orders", True))
        answer = await get(slash)
        # The list may disappear from a known form; an order that is missing is just missing.
        may_be_other_form = request.kind == "orders" or request.kind not in self._slash
        if may_be_other_form and isinstance(answer, Failure) and _suggests_other_form(answer):
            slash = not slash
            other = await get(slash)
            answer = answer if isinstance(other, Failure) else other
        if not isinstance(answer, Failure):
            self._slash[request.kind] = slash
        return answer

    async def _call(
        self, request: ApiRequest, read: Callable[[bytes], _Content]
    ) -> _Decoded[_Content]:
        """Send a request and decode its answer, both within one deadline."""
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._send(request)
                if isinstance(answer, Failure):
                    return answer
                if request.kind != "orders" and len(answer.data) <= MAX_INLINE:
                    return _decode(read, answer)
                return await asyncio.to_thread(self._decode_alone, read, answer)
        except TimeoutError:
            return Failure(FailureKind.SLOW)

    def _decode_alone(self, read: Callable[[bytes], _Content], body: Body) -> _Decoded[_Content]:
        """Decode one body at a time, for the list decoders have state. A decoder whose call has met
        its deadline runs to its end; the next one waits for it.
        """
        with self._decoding:
            return _decode(read, body)

    async def _send(self, request: ApiRequest) -> Body | Failure:
        """Send a GET with the current token; after a 401 or a 431 ("request header fields too
        large") once more with a new one.
        """
        failures = self._tokens.failures
        answer: Body | Failure = Failure(FailureKind.CREDENTIALS)
        for is_new_token in (False, True):
            token = await self._token_for(request, failures)
            if isinstance(token, Failure):
                return token
            answer = await self._transport.send(request, _authorization(token))
            if not isinstance(answer, Failure):
                return answer
            refusal = (answer.kind, is_new_token)
            if request.kind == "order" and refusal in _ORDER_REFUSALS:
                return msgspec.structs.replace(answer, kind=FailureKind.NO_ACCESS)
            # Nothing depends on the companies: they must not cost the other calls their token.
            if not _may_be_token(answer) or request.kind == "companies":
                return answer
            self._tokens.invalidate(token)
        if isinstance(answer, Failure) and answer.kind is FailureKind.CREDENTIALS:
            return msgspec.structs.replace(answer, hint="the server rejects its own new token")
        return answer

    async def _write(
        self,
        method: str,
        path: str,
        read: Callable[[bytes], str] = read_accepted,
        *,
        form: Mapping[str, str] | None = None,
        json: bytes | None = None,
        secrets: Sequence[str] = (),
    ) -> WriteAnswer:
        """Send a write once: whatever comes of it, it is never sent again. `read` returns the id in
        the answer, which must not show the `secrets`.
        """
        request = ApiRequest("write", method, path + "/", MAX_INLINE, form, json=json)
        token = await self._token_for(request, self._tokens.failures)
        if isinstance(token, Failure):
            return WriteFailure(token, may_have_acted=False)
        own = (token.reveal(), self._account.client_secret.reveal())
        request = request._replace(secrets=(*secrets, *own))
        answer, may_have_acted = await self._transport.exchange(request, _authorization(token))
        if isinstance(answer, Body):
            try:
                return Accepted(read(answer.data))
            except UnusableBody as error:
                return WriteFailure(Failure(error.kind, hint=str(error)), may_have_acted=True)
        if _may_be_token(answer):
            self._tokens.invalidate(token)
            answer = msgspec.structs.replace(answer, hint="the token is no longer valid")
        return WriteFailure(answer, may_have_acted)

    async def _token_for(self, request: ApiRequest, failures: int) -> Secret | Failure:
        """Return a token for `request`; `failures` as in `TokenProvider.get`. Without one nothing
        is sent, so this is where a read-only client refuses.
        """
        if self._read_only and request.method != "GET":
            return Failure(FailureKind.READ_ONLY)
        return await self._tokens.get(failures)


def _authorization(token: Secret) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token.reveal()}"}


def _may_be_token(failure: Failure) -> bool:
    return failure.kind is FailureKind.CREDENTIALS or failure.status == 431


def _decode(read: Callable[[bytes], _Content], body: Body) -> _Decoded[_Content]:
    try:
        content = read(body.data)
    except UnusableBody as error:
        return Failure(error.kind, hint=str(error))
    return CachedAnswer(content, body.age) if body.age else content


def _suggests_other_form(failure: Failure) -> bool:
    return failure.kind in (FailureKind.MISSING, FailureKind.OTHER_SLASH)
