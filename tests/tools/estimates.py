"""How good the estimates are in a simulated month: see `tests/support/simulated_month.py`.

`python -m tests.tools.estimates [SEED [ORDERS]]` prints the figures.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from tests.support.simulated_month import (
    DAY,
    DAYS,
    PROFILES,
    SimulatedMonth,
    SimulatedOrder,
    outages,
)
from tui.history.estimates import Estimator, Prediction, Target
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
    """What was predicted at `at` (seconds of the month) and what came, as the server knows it."""

    at: float
    target: Target
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


class Watcher:
    """The program: polls the simulated company, and compares what is predicted with what comes."""

    def __init__(self, month: SimulatedMonth) -> None:
        self.month = month
        self.outcomes: list[Outcome] = []
        self.unseen = 0
        """Tenths of sub-jobs and orders without an estimate, because the start was not observed."""
        self.samples: dict[tuple[SampleKind, str, int], list[Sample]] = defaultdict(list)
        self.live: list[SimulatedOrder] = []
        self.ended: list[OrderSummary] = []
        self.attempts: dict[str, int] = {}
        self.due: dict[str, float] = {}
        self._begin()

    def _begin(self) -> None:
        self.state = State()
        self.recorder = Recorder(600.0)
        self.estimator = _WatchedEstimator()
        self.recorder._tracker.forecaster.estimator = self.estimator
        self.is_restored = False

    def run(self) -> None:
        random = self.month.random
        stops = outages(random, _RESTARTS, 7200.0)
        gaps = outages(random, _OUTAGES, 1800.0)
        waiting = iter([*self.month.orders])
        coming = next(waiting, None)
        now = 0.0
        while now < DAYS * DAY:
            while coming is not None and coming.created <= now:
                self.live.append(coming)
                coming = next(waiting, None)
            if stops and now >= stops[0][0]:
                stored = self._stored(now)
                now = -(-stops.pop(0)[1] // _POLL) * _POLL
                self._begin()
                self._poll(now)
                self._keep(self.recorder.restore(stored))
            elif gaps and now >= gaps[0][0]:
                self._apply(OrdersFailed(_FAILURE, _WALL + now + 10))
                if now >= gaps[0][1]:
                    gaps.pop(0)
            else:
                self._poll(now)
                if not self.is_restored:
                    self._keep(self.recorder.restore(Stored()))
                self.is_restored = True
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
                    Outcome(now, each.target, each.estimate, each.naive, each.expected, done - now)
                )

    def _stored(self, now: float) -> Stored:
        """What the store would have of this run."""
        timings, orders = self.state.timings, {}
        for order in self.live:
            summary, timing = self.state.index.get(order.id), self.state.timings.get(order.id)
            if summary is not None and timing is not None:
                progress = self.recorder._tracker.orders[order.id].progress
                read_at = timing.quiet_since or _WALL + now
                orders[order.id] = StoredOrder(summary, timing, progress, read_at)
        samples = sorted(
            (sample for kept in self.samples.values() for sample in kept), key=lambda each: each.at
        )
        assert timings is not None
        return Stored(orders, self.attempts, samples, _WALL + now)


def coverage(outcomes: Iterable[Outcome]) -> float:
    """The percentage of the estimates that came true."""
    covered = [each.is_covered for each in outcomes if isinstance(each.estimate, Estimate)]
    return 100.0 * sum(covered) / len(covered) if covered else float("nan")


def median_errors(outcomes: Iterable[Outcome]) -> tuple[float, float]:
    """The median absolute errors of the estimate and of the naive one, in seconds."""
    made = [each for each in outcomes if isinstance(each.estimate, Estimate)]
    return (
        median(abs(each.expected - each.actual) for each in made),
        median(abs(each.naive - each.actual) for each in made),
    )


def after_first(outcomes: Sequence[Outcome], profile: str, count: int = 100) -> list[Outcome]:
    """The outcomes of sub-jobs with a profile after the first `count` of its jobs."""
    own = [each for each in outcomes if each.target == Target(SampleKind.REMAINING, profile)]
    first = [each for each in own if isinstance(each.estimate, NoEstimate)]
    return own[max(len(first), 10 * count) :]


def watch(seed: int, orders: int, slow_from: float | None = None) -> Watcher:
    watcher = Watcher(SimulatedMonth(seed, orders, slow_from))
    watcher.run()
    return watcher


def report(watcher: Watcher) -> list[str]:
    outcomes = watcher.outcomes
    lines = []
    for kind, name in (
        (SampleKind.REMAINING, "sub-jobs"),
        (SampleKind.ORDER_REMAINING, "orders"),
    ):
        own = [each for each in outcomes if each.target.kind is kind]
        ours, naive = median_errors(own)
        too_few = sum(each.estimate is NoEstimate.TOO_FEW for each in own)
        wide = sum(isinstance(e.estimate, Estimate) and e.estimate.is_company_wide for e in own)
        lines.append(
            f"{name}: {len(own)} estimates, coverage {coverage(own):.1f} %, median error"
            f" {ours:.1f} s (naive {naive:.1f} s, ratio {ours / naive:.2f}),"
            f" no estimate yet {100 * too_few / len(own):.2f} %, company-wide"
            f" {100 * wide / len(own):.1f} %"
        )
    for curve in PROFILES:
        own = after_first(outcomes, curve.name)
        ours, naive = median_errors(own)
        lines.append(
            f"  {curve.name}: {len(own)}, coverage {coverage(own):.1f} %, median error {ours:.1f} s"
            f" (naive {naive:.1f} s, ratio {ours / naive:.2f})"
        )
    accuracy = watcher.recorder.accuracy
    lines.append(
        f"as the program scored the last {accuracy.count}: {100 * accuracy.coverage:.1f} %,"
        f" {100 * accuracy.median_error:.1f} %"
    )
    return lines


if __name__ == "__main__":
    seed, count = (int(each) for each in (*sys.argv[1:], *("1", "20000")[len(sys.argv) - 1 :]))
    print("\n".join(report(watch(seed, count))))  # noqa: T201 - a report
