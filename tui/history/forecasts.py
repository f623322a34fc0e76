"""Predicts the remaining time of each tracked order, and scores what was predicted.

Times are seconds of the monotonic clock.
"""

import math
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from tui.history.estimates import Estimator, Prediction, Target, tenth_of
from tui.history.records import Sample, SampleKind
from tui.history.tracked_order import TrackedOrder
from tui.model.order import Phase
from tui.model.timing import Estimate, Missing, Moment, NoEstimate

_MAX_START_WIDTH = 30.0
_MAX_START_SHARE = 0.05
"""A start counts as observed if its bounds are closer than one of both: seconds, or a share of the
time since.
"""

_MIN_PERCENT = 0.01
"""Less is no progress: a time that is divided by it may be infinite."""


class _Forecast(msgspec.Struct):
    """The present estimate of a sub-job or an order in one attempt, and what was predicted."""

    tenth: int = -1
    estimate: Estimate | NoEstimate | None = None
    pending: list[Prediction] = msgspec.field(default_factory=list)
    unfinished_at: float = -math.inf
    """When it was last read to be unfinished."""


class _Run(msgspec.Struct):
    """The forecasts of one attempt. One with a gap makes no samples: it is not known what happened
    in the gap, and to a server that did not answer.
    """

    is_gapless: bool
    whole: _Forecast = msgspec.field(default_factory=_Forecast)
    jobs: list[_Forecast] = msgspec.field(default_factory=list)


class Forecaster:
    """Estimates the orders that are transcoding. The estimate of an order that uploads stays.

    The caller takes `samples`.
    """

    def __init__(self, estimator: Estimator) -> None:
        self.estimator = estimator
        self.samples: list[Sample] = []
        self._runs: dict[str, _Run] = {}

    def on_status(self, order: TrackedOrder, moment: Moment) -> None:
        """Note that the order has changed to its status."""
        run = self._runs.get(order.id)
        if order.phase is Phase.TRANSCODING:
            self.start(order, is_gapless=moment.after is not None)
        elif run is not None and order.phase in {Phase.UPLOADING, Phase.FINISHED}:
            for job in run.jobs:
                self._score(run, job, moment)
            if order.phase is Phase.FINISHED:
                self._score(run, run.whole, moment)
                self.drop(order)
            else:
                order.timing = replace(order.timing, job_estimates=())
        else:
            self.drop(order)

    def start(self, order: TrackedOrder, *, is_gapless: bool) -> None:
        """Note that an attempt begins to be transcoded."""
        self._runs[order.id] = _Run(is_gapless)

    def drop(self, order: TrackedOrder) -> None:
        """Forget the attempt, which has ended or failed."""
        self._runs.pop(order.id, None)
        if order.timing.estimate is not None or order.timing.job_estimates:
            order.timing = replace(order.timing, estimate=None, job_estimates=())

    def on_gap(self, order: TrackedOrder) -> None:
        """Note that it was not observed for a while."""
        if (run := self._runs.get(order.id)) is not None:
            run.is_gapless = False
            for forecast in (run.whole, *run.jobs):
                forecast.pending.clear()

    def read(
        self, order: TrackedOrder, jobs: Sequence[float | None], mean: float | None, at: float
    ) -> bool:
        """Note the progress of the sub-jobs and their mean; return whether an estimate changed. The
        list tells no sub-jobs.
        """
        if order.phase is not Phase.TRANSCODING:
            return False
        run = self._runs.setdefault(order.id, _Run(is_gapless=False))
        if jobs and len(run.jobs) != len(jobs):
            run.jobs = [_Forecast() for _ in jobs]
        for forecast, profile, percent in zip(run.jobs, order.profiles, jobs, strict=False):
            target = Target(SampleKind.REMAINING, profile)
            self._advance(order, run, forecast, target, percent, at)
        whole = Target(SampleKind.ORDER_REMAINING, order.category)
        self._advance(order, run, run.whole, whole, mean, at)
        estimates = tuple(job.estimate for job in run.jobs)
        timing = order.timing
        if timing.estimate == run.whole.estimate and timing.job_estimates == estimates:
            return False
        order.timing = replace(timing, estimate=run.whole.estimate, job_estimates=estimates)
        return True

    def _advance(
        self,
        order: TrackedOrder,
        run: _Run,
        forecast: _Forecast,
        target: Target,
        percent: float | None,
        at: float,
    ) -> None:
        if percent is not None and percent >= 100.0:
            if target.kind is SampleKind.REMAINING:  # the order is not finished yet
                self._score(run, forecast, Moment(None, at))
                forecast.estimate = None
            return
        forecast.unfinished_at = at
        if percent is None or percent < _MIN_PERCENT:
            forecast.estimate = forecast.estimate or NoEstimate(Missing.PROGRESS)
            return
        tenth = tenth_of(percent)
        is_new = tenth > forecast.tenth
        if not is_new and isinstance(forecast.estimate, Estimate):
            return
        forecast.tenth = max(tenth, forecast.tenth)
        elapsed = _seconds_since(order.timing.entered, at)
        if elapsed is None:
            forecast.estimate = NoEstimate(Missing.START)
            return
        prediction = self.estimator.predict(target, percent, elapsed, at)
        forecast.estimate = prediction.estimate
        if run.is_gapless and is_new:
            forecast.pending.append(prediction)

    def _score(self, run: _Run, forecast: _Forecast, done: Moment) -> None:
        """Score what was predicted. It was done in the middle of the bounds, on average."""
        after = max(forecast.unfinished_at, -math.inf if done.after is None else done.after)
        for prediction in forecast.pending if run.is_gapless else ():
            done_at = (max(after, prediction.made_at) + done.before) / 2
            self.samples += self.estimator.score(prediction, done_at)
        forecast.pending.clear()


def _seconds_since(start: Moment | None, at: float) -> float | None:
    """Return the time since the middle of the bounds; None if they are too wide."""
    if start is None or start.after is None:
        return None
    elapsed = at - (start.after + start.before) / 2
    width = start.before - start.after
    is_observed = width <= max(_MAX_START_WIDTH, _MAX_START_SHARE * elapsed)
    return elapsed if is_observed and elapsed > 0 else None
