"""The history that the demo begins with: the last day of its world, as if it had been polled."""

import json
from collections.abc import Iterator, Mapping
from itertools import count, takewhile
from sqlite3 import Connection
from typing import Any

from msgspec.structs import replace

from tui.api.order_decoder import read_detail
from tui.demo.orders import AnyOrder, detail_json
from tui.demo.world import World
from tui.history.order_tracker import OrderTracker
from tui.history.pruning import write_due_keyframe
from tui.history.reconcile import Listed, resume
from tui.history.records import Records
from tui.history.tracked_order import TrackedOrder
from tui.history.writer import write_records
from tui.model.history import Span, SpanKind
from tui.model.order import OrderDetail, OrderSummary, phase_of
from tui.model.timing import Moment

_DAY = 86_400.0
_POLL, _POLLS_PER_DETAIL = 5.0, 3
"""Seconds between two polls of the list, and how many of them come between two of a detail."""


def write_last_day(connection: Connection, world: World, stall_after: float) -> None:
    """Write the last day before the world's epoch, within the caller's transaction. `stall_after`
    is in seconds.
    """
    start, end = world.epoch - _DAY, world.epoch
    orders = world.orders(end)
    recent = list(takewhile(lambda order: order.created > start, orders))[::-1]
    older = tuple(
        OrderSummary(order.id, world.status(order, end), order.created)
        for order in orders[len(recent) :]
    )
    index = {order.id: order for order in older}
    resume(connection, Listed(older, index, start, lambda _: start, start))
    write_due_keyframe(connection)
    write_records(connection, _last_day(recent, Span(start, end, SpanKind.POLLED), stall_after))


def _last_day(orders: list[AnyOrder], polled: Span, stall_after: float) -> Records:
    tracker = OrderTracker(stall_after)
    details = [detail for order in orders if (detail := _follow(tracker, order, polled))]
    return Records(
        sorted(tracker.changes, key=lambda change: change.before),
        details,
        tracker.take_samples(),
        [polled],
        listed=[OrderSummary(order.id, "", order.created) for order in orders],
    )


def _follow(tracker: OrderTracker, order: AnyOrder, polled: Span) -> OrderDetail | None:
    """Have `tracker` observe an order until it ends; return its last detail."""
    lifecycle, spec = order.lifecycle, order.spec()
    tracked: TrackedOrder | None = None
    detail: OrderDetail | None = None
    for number, at in enumerate(_polls(order.created, polled)):
        progress = lifecycle.at(at - order.created)
        if tracked is None:
            tracked = tracker.track_new(order.id, progress.status, Moment(at - _POLL, at))
        is_changed = progress.status != tracked.status
        if number % _POLLS_PER_DETAIL and not is_changed:
            continue
        answer, before = detail_json(order, spec, progress), detail
        if detail is None or is_changed:
            detail = read_detail(json.dumps(answer).encode(), order.id, at).trimmed()
        else:  # nothing else has changed
            detail = _with_progress(detail, answer)
        _read(tracker, tracked, before, detail, at)
        if not tracked.is_active:
            break
    return detail


def _with_progress(detail: OrderDetail, answer: Mapping[str, Any]) -> OrderDetail:
    answers = answer["transcodingjob_set"]
    jobs = [
        replace(job, progress=each["progress"])
        for job, each in zip(detail.jobs, answers, strict=True)
    ]
    return replace(detail, jobs=tuple(jobs))


def _polls(created: float, polled: Span) -> Iterator[float]:
    """Yield when the list is polled after an order was created."""
    first = (created - polled.start) // _POLL + 1
    times = (polled.start + _POLL * number for number in count(int(first)))
    return takewhile(lambda at: at < polled.end, times)


def _read(
    tracker: OrderTracker,
    order: TrackedOrder,
    before: OrderDetail | None,
    detail: OrderDetail,
    at: float,
) -> None:
    """Have `tracker` read `detail`; the detail read before is `before`."""
    tracker.set_profiles(order, detail)
    tracker.read_status(order, detail.status, at - _POLL, at)
    comment = None if before is None else before.comment
    if comment != detail.comment:
        moment = Moment(at - _POLL, at)
        tracker.read_comment(order.id, comment, detail.comment, moment)
    tracker.read_detail(order, detail, phase_of(detail.status or ""), at, is_live=True)
