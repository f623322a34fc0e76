"""The estimates of ten simulated days: how many come true, and how far they are off.

`python -m tests.tools.estimates` has the figures of whole months.
"""

import pytest

from tests.support.simulated_month import PROFILES
from tests.tools.estimates import (
    after_first,
    coverage,
    median_errors,
    of_kind,
    recovery,
    watch,
)
from tui.history.records import SampleKind
from tui.model.timing import NoEstimate

pytestmark = pytest.mark.slow

_ORDERS, _DAYS = 6700, 10.0


def test_four_of_five_estimates_come_true() -> None:
    watcher = watch(1, _ORDERS, days=_DAYS)
    outcomes = watcher.outcomes
    assert 77 <= coverage(outcomes) <= 83
    for profile in PROFILES:
        assert 70 <= coverage(after_first(outcomes, profile.name)) <= 90, profile.name
    assert sum(isinstance(each.estimate, NoEstimate) for each in outcomes) < 0.01 * len(outcomes)
    inside = sum(score >= 0 for score in watcher.scores) / len(watcher.scores)
    assert inside == pytest.approx(0.8, abs=0.01)
    for kind in (SampleKind.REMAINING, SampleKind.ORDER_REMAINING):
        errors = median_errors(of_kind(outcomes, kind))
        assert errors.ratio < 0.5
        # No other factor for each profile and tenth would be much better: the rest is the content.
        assert errors.ours < 1.1 * errors.hindsight


def test_the_error_is_a_third_of_the_naive_one_if_the_content_does_not_vary() -> None:
    outcomes = watch(2, _ORDERS, days=_DAYS, variation=0.0).outcomes
    for kind in (SampleKind.REMAINING, SampleKind.ORDER_REMAINING):
        assert median_errors(of_kind(outcomes, kind)).ratio < 1 / 3


def test_estimates_recover_from_a_profile_that_is_three_times_slower() -> None:
    outcomes = watch(3, _ORDERS, days=_DAYS, slow_from=5.0).outcomes
    hours, _ = recovery(outcomes, 5.0)
    assert hours < 24
    assert 77 <= coverage(outcomes) <= 83
