"""The range of the remaining time, what it is learned from, and how it is corrected."""

import math
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.support.recorded_run import WALL, RecordedRun, detail
from tui.history.estimates import Estimator, Target
from tui.history.records import Sample, SampleKind, Stored, StoredOrder
from tui.model.history import Accuracy
from tui.model.order import OrderDetail, OrderSummary, Profile, SubJob
from tui.model.timing import Estimate, Missing, Moment, NoEstimate, OrderTiming

JOB = Target(SampleKind.REMAINING, "hls")
ORDER = Target(SampleKind.ORDER_REMAINING, "hls")


def learned(*values: float, target: Target = JOB, tenth: int = 5) -> Estimator:
    estimator = Estimator()
    for value in values:
        estimator.restore(Sample(target.kind, target.profile, tenth, WALL, value))
    return estimator


def predicted(estimator: Estimator, target: Target = JOB) -> Estimate | NoEstimate:
    """What is predicted at 50 % after 100 s: the naive estimate is 100 s."""
    return estimator.predict(target, 50.0, 100.0, 7.0).estimate


def too_few(samples: int) -> NoEstimate:
    return NoEstimate(Missing.SAMPLES, samples)


def steps(count: int) -> list[float]:
    """Return the logarithms of 1.01, 1.02 and so on, in another order."""
    numbers = [*range(2, count + 1, 2), *range(1, count + 1, 2)]
    return [math.log(1 + number / 100) for number in numbers]


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (9, 1, 9),
        (10, 1, 10),
        (19, 2, 18),
        (20, 2, 19),
        (99, 10, 90),
        (200, 20, 181),
    ],
)
def test_the_range_has_the_indices_of_n_plus_one(count: int, low: int, high: int) -> None:
    estimate = predicted(learned(*steps(count)))
    assert isinstance(estimate, Estimate)
    assert estimate.low == pytest.approx(100.0 + low)
    assert estimate.high == pytest.approx(100.0 + high)
    assert (estimate.made_at, estimate.samples) == (7.0, count)


def test_the_last_200_samples_count() -> None:
    estimate = predicted(learned(*[5.0] * 50, *steps(200)))
    assert isinstance(estimate, Estimate)
    assert estimate.samples == 200
    assert estimate.high == pytest.approx(281.0)


def test_fewer_than_nine_samples_give_no_estimate() -> None:
    assert predicted(learned(*steps(8))) == too_few(8)


def test_the_samples_that_are_too_few_are_those_of_all_profiles() -> None:
    estimator = learned(*steps(5), target=Target(SampleKind.REMAINING, "a"))
    assert predicted(estimator) == too_few(5)


def test_an_order_without_an_estimate_changes_only_if_there_is_another_sample() -> None:
    run = begun(TRAINED[:3])
    run.poll(15, a=("TRANSCODING", 50.0))
    timing = run.timing("a")
    run.poll(5, a=("TRANSCODING", 50.0))
    assert run.timing("a") is timing


def test_all_profiles_help_out() -> None:
    estimator = learned(*steps(5), target=Target(SampleKind.REMAINING, "a"))
    for value in steps(4):
        estimator.restore(Sample(SampleKind.REMAINING, "b", 5, WALL, value))
    estimate = predicted(estimator)
    assert isinstance(estimate, Estimate)
    assert (estimate.is_company_wide, estimate.samples) == (True, 9)
    assert predicted(estimator, ORDER) == too_few(0)
    other_tenth = estimator.predict(JOB, 49.9, 100.0, 0.0)
    assert other_tenth.estimate == too_few(0)


def test_each_outcome_is_learned_and_scored() -> None:
    estimator = learned(*[0.0] * 9)
    prediction = estimator.predict(JOB, 50.0, 100.0, 0.0)
    assert [each.kind for each in estimator.score(prediction, 100.0)] == [
        SampleKind.REMAINING,
        SampleKind.SCORE,
    ]
    assert estimator.accuracy == Accuracy(1, 1.0, 0.0)
    late = estimator.score(prediction, 200.0)
    assert late[0] == Sample(SampleKind.REMAINING, "hls", 5, 200.0, math.log(2))
    assert late[1] == Sample(SampleKind.SCORE, "hls", 5, 200.0, -0.5)
    assert estimator.accuracy == Accuracy(2, 0.5, 0.25)


def test_what_was_not_estimated_is_not_scored() -> None:
    estimator = learned()
    prediction = estimator.predict(JOB, 50.0, 100.0, 0.0)
    assert [each.kind for each in estimator.score(prediction, 90.0)] == [SampleKind.REMAINING]
    assert estimator.accuracy == Accuracy()


