"""Turns the events of a run into what the history records. Pure: times come from the events."""

import math

from msgspec.structs import replace

from tui.history.knowledge import Knowledge
from tui.history.order_tracker import MAX_TRACKED, OrderTracker
from tui.history.poll_spans import PollSpans
from tui.history.records import Records, Sample, Stored
from tui.history.resume import resume
from tui.history.tracked_order import TrackedOrder
from tui.model.events import DetailRead, Event, ListLoaded, PageLoaded, Paused
from tui.model.history import Accuracy, Change, Span
from tui.model.order import OrderDetail, OrderSummary, Phase, phase_of
from tui.model.order_facts import ListStatus, list_status
from tui.model.snapshot import diff_orders
from tui.model.state import State
from tui.model.timing import Moment, OrderTiming

_CLOCK_TOLERANCE = 1.0
"""Seconds by which the wall clock drifts from the monotonic one before the timings follow it."""

_MAX_LAG = 10.0
"""Seconds by which a list may lag behind a detail: two servers may answer from two copies."""

_NOTHING = Records()


class Recorder:
    """Observes the events of one run. All orders of its first list count as seen before.

    What earlier runs recorded comes with `restore`, some events later. Until then changes and
    samples are kept back, for the numbers of their attempts are not known, and the earlier samples
    come first. `restore` must be called in any case.

    Within, times are those of the monotonic clock; what is returned has wall times. The later
    reading wins: an answer to an older request records nothing. A list that has the same status as
    before a detail had another lags behind, and does not change it back.
    """

    def __init__(self, stall_after: float) -> None:
        self._tracker = OrderTracker(stall_after)
        self._spans = PollSpans()
        self._offset: float | None = None
        """What to add to a monotonic time to get the wall time."""
        self._is_restored = False
        self._unread: set[str] = set()
        """Active orders of an earlier run's list that were on none of this run's pages so far."""
        self._ahead: set[str] = set()
        """Orders of which a detail had a later status than the list."""
        self._details: list[OrderDetail] = []
        self._new_spans: list[Span] = []
        self._dropped: list[str] = []
        self._published: dict[str, OrderTiming] = {}
        """The timings that were returned last."""

    def observe(self, before: State, event: Event, after: State) -> Records:
        """Return what `event`, which turns `before` into `after`, gives to record."""
        match event:
            case ListLoaded():
                self._on_poll(event, after)
                if not event.empty_unconfirmed:
                    self._on_list(before, after)
            case PageLoaded():
                self._on_list(before, after)
            case DetailRead(detail, sent):
                if after is before:  # the answer to an older request came late
                    return _NOTHING
                self._on_detail(before, detail, sent.mono, after)
            case Paused(paused):
                if paused:
                    self._spans.on_pause()
                return _NOTHING
            case _:
                return _NOTHING
        return self._take_records()

    def restore(self, stored: Stored, knowledge: Knowledge) -> Records:
        """Go on from what earlier runs recorded; `knowledge` is that of its samples. To be called
        once, after the first list.
        """
        if self._offset is None:
            raise RuntimeError("no list was read yet")
        self._tracker.learn(knowledge)
        resume(self._tracker, stored, self._offset)
        self._is_restored = True
        return self._take_records()

    @property
    def accuracy(self) -> Accuracy:
        return self._tracker.knowledge.estimator.accuracy

    def finish(self) -> Records:
        """Return until when was polled: to be recorded when the run ends, and before a query."""
        return Records(spans=self._spans.current())

    def _on_poll(self, load: ListLoaded, after: State) -> None:
        offset = load.sent.wall - load.sent.mono
        if self._offset is None or abs(offset - self._offset) > _CLOCK_TOLERANCE:
            if self._offset is not None:  # the clock was set
                self._spans.restart()
                self._tracker.touched.update(self._tracker.orders)
            self._offset = offset
        self._new_spans += self._spans.on_poll(load, load.sent.wall, is_paused=after.paused)
        self._tracker.on_poll(self._spans.unpolled, load.interval)
        self._dropped = self._tracker.drop_oldest()

    def _on_list(self, before: State, after: State) -> None:
        if before.last_load is None:
            self._on_first_list(after)
        else:
            self._compare_ahead(before, after)
            if after.snapshot is not before.snapshot:
                self._on_changed_list(before, after)
        for order_id in [each for each in self._unread if after.listed_at(each) > -math.inf]:
            self._unread.discard(order_id)
            if order_id in after.index and order_id not in self._tracker.orders:
                self._track(after.index[order_id], after)
        self._confirm_listed(after)

    def _on_changed_list(self, before: State, after: State) -> None:
        removed, added = diff_orders(_listed(before), _listed(after))
        for summary in added:
            self._on_summary(before, summary, after)
        for summary in removed:
            if summary.id not in after.index:
                self._on_gone(before, summary, after)

    def _compare_ahead(self, before: State, after: State) -> None:
        """Compare the list with the details that were ahead of it."""
        for order_id in list(self._ahead):
            order = self._tracker.orders.get(order_id)
            old, summary = before.index.get(order_id), after.index.get(order_id)
            if order is None or old is None or summary is None:
                self._ahead.discard(order_id)
                continue
            at = after.listed_at(order_id)
            if summary.status == order.status:
                self._ahead.discard(order_id)
                if before.listed_at(order_id) > order.read_at:
                    self._tracker.enter_again(order, at)
            elif summary.status == old.status and at - order.read_at > _MAX_LAG:
                self._ahead.discard(order_id)
                self._tracker.read_status(order, summary.status, order.read_at, at)

    def _confirm_listed(self, after: State) -> None:
        """Note that the list was read, for the orders of which it has all that changes."""
        index, is_live = after.index, _is_live(after, _polled_at(after))
        for order in self._tracker.active.values():
            summary = index.get(order.id)
            if summary is None or summary.status != order.status:
                continue
            progress = summary.progress
            if progress is not None or order.phase is Phase.DOWNLOADING:
                at = after.listed_at(order.id)
                self._tracker.confirm(order, at, is_live=is_live)
                if progress is not None:
                    self._tracker.forecast(order, (), progress, at)

    def _on_first_list(self, after: State) -> None:
        active = {word for word in after.status_counts if not phase_of(word).is_final}
        listed = _listed(after) if active else ()
        for summary in [each for each in listed if each.status in active][:MAX_TRACKED]:
            if after.listed_at(summary.id) == -math.inf:
                self._unread.add(summary.id)
            else:
                self._track(summary, after)

    def _track(self, summary: OrderSummary, after: State) -> TrackedOrder:
        at = after.listed_at(summary.id)
        order = self._tracker.track_listed(summary.id, summary.status, at)
        if summary.progress is not None:
            self._tracker.read_listed_progress(order, summary.progress, at)
        return order

    def _on_summary(self, before: State, summary: OrderSummary, after: State) -> None:
        """Take over a row of the list that is new or changed, or that moved."""
        tracker, old = self._tracker, before.index.get(summary.id)
        order, at = tracker.orders.get(summary.id), after.listed_at(summary.id)
        self._unread.discard(summary.id)
        if order is None:
            if old is None and _is_new(before, summary):
                moment = Moment(_polled_at(before), at)
                order = tracker.track_new(summary.id, summary.status, moment)
            elif old is None or old.status == summary.status:
                if not summary.phase.is_final:
                    self._track(summary, after)
                return
            else:
                order = tracker.track_listed(old.id, old.status, before.listed_at(old.id))
        if summary.status and (old is None or old.status != summary.status):
            is_confirmed = old is not None and old.status == order.status
            confirmed = before.listed_at(summary.id) if is_confirmed else -math.inf
            tracker.read_status(order, summary.status, confirmed, at)
        if summary.progress is not None:
            tracker.read_listed_progress(order, summary.progress, at)

    def _on_gone(self, before: State, summary: OrderSummary, after: State) -> None:
        tracker, listed_at = self._tracker, before.listed_at(summary.id)
        order = tracker.orders.get(summary.id)
        if order is None:
            order = tracker.track_listed(summary.id, summary.status, listed_at)
        tracker.read_status(order, None, listed_at, _last_answer_at(after))

    def _on_detail(self, before: State, detail: OrderDetail, at: float, after: State) -> None:
        tracker, summary = self._tracker, after.index.get(detail.id)
        timed = before.details.get(detail.id)
        if timed is None or _other_values(timed.detail) != _other_values(detail):
            self._details.append(detail if detail.is_trimmed else detail.trimmed())
        if summary is None:
            return
        old = None if timed is None else timed.detail.comment
        if (old or None) != (detail.comment or None):
            moment = Moment(None if timed is None else timed.sent.mono, at)
            tracker.read_comment(detail.id, old, detail.comment, moment)
        listed_at = after.listed_at(detail.id)
        status = detail.status if detail.status and at >= listed_at else summary.status
        order = tracker.orders.get(detail.id)
        if order is None:
            if status == summary.status and summary.phase.is_final:
                return
            order = tracker.track_listed(summary.id, summary.status, min(at, listed_at))
        if at < order.read_at:
            return
        tracker.set_profiles(order, detail)
        if at >= listed_at:
            confirmed = listed_at if summary.status == order.status else -math.inf
            tracker.read_status(order, status, confirmed, at)
            if status != summary.status:
                self._ahead.add(detail.id)
        phase = phase_of(detail.status or summary.status)
        tracker.read_detail(order, detail, phase, at, is_live=_is_live(after, at))

    def _take_records(self) -> Records:
        """Return what was found since the last call, with wall times."""
        tracker, offset = self._tracker, self._offset or 0.0
        changes, samples = list[Change](), list[Sample]()
        if self._is_restored:
            changes, tracker.changes = [_shifted(each, offset) for each in tracker.changes], []
            samples = [replace(each, at=each.at + offset) for each in tracker.take_samples()]
        timings: dict[str, OrderTiming | None] = {}
        for order_id in tracker.touched:
            if (order := tracker.orders.get(order_id)) is None:
                continue
            timing = order.timing.shifted(offset)
            if self._published.get(order_id) != timing:
                timings[order_id] = self._published[order_id] = timing
        for order_id in self._dropped:
            if self._published.pop(order_id, None) is not None:
                timings[order_id] = None
        details, self._details = self._details, []
        # How well a change was observed follows from what was polled up to it.
        known_spans = self._spans.current() if changes else []
        spans, self._new_spans = self._new_spans or known_spans, []
        self._dropped = []
        tracker.touched.clear()
        if not (changes or details or samples or spans or timings):
            return _NOTHING
        return Records(changes, details, samples, spans, timings)


