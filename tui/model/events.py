"""Everything that can happen to what the program knows. Immutable, and read no clock."""

import msgspec

from tui.model.order import OrderDetail, Snapshot
from tui.model.pages import Coverage, Page, ServerFilters
from tui.model.ports import CachedList, Failure

STALE_GRACE = 3.0
"""Seconds that a fact may outlive its cadence before it counts as old."""


class ClockReading(msgspec.Struct, frozen=True, gc=False):
    """One instant on both clocks: `wall` in UTC epoch seconds, to be shown; `mono` in
    seconds of a clock that never steps back and runs in suspend, to measure ages by.
    """

    wall: float
    mono: float

    def earlier(self, seconds: float) -> "ClockReading":
        return ClockReading(self.wall - seconds, self.mono - seconds)


class ListLoaded(msgspec.Struct, frozen=True):
    """The list was read by a request sent at `sent`; the next one follows `interval` seconds
    after that. With a `coverage` it was the newest page that was read, and `snapshot` holds what
    is known of all. Where a cache answered, its copy was `cached_for` seconds old, and `sent` is
    as much earlier.
    """

    snapshot: Snapshot
    sent: ClockReading
    interval: float
    coverage: Coverage | None = None
    cached_for: float = 0.0

    @property
    def fresh_until(self) -> float:
        """When it is too old to be called live, on the monotonic clock."""
        return self.sent.mono + self.interval + STALE_GRACE

    @property
    def is_whole(self) -> bool:
        """True when nothing that is listed is missing in the snapshot."""
        return self.coverage is None or self.coverage.complete_since is not None

    @property
    def oldest_read(self) -> ClockReading:
        """When the oldest of it was asked for."""
        if self.coverage is None or self.coverage.complete_since is None:
            return self.sent
        return self.sent.earlier(self.sent.mono - self.coverage.complete_since)

    def is_coverage_gap(self, told: float, following: float, doubted: float) -> bool:
        """True where so much lies between the times at which an order was asked for, `told` and
        `following`, that it may have been relaunched and have ended again.
        """
        return following - told > self.fresh_until - self.sent.mono or doubted >= told


class PageLoaded(msgspec.Struct, frozen=True):
    """Another piece of the list was read, between two polls of its newest page."""

    snapshot: Snapshot
    coverage: Coverage


class SearchAnswered(msgspec.Struct, frozen=True):
    """The answer of the server's own search, which was requested at `sent`."""

    filters: ServerFilters
    answer: Page | Failure
    sent: ClockReading


class CacheRestored(msgspec.Struct, frozen=True):
    """The list that an earlier run kept, which was asked for at `as_of`; None where it turned
    out that what was restored before is not to be trusted.
    """

    cached: CachedList | None
    as_of: ClockReading


class OrdersFailed(msgspec.Struct, frozen=True):
    """The list could not be read; `retry_at` is the wall time of the next try."""

    failure: Failure
    at: ClockReading
    retry_at: float


class DetailRead(msgspec.Struct, frozen=True):
    detail: OrderDetail
    sent: ClockReading


class DetailFailed(msgspec.Struct, frozen=True):
    order_id: str
    failure: Failure
    at: ClockReading


class DetailsDropped(msgspec.Struct, frozen=True):
    """Details that are no longer kept, so that weeks of orders fit in memory."""

    order_ids: tuple[str, ...]


class Paused(msgspec.Struct, frozen=True):
    paused: bool


class DataInvalidated(msgspec.Struct, frozen=True):
    """The program stood still (suspend, a stalled terminal): what was read before `at` is
    old, whatever its age says.
    """

    at: ClockReading


class GoneDismissed(msgspec.Struct, frozen=True):
    """The person has seen that these orders are gone from the list."""

    order_ids: tuple[str, ...]


Event = (
    ListLoaded
    | PageLoaded
    | SearchAnswered
    | CacheRestored
    | OrdersFailed
    | DetailRead
    | DetailFailed
    | DetailsDropped
    | Paused
    | DataInvalidated
    | GoneDismissed
)