def test_misses_widen_the_range_and_hits_narrow_it() -> None:
    values = steps(99)

    def width(score: float, count: int) -> float:
        estimator = learned(*values)
        for _ in range(count):
            estimator.restore(Sample(SampleKind.SCORE, "hls", 5, WALL, score))
        estimate = predicted(estimator)
        assert isinstance(estimate, Estimate)
        return estimate.high - estimate.low

    assert width(-0.5, 10) > width(-0.5, 0) > width(0.1, 20)
    assert width(-0.5, 1000) == pytest.approx(98.0)  # the extremes of the samples
    estimator = learned(*values)
    estimator.restore(Sample(SampleKind.SCORE, "other", 5, WALL, -0.5))
    assert predicted(estimator) == predicted(learned(*values))


def test_the_last_500_scores_count() -> None:
    estimator = Estimator()
    for score in [-0.5] * 100 + [0.1] * 500:
        estimator.restore(Sample(SampleKind.ORDER_SCORE, "hls", 5, WALL, score))
    assert estimator.accuracy == Accuracy(500, 1.0, 0.1)


# --- In a run

TRAINED = [
    Sample(kind, profile, tenth, WALL, 0.0)
    for kind, profile in (
        (SampleKind.REMAINING, "hls"),
        (SampleKind.ORDER_REMAINING, "hls"),
    )
    for tenth in range(10)
    for _ in range(9)
]


def begun(samples: list[Sample] | None = None, after: float = 5.0) -> RecordedRun:
    """Return a run whose order "a" began to be transcoded between 0 s and `after`."""
    run = RecordedRun()
    run.listed(a="DOWNLOADING")
    run.restored(Stored(samples=samples or []))
    run.now = after
    run.listed(a="TRANSCODING")
    return run


def remaining(run: RecordedRun) -> list[tuple[SampleKind, int, float]]:
    kinds = (SampleKind.REMAINING, SampleKind.ORDER_REMAINING)
    return [(e.kind, e.category, e.value) for e in run.samples if e.kind in kinds]


def test_an_estimate_is_made_when_a_tenth_is_reached_and_stays() -> None:
    run = begun(TRAINED)
    run.detail("a", "TRANSCODING", 0.0)
    assert run.timing("a").estimate == NoEstimate(Missing.PROGRESS)
    run.now = 22.5
    run.listed(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 20.0)
    estimate = run.timing("a").estimate
    assert estimate == Estimate(WALL + 22.5, 80.0, 80.0, 9)
    assert run.timing("a").job_estimates == (estimate,)
    run.poll(15, a=("TRANSCODING", 29.0))
    assert run.timing("a").estimate == estimate
    run.poll(15, a=("TRANSCODING", 30.0))
    assert run.timing("a").estimate != estimate


@pytest.mark.parametrize("percent", [1e-310, 5e-324, 0.009])
def test_hardly_any_progress_gives_no_infinite_estimate(percent: float) -> None:
    run = begun([replace(each, category=0) for each in TRAINED])
    run.now = 22.5
    run.rows(OrderSummary("a", "TRANSCODING", progress=percent))
    run.detail("a", "TRANSCODING", percent)
    assert run.timing("a").estimate == NoEstimate(Missing.PROGRESS)
    run.poll(15, a=("TRANSCODING", 50.0))
    run.listed(a="FINISHED")
    assert run.timing("a").ended is not None


def test_samples_are_made_when_the_target_is_reached() -> None:
    run = begun()
    run.now = 12.5
    run.listed(a="TRANSCODING")
    run.read(detail("a", "TRANSCODING", 50.0, 10.0))  # the second sub-job has the same profile
    assert run.timing("a").job_estimates == (too_few(0), too_few(0))
    run.poll(20)
    assert remaining(run) == []
    run.detail("a", "TRANSCODING", 100.0, 40.0)  # done between 12.5 and 32.5 s, so after 10 s
    assert remaining(run) == [(SampleKind.REMAINING, 5, math.log(10 / 10))]
    assert run.timing("a").job_estimates == (None, too_few(0))
    run.now = 40
    run.listed(a="UPLOADING")
    assert run.timing("a").job_estimates == ()
    run.now = 45
    run.listed(a="UPLOADING")
    run.now = 50
    run.listed(a="FINISHED")
    assert run.timing("a").estimate is None
    # The mean was 30 % after 10 s and 70 % after 30 s.
    third, seventh = (each for each in remaining(run) if each[0] is SampleKind.ORDER_REMAINING)
    assert (third[1], seventh[1]) == (3, 7)
    assert third[2] == pytest.approx(math.log((47.5 - 12.5) / (10 * 7 / 3)))
    assert seventh[2] == pytest.approx(math.log((47.5 - 32.5) / (30 * 3 / 7)))


