"""The bearer token: asked for once, shared by every call, renewed before it expires.

This is no `httpx.Auth`: httpx reads the answers of an auth flow whole, uncapped and without
a deadline, so token calls go through the client's own guarded `send` like every other.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable

from tui.api.json_reader import InvalidJson, TooManyValues, loads, number_of
from tui.api.transport import Body
from tui.model.events import ClockReading
from tui.model.ports import Failure, FailureKind
from tui.model.secret import Secret
from tui.model.telemetry import TokenInfo

DEFAULT_LIFETIME = 36_000.0
"""Seconds that a token lives where the server does not say (D's own example)."""

MIN_LIFETIME, MAX_LIFETIME = 60.0, 86_400.0
"""What is believed of `expires_in`: a server may mean milliseconds, or say that it has expired."""

_RENEW_AT = 0.9
_TOKEN = re.compile(r"[!-~]+")


class TokenProvider:
    """Keeps one token. However many calls wait for it, one request asks for it, and when that
    fails all of them have failed.

    `request` posts the credentials and returns the body, or why there is none; `on_change` hears
    of each token that comes, and None when one is dropped.
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
        """How many requests had no token for an answer."""

    async def get(self, failures: int) -> Secret | Failure:
        """The token in force, asked for if need be; `failures` is what that was when the call
        began: it shares the failures since, for each rejected login counts against the account.
        """
        if token := self._fresh():
            return token
        async with self._lock:
            # Whoever waited for the lock finds the token of who held it.
            if token := self._fresh():
                return token
            if self.failures > failures:
                return self._failure
            body = await self._request()
            answer = body if isinstance(body, Failure) else self._keep(body.data)
            if isinstance(answer, Failure):
                self.failures += 1
                self._failure = answer
            return answer

    def invalidate(self, token: Secret) -> None:
        """Forget a token that a server refused, unless a newer one has come since."""
        if self._token == token:
            self._token = None
            self._on_change(None)

    def _fresh(self) -> Secret | None:
        return self._token if self._clock().mono < self._renew_at else None

    def _keep(self, body: bytes) -> Secret | Failure:
        try:
            answer = loads(body)
        except (InvalidJson, TooManyValues):
            return Failure(FailureKind.NOT_THE_API)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        # A header takes printable ASCII; anything else is no token.
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            return Failure(FailureKind.SHAPE, hint="the token answer has no access_token")
        lifetime = number_of(answer.get("expires_in"))
        if lifetime is not None:
            lifetime = min(max(lifetime, MIN_LIFETIME), MAX_LIFETIME)
        life = TokenInfo(self._clock(), lifetime, (lifetime or DEFAULT_LIFETIME) * _RENEW_AT)
        self._token = Secret(token)
        self._renew_at = life.obtained.mono + life.renew_after
        self._on_change(life)
        return self._token
