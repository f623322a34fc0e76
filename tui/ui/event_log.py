"""What an event means to a person who asks later what happened. Pure."""

from tui import formatting
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
    SearchAnswered,
)
from tui.model.session import Session
from tui.model.state import State


def describe_event(before: State, event: Event, after: State, who: Session) -> str | None:
    """A sentence for an event that made `after` of `before`; None where all went as before."""
    match event:
        case ListLoaded():
            return _list_read(before, after)
        case PageLoaded(snapshot, coverage):
            known = before.coverage.complete_since if before.coverage is not None else None
            whole = coverage.complete_since != known
            return f"all of the list is read: {_orders(len(snapshot.orders))}" if whole else None
        case SearchAnswered():
            return None
        case CacheRestored(kept):
            lost = kept is None and before.cached_at is not None
            return "the list that an earlier run kept is not to be trusted" if lost else None
        case OrdersFailed(failure):
            return f"the list: {formatting.describe_failure(failure, who.host, who.company)}"
        case DetailRead() | DetailFailed() | DetailsDropped():
            return _detail_told(before, event, who)
        case Paused(paused):
            return "paused" if paused else "resumed"
        case DataInvalidated():
            return "it stood still: all that was read before is old"
        case GoneDismissed(order_ids):
            return f"dismissed: {_orders(len(order_ids))} that had gone"


def _detail_told(
    before: State, event: DetailRead | DetailFailed | DetailsDropped, who: Session
) -> str | None:
    match event:
        case DetailRead(detail):
            failed = detail.id in before.detail_failures
            return f"order {detail.id} is read again" if failed else None
        case DetailFailed(order_id, failure):
            if before.detail_failures.get(order_id) == failure:
                return None
            return (
                f"order {order_id}: {formatting.describe_failure(failure, who.host, who.company)}"
            )
        case DetailsDropped(order_ids):
            return f"the details of {_orders(len(order_ids))} are no longer kept"


def _list_read(before: State, after: State) -> str | None:
    count, was = _listed(after), _listed(before)
    if before.snapshot is None:
        return f"the first list: {_orders(count)}"
    if after.empty_unconfirmed:
        return "the server now lists no orders"
    told = []
    if before.failure is not None or before.empty_unconfirmed:
        told.append("the list is read again")
    if count != was:
        told.append(f"the list has {_orders(count)}, it had {was}")
    if (gone := len(after.gone) - len(before.gone)) > 0:
        told.append(f"gone from it: {_orders(gone)}")
    return "; ".join(told) or None


def _listed(state: State) -> int:
    """How many orders the server has, known or not."""
    if state.coverage is not None and state.coverage.total is not None:
        return state.coverage.total
    return len(state.index)


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count} orders"
