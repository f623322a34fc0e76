"""When an order counts as stalled, and what else may look like it."""

from collections.abc import Callable

import pytest

from tests.support.recorded_run import WALL, RecordedRun
from tui.history.records import Sample, SampleKind, Stored
from tui.history.stalls import MIN_LIMIT, StallLimits, can_stall, phase_category
from tui.model.events import DetailFailed
from tui.model.order import OrderSummary, Phase
from tui.model.ports import Failure, FailureKind

LIMIT = 600.0


@pytest.mark.parametrize(
    ("gaps", "limit"),
    [
        ([], LIMIT),
        ([20.0] * 4, LIMIT),
        ([20.0] * 5, 200.0),
        ([20.0] * 29, 200.0),
        ([3.0] * 29, MIN_LIMIT),
        ([20.0] * 29 + [300.0], 300.0),  # of 30, the 99th percentile is the longest
        ([20.0] * 98 + [300.0, 400.0], 300.0),
        ([5.0] * 200, MIN_LIMIT),
        ([900.0] + [20.0] * 500, MIN_LIMIT),  # the oldest is forgotten
    ],
)
def test_the_limit_follows_the_gaps_of_the_profile_and_phase(
    gaps: list[float], limit: float
) -> None:
    limits = StallLimits()
    category = phase_category(Phase.TRANSCODING)
    for seconds in gaps:
        limits.restore(Sample(SampleKind.GAP, "hls", category, WALL, seconds))
    assert limits.limit("hls", Phase.TRANSCODING, LIMIT) == limit
    assert limits.limit("hls", Phase.UPLOADING, LIMIT) == LIMIT
    assert limits.limit("other", Phase.TRANSCODING, LIMIT) == LIMIT


def test_a_full_category_takes_every_tenth_gap() -> None:
    limits = StallLimits()
    taken = [limits.add("hls", Phase.TRANSCODING, 20.0) for _ in range(700)]
    assert (sum(taken[:500]), sum(taken[500:])) == (500, 20)


@pytest.mark.parametrize(
    ("phase", "has_progress", "expected"),
    [
        (Phase.QUEUED, True, False),
        (Phase.DOWNLOADING, False, True),
        (Phase.TRANSCODING, True, True),
        (Phase.TRANSCODING, False, False),  # a server that tells no progress
        (Phase.UPLOADING, False, True),
        (Phase.UNKNOWN, True, True),
        (Phase.FINISHED, True, False),
        (Phase.ERROR, True, False),
    ],
)
def test_which_phases_can_stall(phase: Phase, has_progress: bool, expected: bool) -> None:
    assert can_stall(phase, has_progress=has_progress) is expected


def running(status: str = "TRANSCODING", progress: float = 40.0) -> RecordedRun:
    run = RecordedRun(LIMIT)
    run.listed(a=status)
    run.restored()
    run.detail("a", status, progress)
    return run


def test_an_order_without_progress_stalls_and_recovers() -> None:
    run = running()
    run.poll(LIMIT, a=("TRANSCODING", 40.0))
    assert not run.timing("a").is_stalled
    run.poll(30, a=("TRANSCODING", 40.0))
    assert run.timing("a").is_stalled
    assert run.timing("a").quiet_since == WALL
    run.poll(15, a=("TRANSCODING", 41.0))
    assert not run.timing("a").is_stalled
    assert run.timing("a").quiet_since == WALL + run.now


@pytest.mark.parametrize("status", ["TRANSCODING", "UPLOADING"])
def test_an_order_that_stays_at_100_percent_stalls(status: str) -> None:
    run = running(status, 100.0)
    run.poll(LIMIT + 30, a=(status, 100.0))
    assert run.timing("a").is_stalled


def test_a_download_is_read_with_the_list_alone() -> None:
    run = running("DOWNLOADING", 0.0)
    run.poll(LIMIT + 30)
    assert run.timing("a").is_stalled


def test_a_status_that_is_not_known_counts_like_transcoding() -> None:
    run = running("MUXING", 10.0)
    run.poll(LIMIT + 30, a=("MUXING", 10.0))
    assert run.timing("a").is_stalled


