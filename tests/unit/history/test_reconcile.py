"""The first list of a run is compared with what earlier runs have stored."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.history_rows import POLLED, progress, status
from tests.support.open_history import listed, rows
from tui.history.database import open_memory
from tui.history.reconcile import Listed, reconcile, resume
from tui.history.records import Records, Sample, SampleKind
from tui.history.restore import read_timings
from tui.history.writer import write_records
from tui.model.history import Span
from tui.model.timing import Moment, OrderTiming


@pytest.fixture
def history() -> Iterator[sqlite3.Connection]:
    with closing(open_memory()) as connection:
        yield connection


def changes(history: sqlite3.Connection) -> list[tuple[object, ...]]:
    return rows(
        history,
        "SELECT o.id, c.attempt, c.old, c.new, c.after, c.before"
        " FROM changes c JOIN orders o ON o.key = c.order_key ORDER BY c.seq",
    )


def first_run(history: sqlite3.Connection, first: Listed, polled_until: float) -> None:
    resume(history, first)
    write_records(history, Records(spans=[Span(first.at, polled_until, POLLED)]))


def test_the_first_list_of_all_has_no_changes(history: sqlite3.Connection) -> None:
    stored = resume(history, listed({"a": "QUEUED", "b": "FINISHED"}, 10.0))
    assert (stored.missed, stored.orders, stored.polled_until) == ([], {}, None)
    assert changes(history) == []
    assert rows(history, "SELECT id, status, read_at FROM orders") == [
        ("b", "FINISHED", 10.0),
        ("a", "QUEUED", 10.0),
    ]


def test_what_changed_between_two_runs_has_the_bounds_of_both(
    history: sqlite3.Connection,
) -> None:
    first_run(
        history,
        listed({"same": "QUEUED", "gone": "ERROR", "again": "ERROR", "ran": "QUEUED"}, 10.0),
        60.0,
    )
    now = {"same": "QUEUED", "again": "TRANSCODING", "ran": "FINISHED", "new": "QUEUED"}
    stored = resume(history, listed(now, 90.0))
    expected = [
        ("new", 1, None, "QUEUED", 60.0, 90.0),  # the oldest first
        ("ran", 1, "QUEUED", "FINISHED", 60.0, 90.0),
        ("again", 2, "ERROR", "TRANSCODING", 60.0, 90.0),
        ("gone", 1, "ERROR", None, 60.0, 90.0),
    ]
    assert changes(history) == expected
    assert [(each.order_id, each.attempt, each.new) for each in stored.missed] == [
        (order_id, attempt, new) for order_id, attempt, _, new, _, _ in expected
    ]
    assert set(stored.orders) == {"same", "ran"}  # those that were active when the last run ended
    assert resume(history, listed(now, 95.0)).missed == []
    assert changes(history) == expected


def test_a_list_that_is_older_than_what_is_stored_changes_nothing(
    history: sqlite3.Connection,
) -> None:
    """Another instance polls at the same time, and is ahead."""
    first_run(history, listed({"a": "QUEUED"}, 10.0), 60.0)
    write_records(history, Records([status("a", "QUEUED", "TRANSCODING", 60.0)]))
    before = changes(history)
    assert reconcile(history, listed({"a": "QUEUED"}, 59.0), 60.0) == []
    assert changes(history) == before


def test_an_order_that_comes_back_was_gone(history: sqlite3.Connection) -> None:
    first_run(history, listed({"a": "QUEUED", "b": "QUEUED"}, 10.0), 60.0)
    resume(history, listed({"b": "QUEUED"}, 90.0))
    resume(history, listed({"a": "ERROR", "b": "QUEUED"}, 95.0))
    assert [each[2:4] for each in changes(history)] == [("QUEUED", None), (None, "ERROR")]


def test_unread_pages_are_neither_new_nor_gone(history: sqlite3.Connection) -> None:
    """The list of the first run is read page by page; its end was never reached."""
    whole = {"a": "QUEUED", "b": "ERROR", "c": "FINISHED"}
    resume(history, listed(whole, 10.0, is_complete=False, read=["a"]))
    write_records(history, Records(spans=[Span(10.0, 60.0, POLLED)]))
    resume(history, listed(whole, 90.0, is_complete=False, read=["a", "b"]))
    assert changes(history) == []
    assert len(rows(history, "SELECT 1 FROM orders")) == 2
    reconcile(history, listed(whole, 95.0), 60.0)
    assert changes(history) == []
    assert len(rows(history, "SELECT 1 FROM orders")) == 3
    reconcile(history, listed({**whole, "d": "QUEUED"}, 99.0), 60.0)
    assert changes(history) == [("d", 1, None, "QUEUED", 95.0, 99.0)]


@pytest.mark.parametrize("count", [499, 500, 501, 1501])
def test_long_lists_are_compared_in_parts(count: int, history: sqlite3.Connection) -> None:
    names = [f"order-{n}" for n in range(count)]
    first_run(history, listed(dict.fromkeys(names, "QUEUED"), 10.0), 60.0)
    resume(history, listed(dict.fromkeys(names[1:], "ERROR"), 90.0))
    found = changes(history)
    assert len(found) == count
    assert {each[0] for each in found} == set(names)
    assert found[-1][:4] == (names[0], 1, "QUEUED", None)


def test_a_run_goes_on_from_what_is_stored(history: sqlite3.Connection) -> None:
    first_run(history, listed({"a": "QUEUED", "b": "ERROR"}, 10.0), 60.0)
    kept = Sample(SampleKind.GAP, "HLS", 2, 30.0, 5.0)
    write_records(
        history,
        Records(
            [
                status("a", "QUEUED", "TRANSCODING", 20.0),
                progress("a", None, (10.0,), 30.0),
                status("b", "ERROR", "QUEUED", 40.0, attempt=2),
            ],
            samples=[kept],
        ),
    )
    stored = resume(history, listed({"a": "TRANSCODING", "b": "QUEUED"}, 90.0))
    assert (stored.attempts, stored.samples, stored.polled_until) == ({"b": 2}, [kept], 60.0)
    order = stored.orders["a"]
    assert (order.summary.status, order.progress, order.read_at) == ("TRANSCODING", (10.0,), 30.0)
    moment = Moment(15.0, 20.0)
    assert order.timing == OrderTiming(1, entered=moment, started=moment, quiet_since=30.0)
    assert read_timings(history, ["a", "nowhere"]) == {"a": order.timing}
    assert set(read_timings(history, None)) == {"a", "b"}


def test_rows_that_do_not_decode_are_absent(history: sqlite3.Connection) -> None:
    first_run(history, listed({"a": "QUEUED", "b": "QUEUED", "c": "QUEUED"}, 10.0), 60.0)
    history.execute("UPDATE orders SET created = 'x' WHERE id = 'a'")
    history.execute("UPDATE orders SET progress = '{]' WHERE id = 'b'")
    history.execute("INSERT INTO samples VALUES (NULL, 'gaps', 'HLS', 1, 1.0, 1.0)")
    history.execute("INSERT INTO samples VALUES (NULL, 'gap', 'HLS', 1, 1.0, x'00')")
    stored = resume(history, listed({"a": "QUEUED", "b": "QUEUED", "c": "QUEUED"}, 90.0))
    assert set(stored.orders) == {"b", "c"}
    assert stored.orders["b"].progress is None
    assert stored.samples == []
    assert set(read_timings(history, ["a", "c"])) == {"c"}


def test_what_is_stored_of_the_future_is_forgotten(history: sqlite3.Connection) -> None:
    """The clock was years ahead in the last run: else nothing could be recorded until then."""
    first_run(history, listed({"a": "QUEUED"}, 9e9), 9e9 + 60)
    write_records(history, Records([status("a", "QUEUED", "TRANSCODING", 9e9 + 20)]))
    stored = resume(history, listed({"a": "UPLOADING"}, 100.0))
    assert [each.new for each in stored.missed] == ["UPLOADING"]
    write_records(history, Records([status("a", "UPLOADING", "FINISHED", 110.0)]))
    assert [each[3:] for each in changes(history)][-1] == ("FINISHED", 105.0, 110.0)
    assert rows(history, "SELECT 1 FROM spans WHERE end > 110") == []


def test_what_another_instance_has_just_read_is_not_forgotten(
    history: sqlite3.Connection,
) -> None:
    first_run(history, listed({"a": "QUEUED"}, 10.0), 60.0)
    write_records(history, Records([status("a", "QUEUED", "TRANSCODING", 60.0)]))
    resume(history, listed({"a": "QUEUED"}, 58.0))
    assert changes(history) == [("a", 1, "QUEUED", "TRANSCODING", 55.0, 60.0)]
