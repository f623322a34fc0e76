"""What the program knows at one moment, and how an event changes it. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

import msgspec

from tui.model.diff import unlike
from tui.model.events import (
    DetailFailed,
    DetailRead,
    DetailsDropped,
    Dismissed,
    Doubted,
    Event,
    Moment,
    OrdersFailed,
    OrdersRead,
    PartRead,
    Paused,
    Restored,
    Searched,
)
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.page import Coverage, ServerFilters, newest_first
from tui.model.ports import Failure
from tui.model.served import Finding, Heed, judge
from tui.model.status import Phase, phase_of

MAX_FINDINGS = 8
"""How many of the server's findings are kept."""

MAX_GONE = 1000
"""How many vanished orders are kept until they are dismissed."""


class DetailReading(msgspec.Struct, frozen=True):
    """The last good detail of an order and when its request was sent. `relaunched` is set where
    a list has shown since that it is of an earlier run, `lapsed` where it may be: the order was
    in error, and then not told of for too long.
    """

    detail: OrderDetail
    sent: Moment
    relaunched: bool = False
    lapsed: bool = False


class State(msgspec.Struct, frozen=True):
    """The last good facts survive every failure; their age is theirs to tell."""

    snapshot: Snapshot | None = None
    read: OrdersRead | None = None
    restored: Moment | None = None
    """When the snapshot was asked for, if that was in an earlier run."""
    failure: OrdersFailed | None = None
    details: Mapping[str, DetailReading] = MappingProxyType({})
    detail_failures: Mapping[str, Failure] = MappingProxyType({})
    gone: Mapping[str, OrderSummary] = MappingProxyType({})
    orders: tuple[OrderSummary, ...] = ()
    """What is shown: the snapshot's orders, and among them those that are gone."""
    index: Mapping[str, OrderSummary] = MappingProxyType({})
    """The snapshot's orders by id."""
    words: Mapping[str, int] = MappingProxyType({})
    """How many orders of the snapshot have each status word."""
    emptied: bool = False
    """True when the last list had no orders, and the one before had some: what is shown is
    of the one before, until a second list agrees.
    """
    coverage: Coverage | None = None
    """None where each poll reads the whole list."""
    findings: Mapping[ServerFilters, Finding] = MappingProxyType({})
    """What the server has found itself, the last of it last."""
    ignored: frozenset[str] = frozenset()
    """The names of the server's filters that it turned out to ignore."""
    paused: bool = False
    doubted: float = float("-inf")

    @property
    def as_of(self) -> Moment | None:
        """When the snapshot was asked for."""
        return self.restored if self.read is None else self.read.sent

    @property
    def is_partly_read(self) -> bool:
        """True where orders that are listed are not known yet."""
        return self.coverage is not None and self.coverage.whole_since is None

    def listed_at(self, order_id: str) -> float:
        """When what the list says of an order was asked for, on the monotonic clock."""
        if self.as_of is None:
            return float("-inf")
        polled = self.as_of.mono
        return polled if self.coverage is None else self.coverage.seen.get(order_id, polled)


def reduce(state: State, event: Event) -> State:
    """The state after `event`."""
    match event:
        case OrdersRead():
            return _orders_read(state, event)
        case PartRead(snapshot, coverage):
            known = msgspec.structs.replace(_known(state, snapshot), coverage=coverage)
            return _after_gaps(state, known)
        case Searched():
            return _searched(state, event)
        case Restored():
            return _restored(state, event)
        case OrdersFailed():
            return msgspec.structs.replace(state, failure=event)
        case DetailRead() | DetailFailed() | DetailsDropped():
            return _detail_told(state, event)
        case Paused(paused):
            return msgspec.structs.replace(state, paused=paused)
        case Doubted(at):
            return msgspec.structs.replace(state, doubted=at.mono)
        case Dismissed(order_ids):
            gone = _without(state.gone, order_ids)
            return msgspec.structs.replace(
                state, gone=gone, orders=_with_gone(state.snapshot, gone)
            )


