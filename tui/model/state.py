"""The state of the program, and `reduce`, which applies an event to it. Pure."""

from collections.abc import Collection, Mapping
from math import isfinite
from types import MappingProxyType
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from tui.model.events import (
    CacheRestored,
    ClockReading,
    DataInvalidated,
    DetailFailed,
    DetailRead,
    DetailsDropped,
    DetailsTrimmed,
    EndedOrdersRead,
    Event,
    GoneDismissed,
    ListLoaded,
    OrdersFailed,
    PageLoaded,
    Paused,
    SearchAnswered,
    TimingsChanged,
)
from tui.model.order import InvalidRow, OrderDetail, OrderSummary, Phase, Snapshot, phase_of
from tui.model.pages import Coverage, ServerFilters, recency_key
from tui.model.past import PastMoment
from tui.model.ports import Failure
from tui.model.snapshot import diff_orders
from tui.model.statistics import Statistics
from tui.model.timing import OrderTiming

_Value = TypeVar("_Value")

MAX_SEARCH_RESULTS = 8

MAX_GONE = 1000
"""How many vanished orders are listed until they are dismissed; the newest of them."""


class TimedDetail(msgspec.Struct, frozen=True):
    """The last good detail of an order and when it was requested.

    The list is polled more often than the details of ended orders, so what it says since marks
    the detail: `from_earlier_run` if the order was requeued, so that its progress means nothing
    now; `may_be_outdated` if it is in error or waiting, but it may have run and come back to that
    status unseen between two polls. Without the marks the progress of each such order would have
    to be drawn as stale, or read again all the time.
    """

    detail: OrderDetail
    sent: ClockReading
    from_earlier_run: bool = False
    may_be_outdated: bool = False
    marked_at: float = float("-inf")
    """When the list was requested that led to the marks."""

    @property
    def phase(self) -> Phase:
        return phase_of(self.detail.status or "")


class SearchResult(msgspec.Struct, frozen=True):
    """What the server's own search found: `ids` of `count` orders, all of them if `is_complete`.
    A server that ignores the filters "finds" anything, so this only says what to read first.
    """

    sent: ClockReading
    ids: frozenset[str] = frozenset()
    count: int = 0
    is_complete: bool = False
    failed: bool = False


class State(msgspec.Struct, frozen=True):
    """The last good facts, which survive every failure, and when each was requested."""

    snapshot: Snapshot | None = None
    last_load: ListLoaded | None = None
    cached_at: ClockReading | None = None
    """When the snapshot was requested, if it comes from an earlier run's cache."""
    failure: OrdersFailed | None = None
    details: Mapping[str, TimedDetail] = MappingProxyType({})
    detail_failures: Mapping[str, Failure] = MappingProxyType({})
    gone: Mapping[str, OrderSummary] = MappingProxyType({})
    """The orders that vanished from the list and are not dismissed."""
    orders: tuple[OrderSummary, ...] = ()
    """The orders to show: the snapshot's and those that are gone, newest first."""
    status_counts: Mapping[str, int] = MappingProxyType({})
    """How many orders of the list have each status word."""
    empty_unconfirmed: bool = False
    """True if the last list was empty and the snapshot, from the list before, is not."""
    coverage: Coverage | None = None
    """None if each poll reads the whole list."""
    search_results: Mapping[ServerFilters, SearchResult] = MappingProxyType({})
    """By query, the latest last."""
    timings: Mapping[str, OrderTiming] = MappingProxyType({})
    """What the history knows, of the orders for which it is needed."""
    ended_orders: Statistics | None = None
    """How many orders ended in each of the last hours; None if it was not read."""
    has_all_timings: bool = False
    """True if `timings` has all that the history knows of orders that ended."""
    paused: bool = False
    invalid_before: float = float("-inf")
    """What was requested before this monotonic time is stale, whatever its age."""
    past: PastMoment | None = None
    """None if the facts are the present ones."""

    @property
    def index(self) -> Mapping[str, OrderSummary]:
        """The snapshot's orders by id."""
        return {} if self.snapshot is None else self.snapshot.index

    @property
    def invalid_rows(self) -> tuple[InvalidRow, ...]:
        """The rows of the list that could not be decoded."""
        return () if self.snapshot is None else self.snapshot.invalid_rows

    @property
    def as_of(self) -> ClockReading | None:
        """When the snapshot was requested."""
        return self.cached_at if self.last_load is None else self.last_load.sent

    @property
    def is_partially_loaded(self) -> bool:
        """True if the list has orders that are not known yet."""
        return self.coverage is not None and self.coverage.complete_since is None

    def wall_at(self, mono: float) -> float | None:
        """Convert a monotonic time to that of the clock that the last list was read by."""
        if self.as_of is None or not isfinite(mono):
            return None
        return self.as_of.wall + (mono - self.as_of.mono)

    def listed_at(self, order_id: str) -> float:
        """When the list last reported an order: the request's monotonic time."""
        if self.as_of is None:
            return float("-inf")
        polled = self.as_of.mono
        return polled if self.coverage is None else self.coverage.last_read_at.get(order_id, polled)


