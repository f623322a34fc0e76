"""The bearer token: requested once, shared by every call, renewed before it expires. And the
companies that its credentials have access to.

This isn't an `httpx.Auth`: httpx reads the responses of an auth flow whole, without a cap or a
deadline. Token requests go through `Transport.send` like all others.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping

from tui.api.json_reader import UnusableBody, each_of, loads, number_of, text_of
from tui.api.transport import BODY_CAP, ApiRequest, Body
from tui.model.account import Account, Company, Secret
from tui.model.events import ClockReading
from tui.model.order import is_id
from tui.model.ports import Failure, FailureKind
from tui.model.telemetry import TokenInfo

DEFAULT_LIFETIME = 36_000.0
"""Seconds; D's example, used if the server doesn't send `expires_in`."""

MIN_LIFETIME, MAX_LIFETIME = 60.0, 86_400.0
"""Limits for `expires_in`: a server may send milliseconds, or a time in the past."""

_RENEW_AT = 0.9
_PRINTABLE_ASCII = re.compile(r"[!-~]+")  # what a header can carry
_COMPANY_MEMBERS = ("companies", "company_set", "company", "company_id")
_MAX_COMPANIES = 200


class TokenProvider:
    """Holds one token. Calls that need one at the same time share one request and its failure.

    `request` posts the credentials and returns the body or the failure. `on_change` is called
    with each new token, and with None when one is dropped.
    """

    def __init__(
        self,
        request: Callable[[], Awaitable[Body | Failure]],
        clock: Callable[[], ClockReading],
        on_change: Callable[[TokenInfo | None], None],
    ) -> None:
        self._request = request
        self._clock = clock
        self._on_change = on_change
        self._lock = asyncio.Lock()
        self._token: Secret | None = None
        self._renew_at = 0.0
        self._failure = Failure(FailureKind.CREDENTIALS)
        self.failures = 0
        """How many token requests have failed."""

    async def get(self, failures: int) -> Secret | Failure:
        """Return the current token, or request one. `failures` is the counter when the call
        began: the call shares a later failure, for each rejected login counts against the account.
        """
        if token := self._current():
            return token
        async with self._lock:
            if token := self._current():  # requested while this call waited for the lock
                return token
            if self.failures > failures:
                return self._failure
            body = await self._request()
            answer = body if isinstance(body, Failure) else self._store(body.data)
            if isinstance(answer, Failure):
                self.failures += 1
                self._failure = answer
            return answer

    def invalidate(self, token: Secret) -> None:
        """Drop a token that the server rejected, unless it has been replaced."""
        if self._token == token:
            self._token = None
            self._on_change(None)

    def _current(self) -> Secret | None:
        return self._token if self._clock().mono < self._renew_at else None

    def _store(self, body: bytes) -> Secret | Failure:
        try:
            answer = loads(body)
        except UnusableBody:
            return Failure(FailureKind.NOT_THE_API)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not _PRINTABLE_ASCII.fullmatch(token):
            return Failure(FailureKind.SHAPE, hint="the token answer has no access_token")
        lifetime = number_of(answer.get("expires_in"))
        if lifetime is not None:
            lifetime = min(max(lifetime, MIN_LIFETIME), MAX_LIFETIME)
        info = TokenInfo(self._clock(), lifetime, (lifetime or DEFAULT_LIFETIME) * _RENEW_AT)
        self._token = Secret(token)
        self._renew_at = info.obtained.mono + info.renew_after
        self._on_change(info)
        return self._token


class Login:
    """Requests tokens: `POST /v1/oauth2/access_token/` (D). A read-only client asks for the scope
    `read`; where the server refuses that, once more and from then on for its default.
    """

    def __init__(
        self,
        account: Account,
        send: Callable[[ApiRequest, Mapping[str, str]], Awaitable[Body | Failure]],
        *,
        read_only: bool,
    ) -> None:
        self._account = account
        self._send = send
        self._scope = {"scope": "read"} if read_only else {}

    async def request_token(self) -> Body | Failure:
        answer = await self._post_credentials()
        if self._scope and isinstance(answer, Failure) and answer.kind is FailureKind.SCOPE:
            self._scope = {}
            answer = await self._post_credentials()
        return _login_failure(answer) if isinstance(answer, Failure) else answer

    async def _post_credentials(self) -> Body | Failure:
        form = {
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret.reveal(),
            "grant_type": "client_credentials",
            **self._scope,
        }
        request = ApiRequest("token", "POST", "/v1/oauth2/access_token/", BODY_CAP, form)
        return await self._send(request, {})


def _login_failure(failure: Failure) -> Failure:
    """Return what `failure` means for a token request: the API has no other reason to refuse one
    than the credentials. A failure with a hint isn't the API's.
    """
    is_refusal = failure.status in (400, 401, 403) and failure.kind is not FailureKind.SCOPE
    if is_refusal and not failure.hint:
        return Failure(FailureKind.CREDENTIALS, failure.status)
    if failure.kind is FailureKind.MISSING:  # not an order, but the API itself
        return Failure(FailureKind.STATUS, failure.status)
    return failure


def read_companies(body: bytes) -> tuple[Company, ...]:
    """Return the companies of `current_user` whose ids can be part of a path. The sources don't
    show the answer's shape (D only names the call): a company may be an object or its bare id.
    Raises `InvalidJson`.
    """
    answer = loads(body)
    if not isinstance(answer, dict):
        return ()
    found: dict[str, Company] = {}
    for item in (item for member in _COMPANY_MEMBERS for item in each_of(answer.get(member))):
        members = item if isinstance(item, dict) else {"id": item}
        company_id = text_of(members.get("id")) or text_of(members.get("company_id"))
        if company_id is not None and is_id(company_id):
            found[company_id] = Company(company_id, text_of(members.get("name")) or "")
    return tuple(found.values())[:_MAX_COMPANIES]
