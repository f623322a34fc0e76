"""A history stays within its limits, and every moment that is left has a keyframe before it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.history_rows import POLLED, status
from tests.support.open_history import listed, rows
from tui.history.database import open_memory, transaction, used_bytes
from tui.history.keyframes import decode_keyframe
from tui.history.pruning import DAY, Limits, prune, write_due_keyframe
from tui.history.reconcile import resume
from tui.history.records import Records
from tui.history.writer import write_records
from tui.model.history import Span

NO_LIMIT = 10**12
TODAY = 20_000 * DAY
NOW = TODAY + 12 * 3600.0


@pytest.fixture
def history() -> Iterator[sqlite3.Connection]:
    with closing(open_memory()) as connection:
        yield connection


def fill(history: sqlite3.Connection, days: int, per_day: int) -> None:
    """Orders that come, end and go, evenly in the `days` up to `NOW`."""
    step = DAY / per_day
    start = NOW - days * DAY
    resume(history, listed({}, start))
    for number in range(days * per_day):
        at = start + number * step
        order_id = f"order-{number}"
        write_due_keyframe(history)
        write_records(
            history,
            Records(
                [
                    status(order_id, None, "TRANSCODING", at + 1),
                    status(order_id, "TRANSCODING", "FINISHED", at + 2),
                    status(order_id, "FINISHED", None, at + 3),
                ],
                spans=[Span(at, at + 3, POLLED)],
            ),
        )


def oldest(history: sqlite3.Connection) -> dict[str, float]:
    return {
        table: rows(history, f"SELECT min({time}) FROM {table}")[0][0]
        for table, time in (
            ("changes", "before"),
            ("runs", "before"),
            ("spans", "end"),
            ("keyframes", "at"),
            ("orders", "read_at"),
        )
    }


def test_days_that_are_too_old_are_deleted_as_a_whole(history: sqlite3.Connection) -> None:
    fill(history, days=6, per_day=24)
    assert prune(history, Limits(3, NO_LIMIT), NOW)
    for at in oldest(history).values():
        assert TODAY - 3 * DAY <= at <= TODAY - 3 * DAY + 3700
    before = history.total_changes
    prune(history, Limits(3, NO_LIMIT), NOW)
    assert history.total_changes == before


def test_the_oldest_days_go_first_if_there_is_no_room(history: sqlite3.Connection) -> None:
    fill(history, days=6, per_day=200)
    limit = used_bytes(history) * 2 // 3
    assert prune(history, Limits(90, limit), NOW)
    assert used_bytes(history) <= limit
    first = min(oldest(history).values())
    assert TODAY - 5 * DAY <= first <= TODAY - DAY
    assert first % DAY < 3 * DAY / 200  # a whole day


def test_hours_of_the_present_day_go_at_last(history: sqlite3.Connection) -> None:
    fill(history, days=1, per_day=2000)
    limit = used_bytes(history) // 4
    assert prune(history, Limits(90, limit), NOW)
    first = min(oldest(history)["changes"], oldest(history)["spans"])
    assert TODAY < first < NOW
    assert first % 3600 < 120


def test_the_present_state_stays_even_if_it_is_too_large(history: sqlite3.Connection) -> None:
    names = [f"order-{number}" for number in range(2000)]
    resume(history, listed(dict.fromkeys(names, "QUEUED"), NOW - 10))
    assert not prune(history, Limits(90, 10_000), NOW)
    assert len(rows(history, "SELECT 1 FROM orders")) == len(names)


def test_a_keyframe_a_day_has_the_list_of_its_moment(history: sqlite3.Connection) -> None:
    resume(history, listed({"a": "QUEUED", "b": "ERROR"}, TODAY + 10))
    write_due_keyframe(history)
    write_records(history, Records([status("b", "ERROR", None, TODAY + 20)]))
    write_due_keyframe(history)
    write_records(history, Records([status("a", "QUEUED", "UPLOADING", TODAY + DAY + 5)]))
    write_due_keyframe(history)
    found = [(at, decode_keyframe(state)) for at, state in rows(history, "SELECT * FROM keyframes")]
    assert [(at, [(o.id, o.status) for o in orders or ()]) for at, orders in found] == [
        (TODAY + 10, [("a", "QUEUED"), ("b", "ERROR")]),
        (TODAY + DAY + 5, [("a", "UPLOADING")]),
    ]


def test_pruning_is_done_in_small_transactions(history: sqlite3.Connection) -> None:
    """Another instance can write in between; and a transaction is never left open."""
    fill(history, days=2, per_day=1500)
    begun: list[str] = []
    history.set_trace_callback(begun.append)
    prune(history, Limits(1, NO_LIMIT), NOW + DAY)
    assert sum(each.startswith("BEGIN") for each in begun) >= 3
    with transaction(history):
        pass
