"""Filter terms about what the history knows."""

from datetime import UTC

import msgspec
import pytest

from tests.support.filter_strategies import NOW
from tui.filtering.evaluate import Matcher
from tui.filtering.filter_orders import filter_orders
from tui.filtering.parser import parse
from tui.filtering.server_filters import depends_on_time, server_queries
from tui.filtering.syntax_tree import Verdict
from tui.model.events import ClockReading, DetailRead, ListLoaded, TimingsChanged
from tui.model.order import OrderDetail, OrderSummary, Snapshot, phase_of
from tui.model.order_facts import OrderFacts
from tui.model.state import State, reduce
from tui.model.timing import Estimate, Moment, OrderTiming


def ago(seconds: float, width: float | None = 5.0) -> Moment:
    """Return a moment whose later bound is `seconds` ago, in the clock of the list."""
    return Moment(None if width is None else NOW - seconds - width, NOW - seconds)


HOUR, DAY = 3600.0, 86_400.0
RUNS = OrderTiming(1, ago(600), ago(HOUR), None, NOW - 60, estimate=Estimate(NOW, 240, 420, 9))
STUCK = OrderTiming(2, ago(2 * HOUR), ago(3 * HOUR), None, NOW - 2000, is_stalled=True)
UNSURE = OrderTiming(1, ago(600, None), ago(HOUR, None))
DONE = OrderTiming(1, ago(DAY), ago(DAY + HOUR), ago(DAY))
VAGUE = OrderTiming(3, ago(HOUR, 3 * DAY), ago(4 * DAY), ago(HOUR, 3 * DAY))
ORDERS = {
    "R": ("TRANSCODING", RUNS),
    "S": ("UPLOADING", STUCK),
    "U": ("TRANSCODING", UNSURE),
    "Q": ("QUEUED", OrderTiming(1, ago(DAY))),
    "D": ("FINISHED", DONE),
    "V": ("ERROR", VAGUE),
    "N": ("FINISHED", None),
    "M": ("TRANSCODING", None),
}


def order(name: str) -> OrderFacts:
    status, timing = ORDERS[name]
    return OrderFacts(name, status, phase_of(status), NOW - 9 * DAY, timing=timing)


@pytest.mark.parametrize(
    ("text", "yes", "unknown"),
    [
        ("is:stalled", "S", "M"),
        ("-is:stalled", "RUQDVN", "M"),
        ("elapsed>30m", "RSUDV", "NM"),
        ("elapsed>1h30m", "SV", "UNM"),  # U: at least an hour
        ("elapsed<30m", "", "NM"),
        ("elapsed:1h", "RD", "UNM"),
        ("in-status>1h", "SQ", "UM"),
        ("IN-STATUS<=10m", "R", "UM"),
        ("took>30m", "DV", "N"),
        ("took>2h", "V", "N"),
        ("took<2h", "D", "N"),
        ("took<100d", "DV", "N"),
        ("finished:today", "", "VN"),
        ("finished:yesterday", "D", "VN"),
        ("finished>2h", "D", "VN"),
        ("finished<2d", "D", "VN"),
        ("finished<=today", "DV", "N"),
        ("finished>=2021-09-01", "DV", "N"),
        ("finished<2021-09-01", "", "N"),
        ("changed<30m", "R", "UNM"),  # U: at least 10 minutes ago
        ("changed>1h", "SQD", "UVNM"),
        ("changed<2d", "RSQD", "UVNM"),
        ("changed:yesterday", "QD", "UVNM"),
        ("-changed<1w", "", "UNM"),
        ("attempt>1", "SV", "NM"),
        ("attempt:1", "RUQD", "NM"),
        ("eta<10m", "R", "SUQM"),
        ("eta<5m", "", "RSUQM"),  # from 4 to 7 minutes
        ("eta>3m", "R", "SUQM"),
        ("eta>10m", "", "SUQM"),
        ("is:stalled or eta<10m", "RS", "UQM"),
    ],
)
def test_a_term_matches_only_what_it_is_true_of_within_the_bounds(
    text: str, yes: str, unknown: str
) -> None:
    matcher = Matcher(parse(text), NOW, UTC)
    verdicts = {name: matcher(order(name)) for name in ORDERS}
    assert "".join(n for n, verdict in verdicts.items() if verdict is Verdict.YES) == yes
    assert {n for n, verdict in verdicts.items() if verdict is Verdict.UNKNOWN} == set(unknown)


