"""How long to wait, and what a minute may cost. Pure: times come in, in seconds."""
# FOLD """A wait that holds for every call: what the server asked for, or what a person must
# FOLD mend."""

import msgspec

from tui.model.ports import Failure, FailureKind
from tui.rate_limit import BURST

CALL_BURST = BURST - 1
"""Calls at once: one of them may need a token first."""

IN_FLIGHT = 4

ROWS_A_SECOND = 6000
"""Of the list, on an average: about half a megabyte."""

_SHORT_CAP, _LONG_CAP = 10.0, 60.0
_LONG_AFTER = 300.0
# What a person must mend is not asked for often.
_FLOORS = {
    FailureKind.CREDENTIALS: 300.0,
    FailureKind.FORBIDDEN: 60.0,
    FailureKind.NO_ACCESS: 60.0,
    FailureKind.LIMITED: 5.0,
}


def poll_interval(refresh: float, took: float, rows: int = 0) -> float:
    """Seconds from the start of a request that took `took` to the start of the next. A server
    that is slow gets four fifths of the time to rest; a list of many `rows` is asked for less
    often. The cap is for a request that was suspended on its way.
    """
    return max(refresh, min(max(5 * took, rows / ROWS_A_SECOND), _LONG_CAP))


def backoff(failure: Failure, failures: int, failing_for: float, jitter: float) -> float:
    """Seconds to wait after the n-th failure in a row. `jitter` is uniform in 0.5 to 1.

    What the server asked for (`Retry-After`) outranks the backoff.
    """
    if failure.retry_after is not None:
        return max(1.0, failure.retry_after)
    cap = _SHORT_CAP if failing_for < _LONG_AFTER else _LONG_CAP
    backoff = jitter * min(cap, 2.0 ** min(failures, 10))
    return max(_FLOORS.get(failure.kind, 0.0), backoff)


def blocks_all_calls(failure: Failure) -> bool:
    """True when no call at all may follow before the wait is over."""
    return failure.retry_after is not None or failure.kind in (
        FailureKind.LIMITED,
        FailureKind.CREDENTIALS,
    )


def needs_user_action(failure: Failure) -> bool:
    """True where nothing but a person's wish may shorten the wait."""
    return failure.retry_after is not None or failure.kind in _FLOORS


class GlobalPause(msgspec.Struct):
    """`until` is in seconds of the monotonic clock."""

    until: float = float("-inf")
    reason: Failure | None = None

    def put(self, failure: Failure, wait: float, now: float) -> bool:
        """Hold for `wait` seconds, where `failure` is of the kind; says whether it is."""
        if not blocks_all_calls(failure):
            return False
        if now + wait >= self.until:  # a shorter one must not make the longer liftable
            self.reason = failure
            self.until = now + wait
        return True

    def release(self) -> None:
        """A person asks. Only what the server itself asked to wait for is still waited for."""
        if self.reason is not None and self.reason.retry_after is None:
            self.until = float("-inf")

    def note_success(self, now: float) -> None:
        """Forget a wait that is over; one that a detail brought meanwhile stays liftable."""
        if now >= self.until:
            self.reason = None