def reduce(state: State, event: Event) -> State:
    match event:
        case ListLoaded():
            return _on_list_loaded(state, event)
        case PageLoaded(snapshot, coverage):
            return _with_marks(state, replace(_with_snapshot(state, snapshot), coverage=coverage))
        case SearchAnswered():
            return _on_search_answered(state, event)
        case CacheRestored():
            return _on_cache_restored(state, event)
        case OrdersFailed():
            return replace(state, failure=event)
        case DetailRead() | DetailFailed() | DetailsTrimmed() | DetailsDropped() | TimingsChanged():
            return _on_order_event(state, event)
        case Paused() | DataInvalidated() | EndedOrdersRead():
            return _on_other_event(state, event)
        case GoneDismissed(order_ids):
            return with_gone(state, _without(state.gone, order_ids))


def _on_other_event(state: State, event: Paused | DataInvalidated | EndedOrdersRead) -> State:
    match event:
        case Paused(paused):
            return replace(state, paused=paused)
        case DataInvalidated(at):
            return replace(state, invalid_before=at.mono)
        case EndedOrdersRead(statistics):
            return replace(state, ended_orders=statistics)


def _on_list_loaded(state: State, event: ListLoaded) -> State:
    if event.empty_unconfirmed:
        return replace(state, failure=None, empty_unconfirmed=True)
    after = replace(
        _with_snapshot(state, event.snapshot),
        last_load=event,
        coverage=event.coverage,
        cached_at=None,
        failure=None,
        empty_unconfirmed=False,
    )
    return _with_marks(state, after)


def _on_order_event(
    state: State,
    event: DetailRead | DetailFailed | DetailsTrimmed | DetailsDropped | TimingsChanged,
) -> State:
    details, failures = state.details, state.detail_failures
    match event:
        case DetailRead(detail, sent):
            before = details.get(detail.id)
            if before is not None and before.sent.mono > sent.mono:
                return state  # the answer to an older request came late
            timed = TimedDetail(detail, sent)
            if before is not None and timed.phase.is_final and sent.mono < before.marked_at:
                timed = replace(before, detail=detail, sent=sent)  # a copy from a cache
            details = {**details, detail.id: timed}
            failures = _without(failures, (detail.id,))
        case DetailFailed(order_id, failure):
            failures = {**failures, order_id: failure}
        case DetailsTrimmed(trimmed):
            known = ((each, details[each.id]) for each in trimmed if each.id in details)
            details = {**details, **{each.id: replace(timed, detail=each) for each, timed in known}}
        case DetailsDropped(order_ids):
            details, failures = _without(details, order_ids), _without(failures, order_ids)
        case TimingsChanged(timings, has_all):
            changed = {each: timing for each, timing in timings.items() if timing is not None}
            others = state.timings
            if len(changed) < len(timings):
                others = _without(others, timings)
            has_all = state.has_all_timings if has_all is None else has_all
            return replace(state, timings={**others, **changed}, has_all_timings=has_all)
    return replace(state, details=details, detail_failures=failures)


