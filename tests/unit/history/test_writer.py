"""What is written of records, and that nothing is written twice."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest

from tests.support.history_rows import POLLED, comment, progress, status
from tests.support.open_history import rows
from tui.history.database import open_memory
from tui.history.records import Records, Sample, SampleKind
from tui.history.writer import write_records
from tui.model.history import Change, Span
from tui.model.order import OrderDetail, OrderSummary, Profile, SubJob

CHANGES = "SELECT field, old, new, after, before FROM changes ORDER BY seq"
TIMES = (
    "SELECT status, attempt, started_after, started_before, entered_after, entered_before,"
    " ended_after, ended_before FROM orders"
)


@pytest.fixture
def history() -> Iterator[sqlite3.Connection]:
    with closing(open_memory()) as connection:
        yield connection


def write(history: sqlite3.Connection, *changes: Change) -> None:
    for change in changes:
        write_records(history, Records([change]))


RUN = (
    status("a", None, "QUEUED", 10.0),
    status("a", "QUEUED", "TRANSCODING", 20.0),
    progress("a", None, (10.0, None), 21.0),
    progress("a", (10.0, None), (20.0, 5.0), 30.0),
    comment("a", "boom", 38.0),
    status("a", "TRANSCODING", "ERROR", 40.0),
)


def test_each_change_is_stored_once(history: sqlite3.Connection) -> None:
    write(history, *RUN)
    once = rows(history, CHANGES)
    assert once == [
        (1, None, "QUEUED", 5.0, 10.0),
        (1, "QUEUED", "TRANSCODING", 15.0, 20.0),
        (2, None, "[10.0,null]", 16.0, 21.0),
        (2, "[10.0,null]", "[20.0,5.0]", 25.0, 30.0),
        (3, None, "boom", 33.0, 38.0),
        (1, "TRANSCODING", "ERROR", 35.0, 40.0),
    ]
    write(history, *RUN)
    assert rows(history, CHANGES) == once


def test_another_instance_that_polls_at_other_times_adds_nothing(
    history: sqlite3.Connection,
) -> None:
    write(history, *RUN)
    once = rows(history, CHANGES)
    for seconds in (-2.0, 2.0):
        write(
            history,
            *(
                msgspec.structs.replace(
                    each, after=(each.after or 0) + seconds, before=each.before + seconds
                )
                for each in RUN[-1:]
            ),
        )
    assert rows(history, CHANGES) == once


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (RUN[:1], ("QUEUED", 1, None, None, 5.0, 10.0, None, None)),
        (RUN[:2], ("TRANSCODING", 1, 15.0, 20.0, 15.0, 20.0, None, None)),
        (RUN, ("ERROR", 1, 15.0, 20.0, 35.0, 40.0, 35.0, 40.0)),
        (
            (*RUN, status("a", "ERROR", "QUEUED", 50.0, attempt=2)),
            ("QUEUED", 2, None, None, 45.0, 50.0, None, None),
        ),
        (
            (
                *RUN,
                status("a", "ERROR", "QUEUED", 50.0, attempt=2),
                status("a", "QUEUED", "DOWNLOADING", 60.0, attempt=2),
            ),
            ("DOWNLOADING", 2, 55.0, 60.0, 55.0, 60.0, None, None),
        ),
        (  # requeued, and out of the queue before the next poll
            (*RUN, status("a", "ERROR", "TRANSCODING", 50.0, attempt=2)),
            ("TRANSCODING", 2, 45.0, 50.0, 45.0, 50.0, None, None),
        ),
        (  # new in the list when it runs already
            (status("a", None, "UPLOADING", 10.0),),
            ("UPLOADING", 1, 5.0, 10.0, 5.0, 10.0, None, None),
        ),
        (  # gone: its times are those of its last status
            (*RUN, status("a", "ERROR", None, 50.0)),
            (None, 1, 15.0, 20.0, 35.0, 40.0, 35.0, 40.0),
        ),
    ],
)
def test_the_times_of_an_order_follow_from_its_changes_of_status(
    changes: tuple[Change, ...], expected: tuple[object, ...], history: sqlite3.Connection
) -> None:
    write(history, *changes)
    assert rows(history, TIMES) == [expected]


def test_the_first_sight_of_an_order_is_no_change(history: sqlite3.Connection) -> None:
    seen = msgspec.structs.replace(status("a", None, "TRANSCODING", 10.0), after=None)
    write_records(history, Records([seen], listed=[OrderSummary("a", "TRANSCODING", 3.0)]))
    assert rows(history, CHANGES) == []
    assert rows(history, "SELECT id, status, created, read_at, entered_before FROM orders") == [
        ("a", "TRANSCODING", 3.0, 10.0, None)
    ]


def test_what_was_read_earlier_than_what_is_stored_is_left_out(
    history: sqlite3.Connection,
) -> None:
    write(history, *RUN)
    once = rows(history, CHANGES)
    write(history, status("a", "TRANSCODING", "UPLOADING", 39.0), progress("a", None, (1.0,), 29.0))
    assert rows(history, CHANGES) == once


def test_a_change_begins_at_what_is_stored(history: sqlite3.Connection) -> None:
    """Another instance has seen a status that this one has not: each change follows the last."""
    write(
        history,
        status("a", None, "QUEUED", 10.0),
        status("a", "QUEUED", "DOWNLOADING", 19.0),
        status("a", "QUEUED", "TRANSCODING", 20.0),
    )
    assert rows(history, CHANGES)[-1] == (1, "DOWNLOADING", "TRANSCODING", 19.0, 20.0)


def test_changes_of_an_order_that_is_in_no_list_are_left_out(history: sqlite3.Connection) -> None:
    write(history, progress("a", None, (1.0,), 29.0), status("b", "ERROR", None, 20.0))
    assert rows(history, CHANGES) == rows(history, "SELECT * FROM orders") == []


def test_a_detail_is_stored_trimmed_and_again_only_if_it_changed(
    history: sqlite3.Connection,
) -> None:
    write(history, RUN[0])
    detail = OrderDetail(
        "a",
        "QUEUED",
        created=7.0,
        filename="é.mp4",
        duration=60.0,
        notifications=("me@example.com",),
        jobs=(SubJob(Profile("1", "HLS"), progress=5.0), SubJob(Profile("1", "HLS"))),
    )
    write_records(history, Records(details=[detail]))
    ((blob, profiles, duration, created),) = rows(
        history, "SELECT detail, profiles, duration, created FROM orders"
    )
    assert (profiles, duration, created) == ("HLS", 60.0, 7.0)
    assert msgspec.msgpack.decode(blob, type=OrderDetail) == detail.trimmed()
    before = history.total_changes
    write_records(history, Records(details=[detail, detail.trimmed()]))
    assert history.total_changes == before


def samples(kind: SampleKind, count: int, category: int = 1) -> list[Sample]:
    return [Sample(kind, "HLS", category, float(n), float(n)) for n in range(count)]


@pytest.mark.parametrize("kind", SampleKind)
def test_the_newest_samples_of_a_category_are_kept(
    kind: SampleKind, history: sqlite3.Connection
) -> None:
    for each in samples(kind, kind.kept + 20):
        write_records(history, Records(samples=[each]))
    write_records(history, Records(samples=samples(kind, 3, category=2)))
    kept = rows(history, "SELECT value FROM samples WHERE category = 1 ORDER BY seq")
    assert kept == [(float(n),) for n in range(20, kind.kept + 20)]
    assert len(rows(history, "SELECT 1 FROM samples WHERE category = 2")) == 3


def test_two_instances_make_one_sample_of_a_change(history: sqlite3.Connection) -> None:
    both = Records([RUN[0]], samples=samples(SampleKind.GAP, 1))
    write_records(history, both)
    write_records(history, both)
    assert len(rows(history, "SELECT 1 FROM samples")) == 1


def test_a_span_is_extended_in_place(history: sqlite3.Connection) -> None:
    for end in (10.0, 15.0, 12.0):
        write_records(history, Records(spans=[Span(5.0, end, POLLED)]))
    write_records(history, Records(spans=[Span(20.0, 21.0, POLLED)]))
    assert rows(history, "SELECT start, end, kind FROM spans") == [
        (5.0, 15.0, "polled"),
        (20.0, 21.0, "polled"),
    ]


def test_a_late_change_removes_the_keyframes_that_lack_it(history: sqlite3.Connection) -> None:
    write(history, RUN[0])
    history.executemany("INSERT INTO keyframes VALUES (?, x'00')", [(15.0,), (20.0,), (25.0,)])
    write(history, RUN[1])
    assert rows(history, "SELECT at FROM keyframes") == [(15.0,)]


def test_a_run_that_ended_has_its_times(history: sqlite3.Connection) -> None:
    write_records(history, Records(spans=[Span(0.0, 100.0, POLLED)]))
    write(history, *RUN[:2], status("a", "TRANSCODING", "UPLOADING", 30.0))
    write(history, status("a", "UPLOADING", "FINISHED", 40.0))
    ((before, failed, times),) = rows(history, "SELECT before, failed, times FROM runs")
    assert (before, failed, msgspec.json.decode(times)) == (40.0, 0, [10, 0, 10, 10, 30])