def _is_live(state: State, at: float) -> bool:
    return list_status(state, at) is ListStatus.LIVE


def _listed(state: State) -> tuple[OrderSummary, ...]:
    return state.snapshot.orders if state.snapshot is not None else ()


def _is_new(before: State, summary: OrderSummary) -> bool:
    """Return whether an order was not in the server's list at the poll before. In a list that is
    read page by page, an older one may be on a page that was not read yet.
    """
    if before.coverage is None or not before.orders or summary.created is None:
        return True
    newest = before.orders[0].created
    return newest is None or summary.created > newest


def _polled_at(state: State) -> float:
    return state.as_of.mono if state.as_of is not None else -math.inf


def _last_answer_at(state: State) -> float:
    """When the last answer was requested that has orders, be it a page."""
    read_at = () if state.coverage is None else state.coverage.last_read_at.values()
    return max(read_at, default=_polled_at(state))


def _other_values(detail: OrderDetail) -> tuple[object, ...]:
    """What a detail says apart from the status and the progress, which are recorded as changes, and
    from what is trimmed.
    """
    jobs = tuple((job.profile, job.filename, job.label) for job in detail.jobs)
    facts = (detail.created, detail.filename, detail.label, detail.comment)
    return (*facts, detail.size, detail.duration, jobs, detail.more_jobs)


def _shifted(change: Change, seconds: float) -> Change:
    after = None if change.after in {None, -math.inf} else change.after + seconds
    return replace(change, after=after, before=change.before + seconds)
