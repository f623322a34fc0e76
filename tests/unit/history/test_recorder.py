"""The changes and the times that a run records, with their bounds."""

from typing import NamedTuple

import pytest

from tests.support.recorded_run import WALL, RecordedRun, detail
from tui.history.order_tracker import MAX_TRACKED
from tui.history.records import Stored, StoredOrder
from tui.model.events import ListLoaded, PageLoaded
from tui.model.history import Change, ChangedField, SpanKind
from tui.model.order import OrderSummary, Snapshot
from tui.model.pages import Coverage
from tui.model.timing import Moment, OrderTiming


def started(**statuses: str) -> RecordedRun:
    """Return a run whose first list was read at 0 s."""
    run = RecordedRun()
    run.listed(**statuses)
    return run.restored()


def moment(after: float | None, before: float) -> Moment:
    return Moment(None if after is None else WALL + after, WALL + before)


class Row(NamedTuple):
    """A change without the clock's offset."""

    order_id: str
    attempt: int
    field: ChangedField
    old: object
    new: object
    after: float | None
    before: float


def rows(run: RecordedRun) -> list[Row]:
    return [
        Row(
            each.order_id,
            each.attempt,
            each.field,
            each.old,
            each.new,
            None if each.after is None else each.after - WALL,
            each.before - WALL,
        )
        for each in run.changes
    ]


STATUS, PROGRESS, COMMENT = ChangedField


def test_the_first_list_is_no_change() -> None:
    run = started(a="QUEUED", b="TRANSCODING", c="FINISHED")
    assert rows(run) == []
    assert run.timing("a") == OrderTiming(entered=moment(None, 0), quiet_since=WALL)
    assert run.timing("b").started == moment(None, 0)
    assert "c" not in run.state.timings


def test_a_change_lies_between_the_last_poll_before_and_the_first_after() -> None:
    run = started(a="QUEUED")
    run.poll(20)
    run.now = 26
    run.listed(a="DOWNLOADING")
    assert rows(run) == [Row("a", 1, STATUS, "QUEUED", "DOWNLOADING", 20, 26)]
    timing = run.timing("a")
    assert timing.entered == timing.started == moment(20, 26)
    assert timing.ended is None


def test_new_orders_and_those_that_are_gone() -> None:
    run = started(a="FINISHED", b="TRANSCODING")
    run.now = 5
    run.listed(new="QUEUED", b="TRANSCODING")
    assert sorted(rows(run)) == [
        Row("a", 1, STATUS, "FINISHED", None, 0, 5),
        Row("new", 1, STATUS, None, "QUEUED", 0, 5),
    ]
    assert run.timing("new").entered == moment(0, 5)
    run.now = 10
    run.listed(new="QUEUED", a="FINISHED", b="TRANSCODING")
    assert rows(run)[2:] == [Row("a", 1, STATUS, None, "FINISHED", 5, 10)]
    assert run.timing("a").attempt == 1


def test_an_ended_order_keeps_its_times() -> None:
    run = started(a="QUEUED")
    for now, status in ((5, "TRANSCODING"), (65, "UPLOADING"), (70, "FINISHED")):
        run.poll(now - run.now - 5)
        run.now = now
        run.listed(a=status)
    timing = run.timing("a")
    assert (timing.started, timing.ended) == (moment(0, 5), moment(65, 70))
    assert timing.entered == timing.ended


def test_a_detail_is_a_reading_of_the_status() -> None:
    run = started(a="TRANSCODING")
    run.now = 3
    run.detail("a", "UPLOADING", 100.0)
    run.now = 5
    run.listed(a="UPLOADING")
    assert [each for each in rows(run) if each.field is STATUS] == [
        Row("a", 1, STATUS, "TRANSCODING", "UPLOADING", 0, 3)
    ]


