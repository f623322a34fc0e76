"""The events that change the state. Immutable; no clock is read here.

`sent` is when a request was sent: that is the age of its answer.
"""

from collections.abc import Mapping

import msgspec

from tui.model.order import OrderDetail, Snapshot
from tui.model.pages import Coverage, Page, ServerFilters
from tui.model.ports import CachedList, Failure
from tui.model.statistics import Statistics
from tui.model.timing import OrderTiming

STALE_GRACE = 3.0
"""Seconds beyond its poll interval after which a fact is stale."""


class ClockReading(msgspec.Struct, frozen=True, gc=False):
    """One instant on two clocks. `wall`, in UTC epoch seconds, is for display; `mono`, in seconds
    of a clock that never steps back and runs during suspend, is for ages.
    """

    wall: float
    mono: float

    def earlier(self, seconds: float) -> "ClockReading":
        return ClockReading(self.wall - seconds, self.mono - seconds)


class ListLoaded(msgspec.Struct, frozen=True):
    """The list was read; the next poll follows `interval` seconds after `sent`.

    With a `coverage`, only the newest page was read, and `snapshot` has every known order. If an
    HTTP cache answered, its copy was `cached_for` seconds old, and `sent` is as much earlier.
    """

    snapshot: Snapshot
    sent: ClockReading
    interval: float
    coverage: Coverage | None = None
    cached_for: float = 0.0
    empty_unconfirmed: bool = False
    """True if the server listed no order after it had listed some, for the first time: `snapshot`
    is still the former one.
    """

    @property
    def fresh_until(self) -> float:
        """The monotonic time after which the list is stale."""
        return self.sent.mono + self.interval + STALE_GRACE

    @property
    def is_complete(self) -> bool:
        """True if `snapshot` has every order of the list."""
        is_complete = self.coverage is None or self.coverage.complete_since is not None
        return is_complete and not self.empty_unconfirmed

    @property
    def oldest_read(self) -> ClockReading:
        """When the oldest part of `snapshot` was requested."""
        if self.coverage is None or self.coverage.complete_since is None:
            return self.sent
        return self.sent.earlier(self.sent.mono - self.coverage.complete_since)

    def is_coverage_gap(self, earlier: float, later: float, invalid_before: float) -> bool:
        """Return whether an order, requested at `earlier` and not again before `later`, may have
        been requeued and have failed again unseen.
        """
        return later - earlier > self.fresh_until - self.sent.mono or invalid_before >= earlier


class PageLoaded(msgspec.Struct, frozen=True):
    """Another page of the list was read, between two polls of the newest page."""

    snapshot: Snapshot
    coverage: Coverage


class SearchAnswered(msgspec.Struct, frozen=True):
    """The server's own search has answered."""

    filters: ServerFilters
    answer: Page | Failure
    sent: ClockReading


class CacheRestored(msgspec.Struct, frozen=True):
    """The list that an earlier run requested at `as_of` and stored on disk. None if the rest of a
    list that is shown already turned out to be corrupt.
    """

    cached: CachedList | None
    as_of: ClockReading


class OrdersFailed(msgspec.Struct, frozen=True):
    """The list could not be read; `retry_at` is the wall time of the next attempt."""

    failure: Failure
    retry_at: float


class DetailRead(msgspec.Struct, frozen=True):
    detail: OrderDetail
    sent: ClockReading


class DetailFailed(msgspec.Struct, frozen=True):
    order_id: str
    failure: Failure


class DetailsTrimmed(msgspec.Struct, frozen=True):
    """These details replace whole ones, to bound the memory."""

    details: tuple[OrderDetail, ...]


class DetailsDropped(msgspec.Struct, frozen=True):
    """Details were evicted to bound the memory."""

    order_ids: tuple[str, ...]


class Paused(msgspec.Struct, frozen=True):
    paused: bool


class DataInvalidated(msgspec.Struct, frozen=True):
    """The process was stopped (suspend, a blocked terminal): whatever was requested before `at`
    is stale, whatever its age.
    """

    at: ClockReading


class GoneDismissed(msgspec.Struct, frozen=True):
    """The user hid these orders, which are gone from the list."""

    order_ids: tuple[str, ...]


class TimingsChanged(msgspec.Struct, frozen=True):
    """The history knows these timings by order id; None for those that it keeps no more. `has_all`
    is whether those of all orders that ended are known from now on (None: as before).
    """

    timings: Mapping[str, OrderTiming | None]
    has_all: bool | None = None


class EndedOrdersRead(msgspec.Struct, frozen=True):
    """The history was read for how many orders ended in each of the last hours."""

    statistics: Statistics


Event = (
    ListLoaded
    | PageLoaded
    | SearchAnswered
    | CacheRestored
    | OrdersFailed
    | DetailRead
    | DetailFailed
    | DetailsTrimmed
    | DetailsDropped
    | Paused
    | DataInvalidated
    | GoneDismissed
    | TimingsChanged
    | EndedOrdersRead
)
