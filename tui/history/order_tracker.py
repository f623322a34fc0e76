"""Follows the orders that are active or changed in this run, and finds what is to be recorded.

Times are seconds of the monotonic clock, also in the changes and samples.
"""

import math
from heapq import nsmallest

from msgspec.structs import replace

from tui.history.forecasts import Forecaster
from tui.history.knowledge import Knowledge
from tui.history.records import Sample, SampleKind
from tui.history.stalls import can_stall, phase_category
from tui.history.tracked_order import TrackedOrder, first_seen, progress_of
from tui.model.history import Change, ChangedField, Progress
from tui.model.order import OrderDetail, Phase, mean_progress
from tui.model.timing import Moment

MAX_TRACKED = 2000
"""Orders with a timing in memory; those that ended first are dropped first."""

_MAX_UNREAD = 90.0
"""Seconds between two reads of an order that count as observed: a detail that is not in view is
read once a minute.
"""


class OrderTracker:
    """`changes` and `touched` (ids of orders whose timing may have changed) are for the caller to
    take. `attempts` has all orders with more than one attempt, tracked or not.
    """

    def __init__(self, stall_after: float) -> None:
        self._stall_after = stall_after
        self.knowledge = Knowledge()
        self.forecaster = Forecaster(self.knowledge.estimator)
        self.orders: dict[str, TrackedOrder] = {}
        self.active: dict[str, TrackedOrder] = {}
        self.attempts: dict[str, int] = {}
        self.changes: list[Change] = []
        self._samples: list[Sample] = []
        self.touched: set[str] = set()
        self.unpolled = 0.0
        """The seconds of this run in which nothing was polled."""
        self._max_unread = _MAX_UNREAD

    def on_poll(self, unpolled: float, interval: float) -> None:
        """Take over that `unpolled` seconds of this run were without polls; the next one follows
        after `interval` seconds.
        """
        self.unpolled = unpolled
        self._max_unread = max(_MAX_UNREAD, 2 * interval)

    def adopt(self, order: TrackedOrder) -> None:
        """Track this order, instead of the one of the same id."""
        self.orders[order.id] = order
        self._note(order)
        self._set_limit(order)

    def learn(self, knowledge: Knowledge) -> None:
        """Go on from `knowledge`, with what this run has learned since its start."""
        for sample in (*self._samples, *self.forecaster.samples):
            knowledge.add(sample)
        self.knowledge, self.forecaster.estimator = knowledge, knowledge.estimator

    def take_samples(self) -> list[Sample]:
        """Return the samples since the last call."""
        samples = [*self._samples, *self.forecaster.samples]
        self._samples, self.forecaster.samples = [], []
        return samples

    def track_listed(self, order_id: str, status: str, read_at: float) -> TrackedOrder:
        """Track an order that was in this status before it was first read."""
        attempt = self.attempts.get(order_id, 1)
        order = first_seen(order_id, status, Moment(None, read_at), attempt)
        order.unpolled = self.unpolled
        self.adopt(order)
        return order

    def track_new(self, order_id: str, status: str, moment: Moment) -> TrackedOrder:
        """Track an order that was not listed before."""
        order = first_seen(order_id, status, moment)
        order.unpolled, order.is_gapless = self.unpolled, True
        self.adopt(order)
        self._record(order, ChangedField.STATUS, None, status, moment)
        return order

    def drop_oldest(self) -> list[str]:
        """Drop what is more than `MAX_TRACKED`; return the ids."""
        surplus = len(self.orders) - MAX_TRACKED
        if surplus <= 0:
            return []

        def age(order: TrackedOrder) -> tuple[bool, float]:
            return order.is_active, order.read_at

        dropped = [order.id for order in nsmallest(surplus, self.orders.values(), age)]
        for order_id in dropped:
            self.forecaster.drop(self.orders.pop(order_id))
            self.active.pop(order_id, None)
        return dropped

    def read_status(self, order: TrackedOrder, status: str | None, after: float, at: float) -> None:
        """Note that `status` was read at `at`. The former one was read last at `after`."""
        if at < order.read_at:
            return
        if status == order.status:
            order.read_at = at
            return
        moment = Moment(max(after, order.read_at), at)
        self._before_change(order, at)
        old, attempt = order.status, order.timing.attempt
        order.enter(status, moment)
        self.forecaster.on_status(order, moment)
        if order.timing.attempt != attempt:
            self.attempts[order.id] = order.timing.attempt
        self._record(order, ChangedField.STATUS, old, status, moment)
        self._after_change(order)

    def enter_again(self, order: TrackedOrder, at: float) -> None:
        """Note that an order may have left its status, and was in it again at `at`."""
        order.enter_again(at)
        self.touched.add(order.id)

    def read_progress(self, order: TrackedOrder, progress: Progress, at: float) -> None:
        """Note that a detail had `progress` at `at`."""
        old = order.progress
        if progress == old or not progress:
            order.progress_at = at
            return
        if old is None:
            order.progress, order.progress_at = progress, at
            order.has_moved = order.is_active and not order.phase.is_waiting
            self._record(order, ChangedField.PROGRESS, None, progress, Moment(None, at))
            return
        after = order.progress_at if order.progress_at > -math.inf else order.read_at
        self._move(order, progress, Moment(min(after, at), at))

    def read_listed_progress(self, order: TrackedOrder, percent: float, at: float) -> None:
        """Note that the list had this progress of the whole order. It is recorded unless details
        tell that of each sub-job.
        """
        old, order.listed_progress = order.listed_progress, percent
        if order.progress is None:
            order.progress = (percent,)
            self._record(order, ChangedField.PROGRESS, None, (percent,), Moment(None, at))
        elif old != percent and at - order.progress_at > _MAX_UNREAD:
            after = min(at, max(order.checked_at, order.read_at))
            progress_at = order.progress_at
            self._move(order, (percent,), Moment(after, at))
            order.progress_at = progress_at  # no detail had it

    def read_comment(self, order_id: str, old: str | None, new: str | None, moment: Moment) -> None:
        attempt = self.attempts.get(order_id, 1)
        self.changes.append(
            Change(order_id, attempt, ChangedField.COMMENT, old, new, moment.after, moment.before)
        )

    def set_profiles(self, order: TrackedOrder, detail: OrderDetail) -> None:
        profiles = tuple(job.profile.name or job.profile.id or "" for job in detail.jobs)
        if profiles != order.profiles:
            order.profiles = profiles
            self._set_limit(order)

    def read_detail(
        self, order: TrackedOrder, detail: OrderDetail, phase: Phase, at: float, *, is_live: bool
    ) -> None:
        """Note the progress of a detail that was read in `phase` at `at`, after its status."""
        progress = progress_of(detail, phase)
        self.read_progress(order, progress, at)
        self.confirm(order, at, is_live=is_live)
        self.forecast(order, progress, mean_progress(detail, phase), at)

    def forecast(self, order: TrackedOrder, jobs: Progress, mean: float | None, at: float) -> None:
        """Estimate the remaining time from the progress at `at`."""
        if self.forecaster.read(order, jobs, mean, at):
            self.touched.add(order.id)

    def confirm(self, order: TrackedOrder, at: float, *, is_live: bool) -> None:
        """Note that the order was read at `at`, after its changes were. It may have stalled, unless
        the reading is not live.
        """
        if not is_live:
            return
        self._count_gap(order, at)
        timing = order.timing
        if timing.is_stalled or timing.quiet_since is None or not order.is_active:
            return
        is_late = at - timing.quiet_since > timing.stall_limit
        if is_late and can_stall(order.phase, has_progress=order.has_progress):
            order.timing = replace(timing, is_stalled=True)
            self.touched.add(order.id)

    def _move(self, order: TrackedOrder, progress: Progress, moment: Moment) -> None:
        self._before_change(order, moment.before)
        old, attempt = order.progress, order.timing.attempt
        order.move(progress, moment)
        if order.timing.attempt != attempt:
            self.forecaster.start(order, is_gapless=True)
            self.attempts[order.id] = order.timing.attempt
        self._record(order, ChangedField.PROGRESS, old, progress, moment)
        self._after_change(order)

    def _count_gap(self, order: TrackedOrder, at: float) -> None:
        """Take the time in which the order was not read off the time without a change."""
        elapsed = at - order.checked_at
        if elapsed <= 0:
            return
        missed = max(0.0, self.unpolled - order.unpolled, elapsed - self._max_unread)
        order.checked_at, order.unpolled = at, self.unpolled
        if missed <= 0 or order.timing.quiet_since is None:
            return
        order.is_gapless = False
        self.forecaster.on_gap(order)
        quiet_since = order.timing.quiet_since + min(missed, elapsed)
        order.timing = replace(order.timing, quiet_since=quiet_since)
        self.touched.add(order.id)

    def _before_change(self, order: TrackedOrder, at: float) -> None:
        """Learn from the gap between the change before and this one."""
        self._count_gap(order, at)
        quiet_since, phase = order.timing.quiet_since, order.phase
        if not order.is_gapless or quiet_since is None or not order.is_active:
            return
        if not can_stall(phase, has_progress=order.has_progress):
            return
        seconds = at - quiet_since
        if self.knowledge.limits.add(order.category, phase, seconds):
            category = phase_category(phase)
            self._samples.append(Sample(SampleKind.GAP, order.category, category, at, seconds))

    def _after_change(self, order: TrackedOrder) -> None:
        order.checked_at = max(order.checked_at, order.read_at)
        order.is_gapless = True
        self._note(order)
        self._set_limit(order)

    def _set_limit(self, order: TrackedOrder) -> None:
        """Set the limit once for the time until the next change, so that the timing stays equal."""
        self.touched.add(order.id)
        if not order.is_active:  # what has ended can't stall
            return
        limits = self.knowledge.limits
        limit = limits.limit(order.category, order.phase, self._stall_after)
        if limit != order.timing.stall_limit:
            order.timing = replace(order.timing, stall_limit=limit)

    def _note(self, order: TrackedOrder) -> None:
        if order.is_active:
            self.active[order.id] = order
        else:
            self.active.pop(order.id, None)

    def _record(
        self,
        order: TrackedOrder,
        field: ChangedField,
        old: str | Progress | None,
        new: str | Progress | None,
        moment: Moment,
    ) -> None:
        attempt = order.timing.attempt
        self.changes.append(Change(order.id, attempt, field, old, new, moment.after, moment.before))
        self.touched.add(order.id)
