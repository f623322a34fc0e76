"""What the program knows at one moment, and how an event changes it. Pure."""

from collections import Counter
from collections.abc import Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import TypeVar

import msgspec

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
    Paused,
    Restored,
)
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.ports import Failure

MAX_GONE = 1000
"""How many vanished orders are kept until they are dismissed."""


class DetailReading(msgspec.Struct, frozen=True):
    """The last good detail of an order and when its request was sent."""

    detail: OrderDetail
    sent: Moment


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
    paused: bool = False
    doubted: float = float("-inf")

    @property
    def as_of(self) -> Moment | None:
        """When the snapshot was asked for."""
        return self.restored if self.read is None else self.read.sent


def reduce(state: State, event: Event) -> State:
    """The state after `event`."""
    match event:
        case OrdersRead():
            return _orders_read(state, event)
        case Restored():
            return _restored(state, event)
        case OrdersFailed():
            return msgspec.structs.replace(state, failure=event)
        case DetailRead():
            return _detail_read(state, event)
        case DetailFailed(order_id, failure):
            failures = {**state.detail_failures, order_id: failure}
            return msgspec.structs.replace(state, detail_failures=failures)
        case DetailsDropped(order_ids):
            return msgspec.structs.replace(
                state,
                details=_without(state.details, order_ids),
                detail_failures=_without(state.detail_failures, order_ids),
            )
        case Paused(paused):
            return msgspec.structs.replace(state, paused=paused)
        case Doubted(at):
            return msgspec.structs.replace(state, doubted=at.mono)
        case Dismissed(order_ids):
            gone = _without(state.gone, order_ids)
            return msgspec.structs.replace(
                state, gone=gone, orders=_with_gone(state.snapshot, gone)
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
        index={order.id: order for order in kept.snapshot.orders},
        words=kept.words,
    )


def _orders_read(state: State, event: OrdersRead) -> State:
    if event.snapshot is state.snapshot:
        return msgspec.structs.replace(state, read=event, failure=None, emptied=False)
    if state.index and not event.snapshot.orders and not state.emptied:
        # So look a server that has just lost its database, and one that finds it again.
        return msgspec.structs.replace(state, failure=None, emptied=True)
    index = {order.id: order for order in event.snapshot.orders}
    # Every order that was shown and is listed no more, the newest of them. That it was shown as
    # an earlier run kept it makes no difference: it was listed, and is not any more.
    gone = [order for order in state.orders if order.id not in index][:MAX_GONE]
    gone_by_id = {order.id: order for order in gone}
    return msgspec.structs.replace(
        state,
        snapshot=event.snapshot,
        read=event,
        restored=None,
        failure=None,
        emptied=False,
        gone=gone_by_id,
        orders=_with_gone(event.snapshot, gone_by_id),
        index=index,
        words=Counter(map(attrgetter("status"), event.snapshot.orders)),
    )


def _detail_read(state: State, event: DetailRead) -> State:
    detail, sent = event.detail, event.sent
    before = state.details.get(detail.id)
    if before is not None and before.sent.mono > sent.mono:
        return state  # an older request came back late
    return msgspec.structs.replace(
        state,
        details={**state.details, detail.id: DetailReading(detail, sent)},
        detail_failures=_without(state.detail_failures, (detail.id,)),
    )


def _with_gone(
    snapshot: Snapshot | None, gone: Mapping[str, OrderSummary]
) -> tuple[OrderSummary, ...]:
    orders = snapshot.orders if snapshot is not None else ()
    if not gone:
        return orders
    merged = sorted([*orders, *gone.values()], key=lambda order: -(order.created or 0.0))
    return tuple(merged)


_Value = TypeVar("_Value")


def _without(mapping: Mapping[str, _Value], keys: tuple[str, ...]) -> Mapping[str, _Value]:
    if not any(key in mapping for key in keys):
        return mapping
    return {key: value for key, value in mapping.items() if key not in keys}