def test_a_list_that_lags_behind_a_detail_changes_nothing_back() -> None:
    run = started(a="UPLOADING")
    run.now = 4
    run.detail("a", "FINISHED", 0.0)
    run.now = 5
    run.listed(a="UPLOADING")
    run.now = 10
    run.listed(a="FINISHED")
    statuses = [each for each in rows(run) if each.field is STATUS]
    assert statuses == [Row("a", 1, STATUS, "UPLOADING", "FINISHED", 0, 4)]
    assert run.timing("a").attempt == 1


def test_an_order_is_in_its_status_since_it_was_last_read_to_be_in_another() -> None:
    """It may have failed, and have been requeued, between two lists."""
    run = started(a="ERROR")
    run.now = 3
    run.detail("a", "QUEUED")
    run.now = 8
    run.listed(a="ERROR")
    run.now = 13
    run.listed(a="QUEUED")
    timing = run.timing("a")
    assert (timing.attempt, timing.entered, timing.quiet_since) == (2, moment(0, 13), WALL + 13)


def test_a_list_that_differs_from_a_detail_for_long_changes_it_back() -> None:
    run = started(a="ERROR")
    run.now = 3
    run.detail("a", "QUEUED")
    for now in (8, 13, 18):
        run.now = now
        run.listed(a="ERROR")
    run.now = 23
    run.listed(a="QUEUED")
    assert rows(run) == [
        Row("a", 2, STATUS, "ERROR", "QUEUED", 0, 3),
        Row("a", 2, STATUS, "QUEUED", "ERROR", 3, 18),
        Row("a", 3, STATUS, "ERROR", "QUEUED", 18, 23),
    ]
    assert run.timing("a").entered == moment(18, 23)


def test_the_answer_to_an_older_request_records_nothing() -> None:
    run = started(a="TRANSCODING")
    run.now = 10
    run.listed(a="UPLOADING")
    known = rows(run)
    run.now = 9
    run.detail("a", "TRANSCODING", 80.0)
    assert rows(run) == known
    run.now = 20
    run.detail("a", "UPLOADING", 100.0)
    known = rows(run)
    run.now = 19
    run.detail("a", "UPLOADING", 90.0)
    assert rows(run) == known


def test_progress_of_all_sub_jobs_is_one_change() -> None:
    run = started(a="TRANSCODING")
    run.now = 1
    run.detail("a", "TRANSCODING", 10.0, 0.0)
    run.now = 16
    run.detail("a", "TRANSCODING", 10.004, 0.0)
    run.now = 31
    run.detail("a", "TRANSCODING", 30.0, None)
    assert rows(run) == [
        Row("a", 1, PROGRESS, None, (10.0, 0.0), None, 1),
        Row("a", 1, PROGRESS, (10.0, 0.0), (30.0, None), 16, 31),
    ]


def test_a_finished_order_has_all_of_its_progress() -> None:
    """Source S reports 0.0 for it."""
    run = started(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 60.0)
    run.now = 9
    run.detail("a", "FINISHED", 0.0)
    assert rows(run)[-1] == Row("a", 1, PROGRESS, (60.0,), (100.0,), 0, 9)


def test_progress_of_the_list() -> None:
    run = RecordedRun()
    run.rows(OrderSummary("a", "TRANSCODING", progress=10.0))
    run.restored()
    run.now = 5
    run.rows(OrderSummary("a", "TRANSCODING", progress=12.5))
    assert rows(run) == [
        Row("a", 1, PROGRESS, None, (10.0,), None, 0),
        Row("a", 1, PROGRESS, (10.0,), (12.5,), 0, 5),
    ]
    assert run.timing("a").quiet_since == WALL + 5


def test_a_comment_that_changes() -> None:
    run = started(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 60.0)
    run.now = 9
    run.read(detail("a", "ERROR", 60.0, comment="disk full"))
    assert rows(run)[-2:] == [
        Row("a", 1, COMMENT, None, "disk full", 0, 9),
        Row("a", 1, STATUS, "TRANSCODING", "ERROR", 0, 9),
    ]


