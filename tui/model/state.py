"""What the program knows at one moment, and how an event changes it. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

import msgspec

from tui.model.events import (
    CacheRestored,
    ClockReading,
    DataInvalidated,
    DetailFailed,
    DetailRead,
    DetailsDropped,
    Event,
    GoneDismissed,
    ListLoaded,
    OrdersFailed,
    PageLoaded,
    Paused,
    SearchAnswered,
)
from tui.model.order import OrderDetail, OrderSummary, Phase, Snapshot, phase_of
from tui.model.pages import Coverage, ServerFilters, recency_key
from tui.model.ports import Failure
from tui.model.snapshot import diff_orders

MAX_SEARCH_RESULTS = 8

MAX_GONE = 1000
"""How many vanished orders are kept until they are dismissed."""


class TimedDetail(msgspec.Struct, frozen=True):
    """The last good detail of an order and when its request was sent. `relaunched` is set where
    a list has shown since that it is of an earlier run, `lapsed` where it may be: the order was
    in error, and then not told of for too long.
    """

    detail: OrderDetail
    sent: ClockReading
    relaunched: bool = False
    may_be_outdated: bool = False


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
    """The last good facts survive every failure; their age is theirs to tell."""

    snapshot: Snapshot | None = None
    last_load: ListLoaded | None = None
    cached_at: ClockReading | None = None
    """When the snapshot was asked for, if that was in an earlier run."""
    failure: OrdersFailed | None = None
    details: Mapping[str, TimedDetail] = MappingProxyType({})
    detail_failures: Mapping[str, Failure] = MappingProxyType({})
    gone: Mapping[str, OrderSummary] = MappingProxyType({})
    orders: tuple[OrderSummary, ...] = ()
    """What is shown: the snapshot's orders, and among them those that are gone."""
    index: Mapping[str, OrderSummary] = MappingProxyType({})
    """The snapshot's orders by id."""
    status_counts: Mapping[str, int] = MappingProxyType({})
    """How many orders of the snapshot have each status word."""
    empty_unconfirmed: bool = False
    """True when the last list had no orders, and the one before had some: what is shown is
    of the one before, until a second list agrees.
    """
    coverage: Coverage | None = None
    """None where each poll reads the whole list."""
    search_results: Mapping[ServerFilters, SearchResult] = MappingProxyType({})
    """By query, the latest last."""
    paused: bool = False
    invalid_before: float = float("-inf")

    @property
    def as_of(self) -> ClockReading | None:
        """When the snapshot was asked for."""
        return self.cached_at if self.last_load is None else self.last_load.sent

    @property
    def is_partially_loaded(self) -> bool:
        """True where orders that are listed are not known yet."""
        return self.coverage is not None and self.coverage.complete_since is None

    def listed_at(self, order_id: str) -> float:
        """When what the list says of an order was asked for, on the monotonic clock."""
        if self.as_of is None:
            return float("-inf")
        polled = self.as_of.mono
        return polled if self.coverage is None else self.coverage.last_read_at.get(order_id, polled)


def reduce(state: State, event: Event) -> State:
    """The state after `event`."""
    match event:
        case ListLoaded():
            return _orders_read(state, event)
        case PageLoaded(snapshot, coverage):
            known = msgspec.structs.replace(_known(state, snapshot), coverage=coverage)
            return _after_gaps(state, known)
        case SearchAnswered():
            return _search_answered(state, event)
        case CacheRestored():
            return _restored(state, event)
        case OrdersFailed():
            return msgspec.structs.replace(state, failure=event)
        case DetailRead() | DetailFailed() | DetailsDropped():
            return _detail_told(state, event)
        case Paused(paused):
            return msgspec.structs.replace(state, paused=paused)
        case DataInvalidated(at):
            return msgspec.structs.replace(state, invalid_before=at.mono)
        case GoneDismissed(order_ids):
            gone = _without(state.gone, order_ids)
            return msgspec.structs.replace(
                state, gone=gone, orders=_with_gone(state.snapshot, gone)
            )


def _search_answered(state: State, event: SearchAnswered) -> State:
    if isinstance(event.answer, Failure):  # a former result counts on, with its time
        result = state.search_results.get(event.filters, SearchResult(event.sent, failed=True))
    else:
        ids = frozenset(event.answer.ids)
        count = max(len(ids), event.answer.total or 0)
        result = SearchResult(event.sent, ids, count, event.answer.is_last)
    others = [each for each in state.search_results.items() if each[0] != event.filters]
    results = dict([*others[1 - MAX_SEARCH_RESULTS :], (event.filters, result)])
    return msgspec.structs.replace(state, search_results=results)