def _searched(state: State, event: Searched) -> State:
    finding, ignored = judge(event.sought, event.answer, event.sent, _listed(state))
    before = state.findings.get(event.sought)
    if finding.failed and before is not None and before.heed is Heed.YES:
        finding = before  # as old as it says
    kept = [each for each in state.findings.items() if each[0] != event.sought]
    findings = dict([*kept[1 - MAX_FINDINGS :], (event.sought, finding)])
    return msgspec.structs.replace(state, findings=findings, ignored=state.ignored | ignored)


def _listed(state: State) -> tuple[OrderSummary, ...]:
    return state.snapshot.orders if state.snapshot is not None else ()


def _detail_told(state: State, event: DetailRead | DetailFailed | DetailsDropped) -> State:
    match event:
        case DetailRead(detail, sent):
            before = state.details.get(detail.id)
            if before is not None and before.sent.mono > sent.mono:
                return state  # an older request came back late
            return msgspec.structs.replace(
                state,
                details={**state.details, detail.id: DetailReading(detail, sent)},
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


def _restored(state: State, event: Restored) -> State:
    if state.read is not None:
        return state  # the list itself was here first
    kept, as_of = event.kept, event.as_of
    if kept is None:
        return msgspec.structs.replace(
            state, snapshot=None, restored=None, orders=(), index={}, words={}, emptied=False
        )
    return msgspec.structs.replace(
        state,
        snapshot=kept.snapshot,
        restored=as_of,
        orders=kept.snapshot.orders,
        index=kept.snapshot.index,
        words=kept.words,
    )


def _orders_read(state: State, event: OrdersRead) -> State:
    if state.index and not event.snapshot.orders and not state.emptied:
        # So look a server that has just lost its database, and one that finds it again.
        return msgspec.structs.replace(state, failure=None, emptied=True)
    after = msgspec.structs.replace(
        _known(state, event.snapshot),
        read=event,
        coverage=event.coverage,
        restored=None,
        failure=None,
        emptied=False,
    )
    return _without_earlier_runs(_after_gaps(state, after))


def _after_gaps(before: State, state: State) -> State:
    """Where an order in error has stopped is not known any more, when the lists that tell of it
    lie so far apart that it may have failed anew in between.
    """
    if before.read is None:
        return state
    lapsed = {
        order_id: msgspec.structs.replace(reading, lapsed=True)
        for order_id, reading in state.details.items()
        if not reading.lapsed
        and phase_of(reading.detail.status or "") is Phase.ERROR
        and before.read.is_gap(before.listed_at(order_id), state.listed_at(order_id), state.doubted)
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
        and not summary.phase.final
        and not reading.relaunched
        and phase_of(reading.detail.status or "").final
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
        words=snapshot.words,
    )


def _gone(state: State, snapshot: Snapshot) -> Mapping[str, OrderSummary]:
    """The orders that were shown and that `snapshot` lists no more, the newest of them. That
    one was shown as an earlier run kept it makes no difference: it was listed, and is not.
    """
    before = state.snapshot.orders if state.snapshot is not None else ()
    shown = [*state.gone.values(), *unlike(before, snapshot.orders).before]
    gone = sorted((o for o in shown if o.id not in snapshot.index), key=newest_first)
    return {order.id: order for order in gone[:MAX_GONE]}


def _with_gone(
    snapshot: Snapshot | None, gone: Mapping[str, OrderSummary]
) -> tuple[OrderSummary, ...]:
    orders = snapshot.orders if snapshot is not None else ()
    if not gone:
        return orders
    return tuple(sorted([*orders, *gone.values()], key=newest_first))


_Value = TypeVar("_Value")


def _without(mapping: Mapping[str, _Value], keys: tuple[str, ...]) -> Mapping[str, _Value]:
    if not any(key in mapping for key in keys):
        return mapping
    return {key: value for key, value in mapping.items() if key not in keys}