def test_details_are_recorded_when_more_than_their_progress_changed() -> None:
    run = started(a="TRANSCODING")
    run.now = 1
    assert run.detail("a", "TRANSCODING", 10.0).details[0].is_trimmed
    run.now = 2
    assert run.detail("a", "TRANSCODING", 20.0).details == []
    run.now = 3
    assert len(run.read(detail("a", "TRANSCODING", 30.0, label="urgent")).details) == 1


# --- Attempts


def test_an_active_status_after_the_end_starts_an_attempt() -> None:
    run = started(a="ERROR")
    run.now = 5
    run.listed(a="QUEUED")
    assert run.timing("a") == OrderTiming(2, entered=moment(0, 5), quiet_since=WALL + 5)
    run.now = 10
    run.listed(a="TRANSCODING")
    run.now = 15
    run.listed(a="ERROR")
    run.now = 20
    run.listed(a="QUEUED")
    assert [row.attempt for row in rows(run)] == [2, 2, 2, 3]


def test_an_unknown_status_after_the_end_starts_none() -> None:
    run = started(a="FINISHED")
    run.now = 5
    run.listed(a="ARCHIVED")
    assert run.timing("a").attempt == 1
    assert run.timing("a").ended == moment(None, 0)
    run.now = 10
    run.listed(a="TRANSCODING")
    assert run.timing("a").attempt == 2


@pytest.mark.parametrize(
    ("first", "then", "attempt"),
    [
        ((62.0,), (0.0,), 2),
        ((62.0,), (58.0,), 1),  # two servers behind one address
        ((62.4, 10.0), (62.0, 11.0), 1),
        ((62.0, 80.0), (70.0, 10.0), 2),
        ((62.0,), (70.0, 1.0), 1),  # other sub-jobs
        ((62.0,), (None,), 1),
    ],
)
def test_progress_that_falls_starts_an_attempt(
    first: tuple[float, ...], then: tuple[float, ...], attempt: int
) -> None:
    run = started(a="TRANSCODING")
    run.detail("a", "TRANSCODING", *first)
    run.now = 15
    run.detail("a", "TRANSCODING", *then)
    timing = run.timing("a")
    assert timing.attempt == rows(run)[-1].attempt == attempt
    if attempt == 2:
        assert timing.started == timing.entered == moment(0, 15)


def test_an_order_that_failed_unseen_has_not_started_while_it_waits_again() -> None:
    run = started(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 62.0)
    run.now = 60
    run.listed(a="QUEUED")
    run.now = 65
    run.detail("a", "QUEUED", 0.0)
    timing = run.timing("a")
    assert (timing.attempt, timing.started) == (2, None)
    assert timing.entered == moment(0, 60)
    run.now = 70
    run.listed(a="DOWNLOADING")
    assert run.timing("a").started == run.timing("a").entered == moment(65, 70)


def test_a_requeued_order_that_begins_at_zero_has_two_attempts_not_three() -> None:
    run = started(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 62.0)
    for now, status, progress in (
        (5, "ERROR", 62.0),
        (10, "QUEUED", 62.0),
        (15, "DOWNLOADING", 0.0),
        (20, "TRANSCODING", 0.0),
        (35, "TRANSCODING", 20.0),
    ):
        run.now = now
        run.listed(a=status)
        run.detail("a", status, progress)
    assert run.timing("a").attempt == 2


def test_attempts_go_on_from_those_of_earlier_runs() -> None:
    run = RecordedRun()
    run.listed(a="ERROR", b="ERROR")
    run.now = 5
    run.listed(a="QUEUED", b="ERROR")
    assert run.changes == []  # kept back
    run.restored(Stored(attempts={"a": 3, "b": 7}))
    run.now = 10
    run.listed(a="QUEUED", b="QUEUED")
    assert [(row.order_id, row.attempt) for row in rows(run)] == [("a", 4), ("b", 8)]
    assert run.timing("a").attempt == 4
    assert run.timing("b").attempt == 8


