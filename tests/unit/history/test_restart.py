"""What one run records and stores, the next one goes on from."""

import sqlite3
from collections.abc import Iterator

import pytest

from tests.support.recorded_run import WALL, RecordedRun
from tui.history.reconcile import Listed, resume
from tui.history.restore import read_timings
from tui.history.schema import TABLES
from tui.history.writer import write_records
from tui.model.order import Snapshot
from tui.model.timing import Moment, OrderTiming

_STOPPED = 500.0
"""Seconds between the last poll of the first run and the first one of the second."""


@pytest.fixture(name="stored")
def _stored() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    yield connection
    connection.close()


def first_run(stored: sqlite3.Connection, **statuses: str) -> RecordedRun:
    run = RecordedRun()
    run.listed(**statuses)
    return restored(run, stored)


def restored(run: RecordedRun, stored: sqlite3.Connection) -> RecordedRun:
    snapshot = run.state.snapshot or Snapshot()
    listed = Listed(snapshot.orders, snapshot.index, run.at.wall, lambda _: run.at.wall, True)
    return run.restored(resume(stored, listed))


def next_run(run: RecordedRun, stored: sqlite3.Connection, **statuses: str) -> RecordedRun:
    """Store what `run` recorded and return a run that begins later, on another monotonic clock."""
    for records in (*run.records, run.recorder.finish()):
        write_records(stored, records)
    following = RecordedRun(now=77.0, wall=WALL + run.now + _STOPPED - 77.0)
    following.listed(**statuses)
    return restored(following, stored)


def lasting(timing: OrderTiming) -> tuple[int, Moment | None, Moment | None, Moment | None]:
    return timing.attempt, timing.entered, timing.started, timing.ended


def test_an_active_order_goes_on(stored: sqlite3.Connection) -> None:
    run = first_run(stored, a="QUEUED", b="TRANSCODING")
    run.now = 5.0
    run.listed(a="TRANSCODING", b="TRANSCODING")
    run.detail("a", "TRANSCODING", 10.0)
    run.poll(60, a=("TRANSCODING", 30.0))
    following = next_run(run, stored, a="TRANSCODING", b="TRANSCODING")
    assert lasting(following.timing("a")) == lasting(run.timing("a"))
    assert following.timing("b").entered == Moment(None, WALL)
    following.detail("a", "TRANSCODING", 30.0)
    quiet_since = run.timing("a").quiet_since
    assert quiet_since is not None
    assert following.timing("a").quiet_since == quiet_since + _STOPPED
    assert following.changes == []


def test_an_order_that_ended_meanwhile(stored: sqlite3.Connection) -> None:
    run = first_run(stored, a="QUEUED")
    run.now = 5.0
    run.listed(a="TRANSCODING")
    next_run(run, stored, a="FINISHED")
    timing = read_timings(stored, ["a"])["a"]
    assert timing.started == Moment(WALL, WALL + 5)
    assert timing.ended == Moment(WALL + 5, WALL + 5 + _STOPPED)


@pytest.mark.parametrize(("status", "attempt"), [("QUEUED", 2), ("ARCHIVED", 1)])
def test_an_order_that_had_ended_and_changed_meanwhile(
    stored: sqlite3.Connection, status: str, attempt: int
) -> None:
    run = first_run(stored, a="TRANSCODING")
    run.now = 5.0
    run.listed(a="ERROR")
    following = next_run(run, stored, a=status)
    assert following.timing("a").attempt == attempt
    assert read_timings(stored, ["a"])["a"].attempt == attempt


def test_an_attempt_that_began_because_the_progress_fell(stored: sqlite3.Connection) -> None:
    run = first_run(stored, a="QUEUED")
    run.now = 5.0
    run.listed(a="TRANSCODING")
    run.detail("a", "TRANSCODING", 50.0)
    run.poll(15, a=("TRANSCODING", 0.0))
    assert run.timing("a").attempt == 2
    following = next_run(run, stored, a="TRANSCODING")
    assert lasting(following.timing("a")) == lasting(run.timing("a"))


def test_limits_and_estimates_are_learned_once(stored: sqlite3.Connection) -> None:
    names = [f"o{number}" for number in range(30)]
    run = first_run(stored, **dict.fromkeys(names, "DOWNLOADING"))
    for progress in (10.0, 50.0):
        run.now += 5.0
        run.listed(**dict.fromkeys(names, "TRANSCODING"))
        for name in names:
            run.detail(name, "TRANSCODING", progress)
    run.now += 5.0
    run.listed(**dict.fromkeys(names, "FINISHED"))
    following = next_run(run, stored, new="TRANSCODING", **dict.fromkeys(names, "FINISHED"))
    following.detail("new", "TRANSCODING", 50.0)
    assert following.timing("new").stall_limit == 120.0
    assert following.recorder.accuracy == run.recorder.accuracy
    estimators = [each.recorder._tracker.forecaster.estimator for each in (run, following)]
    assert estimators[0]._samples == estimators[1]._samples
    assert estimators[0]._company == estimators[1]._company
