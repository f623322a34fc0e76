"""How good the estimates are in a simulated month: see `tests/support/simulated_month.py`.

`python -m tests.tools.estimates [SEED [ORDERS]]` prints the figures of five months; each takes two
minutes.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from statistics import median
from typing import NamedTuple

from tests.support.month_watcher import MonthWatcher, Outcome
from tests.support.simulated_month import DAY, PROFILES, SLOWED, SimulatedMonth
from tui.history.estimates import Target
from tui.history.records import SampleKind
from tui.model.timing import Estimate, NoEstimate


def coverage(outcomes: Iterable[Outcome]) -> float:
    """The percentage of the estimates that came true."""
    covered = [each.is_covered for each in outcomes if isinstance(each.estimate, Estimate)]
    return 100.0 * sum(covered) / len(covered)


class Errors(NamedTuple):
    """Median absolute errors in seconds. `hindsight` is that of the naive estimate times the best
    factor for each profile and tenth, which is known afterwards only.
    """

    ours: float
    naive: float
    hindsight: float

    @property
    def ratio(self) -> float:
        return self.ours / self.naive


def median_errors(outcomes: Iterable[Outcome]) -> Errors:
    made = [each for each in outcomes if isinstance(each.estimate, Estimate) and each.naive > 0]
    factors: dict[tuple[Target, int], list[float]] = defaultdict(list)
    for each in made:
        factors[each.target, each.tenth].append(each.actual / each.naive)
    best = {category: median(known) for category, known in factors.items()}
    return Errors(
        median(abs(each.expected - each.actual) for each in made),
        median(abs(each.naive - each.actual) for each in made),
        median(abs(best[each.target, each.tenth] * each.naive - each.actual) for each in made),
    )


def of_kind(outcomes: Iterable[Outcome], kind: SampleKind) -> list[Outcome]:
    return [each for each in outcomes if each.target.kind is kind]


def after_first(outcomes: Iterable[Outcome], profile: str, count: int = 100) -> list[Outcome]:
    """The outcomes of the sub-jobs with a profile after the first `count` of them."""
    own = [each for each in outcomes if each.target == Target(SampleKind.REMAINING, profile)]
    begun: set[str] = set()
    for number, each in enumerate(own):
        begun.add(each.order_id)
        if len(begun) > count:
            return own[number:]
    return []


def recovery(
    outcomes: Iterable[Outcome], slow_from: float, window: int = 500
) -> tuple[float, float]:
    """Return the hours from `slow_from`, in days, until the coverage of the last `window` estimates
    is at least 70 % for good, and the lowest that it was. Only estimates made since then count.
    """
    since = slow_from * DAY
    own = after_first(outcomes, SLOWED.name, 0)
    own = [each for each in own if each.at > since and isinstance(each.estimate, Estimate)]
    rolling = [
        (own[end - 1].at, coverage(own[end - window : end])) for end in range(window, len(own) + 1)
    ]
    low = [at for at, percent in rolling if percent < 70.0]
    lowest = min((percent for _, percent in rolling), default=100.0)
    return (low[-1] - since) / 3600 if low else 0.0, lowest


def watch(
    seed: int,
    orders: int,
    *,
    days: float = 30.0,
    slow_from: float | None = None,
    variation: float = 0.25,
) -> MonthWatcher:
    month = SimulatedMonth(seed, orders, days=days, slow_from=slow_from, variation=variation)
    watcher = MonthWatcher(month)
    watcher.run()
    return watcher


def report(watcher: MonthWatcher) -> Iterator[str]:
    outcomes = watcher.outcomes
    groups = {
        "all sub-jobs": of_kind(outcomes, SampleKind.REMAINING),
        "all orders": of_kind(outcomes, SampleKind.ORDER_REMAINING),
        **{curve.name: after_first(outcomes, curve.name) for curve in PROFILES},
    }
    for name, own in groups.items():
        if not any(isinstance(each.estimate, Estimate) for each in own):
            yield f"{name:20} no estimate yet"
            continue
        errors, count = median_errors(own), len(own)
        missing = sum(isinstance(each.estimate, NoEstimate) for each in own)
        wide = sum(isinstance(e.estimate, Estimate) and e.estimate.is_company_wide for e in own)
        yield (
            f"{name:20} {count:7} predictions: {coverage(own):.1f} % in range, median error"
            f" {errors.ours:.1f} s (naive {errors.naive:.1f}, ratio {errors.ratio:.2f};"
            f" hindsight {errors.hindsight:.1f}), no estimate yet {100 * missing / count:.2f} %,"
            f" of all profiles {100 * wide / count:.1f} %"
        )
    scores = watcher.scores
    inside = 100 * sum(score >= 0 for score in scores) / len(scores)
    yield f"{'as scored itself':20} {len(scores):7} predictions: {inside:.1f} % in range"


def main(seed: int = 1, orders: int = 20_000) -> Iterator[str]:
    # The share by which the local speed varies is 1.4 times the variation.
    for variation in (0.25, 0.15, 0.1, 0.0):
        yield f"a month whose content varies the speed by {140 * variation:.0f} %"
        yield from report(watch(seed, orders, variation=variation))
    yield f"a month in which {SLOWED.name} is three times slower from day 15"
    watcher = watch(seed, orders, slow_from=15.0)
    yield from report(watcher)
    hours, lowest = recovery(watcher.outcomes, 15.0)
    yield f"coverage of its last 500: {lowest:.0f} % at the lowest, above 70 % after {hours:.1f} h"


if __name__ == "__main__":
    for line in main(*map(int, sys.argv[1:])):
        print(line, flush=True)  # noqa: T201 - a report