# --- The clock


def test_times_follow_the_wall_clock_when_it_is_set() -> None:
    run = started(a="QUEUED")
    run.now = 5
    run.listed(a="TRANSCODING")
    run.wall += 3600
    run.now = 10
    run.listed(a="TRANSCODING")
    assert run.timing("a").entered == Moment(run.wall, run.wall + 5)
    run.now = 15
    run.listed(a="UPLOADING")
    assert run.changes[-1].after == run.wall + 10
    spans = run.spans
    assert [span.kind for span in spans] == [SpanKind.POLLED, SpanKind.POLLED]
    assert spans[1].start == run.wall + 10


def test_a_drift_of_less_than_a_second_changes_no_timing() -> None:
    run = started(a="TRANSCODING")
    run.wall += 0.4
    run.now = 5
    assert run.listed(a="TRANSCODING").timings == {}


# --- Pages


def page(run: RecordedRun, now: float, orders: list[OrderSummary], read: str) -> None:
    read_at = {} if run.state.coverage is None else dict(run.state.coverage.last_read_at)
    read_at = {each.id: read_at.get(each.id, float("-inf")) for each in orders}
    coverage = Coverage({**read_at, **dict.fromkeys(read, now)}, None, 0, None)
    run.apply(PageLoaded(Snapshot(tuple(orders)), coverage))


def test_an_order_of_another_page_is_not_new() -> None:
    run = RecordedRun()
    first = OrderSummary("z", "QUEUED", 100.0)
    coverage = Coverage({"z": 0.0}, None, 0, None)
    run.apply(ListLoaded(Snapshot((first,)), run.at, 5.0, coverage))
    run.restored()
    new = OrderSummary("n", "QUEUED", 101.0)
    old, ended = OrderSummary("o", "TRANSCODING", 50.0), OrderSummary("e", "ERROR", 40.0)
    page(run, 3, [first, old, ended], "oe")
    assert rows(run) == []
    assert run.timing("o").entered == moment(None, 3)
    page(run, 8, [new, first, old, ended], "n")
    assert [(row.order_id, row.old, row.before) for row in rows(run)] == [("n", None, 8)]
    page(run, 20, [new, first, old, OrderSummary("e", "QUEUED", 40.0)], "e")
    assert rows(run)[-1] == Row("e", 2, STATUS, "ERROR", "QUEUED", 3, 20)


# --- What earlier runs recorded


def resumed(status: str, *missed: Change, progress: float = 40.0) -> RecordedRun:
    """Return a run whose first list, at 0 s, has "a" in `status`. Until 500 s before, when it was
    transcoding for 100 s and without a change for 60 s, an earlier run had polled.
    """
    timing = OrderTiming(2, moment(-605, -600), moment(-705, -700), quiet_since=WALL - 560)
    earlier = StoredOrder(OrderSummary("a", "TRANSCODING"), timing, (40.0,), WALL - 560)
    run = RecordedRun()
    run.listed(a=status)
    run.detail("a", status, progress)
    stored = Stored({"a": earlier}, {"a": 2}, (), WALL - 500, missed)
    return run.restored(stored)


def test_an_order_goes_on_from_the_last_run() -> None:
    run = resumed("TRANSCODING")
    timing = run.timing("a")
    assert (timing.attempt, timing.entered, timing.started) == (
        2,
        moment(-605, -600),
        moment(-705, -700),
    )
    assert timing.quiet_since == WALL - 60  # the 500 s in between were not observed
    assert rows(run) == []


def test_progress_between_two_runs_is_a_change() -> None:
    run = resumed("TRANSCODING", progress=70.0)
    assert rows(run) == [Row("a", 2, PROGRESS, (40.0,), (70.0,), -560, 0)]
    assert run.timing("a").quiet_since == WALL


