"""Estimates of the remaining time, as ranges that 80 % of all cases fall into. Pure.

The method is split conformal prediction. The naive estimate says that the rest takes as long for
each percent as what is done. How far it was off in earlier jobs of the same profile, at the same
tenth of the progress, gives the range. Nothing is assumed about the distribution of the errors.

https://arxiv.org/abs/2107.07511 is an introduction; the adjustment of alpha is that of
https://arxiv.org/abs/2106.00170.
"""

import math
from collections import deque
from collections.abc import Collection
from statistics import median
from typing import NamedTuple

import msgspec

from tui.history.records import Sample, SampleKind
from tui.model.history import Accuracy
from tui.model.timing import MIN_SAMPLES, Estimate, Missing, NoEstimate

ALPHA = 0.2
"""The share of cases that the range may miss."""

_GAMMA = 0.01
"""How much one miss widens the next ranges of its profile: the step of alpha."""

_SCORE_KINDS = {
    SampleKind.REMAINING: SampleKind.SCORE,
    SampleKind.ORDER_REMAINING: SampleKind.ORDER_SCORE,
}
_ESTIMATED_KINDS = {score: kind for kind, score in _SCORE_KINDS.items()}
_MAX_SCORES = 500


class Target(NamedTuple):
    """What is estimated: when a sub-job of a profile is done (REMAINING), or when an order with a
    set of profiles is finished (ORDER_REMAINING).
    """

    kind: SampleKind
    profile: str


class Prediction(msgspec.Struct, frozen=True, gc=False):
    """What was predicted at `made_at`, to be compared with what comes. `expected` is the median."""

    target: Target
    tenth: int
    made_at: float
    naive: float
    estimate: Estimate | NoEstimate
    expected: float = 0.0


_Category = tuple[Target, int]


class Estimator:
    """Learns from the samples of each target and tenth, and of each tenth of all profiles.

    Times are seconds of the monotonic clock.
    """

    def __init__(self) -> None:
        self._samples: dict[_Category, deque[float]] = {}
        self._company: dict[tuple[SampleKind, int], deque[float]] = {}
        self._alphas: dict[Target, float] = {}
        self._scores: deque[float] = deque(maxlen=_MAX_SCORES)

    @property
    def accuracy(self) -> Accuracy:
        """How the last 500 estimates came true."""
        scores = self._scores
        if not scores:
            return Accuracy()
        inside = sum(1 for score in scores if score >= 0)
        return Accuracy(len(scores), inside / len(scores), median(map(abs, scores)))

    def restore(self, sample: Sample) -> None:
        """Learn from a sample of an earlier run. They come in the order of their making."""
        if sample.kind in _SCORE_KINDS:
            self._add(Target(sample.kind, sample.profile), sample.category, sample.value)
        elif sample.kind in _ESTIMATED_KINDS:
            self._add_score(Target(_ESTIMATED_KINDS[sample.kind], sample.profile), sample.value)

    def predict(self, target: Target, percent: float, elapsed: float, at: float) -> Prediction:
        """Predict from `elapsed` seconds, in which the progress has come to `percent`: more than 0
        and less than 100.
        """
        tenth = tenth_of(percent)
        naive = elapsed * (100.0 - percent) / percent
        is_company_wide = False
        samples: Collection[float] = self._samples.get((target, tenth), ())
        if len(samples) < MIN_SAMPLES:
            samples, is_company_wide = self._company.get((target.kind, tenth), ()), True
        if len(samples) < MIN_SAMPLES:
            too_few = NoEstimate(Missing.SAMPLES, len(samples))
            return Prediction(target, tenth, at, naive, too_few)
        ascending = sorted(samples)
        low, high = _range(ascending, self._alphas.get(target, ALPHA))
        estimate = Estimate(
            at, naive * math.exp(low), naive * math.exp(high), len(samples), is_company_wide
        )
        expected = naive * math.exp(median(ascending))
        return Prediction(target, tenth, at, naive, estimate, expected)

    def score(self, prediction: Prediction, done_at: float) -> list[Sample]:
        """Learn how far a prediction was off, and return the samples to record."""
        target, actual = prediction.target, done_at - prediction.made_at
        if actual <= 0 or prediction.naive <= 0:
            return []
        value = math.log(actual / prediction.naive)
        self._add(target, prediction.tenth, value)
        samples = [Sample(target.kind, target.profile, prediction.tenth, done_at, value)]
        estimate = prediction.estimate
        if isinstance(estimate, Estimate):
            error = abs(prediction.expected / actual - 1.0)
            result = error if estimate.low <= actual <= estimate.high else -error
            self._add_score(target, result)
            kind = _SCORE_KINDS[target.kind]
            samples.append(Sample(kind, target.profile, prediction.tenth, done_at, result))
        return samples

    def _add(self, target: Target, tenth: int, value: float) -> None:
        kept = target.kind.kept
        self._samples.setdefault((target, tenth), deque(maxlen=kept)).append(value)
        self._company.setdefault((target.kind, tenth), deque(maxlen=kept)).append(value)

    def _add_score(self, target: Target, score: float) -> None:
        """Note an error, negative for a miss, and adjust alpha. It is bounded, because the samples
        bound the range: no alpha below 0 widens it.
        """
        self._scores.append(score)
        alpha = self._alphas.get(target, ALPHA) + _GAMMA * (ALPHA - (score < 0))
        self._alphas[target] = min(max(alpha, 0.0), 2 * ALPHA)


def tenth_of(percent: float) -> int:
    """Return the tenth of the progress, 0 to 9."""
    return min(int(percent // 10), 9)


def _range(ascending: list[float], alpha: float) -> tuple[float, float]:
    """Return the quantiles alpha / 2 and 1 - alpha / 2 of n values with the indices of n + 1, from
    1, as the one that is predicted counts too; the extremes where they are out of the values.
    """
    count = len(ascending)
    margin = 1e-9  # 0.1 * 10 may be a bit more or less than 1
    low = math.floor(alpha / 2 * (count + 1) + margin)
    high = math.ceil((1 - alpha / 2) * (count + 1) - margin)
    return ascending[max(low, 1) - 1], ascending[min(high, count) - 1]
