"""What passes between the recorder, which decides what to record, and the store, which saves it.
Times are UTC epoch seconds.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from tui.model.history import Change, Progress, Span
from tui.model.order import OrderDetail, OrderSummary
from tui.model.timing import OrderTiming


class SampleKind(StrEnum):
    """What a sample is a value of. The values are stored."""

    REMAINING = "remaining"
    """Of a sub-job: ln(actual remaining time / naive remaining time)."""
    ORDER_REMAINING = "order remaining"
    """The same of a whole order; its profile is the set of its sub-jobs' profiles."""
    GAP = "gap"
    """Seconds between two changes of an order; its profile is the set of its sub-jobs' profiles."""
    SCORE = "score"
    """How an estimate of a sub-job came true: its relative error, negative if out of its range."""
    ORDER_SCORE = "order score"

    @property
    def kept(self) -> int:
        """How many of each category are kept, the newest."""
        return _KEPT[self]


_KEPT = {
    SampleKind.REMAINING: 200,
    SampleKind.ORDER_REMAINING: 200,
    SampleKind.GAP: 500,
    SampleKind.SCORE: 50,  # 500 of all tenths
    SampleKind.ORDER_SCORE: 50,
}


class Sample(msgspec.Struct, frozen=True, gc=False):
    """One observed value of which estimates or limits are made. See the table `samples`."""

    kind: SampleKind
    profile: str
    category: int
    """The tenth of the progress, from 0; of a gap, the position of its phase in `Phase`."""
    at: float
    value: float


class Records(msgspec.Struct, frozen=True):
    """What one event gives to record. `timings` are those that changed, by order id; None for those
    that need not be kept in memory any more. `details` are trimmed, and new or changed.
    """

    changes: Sequence[Change] = ()
    details: Sequence[OrderDetail] = ()
    samples: Sequence[Sample] = ()
    spans: Sequence[Span] = ()
    """The last one replaces the one before of the same start, which has grown."""
    timings: Mapping[str, OrderTiming | None] = {}
    listed: Sequence[OrderSummary] = ()
    """The changed orders as the list has them. The recorder leaves it empty."""


class StoredOrder(msgspec.Struct, frozen=True):
    """The last known state of an order that was active when the last run ended."""

    summary: OrderSummary
    timing: OrderTiming
    progress: Progress | None
    read_at: float
    """When it was last seen to have this status and progress."""


class Stored(msgspec.Struct, frozen=True):
    """What earlier runs recorded and this one goes on from. `attempts` has the orders with more
    than one; `samples` are the newest of each category, the oldest first.
    """

    orders: Mapping[str, StoredOrder] = {}
    attempts: Mapping[str, int] = {}
    samples: Sequence[Sample] = ()
    polled_until: float | None = None
    """When the last run polled for the last time; None if there was none."""
    missed: Sequence[Change] = ()
    """How the first list of this run differs from what the last run knew."""
