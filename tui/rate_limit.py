"""When a request may be sent: not before a `Retry-After` allows it, and not too many a minute."""

import asyncio
from collections.abc import Callable

import msgspec

from tui.model.ports import Failure
from tui.model.telemetry import RequestKind

REQUESTS_A_MINUTE = 120
_AT_ONCE = 5


class _Refusal(msgspec.Struct, frozen=True):
    """What a server asked for at `at`: no requests before `until`. Seconds of the clock."""

    failure: Failure
    at: float
    until: float


class RateLimiter:
    """Every request passes here, whichever call it belongs to. `monotonic` counts seconds."""

    def __init__(self, monotonic: Callable[[], float], a_minute: int = REQUESTS_A_MINUTE) -> None:
        self._monotonic = monotonic
        self._apart = 60 / (a_minute - _AT_ONCE)
        self._turn = float("-inf")
        self._refusal: _Refusal | None = None
        self._detail_refusal: _Refusal | None = None

    async def enter(self, kind: RequestKind, began: float) -> Failure | None:
        """Wait for the turn of a request; returns why it must not be sent, if so. `began` is when
        its call did.

        The poller keeps to the limits. But a call may take more than one request, and may wait
        for its token or its turn when another call is told to wait.
        """
        now = self._monotonic()
        self._turn = max(self._turn + self._apart, now)
        early = self._turn - (_AT_ONCE - 1) * self._apart - now
        if early > 0:
            try:
                await asyncio.sleep(early)
            except asyncio.CancelledError:
                self._turn -= self._apart  # it was not sent: the next one need not wait for it
                raise
        refusals = [self._refusal]
        if kind == "order" and self._detail_refusal and self._detail_refusal.at >= began:
            refusals.append(self._detail_refusal)
        last = max(filter(None, refusals), key=lambda refusal: refusal.until, default=None)
        left = last.until - self._monotonic() if last is not None else 0.0
        if last is None or left <= 0:
            return None
        return msgspec.structs.replace(last.failure, retry_after=left)

    def heed(self, failure: Failure, kind: RequestKind) -> None:
        """Refuse requests for as long as `failure` asks, if it does.

        What was asked for with a detail holds here for the details that are under way. The poller
        holds the others back, until a person asks; the list doesn't wait for one order.
        """
        if failure.retry_after is None:
            return
        now = self._monotonic()
        refusal = _Refusal(failure, now, now + failure.retry_after)
        if kind == "order":
            self._detail_refusal = refusal
        elif self._refusal is None or refusal.until > self._refusal.until:
            self._refusal = refusal