def test_the_estimate_of_an_order_stays_while_it_uploads() -> None:
    run = begun(TRAINED)
    run.now = 12.5
    run.detail("a", "TRANSCODING", 50.0)
    estimate = run.timing("a").estimate
    assert isinstance(estimate, Estimate)
    run.listed(a="UPLOADING")
    run.detail("a", "UPLOADING", 100.0)
    assert run.timing("a").estimate == estimate


def end_in_error(run: RecordedRun) -> None:
    run.listed(a="ERROR")


def begin_again(run: RecordedRun) -> None:
    run.detail("a", "TRANSCODING", 0.0)
    run.now += 2.5
    run.listed(a="FINISHED")


def end_after_a_gap(run: RecordedRun) -> None:
    run.now += 100
    run.listed(a="FINISHED")


def end_after_a_pause(run: RecordedRun) -> None:
    run.pause()
    run.now += 100
    run.resume()
    run.listed(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 90.0)
    run.now += 5
    run.listed(a="FINISHED")


@pytest.mark.parametrize("end", [end_in_error, begin_again, end_after_a_gap, end_after_a_pause])
def test_what_gives_no_sample(end: Callable[[RecordedRun], None]) -> None:
    run = begun()
    run.now = 10
    run.listed(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 50.0)
    run.now = 12
    end(run)
    assert remaining(run) == []


def test_what_gives_a_sample() -> None:
    """The counterpart of the cases above."""
    run = begun()
    run.now = 10
    run.listed(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 50.0)
    run.now = 12
    run.listed(a="FINISHED")
    assert len(remaining(run)) == 2


@pytest.mark.parametrize(
    ("after", "now", "is_seen"),
    [
        (30.0, 60.0, True),
        (31.0, 60.0, False),
        (31.0, 640.0, True),  # 5 % of the time since
    ],
)
def test_a_start_that_was_not_observed_gives_no_estimate(
    after: float, now: float, is_seen: bool
) -> None:
    run = begun(TRAINED, after)
    run.now = now
    run.listed(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 50.0)
    estimate = run.timing("a").estimate
    assert isinstance(estimate, Estimate) if is_seen else estimate == NoEstimate(Missing.START)


@pytest.mark.parametrize("is_read_before", [False, True])
def test_an_order_of_an_earlier_run_is_estimated_but_gives_no_sample(
    *, is_read_before: bool
) -> None:
    entered = Moment(WALL - 100, WALL - 95)
    timing = OrderTiming(entered=entered, started=entered, quiet_since=WALL - 20)
    earlier = StoredOrder(OrderSummary("a", "TRANSCODING"), timing, (30.0,), WALL - 20)
    run = RecordedRun()
    run.listed(a="TRANSCODING")
    if is_read_before:  # before it is known what earlier runs recorded
        run.detail("a", "TRANSCODING", 50.0)
    run.restored(Stored({"a": earlier}, samples=TRAINED, polled_until=WALL - 10))
    run.detail("a", "TRANSCODING", 50.0)
    assert isinstance(run.timing("a").estimate, Estimate)
    run.now = 5
    run.listed(a="FINISHED")
    assert remaining(run) == []


def test_profiles_without_a_name_go_by_their_number() -> None:
    run = begun()
    run.now = 12.5
    job = SubJob(Profile("92", None), progress=50.0)
    run.listed(a="TRANSCODING")
    run.read(OrderDetail("a", "TRANSCODING", jobs=(job,)))
    run.now = 17.5
    run.listed(a="FINISHED")
    assert {each.profile for each in run.samples} == {"92"}


def test_a_wall_clock_that_is_set_moves_the_estimate() -> None:
    run = begun(TRAINED)
    run.now = 12.5
    run.detail("a", "TRANSCODING", 50.0)
    run.wall += 3600
    run.listed(a="TRANSCODING")
    estimate = run.timing("a").estimate
    assert isinstance(estimate, Estimate)
    assert estimate.made_at == WALL + 3600 + 12.5


def test_an_estimate_from_the_progress_of_the_list() -> None:
    run = RecordedRun()
    run.rows(OrderSummary("a", "DOWNLOADING", progress=0.0))
    run.restored()
    run.now = 5
    run.rows(OrderSummary("a", "TRANSCODING", progress=0.0))
    run.now = 12.5
    run.rows(OrderSummary("a", "TRANSCODING", progress=50.0))
    assert run.timing("a").estimate == too_few(0)
    run.now = 17.5
    run.rows(OrderSummary("a", "FINISHED", progress=100.0))
    assert [(each.kind, each.category) for each in run.samples if each.category == 5] == [
        (SampleKind.ORDER_REMAINING, 5)
    ]