@pytest.mark.parametrize("status", ["QUEUED", "FINISHED", "ERROR"])
def test_waiting_and_ended_orders_never_stall(status: str) -> None:
    run = running(status, 0.0)
    run.poll(4 * LIMIT, a=(status, 0.0))
    timing = run.state.timings.get("a")
    assert timing is None or not timing.is_stalled


def test_a_slow_order_is_not_stalled() -> None:
    run = running()
    for step in range(1, 100):
        run.poll(LIMIT - 60, a=("TRANSCODING", 40.0 + step / 100))
        assert not run.timing("a").is_stalled


def test_a_failed_order_is_not_stalled_any_more() -> None:
    run = running()
    run.poll(LIMIT + 30, a=("TRANSCODING", 40.0))
    run.listed(a="ERROR")
    assert not run.timing("a").is_stalled


def outage(run: RecordedRun) -> None:
    for _ in range(60):
        run.now += 60
        run.fail()


def suspend(run: RecordedRun) -> None:
    run.suspend(3600)


def pause(run: RecordedRun) -> None:
    run.pause()
    run.now += 3600
    run.resume()


@pytest.mark.parametrize("interrupt", [outage, suspend, pause])
def test_time_that_was_not_observed_stalls_nothing(
    interrupt: Callable[[RecordedRun], None],
) -> None:
    run = running()
    run.rows(
        *(OrderSummary(name, "DOWNLOADING") for name in "bcd"), OrderSummary("a", "TRANSCODING")
    )
    run.poll(100, a=("TRANSCODING", 40.0))
    for _ in range(3):
        interrupt(run)
        run.detail("a", "TRANSCODING", 40.0)  # it may be answered before the list
        run.rows(*run.state.orders)
        run.detail("a", "TRANSCODING", 40.0)
        run.poll(100, a=("TRANSCODING", 40.0))
        assert not any(timing.is_stalled for timing in run.state.timings.values())
    run.poll(300, a=("TRANSCODING", 40.0))
    assert run.timing("a").is_stalled  # the observed time counts
    assert all(run.timing(name).is_stalled for name in "bcd")


def test_a_failing_list_or_detail_stalls_nothing() -> None:
    run = running()
    run.poll(500, a=("TRANSCODING", 40.0))
    for _ in range(200):  # the list answers, the order does not
        run.poll(15)
        run.apply(DetailFailed("a", Failure(FailureKind.SERVER)))
    run.fail()
    run.detail("a", "TRANSCODING", 40.0)
    assert not run.timing("a").is_stalled
    run.poll(5)
    run.detail("a", "TRANSCODING", 40.0)
    assert not run.timing("a").is_stalled


def test_gaps_are_learned_with_their_phase_and_profiles() -> None:
    run = running("DOWNLOADING", 0.0)
    run.poll(20)
    run.now += 5
    run.listed(a="TRANSCODING")  # its start was not observed, so this is no gap
    assert run.samples == []
    run.poll(30, a=("TRANSCODING", 10.0))
    run.poll(30, a=("TRANSCODING", 20.0))
    run.now += 5
    run.listed(a="UPLOADING")
    gaps = [each for each in run.samples if each.kind is SampleKind.GAP]
    assert [(each.profile, each.category, each.value) for each in gaps] == [
        ("hls", phase_category(Phase.TRANSCODING), seconds) for seconds in (15.0, 30.0, 20.0)
    ]


def test_a_gap_of_the_polls_is_no_sample() -> None:
    run = running()
    run.poll(30, a=("TRANSCODING", 50.0))
    pause(run)
    run.rows(*run.state.orders)
    samples = run.samples
    run.detail("a", "TRANSCODING", 60.0)
    assert run.samples == samples


def test_limits_survive_a_restart() -> None:
    category = phase_category(Phase.TRANSCODING)
    samples = [Sample(SampleKind.GAP, "hls", category, WALL, 30.0)] * 20
    run = RecordedRun(LIMIT)
    run.listed(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 40.0)
    run.restored(Stored(samples=samples))
    assert run.timing("a").stall_limit == 300.0
