"""Intervals, backoff and the request budget."""

import pytest

from tui.model.ports import Failure, FailureKind
from tui.polling.policy import (
    CALL_BURST,
    CALLS_PER_MINUTE,
    backoff,
    blocks_all_calls,
    poll_interval,
)
from tui.rate_limit import BURST, RateLimiter


@pytest.mark.parametrize(("took", "seconds"), [(0, 5), (1, 5), (2, 10), (9.5, 47.5), (30_000, 60)])
def test_a_slow_server_is_polled_less_often(took: float, seconds: float) -> None:
    assert poll_interval(5, took) == seconds
    assert poll_interval(3600, took) == 3600


@pytest.mark.parametrize(
    ("rows", "seconds"), [(500, 5), (30_000, 5), (60_000, 10), (100_000, 100 / 6), (10**6, 60)]
)
def test_a_long_list_is_polled_less_often(rows: int, seconds: float) -> None:
    assert poll_interval(5, 0.1, rows) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("trouble", "failures", "failing_for", "wait"),
    [
        (FailureKind.SLOW, 1, 0, 2),
        (FailureKind.SLOW, 2, 2, 4),
        (FailureKind.CUT, 3, 6, 8),
        (FailureKind.SERVER, 4, 14, 10),
        (FailureKind.SERVER, 30, 299, 10),
        (FailureKind.SERVER, 30, 300, 60),
        (FailureKind.SERVER, 10**6, 1e6, 60),
        (FailureKind.CREDENTIALS, 1, 0, 300),
        (FailureKind.FORBIDDEN, 1, 0, 60),
        (FailureKind.LIMITED, 1, 0, 5),
        (FailureKind.LIMITED, 4, 0, 10),
    ],
)
def test_backoff(trouble: FailureKind, failures: int, failing_for: float, wait: float) -> None:
    assert backoff(Failure(trouble), failures, failing_for, 1.0) == wait


def test_jitter_halves_a_wait_at_most_and_respects_minimums() -> None:
    assert backoff(Failure(FailureKind.SLOW), 4, 0, 0.5) == 5
    assert backoff(Failure(FailureKind.CREDENTIALS), 4, 0, 0.5) == 300


def test_retry_after_outranks_everything() -> None:
    assert backoff(Failure(FailureKind.SERVER, 503, 120), 1, 0, 0.5) == 120
    assert backoff(Failure(FailureKind.LIMITED, 429, 0), 9, 999, 1.0) == 1


@pytest.mark.parametrize(
    ("failure", "holds"),
    [
        (Failure(FailureKind.LIMITED), True),
        (Failure(FailureKind.CREDENTIALS), True),
        (Failure(FailureKind.SERVER, 503, 9), True),
        (Failure(FailureKind.SERVER, 503), False),
        (Failure(FailureKind.MISSING, 404), False),
    ],
)
def test_failures_that_block_all_calls(failure: Failure, holds: bool) -> None:
    assert blocks_all_calls(failure) is holds


@pytest.mark.parametrize("burst", [CALL_BURST, BURST])
def test_at_most_120_requests_a_minute(burst: int) -> None:
    now = 0.0
    limiter = RateLimiter(lambda: now, burst=burst)
    sent = []
    for tick in range(1800):
        now = tick / 10
        if limiter.level >= 1:
            limiter.take()
            sent.append(now)
    busiest = max(sum(1 for time in sent if start <= time < start + 60) for start in sent)
    assert 110 <= busiest <= 120
    assert limiter.seconds_until(1) <= 60 / 115


def test_the_poller_never_waits_in_the_client() -> None:
    """Not even after hours at its limit and some requests for tokens: or polls would be late."""
    now = 0.0
    poller = RateLimiter(lambda: now, per_minute=CALLS_PER_MINUTE, burst=CALL_BURST)
    client = RateLimiter(lambda: now)
    for tick in range(72_000):
        now = tick / 10
        if tick % 3000 == 0:
            client.take()
        if poller.level >= 1:
            poller.take()
            client.take()
            assert client.seconds_until(0) == 0


def test_requests_of_the_last_minute_are_counted() -> None:
    now = 0.0
    limiter = RateLimiter(lambda: now)
    assert limiter.used == 0
    for at in (0, 1, 30):
        now = at
        limiter.take()
    used = {}
    for now in (30, 59.9, 60, 61, 89, 90):
        used[now] = limiter.used
    assert list(used.values()) == [3, 3, 2, 1, 1, 0]
