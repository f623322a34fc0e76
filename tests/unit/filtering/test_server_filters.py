"""Needs of filters, server queries, and filtering of a state."""

from collections.abc import Sequence
from datetime import UTC, timedelta, timezone

import pytest

from tests.support.clocks import utc_timestamp
from tui.filtering.evaluate import Matcher
from tui.filtering.filter_orders import filter_orders
from tui.filtering.parser import parse
from tui.filtering.server_filters import (
    depends_on_time,
    server_filters,
    server_queries,
)
from tui.model.events import ClockReading, DetailRead, ListLoaded
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.pages import ServerFilters
from tui.model.state import State, reduce

ZONE = timezone(timedelta(hours=2))
NOW = utc_timestamp("2021-09-10 12:00:00")


@pytest.mark.parametrize(
    ("text", "depends"),
    [
        ("", False),
        ("status:error", False),
        ("id:1631 -created>=2021-09-06", False),
        ("age<2h", True),
        ("not (status:error or created:2021-09-06|today)", True),
        ("created<yesterday", True),
        ("1631", False),
        ("status:error or profile:hls", False),
        ("-(progress<50 age>1d)", True),
        ("size>1GB", False),
        ("error:timeout", False),
    ],
)
def test_which_filters_depend_on_the_time(text: str, depends: bool) -> None:
    assert depends_on_time(parse(text)) is depends


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", ServerFilters()),
        ("status:error", ServerFilters(status="ERROR")),
        ("status:queued", ServerFilters()),  # QUEUED or PENDING
        ("status:active", ServerFilters()),
        ("status:error|finished", ServerFilters()),
        ("status:err*", ServerFilters()),
        ("status:err", ServerFilters()),
        ("status=error", ServerFilters(status="ERROR")),
        ("id=1631092552-1237", ServerFilters(order_id="1631092552-1237")),
        ("id:1631", ServerFilters()),
        ("id:1631092552-1237", ServerFilters(order_id="1631092552-1237")),  # nothing is omitted
        ("profile:HLS timeout", ServerFilters(profile_name="HLS", search="timeout")),
        ("profile:h* *.mov", ServerFilters()),
        ("one two", ServerFilters(search="one")),
        ("file:a.mov two", ServerFilters(search="two")),
        ("label:alta file:a.mov", ServerFilters(search="alta")),
        ("profile:HLS", ServerFilters(profile_name="HLS", search="HLS")),
        ("error:timeout", ServerFilters(status="ERROR", search="timeout")),
        ("error:*", ServerFilters(status="ERROR")),
        ("id:1631 file:*.mov", ServerFilters()),
        ("x" * 201, ServerFilters()),  # too long for a URL
        ("-status:error -profile:hls", ServerFilters()),
        ("status:error or hls", ServerFilters()),
        ("age<2h", ServerFilters(since=NOW - 7200)),
        ("age>1h age<1d", ServerFilters(since=NOW - 86_400, until=NOW - 3600)),
        (
            "created:today",
            ServerFilters(
                since=utc_timestamp("2021-09-09 22:00:00"),
                until=utc_timestamp("2021-09-10 22:00:00"),
            ),
        ),
        (
            "created>2021-09-01 created<=2021-09-05|2021-09-03",
            ServerFilters(
                since=utc_timestamp("2021-08-31 22:00:00"),
                until=utc_timestamp("2021-09-05 22:00:00"),
            ),
        ),
    ],
)
def test_list_filters_of_a_query(text: str, filters: ServerFilters) -> None:
    assert server_filters(parse(text), NOW, ZONE) == filters


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("", ()),
        ("-hls", ()),
        ("hls", [ServerFilters(search="hls")]),
        ("error", [ServerFilters(search="error"), ServerFilters(status="ERROR")]),
        ("queued", [ServerFilters(search="queued")]),
        ("label:error", [ServerFilters(search="error")]),
        ("status:finished error", [ServerFilters(status="FINISHED", search="error")]),
        ("status:error hls", [ServerFilters(status="ERROR", search="hls")]),
        # One detail field at a time, by known names.
        ("profile:dash hls", [ServerFilters(profile_name="dash")]),
        ("profile:h a", [ServerFilters(profile_name=f"HLS {n}") for n in range(4)]),
        ("profile:Test", [ServerFilters(profile_name="Test HLS")]),
        # Times are rounded to ten minutes, so that queries don't change every minute.
        ("age<2h", [ServerFilters(since=utc_timestamp("2021-09-10 10:00:00"))]),
        ("age<119m", [ServerFilters(since=utc_timestamp("2021-09-10 10:00:00"))]),
        ("age>119m", [ServerFilters(until=utc_timestamp("2021-09-10 10:10:00"))]),
    ],
)
def test_server_queries_of_a_filter(text: str, queries: Sequence[ServerFilters]) -> None:
    names = ["Test HLS", *(f"HLS {n}" for n in range(9)), "x"]
    assert server_queries(parse(text), NOW, names, ZONE) == tuple(queries)


def test_filtering_a_state() -> None:
    orders = [
        OrderSummary("4", "ERROR", NOW - 10),
        OrderSummary("3", "QUEUED", NOW - 20),
        OrderSummary("2", "ERROR", NOW - 30),
        OrderSummary("1", "FINISHED", NOW - 40),
    ]

    def read(mono: float, *listed: OrderSummary) -> ListLoaded:
        return ListLoaded(Snapshot(listed), ClockReading(NOW, mono), 5.0)

    def left(text: str) -> tuple[list[str], list[str]]:
        matching, needs_detail = filter_orders(state, state.orders, Matcher(parse(text), NOW, UTC))
        return [o.id for o in matching], list(needs_detail)

    state = reduce(State(), read(1, *orders))
    assert left("file:*.mov") == ([], ["4", "3", "2", "1"])
    assert left("status:error file:*.mov") == ([], ["4", "2"])
    detail = OrderDetail("4", "ERROR", filename="a.mov")
    state = reduce(state, DetailRead(detail, ClockReading(NOW, 2)))
    state = reduce(state, DetailRead(OrderDetail("3", "ERROR"), ClockReading(NOW, 2)))
    assert left("status:error file:*.mov") == (["4"], ["2"])
    assert left("status:error") == (["4", "3", "2"], [])
    state = reduce(state, read(3, *orders[:3]))
    assert left("status:gone") == (["1"], [])
    assert left("status:finished") == ([], [])
    assert left("") == (["4", "3", "2", "1"], [])
