"""Joins what earlier runs recorded with what this run observed so far."""

from msgspec.structs import replace

from tui.history.order_tracker import OrderTracker
from tui.history.records import Stored, StoredOrder
from tui.history.tracked_order import TrackedOrder, first_seen
from tui.model.history import Change, ChangedField
from tui.model.order import Phase, phase_of
from tui.model.timing import Moment


def resume(tracker: OrderTracker, stored: Stored, offset: float) -> None:
    """Give the tracked orders their earlier timings and attempts, and the changes of this run the
    numbers of their attempts. `offset` is what wall times are ahead of monotonic ones.

    The changes of this run are later than what was stored: they are applied to it again.
    """
    earlier = _earlier_orders(tracker, stored, offset)
    held, tracker.changes = tracker.changes, []
    for change in held:
        order = earlier.get(change.order_id)
        if order is None:
            attempt = stored.attempts.get(change.order_id, 1) - 1 + change.attempt
            tracker.changes.append(replace(change, attempt=attempt))
        elif (applied := _apply(order, change)) is not None:
            tracker.changes.append(applied)
    polled_until = None if stored.polled_until is None else stored.polled_until - offset
    missed = {each.order_id: each.attempt for each in stored.missed if each.attempt > 1}
    tracker.attempts = {**stored.attempts, **missed}
    for order_id, current in tracker.orders.items():
        order = earlier.setdefault(order_id, current)
        if order is current:
            attempt = stored.attempts.get(order_id, 1) - 1 + current.timing.attempt
            current.timing = replace(current.timing, attempt=attempt)
        else:
            _take_readings(order, current, polled_until)
    for order in earlier.values():
        if order.timing.attempt > 1:
            tracker.attempts[order.id] = order.timing.attempt
        tracker.adopt(order)


def _earlier_orders(
    tracker: OrderTracker, stored: Stored, offset: float
) -> dict[str, TrackedOrder]:
    """Return what was stored of the tracked orders, as the first list of this run has them."""
    orders: dict[str, TrackedOrder] = {}
    for order_id in stored.orders.keys() & tracker.orders.keys():
        orders[order_id] = _from_store(stored.orders[order_id], offset)
    for change in stored.missed:
        order_id, attempt = change.order_id, stored.attempts.get(change.order_id, 1)
        if order_id not in tracker.orders:
            continue
        after = None if change.after is None else change.after - offset
        shifted = replace(change, after=after, before=change.before - offset)
        if order_id not in orders and change.old is None:
            moment = Moment(after, shifted.before)
            orders[order_id] = first_seen(order_id, str(change.new), moment, attempt)
            continue
        if order_id not in orders:
            moment = Moment(None, shifted.before if after is None else after)
            orders[order_id] = first_seen(order_id, str(change.old), moment, attempt)
        _apply(orders[order_id], shifted)
    return orders


def _from_store(stored: StoredOrder, offset: float) -> TrackedOrder:
    """Return an order of the last run. What no run saw begin was there when it was read first."""
    read_at, timing = stored.read_at - offset, stored.timing.shifted(-offset)
    status, seen = stored.summary.status, Moment(None, read_at)
    started = timing.started or (None if phase_of(status) is Phase.QUEUED else seen)
    timing = replace(timing, entered=timing.entered or seen, started=started)
    order = TrackedOrder(stored.summary.id, status, read_at, timing, stored.progress)
    order.has_moved = order.is_active and not order.phase.is_waiting
    return order


def _apply(order: TrackedOrder, change: Change) -> Change | None:
    """Apply a change; return it with its attempt, or None if it is none."""
    new = change.new
    if change.field is ChangedField.STATUS:
        status = new if isinstance(new, str) else None
        order.enter(status, Moment(change.after, change.before))
    elif isinstance(new, tuple):
        if change.old is None and order.progress is not None:  # the first one read in this run
            if new == order.progress:
                return None
            change = replace(change, old=order.progress, after=order.read_at)
        order.move(new, Moment(change.after, change.before))
    return replace(change, attempt=order.timing.attempt)


def _take_readings(order: TrackedOrder, current: TrackedOrder, polled_until: float | None) -> None:
    """Make `order` the tracked one instead of `current`, which knows this run only."""
    order.read_at, order.progress_at = current.read_at, current.progress_at
    order.checked_at, order.unpolled = current.checked_at, current.unpolled
    order.is_gapless, order.profiles = current.is_gapless, current.profiles
    order.listed_progress = current.listed_progress
    order.seen_at = current.seen_at
    since, quiet_since = order.timing.quiet_since, current.timing.quiet_since
    if since is None or quiet_since is None:
        since = quiet_since
    elif since >= current.seen_at:  # it changed in this run
        since = max(since, quiet_since)
    else:  # nothing was observed from the last poll of the last run until now
        until = since if polled_until is None else max(since, polled_until)
        since += quiet_since - until
    order.timing = replace(order.timing, quiet_since=since)