def test_an_order_that_changed_its_status_between_two_runs() -> None:
    change = Change("a", 2, STATUS, "TRANSCODING", "UPLOADING", WALL - 500, WALL)
    timing = resumed("UPLOADING", change, progress=100.0).timing("a")
    assert timing.started == moment(-705, -700)
    assert timing.entered == moment(-500, 0)


def test_an_order_that_ended_between_two_runs_is_left_to_the_store() -> None:
    change = Change("a", 3, STATUS, "TRANSCODING", "ERROR", WALL - 500, WALL)
    run = resumed("ERROR", change)
    assert run.state.timings == {}
    run.now = 5
    run.listed(a="QUEUED")
    assert run.timing("a").attempt == 4


def test_an_order_that_was_requeued_between_two_runs() -> None:
    change = Change("b", 3, STATUS, "ERROR", "TRANSCODING", WALL - 500, WALL)
    run = RecordedRun()
    run.listed(b="TRANSCODING")
    run.now = 5
    run.listed(b="UPLOADING")
    run.restored(Stored(attempts={"b": 2}, missed=[change]))
    assert run.timing("b").attempt == 3
    assert run.timing("b").started == moment(-500, 0)
    assert rows(run) == [Row("b", 3, STATUS, "TRANSCODING", "UPLOADING", 0, 5)]


def test_an_order_that_came_between_two_runs() -> None:
    change = Change("n", 1, STATUS, None, "TRANSCODING", WALL - 500, WALL)
    run = RecordedRun()
    run.listed(n="TRANSCODING")
    run.restored(Stored(missed=[change]))
    assert run.timing("n").entered == moment(-500, 0)
    assert rows(run) == []


# --- Spans


def spans(run: RecordedRun) -> list[tuple[SpanKind, float, float]]:
    return [(each.kind, each.start - WALL, each.end - WALL) for each in run.spans]


def test_a_change_comes_with_the_time_that_was_polled_up_to_it() -> None:
    run = started(a="QUEUED")
    run.poll(30)
    run.now += 5
    found = run.listed(a="DOWNLOADING")
    assert [change.before for change in found.changes] == [WALL + 35]
    assert [span.end for span in found.spans] == [WALL + 35]


def test_polls_in_time_are_one_span() -> None:
    run = started(a="FINISHED")
    run.poll(600)
    assert spans(run) == [(SpanKind.POLLED, 0, 600)]
    assert sum(len(records.spans) for records in run.records) <= 11


def test_gaps() -> None:
    run = started(a="FINISHED")
    run.poll(60)
    run.pause()
    run.now = 1000
    run.resume()
    run.listed(a="FINISHED")
    run.poll(60)
    run.fail()
    run.now += 100
    run.listed(a="FINISHED")
    run.now += 5
    run.suspend(3600)
    run.listed(a="FINISHED")
    run.pause()
    run.now += 6
    run.resume()
    run.listed(a="FINISHED")
    assert spans(run) == [
        (SpanKind.POLLED, 0, 60),
        (SpanKind.PAUSED, 60, 1000),
        (SpanKind.POLLED, 1000, 1060),
        (SpanKind.STALE, 1060, 1160),
        (SpanKind.STALE, 1160, 4765),
        (SpanKind.POLLED, 4765, 4771),
    ]


# --- Memory


def test_the_orders_that_ended_first_are_dropped() -> None:
    run = started(active="TRANSCODING")
    statuses = {"active": "TRANSCODING"}
    for now, count in ((5, 10), (10, MAX_TRACKED)):
        run.now = now
        statuses |= {f"{now}-{number}": "FINISHED" for number in range(count)}
        run.listed(**statuses)
    run.now = 15
    records = run.listed(**statuses)
    assert set(records.timings.values()) == {None}
    assert set(run.state.timings) == {each for each in statuses if not each.startswith("5-")} - {
        "10-0"
    }
