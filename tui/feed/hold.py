"""A wait that holds for every call: what the server asked for, or what a person must mend."""

import msgspec

from tui.feed import cadence
from tui.model.ports import Failure


class GlobalPause(msgspec.Struct):
    """`until` is in seconds of the monotonic clock."""

    until: float = float("-inf")
    reason: Failure | None = None

    def put(self, failure: Failure, wait: float, now: float) -> bool:
        """Hold for `wait` seconds, where `failure` is of the kind; says whether it is."""
        if not policy.blocks_all_calls(failure):
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
