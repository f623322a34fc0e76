"""What the history records, and its interface. Pure.

Times are UTC epoch seconds. Every text is sanitised.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Protocol

import msgspec

from tui.model.events import Event
from tui.model.past import TimeStep
from tui.model.state import State
from tui.model.statistics import StatisticsSource
from tui.model.timing import OrderTiming

if TYPE_CHECKING:
    from tui.model.profile_uses import OrderProfiles

Progress = tuple[float | None, ...]
"""The percent of each sub-job."""

FAULT = "a fault of this program"


def stopped(reason: str) -> str:
    """Return the sentence that nothing more is recorded for this reason."""
    return f"History has stopped until the next start: {reason}"


class ChangedField(IntEnum):
    """What changed of an order. The numbers are stored."""

    STATUS = 1
    """The status word. From None: the order is new in the list. To None: it is gone."""
    PROGRESS = 2
    COMMENT = 3


class Change(msgspec.Struct, frozen=True, gc=False):
    """One observed change. It happened after the poll at `after` (None: no poll had looked) and not
    after the one at `before`.
    """

    order_id: str
    attempt: int
    field: ChangedField
    old: str | Progress | None
    new: str | Progress | None
    after: float | None
    before: float

    @property
    def is_first_reading(self) -> bool:
        """True for a comment that was there when it was first looked for: it may be old."""
        return self.field is ChangedField.COMMENT and self.old is None and self.after is None


class SpanKind(Enum):
    """Whether orders were polled in a span of time. The values are stored. A time without any span
    is one in which the program did not run.
    """

    POLLED = "polled"
    PAUSED = "paused"
    STALE = "stale"
    """Polls failed, or the computer was suspended."""
    STOPPED = "stopped"
    """Not stored: what no span covers."""


class Span(msgspec.Struct, frozen=True, gc=False):
    start: float
    end: float
    kind: SpanKind


class Accuracy(msgspec.Struct, frozen=True, gc=False):
    """How the last estimates came true: which share of `count` was within its range (0.8 is meant),
    and the median of the relative errors.
    """

    count: int = 0
    coverage: float = 0.0
    median_error: float = 0.0


class PastHistory(Protocol):
    """Reads moments in the past. Nothing is raised."""

    async def past(self, start: float, steps: Sequence[TimeStep], latest: float) -> State | None:
        """Return what the polls had reported up to the moment that is `steps` away from `start`,
        or up to `latest` if that is earlier; `State.past` says which moment it is. On both clocks
        of the state the time is the wall time of then. None if nothing is recorded, or it can't
        be read.
        """

    async def leave_past(self) -> None:
        """Free the memory that makes `past` fast."""


class History(StatisticsSource, Protocol):
    """Records what is observed of one company's orders. Nothing is raised: what can't be written is
    kept in memory, and `problem` says so.
    """

    @property
    def problem(self) -> str:
        """Why it is not saved, as a sentence; empty if it is."""

    def take_notices(self) -> Sequence[str]:
        """Return sentences to show once, as that a damaged file was replaced."""

    @property
    def accuracy(self) -> Accuracy:
        """How the estimates of this and the last runs came true."""

    def observe(
        self, before: State, event: Event, after: State
    ) -> Mapping[str, OrderTiming | None]:
        """Record what `event` shows. Return the timings that changed since the last call; None for
        those that need not be kept in memory any more. Returns at once: what earlier runs recorded
        is read in a thread, and comes with a later call.
        """

    async def timings(self, order_ids: Collection[str] | None) -> Mapping[str, OrderTiming]:
        """Return the timings of these orders, or of all (None)."""

    async def order_profiles(self, start: float) -> "Sequence[OrderProfiles]":
        """Return which profiles the orders since `start` have, the newest first."""

    async def aclose(self) -> None:
        """Write what is not written yet."""
