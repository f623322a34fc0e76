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
                return f"full list loaded ({formatting.count(len(snapshot.orders))})"
        case CacheRestored(None) if before.cached_at is not None:
            return "the saved list is corrupt and was discarded"
        case OrdersFailed(failure):
            return f"order list: {_reason(failure, session)}"
        case Paused(paused):
            return "polling paused" if paused else "polling resumed"
        case DataInvalidated():
            return "resumed after suspend; refreshing"
        case GoneDismissed(order_ids):
            return f"removed orders hidden: {formatting.count(len(order_ids))}"
    return _detail_change(before, event, session)


def _detail_change(before: State, event: Event, session: Session) -> str | None:
    match event:
        case DetailRead(detail) if detail.id in before.detail_failures:
            return f"order {detail.id}: details load again"
        case DetailFailed(order_id, failure) if _is_new(before.detail_failures, order_id, failure):
            return f"order {order_id}: {_reason(failure, session)}"
        case DetailsDropped(order_ids):
            return f"details of {formatting.orders(len(order_ids))} dropped"
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
        return f"first list loaded: {formatting.orders(count)}"
    if after.empty_unconfirmed:
        return "the server now lists no orders"
    changes = []
    if before.failure is not None or before.empty_unconfirmed:
        changes.append("order list loads again")
    if count != previous:
        changes.append(f"orders: {formatting.count(previous)} → {formatting.count(count)}")
    if (gone := len(after.gone) - len(before.gone)) > 0:
        changes.append(f"removed from the list: {formatting.count(gone)}")
    return "; ".join(changes) or None


def _count(state: State) -> int:
    """Return how many orders the server has, loaded or not."""
    if state.coverage is not None and state.coverage.total is not None:
        return state.coverage.total
    return len(state.index)
