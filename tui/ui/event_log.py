"""Describe notable events for the diagnostics. Pure."""

from collections.abc import Mapping

from tui import formatting
from tui.model.account import Session
from tui.model.events import (
    CacheRestored,
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
)
from tui.model.ports import Failure
from tui.model.state import State


def describe_event(before: State, event: Event, after: State, session: Session) -> str | None:
    """Return a sentence for an event that changed the state from `before` to `after`; None for
    routine.
    """
    match event:
        case ListLoaded():
            return _list_change(before, after)
        case PageLoaded(snapshot, coverage):
            known = before.coverage.complete_since if before.coverage is not None else None
            if coverage.complete_since != known:
                return f"all of the list is read: {_orders(len(snapshot.orders))}"
        case CacheRestored(None) if before.cached_at is not None:
            return "the list that an earlier run kept is not to be trusted"
        case OrdersFailed(failure):
            return f"the list: {_reason(failure, session)}"
        case Paused(paused):
            return "paused" if paused else "resumed"
        case DataInvalidated():
            return "it stood still: all that was read before is old"
        case GoneDismissed(order_ids):
            return f"dismissed: {_orders(len(order_ids))} that had gone"
    return _detail_change(before, event, session)


def _detail_change(before: State, event: Event, session: Session) -> str | None:
    match event:
        case DetailRead(detail) if detail.id in before.detail_failures:
            return f"order {detail.id} is read again"
        case DetailFailed(order_id, failure) if _is_new(before.detail_failures, order_id, failure):
            return f"order {order_id}: {_reason(failure, session)}"
        case DetailsDropped(order_ids):
            return f"the details of {_orders(len(order_ids))} are no longer kept"
    return None


def _is_new(failures: Mapping[str, Failure], order_id: str, failure: Failure) -> bool:
    """Whether the order failed otherwise before; each answer of the CDN has another XID."""
    last = failures.get(order_id)
    return last is None or (last.kind, last.status) != (failure.kind, failure.status)


def _reason(failure: Failure, session: Session) -> str:
    return formatting.describe_failure(failure, session.host, session.company)


def _list_change(before: State, after: State) -> str | None:
    count, previous = _count(after), _count(before)
    if before.snapshot is None:
        return f"the first list: {_orders(count)}"
    if after.empty_unconfirmed:
        return "the server now lists no orders"
    changes = []
    if before.failure is not None or before.empty_unconfirmed:
        changes.append("the list is read again")
    if count != previous:
        changes.append(f"the list has {_orders(count)}, it had {previous}")
    if (gone := len(after.gone) - len(before.gone)) > 0:
        changes.append(f"gone from it: {_orders(gone)}")
    return "; ".join(changes) or None


def _count(state: State) -> int:
    """Return how many orders the server has, loaded or not."""
    if state.coverage is not None and state.coverage.total is not None:
        return state.coverage.total
    return len(state.index)


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count} orders"
