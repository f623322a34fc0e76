"""The program, as it polls a simulated month: what it predicts, and what comes."""

from collections import defaultdict
from typing import NamedTuple

from tests.support.simulated_month import (
    SimulatedMonth,
    SimulatedOrder,
    outages,
)
from tui.history.estimates import Estimator, Prediction, Target
from tui.history.knowledge import Knowledge
from tui.history.recorder import Recorder
from tui.history.records import Records, Sample, SampleKind, Stored, StoredOrder
from tui.model.events import (
    ClockReading,
    DetailRead,
    DetailsDropped,
    Event,
    GoneDismissed,
    ListLoaded,
    OrdersFailed,
    TimingsChanged,
)
from tui.model.order import OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.ports import Failure, FailureKind
from tui.model.state import State, reduce
from tui.model.timing import Estimate, NoEstimate

_POLL, _IN_VIEW, _NOT_IN_VIEW = 5.0, 15.0, 60.0
_VIEW = 6
_LISTED = 150
_WALL = 1.7e9
_RESTARTS, _OUTAGES = 12, 25
_FAILURE = Failure(FailureKind.SLOW)


class Outcome(NamedTuple):
    """What was predicted and what came, as the server knows it. `at` is in seconds of the month."""

    at: float
    order_id: str
    target: Target
    tenth: int
    estimate: Estimate | NoEstimate
    naive: float
    expected: float
    actual: float

    @property
    def is_covered(self) -> bool:
        return isinstance(self.estimate, Estimate) and (
            self.estimate.low <= self.actual <= self.estimate.high
        )


class _WatchedEstimator(Estimator):
    """Keeps what it predicted."""

    def __init__(self) -> None:
        super().__init__()
        self.predictions: list[Prediction] = []

    def predict(self, target: Target, percent: float, elapsed: float, at: float) -> Prediction:
        prediction = super().predict(target, percent, elapsed, at)
        self.predictions.append(prediction)
        return prediction


class MonthWatcher:
    """The program: polls the simulated company, and compares what is predicted with what comes."""

    def __init__(self, month: SimulatedMonth) -> None:
        self.month = month
        self.outcomes: list[Outcome] = []
        self.scores: list[float] = []
        """How the program scored its estimates itself."""
        self.samples: dict[tuple[SampleKind, str, int], list[Sample]] = defaultdict(list)
        self.live: list[SimulatedOrder] = []
        self.ended: list[OrderSummary] = []
        self.attempts: dict[str, int] = {}
        self.due: dict[str, float] = {}
        self._begin()

    def _begin(self) -> None:
        self.state = State()
        self.recorder = Recorder(600.0)
        self.is_restored = False

    def _restore(self, stored: Stored) -> None:
        knowledge = Knowledge()
        self.estimator = knowledge.estimator = _WatchedEstimator()
        for sample in stored.samples:
            knowledge.add(sample)
        self._keep(self.recorder.restore(stored, knowledge))
        self.is_restored = True

    def run(self) -> None:
        random = self.month.random
        length = self.month.length
        stops = outages(random, length, _RESTARTS, 7200.0)
        gaps = outages(random, length, _OUTAGES, 1800.0)
        waiting = iter([*self.month.orders])
        coming = next(waiting, None)
        now = 0.0
        while now < length:
            while coming is not None and coming.created <= now:
                self.live.append(coming)
                coming = next(waiting, None)
            if stops and now >= stops[0][0]:
                stored = self._stored(now)
                now = -(-stops.pop(0)[1] // _POLL) * _POLL
                self._begin()
                self._poll(now)
                self._restore(stored)
            elif gaps and now >= gaps[0][0]:
                self._apply(OrdersFailed(_FAILURE, _WALL + now + 10))
                if now >= gaps[0][1]:
                    gaps.pop(0)
            else:
                self._poll(now)
                if not self.is_restored:
                    self._restore(Stored())
                self._read_details(now)
            now += _POLL

    def _clock(self, now: float) -> ClockReading:
        return ClockReading(_WALL + now, now)

    def _apply(self, event: Event) -> None:
        before, self.state = self.state, reduce(self.state, event)
        self._keep(self.recorder.observe(before, event, self.state))

    def _keep(self, records: Records) -> None:
        if records.timings:
            self.state = reduce(self.state, TimingsChanged(records.timings))
        for sample in records.samples:
            self.scores += [sample.value] if "score" in sample.kind else []
            kept = self.samples[sample.kind, sample.profile, sample.category]
            kept.append(sample)
            del kept[: -sample.kind.kept]
        for change in records.changes:
            if change.attempt > 1:
                self.attempts[change.order_id] = change.attempt

    def _poll(self, now: float) -> None:
        index = self.state.index
        rows: list[OrderSummary] = []
        still: list[SimulatedOrder] = []
        for order in self.live:
            status, known = order.status(now), index.get(order.id)
            same = known is not None and known.status == status
            rows.append(known if known and same else OrderSummary(order.id, status, order.created))
            if not same:
                self.due[order.id] = now
            if order.ended(now):
                self.ended.append(rows.pop())
                self.due.pop(order.id, None)
            else:
                still.append(order)
        self.live = still
        known_list = self.state.snapshot
        orders = (*reversed(rows), *reversed(self.ended))
        if known_list is not None and known_list.orders == orders:
            snapshot = known_list
        else:
            snapshot = Snapshot(orders)
        self._apply(ListLoaded(snapshot, self._clock(now), _POLL))
        if len(self.ended) > 2 * _LISTED:
            del self.ended[:_LISTED]
        if over := self.state.details.keys() - {order.id for order in self.live}:
            self._apply(DetailsDropped(tuple(over)))
        if self.state.gone:
            self._apply(GoneDismissed(tuple(self.state.gone)))

    def _read_details(self, now: float) -> None:
        for number, order in enumerate(reversed(self.live)):
            if self.due.get(order.id, 0.0) > now:
                continue
            status = order.status(now)
            if status in {"QUEUED", "DOWNLOADING"}:
                continue
            self.due[order.id] = now + (_IN_VIEW if number < _VIEW else _NOT_IN_VIEW)
            jobs = zip(order.jobs, order.percents(now), strict=True)
            detail = OrderDetail(
                order.id,
                status,
                jobs=tuple(
                    SubJob(Profile(None, job.curve.name), progress=percent) for job, percent in jobs
                ),
            )
            self._apply(DetailRead(detail, self._clock(now)))
            self._compare(order, now)

    def _compare(self, order: SimulatedOrder, now: float) -> None:
        predictions, self.estimator.predictions = self.estimator.predictions, []
        for each in predictions:
            is_order = each.target.kind is SampleKind.ORDER_REMAINING
            done = order.done_at(None if is_order else each.target.profile, now)
            if done is not None and done > now:
                self.outcomes.append(
                    Outcome(
                        now,
                        order.id,
                        each.target,
                        each.tenth,
                        each.estimate,
                        each.naive,
                        each.expected,
                        done - now,
                    )
                )

    def _stored(self, now: float) -> Stored:
        """What the store would have of this run."""
        orders = {}
        for order in self.live:
            summary, timing = self.state.index.get(order.id), self.state.timings.get(order.id)
            if summary is not None and timing is not None:
                progress = self.recorder._tracker.orders[order.id].progress
                read_at = timing.quiet_since or _WALL + now
                orders[order.id] = StoredOrder(summary, timing, progress, read_at)
        samples = sorted(
            (sample for kept in self.samples.values() for sample in kept), key=lambda each: each.at
        )
        return Stored(orders, self.attempts, samples, _WALL + now)
