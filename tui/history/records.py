"""What passes between the recorder, which decides what to record, and the store, which saves it.
Times are UTC epoch seconds.
"""

from collections.abc import Mapping, Sequence

import msgspec

from tui.model.history import Change, Progress, Span
from tui.model.order import OrderDetail, OrderSummary
from tui.model.timing import OrderTiming


class Sample(msgspec.Struct, frozen=True, gc=False):
    """One observed value of which estimates or limits are made. See the table `samples`."""

    kind: str
    profile: str
    category: int
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
