"""Telemetry, and log messages of events."""

from collections import Counter

import pytest

from tui.model.account import Session
from tui.model.events import (
    ClockReading,
    DataInvalidated,
    DetailFailed,
    DetailRead,
    DetailsDropped,
    Event,
    GoneDismissed,
    ListLoaded,
    OrdersFailed,
    Paused,
)
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.ports import Failure, FailureKind
from tui.model.state import State, reduce
from tui.model.telemetry import (
    MAX_LOG_ENTRIES,
    MAX_RECENT_REQUESTS,
    LogEntry,
    RequestRecord,
    Telemetry,
    percentile,
)
from tui.ui.event_log import describe_event

WHO = Session("42", "api.example")
AT = ClockReading(1_700_000_000.0, 1000.0)


@pytest.mark.parametrize(
    ("values", "half", "most"),
    [
        ([], None, None),
        ([7], 7, 7),
        ([9, 1], 1, 9),
        ([3, 1, 2], 2, 3),
        (list(range(100, 0, -1)), 50, 95),
        ([10] * 19 + [500], 10, 10),
        ([10] * 18 + [500] * 2, 10, 500),
    ],
)
def test_percentiles(values: list[int], half: int | None, most: int | None) -> None:
    assert (percentile(values, 0.50), percentile(values, 0.95)) == (half, most)


def exchange(ms: int, **what: object) -> RequestRecord:
    return RequestRecord("order", "GET", "/o", AT.wall, ms, **what)  # type: ignore[arg-type]


def test_requests_are_counted_by_kind_and_outcome() -> None:
    vitals = Telemetry(0)
    for each in (
        exchange(10, status=200, size=5),
        exchange(11, status=200, size=0),
        exchange(12, status=503, failure=FailureKind.SERVER),
        exchange(13, failure=FailureKind.REFUSED),
        exchange(14, status=200),
        exchange(15),
    ):
        vitals.record_request(each)
    assert vitals.counts == {
        ("order", "answered"): 2,
        ("order", "the server failed"): 1,
        ("order", "the connection is refused"): 1,
        ("order", "ended early"): 2,
    }
    # The duration of a rejection says nothing about the speed of the server.
    assert vitals.latencies("order") == [10, 11, 12]
    assert vitals.latencies("orders") == []


def test_old_records_are_dropped_and_counts_are_kept() -> None:
    vitals = Telemetry(0)
    for number in range(3 * MAX_RECENT_REQUESTS):
        vitals.record_request(exchange(number, status=200, size=1))
        vitals.log_event(f"this is number {number}", number)
    assert [each.ms for each in vitals.recent] == list(
        range(2 * MAX_RECENT_REQUESTS, 3 * MAX_RECENT_REQUESTS)
    )
    assert vitals.counts == Counter({("order", "answered"): 3 * MAX_RECENT_REQUESTS})
    assert len(vitals.log) == MAX_LOG_ENTRIES
    assert vitals.log[-1].text == f"this is number {3 * MAX_RECENT_REQUESTS - 1}"


def test_repeated_entries_share_one_line() -> None:
    vitals = Telemetry(0)
    for at, text in ((1, "down"), (2, "down"), (9, "down"), (10, "up"), (11, "down")):
        vitals.log_event(text, at)
    assert list(vitals.log) == [
        LogEntry(1, 9, "down", 3),
        LogEntry(10, 10, "up"),
        LogEntry(11, 11, "down"),
    ]


def test_repetitions_with_another_xid_share_one_line() -> None:
    vitals = Telemetry(0)
    for at, xid in ((1, "XID 1"), (2, "XID 22"), (3, "XID 333")):
        vitals.log_event(f"the list: server error 503 (TCDN-BENG-503, {xid})", at)
    vitals.log_event("the list: server error 503", 4)
    assert list(vitals.log) == [
        LogEntry(1, 3, "the list: server error 503 (TCDN-BENG-503, XID 333)", 3),
        LogEntry(4, 4, "the list: server error 503"),
    ]


def listed(*names: str) -> ListLoaded:
    return ListLoaded(Snapshot(tuple(OrderSummary(name, "ERROR") for name in names)), AT, 5.0)


EMPTIED = ListLoaded(listed("a").snapshot, AT, 5.0, empty_unconfirmed=True)
REFUSED = Failure(FailureKind.REFUSED)
DOWN = OrdersFailed(REFUSED, AT.wall + 5)
BUSY, BUSY_AGAIN, BROKEN = (
    DetailFailed("a", Failure(kind, status, hint=f"TCDN-BENG-503, XID {xid}"))
    for kind, status, xid in (
        (FailureKind.SERVER, 503, 1),
        (FailureKind.SERVER, 503, 2),
        (FailureKind.SERVER, 500, 3),
    )
)
MISSING = DetailFailed("a", Failure(FailureKind.MISSING, 404))
READ = DetailRead(OrderDetail("a"), AT)


@pytest.mark.parametrize(
    ("before", "event", "text"),
    [
        ((), listed("a", "b"), "first list loaded: 2 orders"),
        ((DOWN,), listed("a"), "first list loaded: 1 order"),
        ((listed("a"),), listed("a"), None),
        ((listed("a"),), listed("a", "b"), "orders: 1 → 2"),
        (
            (listed("a", "b"),),
            listed("a"),
            "orders: 2 → 1; removed from the list: 1",
        ),
        ((listed("a", "b"),), listed("a", "c"), "removed from the list: 1"),
        ((listed("a"), DOWN), listed("a"), "order list loads again"),
        ((listed("a"),), EMPTIED, "the server now lists no orders"),
        ((listed("a"), EMPTIED), listed("a"), "order list loads again"),
        (
            (listed("a"), EMPTIED),
            listed(),
            "order list loads again; orders: 1 → 0; removed from the list: 1",
        ),
        ((), DOWN, "order list: api.example refuses the connection"),
        ((), READ, None),
        ((listed("a"),), MISSING, "order a: not found on this server (404)"),
        ((listed("a"), MISSING), MISSING, None),
        ((listed("a"), MISSING), READ, "order a: details load again"),
        ((listed("a"),), BUSY, "order a: server error 503 (TCDN-BENG-503, XID 1)"),
        ((listed("a"), BUSY), BUSY_AGAIN, None),
        ((listed("a"), BUSY), BROKEN, "order a: server error 500 (TCDN-BENG-503, XID 3)"),
        ((), DetailsDropped(("a", "b")), "details of 2 orders dropped"),
        ((), Paused(True), "polling paused"),
        ((Paused(True),), Paused(False), "polling resumed"),
        ((), DataInvalidated(AT), "resumed after suspend; refreshing"),
        ((), GoneDismissed(("a", "b")), "removed orders hidden: 2"),
    ],
)
def test_what_an_event_means(before: tuple[Event, ...], event: Event, text: str | None) -> None:
    state = State()
    for each in before:
        state = reduce(state, each)
    assert describe_event(state, event, reduce(state, event), WHO) == text