def _on_search_answered(state: State, event: SearchAnswered) -> State:
    if isinstance(event.answer, Failure):  # an earlier result stays, with its time
        result = state.search_results.get(event.filters, SearchResult(event.sent, failed=True))
    else:
        ids = frozenset(event.answer.ids)
        count = max(len(ids), event.answer.total or 0)
        result = SearchResult(event.sent, ids, count, event.answer.is_last)
    others = [each for each in state.search_results.items() if each[0] != event.filters]
    results = dict([*others[1 - MAX_SEARCH_RESULTS :], (event.filters, result)])
    return replace(state, search_results=results)


def _on_cache_restored(state: State, event: CacheRestored) -> State:
    if state.last_load is not None:
        return state
    cached, details = event.cached, {}
    for each in () if cached is None else cached.details:
        sent = event.as_of.earlier(event.as_of.wall - each.requested_at)
        timed = TimedDetail(each.detail, sent)
        # It may have been requeued since, and have failed again.
        details[each.detail.id] = replace(timed, may_be_outdated=timed.phase is Phase.ERROR)
    return replace(
        state,
        details=details,
        snapshot=None if cached is None else cached.snapshot,
        cached_at=None if cached is None else event.as_of,
        orders=() if cached is None else cached.snapshot.orders,
        status_counts={} if cached is None else cached.status_counts,
        empty_unconfirmed=state.empty_unconfirmed and cached is not None,
    )


def _with_marks(before: State, state: State) -> State:
    """Mark the details of ended and waiting orders that the list contradicts or did not report for
    too long.
    """
    last = before.last_load
    marked: dict[str, TimedDetail] = {}
    for order_id, timed in state.details.items():
        if not (timed.phase.is_final or timed.phase.is_waiting):
            continue
        summary, listed_at = state.index.get(order_id), state.listed_at(order_id)
        runs = summary is not None and not summary.phase.is_final
        from_earlier_run = timed.from_earlier_run or (
            timed.phase.is_final and runs and timed.sent.mono < listed_at
        )
        may_be_outdated = timed.may_be_outdated or (
            timed.phase is not Phase.FINISHED
            and last is not None
            and last.is_coverage_gap(before.listed_at(order_id), listed_at, state.invalid_before)
        )
        if (from_earlier_run, may_be_outdated) != (timed.from_earlier_run, timed.may_be_outdated):
            marked[order_id] = TimedDetail(
                timed.detail, timed.sent, from_earlier_run, may_be_outdated, listed_at
            )
    return replace(state, details={**state.details, **marked}) if marked else state


def _with_snapshot(state: State, snapshot: Snapshot) -> State:
    if snapshot is state.snapshot:
        return state
    before = state.snapshot.orders if state.snapshot is not None else ()
    removed, _ = diff_orders(before, snapshot.orders)
    shown = [*state.gone.values(), *removed]
    vanished = sorted((o for o in shown if o.id not in snapshot.index), key=recency_key)
    gone = {order.id: order for order in vanished[:MAX_GONE]}
    after = replace(state, snapshot=snapshot, status_counts=snapshot.status_counts)
    return with_gone(after, gone)


def with_gone(state: State, gone: Mapping[str, OrderSummary]) -> State:
    """List these orders as gone."""
    orders = state.snapshot.orders if state.snapshot is not None else ()
    if gone:
        orders = tuple(sorted([*orders, *gone.values()], key=recency_key))
    return replace(state, gone=gone, orders=orders)


def _without(mapping: Mapping[str, _Value], keys: Collection[str]) -> Mapping[str, _Value]:
    if not any(key in mapping for key in keys):
        return mapping
    return {key: value for key, value in mapping.items() if key not in keys}
