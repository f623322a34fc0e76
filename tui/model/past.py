"""What the history knows of a moment in the past, and the interface to ask for it. Pure.

Times are UTC epoch seconds. In the state of a past moment both clocks are the wall clock of then.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from tui.model.events import STALE_GRACE, ClockReading
from tui.model.state import State


class TimeStep(msgspec.Struct, frozen=True):
    """A step to a later moment, or with negative numbers to an earlier one: so many observed
    changes, then so many seconds. What one poll saw is one change.
    """

    changes: int = 0
    seconds: float = 0.0


class Past(msgspec.Struct, frozen=True):
    """What was known at the moment `at`: what the last polls up to it had reported."""

    at: float
    state: State
    """Empty before `begins`. Its `as_of` is `at`, or the last poll before `at` if nothing was
    polled then.
    """
    begins: float
    """The first moment that is recorded."""
    polled_again: float | None = None
    """When polling went on, if nothing was polled at `at`; None: not yet."""
    earlier: float | None = None
    """When something changed before `at`, at the latest; None: nothing is recorded."""
    later: float | None = None

    @property
    def now(self) -> ClockReading:
        return ClockReading(self.at, self.at)

    @property
    def not_polled_since(self) -> float | None:
        """When the last poll before `at` was, if nothing was polled then; else None."""
        as_of = self.state.as_of
        is_polled = as_of is None or self.at - as_of.wall <= STALE_GRACE
        return None if is_polled or as_of is None else as_of.wall


class PastHistory(Protocol):
    """Reads moments in the past. Nothing is raised."""

    async def past(self, start: float, steps: Sequence[TimeStep], latest: float) -> Past | None:
        """Return the moment that is `steps` away from `start`, or `latest` if that is earlier.
        None if nothing is recorded, or it can't be read.
        """

    async def leave_past(self) -> None:
        """Free the memory that `past` uses to be fast."""
