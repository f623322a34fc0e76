"""The request limit: at most 120 requests a minute, and none before a `Retry-After` allows it.

The poller and the client each have a `RateLimiter`. The poller's decides which call is worth the
next request. The client's is the safety net: a call may take several requests (token, other form
of the path), and it may wait for its token while another call gets a `Retry-After`.
"""

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec

from tui.model.ports import Failure
from tui.model.telemetry import RequestKind

REQUESTS_PER_MINUTE = 120
BURST = 5
"""Requests that may be sent at once after a rest; they are part of the minute's."""

_OF_THE_COMPANY: tuple[RequestKind, ...] = ("companies", "profiles", "minutes")


class _Refusal(msgspec.Struct, frozen=True):
    """The server allows no request from `at` to `until` (seconds of the limiter's clock)."""

    failure: Failure
    at: float
    until: float


class RateLimiter:
    """A token bucket: at most `per_minute` requests in any 60 seconds, `burst` at once.
    `monotonic` counts seconds.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        per_minute: int = REQUESTS_PER_MINUTE,
        burst: int = BURST,
    ) -> None:
        self._monotonic = monotonic
        self.per_minute = per_minute
        self._burst = float(burst)
        self._rate = (per_minute - burst) / 60
        self._level = self._burst
        self._level_at = monotonic()
        self._sent: deque[float] = deque(maxlen=REQUESTS_PER_MINUTE)
        self._refusal: _Refusal | None = None
        self._detail_refusal: _Refusal | None = None

    @property
    def level(self) -> float:
        """How many requests may be sent now."""
        now = self._monotonic()
        refilled = max(0.0, now - self._level_at) * self._rate
        self._level, self._level_at = min(self._burst, self._level + refilled), now
        return self._level

    def take(self) -> None:
        self._level = self.level - 1
        self._sent.append(self._level_at)

    @property
    def refill_time(self) -> float:
        """The seconds until another request may be sent, if none is left."""
        return 1 / self._rate

    def seconds_until(self, level: float) -> float:
        return max(0.0, level - self.level) / self._rate

    @property
    def used(self) -> int:
        """How many requests were sent in the last minute."""
        now = self._monotonic()
        return sum(1 for at in self._sent if now - at < 60)

    async def acquire(self, kind: RequestKind, call_began: float) -> Failure | None:
        """Wait until a request may be sent; return the reason if it must not be sent at all.
        `call_began` is when the call that it belongs to began.
        """
        self.take()
        if (wait := self.seconds_until(0)) > 0:
            try:
                await asyncio.sleep(wait)
            except asyncio.CancelledError:
                self._level += 1  # it was not sent
                raise
        refusals = [self._refusal]
        if self._detail_refusal and kind == "order" and self._detail_refusal.at >= call_began:
            refusals.append(self._detail_refusal)
        latest = max(filter(None, refusals), key=lambda refusal: refusal.until, default=None)
        if latest is None or (left := latest.until - self._monotonic()) <= 0:
            return None
        return msgspec.structs.replace(latest.failure, retry_after=left)

    def apply_retry_after(self, failure: Failure, kind: RequestKind) -> None:
        """Refuse requests for as long as the server asked with `failure`, if it did.

        What it asked with a detail only stops the details that are under way: the poller holds
        back the others until the user refreshes, and the list must not wait for one order, nor for
        what is asked about the company.
        """
        if failure.retry_after is None or kind in _OF_THE_COMPANY:
            return
        now = self._monotonic()
        refusal = _Refusal(failure, now, now + failure.retry_after)
        if kind == "order":
            self._detail_refusal = refusal
        elif self._refusal is None or refusal.until > self._refusal.until:
            self._refusal = refusal
