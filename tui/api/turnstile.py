"""When a request may be sent: not before a `Retry-After` allows it, and not too many a minute."""

import asyncio
from collections.abc import Callable

import msgspec

from tui.model.ports import Failure
from tui.model.vitals import Kind

REQUESTS_A_MINUTE = 120
_AT_ONCE = 5


class Turnstile:
    """Every request passes here, whichever call it belongs to. `monotonic` counts seconds."""

    def __init__(self, monotonic: Callable[[], float], a_minute: int = REQUESTS_A_MINUTE) -> None:
        self._monotonic = monotonic
        self._apart = 60 / (a_minute - _AT_ONCE)
        self._turn = float("-inf")
        self._refused: Failure | None = None
        self._closed_until = float("-inf")

    async def enter(self) -> Failure | None:
        """Wait for the turn of a request; returns why it must not be sent, if so.

        Whoever plans the calls keeps to the limits. But a call may take more than one request,
        and may have more to ask for when another one has just been told to wait.
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
        left = self._closed_until - self._monotonic()
        if self._refused is None or left <= 0:
            return None
        return msgspec.structs.replace(self._refused, retry_after=left)

    def heed(self, failure: Failure, kind: Kind) -> None:
        """Refuse requests for as long as `failure` asks, if it does. What a detail was told holds
        for details alone, and the poller keeps to that: the list must not wait for one order.
        """
        if failure.retry_after is not None and kind != "order":
            until = self._monotonic() + failure.retry_after
            if until > self._closed_until:
                self._refused, self._closed_until = failure, until