def test_when_an_order_was_removed_is_not_known() -> None:
    gone = msgspec.structs.replace(order("D"), gone=True)
    for text in ("changed>2h", "-changed>2h"):
        assert Matcher(parse(text), NOW, UTC)(gone) is Verdict.UNKNOWN


def test_durations_are_of_the_time_up_to_which_orders_were_observed() -> None:
    query = parse("elapsed>30m")
    order = OrderFacts("a", "UPLOADING", phase_of("UPLOADING"), None, timing=OrderTiming(
        1, ago(1700), ago(1700)
    ))  # fmt: skip
    assert Matcher(query, NOW + DAY, UTC, observed=NOW)(order) is Verdict.NO
    assert Matcher(query, NOW - DAY, UTC, observed=NOW + 101)(order) is Verdict.YES


def state_of(**timings: OrderTiming) -> State:
    orders = tuple(OrderSummary(name, status, NOW) for name, (status, _) in ORDERS.items())
    state = reduce(State(), ListLoaded(Snapshot(orders), ClockReading(NOW, 100.0), 5.0))
    return reduce(state, TimingsChanged(timings))


@pytest.mark.parametrize(
    ("text", "needs_detail"),
    [
        ("elapsed>30m", ""),
        ("took>2h file:x", ""),  # nobody knows whether they took so long
        ("took>2h or file:x", "RSUQDVNM"),
        ("-took>2h file:x", "RSUQM"),
        ("is:stalled file:x", ""),
    ],
)
def test_details_are_read_only_where_they_decide(text: str, needs_detail: str) -> None:
    matcher = Matcher(parse(text), NOW, UTC)
    matching, undecided = filter_orders(state_of(), state_of().orders, matcher)
    assert (matching, "".join(undecided)) == ((), needs_detail)


def test_a_loaded_timing_asks_for_the_details_that_it_makes_decisive() -> None:
    state = state_of(D=DONE, V=VAGUE)
    matcher = Matcher(parse("took>2h file:x"), NOW, UTC)
    assert filter_orders(state, state.orders, matcher) == ((), ("V",))
    state = reduce(
        state, DetailRead(OrderDetail("V", "ERROR", filename="x"), ClockReading(NOW, 101))
    )
    matching, undecided = filter_orders(state, state.orders, matcher)
    assert ([each.id for each in matching], undecided) == (["V"], ())


def test_the_timing_of_an_earlier_attempt_counts_for_nothing() -> None:
    state = state_of(M=DONE)
    matching, _ = filter_orders(state, state.orders, Matcher(parse("attempt:1"), NOW, UTC))
    assert matching == ()


@pytest.mark.parametrize(
    "text", ["is:stalled", "changed<1h", "elapsed>1h", "finished:today", "took>1h", "eta<1h"]
)
def test_nothing_of_it_is_sent_to_the_server(text: str) -> None:
    assert server_queries(parse(text), NOW) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("elapsed>1h", True),
        ("in-status>1h", True),
        ("eta<1h", True),
        ("finished<1h", True),
        ("finished:today", True),
        ("changed<1h", True),
        ("changed:2021-09-01", False),
        ("took>1h", False),
        ("attempt>1", False),
        ("is:stalled", False),
    ],
)
def test_running_times_are_judged_again(text: str, expected: bool) -> None:
    assert depends_on_time(parse(text)) is expected


def test_a_stalled_order_that_has_moved_on_is_stalled_no_more() -> None:
    ended = msgspec.structs.replace(order("S"), status="FINISHED", phase=phase_of("FINISHED"))
    assert Matcher(parse("is:stalled"), NOW, UTC)(ended) is Verdict.NO