def _detail_told(state: State, event: DetailRead | DetailFailed | DetailsDropped) -> State:
    match event:
        case DetailRead(detail, sent):
            before = state.details.get(detail.id)
            if before is not None and before.sent.mono > sent.mono:
                return state  # an older request came back late
            return msgspec.structs.replace(
                state,
                details={**state.details, detail.id: TimedDetail(detail, sent)},
                detail_failures=_without(state.detail_failures, (detail.id,)),
            )
        case DetailFailed(order_id, failure):
            failures = {**state.detail_failures, order_id: failure}
            return msgspec.structs.replace(state, detail_failures=failures)
        case DetailsDropped(order_ids):
            return msgspec.structs.replace(
                state,
                details=_without(state.details, order_ids),
                detail_failures=_without(state.detail_failures, order_ids),
            )


def _restored(state: State, event: CacheRestored) -> State:
    if state.last_load is not None:
        return state  # the list itself was here first
    kept, as_of = event.cached, event.as_of
    if kept is None:
        return msgspec.structs.replace(
            state,
            snapshot=None,
            cached_at=None,
            orders=(),
            index={},
            status_counts={},
            empty_unconfirmed=False,
        )
    return msgspec.structs.replace(
        state,
        snapshot=kept.snapshot,
        cached_at=as_of,
        orders=kept.snapshot.orders,
        index=kept.snapshot.index,
        status_counts=kept.status_counts,
    )


def _orders_read(state: State, event: ListLoaded) -> State:
    if state.index and not event.snapshot.orders and not state.empty_unconfirmed:
        # So look a server that has just lost its database, and one that finds it again.
        return msgspec.structs.replace(state, failure=None, empty_unconfirmed=True)
    after = msgspec.structs.replace(
        _known(state, event.snapshot),
        last_load=event,
        coverage=event.coverage,
        cached_at=None,
        failure=None,
        empty_unconfirmed=False,
    )
    return _without_earlier_runs(_after_gaps(state, after))


def _after_gaps(before: State, state: State) -> State:
    """Where an order in error has stopped is not known any more, when the lists that tell of it
    lie so far apart that it may have failed anew in between.
    """
    if before.last_load is None:
        return state
    lapsed = {
        order_id: msgspec.structs.replace(reading, may_be_outdated=True)
        for order_id, reading in state.details.items()
        if not reading.may_be_outdated
        and phase_of(reading.detail.status or "") is Phase.ERROR
        and before.last_load.is_coverage_gap(
            before.listed_at(order_id), state.listed_at(order_id), state.invalid_before
        )
    }
    if not lapsed:
        return state
    return msgspec.structs.replace(state, details={**state.details, **lapsed})


def _without_earlier_runs(state: State) -> State:
    """What is read of an order that has ended says nothing of its next run, nor of its end."""
    over = {
        order_id: msgspec.structs.replace(reading, relaunched=True)
        for order_id, reading in state.details.items()
        if (summary := state.index.get(order_id)) is not None
        and summary.status != reading.detail.status  # of most it is the same: quickly told
        and not summary.phase.is_final
        and not reading.relaunched
        and phase_of(reading.detail.status or "").is_final
        and reading.sent.mono < state.listed_at(order_id)
    }
    return msgspec.structs.replace(state, details={**state.details, **over}) if over else state


def _known(state: State, snapshot: Snapshot) -> State:
    """The state with `snapshot` as what is known of the list."""
    if snapshot is state.snapshot:
        return state
    gone = _gone(state, snapshot)
    return msgspec.structs.replace(
        state,
        snapshot=snapshot,
        gone=gone,
        orders=_with_gone(snapshot, gone),
        index=snapshot.index,
        status_counts=snapshot.status_counts,
    )


def _gone(state: State, snapshot: Snapshot) -> Mapping[str, OrderSummary]:
    """The orders that were shown and that `snapshot` lists no more, the newest of them. That
    one was shown as an earlier run kept it makes no difference: it was listed, and is not.
    """
    before = state.snapshot.orders if state.snapshot is not None else ()
    shown = [*state.gone.values(), *diff_orders(before, snapshot.orders).before]
    gone = sorted((o for o in shown if o.id not in snapshot.index), key=recency_key)
    return {order.id: order for order in gone[:MAX_GONE]}


def _with_gone(
    snapshot: Snapshot | None, gone: Mapping[str, OrderSummary]
) -> tuple[OrderSummary, ...]:
    orders = snapshot.orders if snapshot is not None else ()
    if not gone:
        return orders
    return tuple(sorted([*orders, *gone.values()], key=recency_key))


_Value = TypeVar("_Value")


def _without(mapping: Mapping[str, _Value], keys: tuple[str, ...]) -> Mapping[str, _Value]:
    if not any(key in mapping for key in keys):
        return mapping
    return {key: value for key, value in mapping.items() if key not in keys}
