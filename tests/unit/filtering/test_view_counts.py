"""The counts of views."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.filter_strategies import NOW
from tests.support.state_strategies import states
from tui.filtering import view_counts
from tui.filtering.evaluate import Matcher
from tui.filtering.parser import parse
from tui.filtering.row_arranger import RowArranger
from tui.filtering.view_counts import ViewCount, ViewCounter
from tui.filtering.views import BUILT_IN_VIEWS, View
from tui.model.events import ClockReading, DetailRead, ListLoaded, TimingsChanged
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.order_facts import fresher_statuses
from tui.model.past import PastMoment
from tui.model.state import State, reduce
from tui.model.timing import OrderTiming

Found = tuple[tuple[OrderSummary, ...], tuple[str, ...]]

VIEWS = (
    *BUILT_IN_VIEWS,
    View("mine", "a"),
    View("gone", "status:gone"),
    View("no", "-status:error"),
)


def counts(
    counter: ViewCounter, state: State, mono: float = 0.0, *, again: bool = True
) -> list[ViewCount]:
    now = ClockReading(NOW, mono)
    return counter.counts(state, fresher_statuses(state), VIEWS, now, again=again)


@given(st.lists(states(), min_size=1, max_size=3))
def test_a_count_is_how_many_rows_the_view_has(seen: list[State]) -> None:
    counter = ViewCounter()
    for second, state in enumerate(seen):
        for view, count in zip(VIEWS, counts(counter, state, float(second)), strict=True):
            query = parse(view.filter) if view.filter else None
            rows = RowArranger().arrange(state, query, NOW, view.sort)
            assert count == ViewCount(len(rows.rows), not rows.needs_detail), view


def state_of(count: int) -> State:
    orders = tuple(OrderSummary(f"{n}", "FINISHED", NOW - n) for n in range(count))
    return reduce(State(), ListLoaded(Snapshot(orders), ClockReading(NOW, 0.0), 5.0))


@pytest.mark.parametrize(("orders", "seconds"), [(3, 1.0), (30_000, 3.0)])
def test_orders_are_matched_at_ticks_and_many_less_often(orders: int, seconds: float) -> None:
    counter, before = ViewCounter(), state_of(orders)
    detail = OrderDetail("1", "FINISHED", filename="a.mp4")
    after = reduce(before, DetailRead(detail, ClockReading(NOW, 1.0)))
    mine = VIEWS.index(View("mine", "a"))
    assert counts(counter, before)[mine] == ViewCount(0, is_exact=False)
    assert counts(counter, after, seconds, again=False)[mine].matching == 0
    assert counts(counter, after, seconds / 2, again=orders > 10_000)[mine].matching == 0
    assert counts(counter, after, seconds)[mine].matching == 1


def test_a_count_by_status_looks_at_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[OrderSummary] = []

    def spy(_: State, orders: Iterable[OrderSummary], __: Matcher) -> Found:
        looked_at.extend(orders)
        return (), ()

    monkeypatch.setattr(view_counts, "filter_orders", spy)
    views = [view for view in VIEWS if view.name in ("All", "Active", "Failed")]
    found = ViewCounter().counts(state_of(5), {}, views, ClockReading(NOW, 0.0), again=True)
    assert [count.matching for count in found] == [5, 0, 0]
    assert looked_at == []


def test_a_poll_without_changes_counts_only_what_details_may_change() -> None:
    counter, state = ViewCounter(), state_of(5)
    assert state.snapshot is not None
    unchanged = ListLoaded(state.snapshot, ClockReading(NOW, 5.0), 5.0)
    before, after = counts(counter, state), counts(counter, reduce(state, unchanged), 5.0)
    pairs = zip(VIEWS, before, after, strict=True)
    recounted = [view.name for view, old, new in pairs if view.filter and new is not old]
    assert recounted == ["mine"]


def test_what_takes_long_is_counted_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_counts, "MANY_ORDERS", 2)
    started: list[tuple[Callable[[], ViewCount], Callable[[ViewCount], object]]] = []
    counter = ViewCounter(lambda *call: started.append(call))
    views, state = [View("all", "attempt>0"), View("failed", "status:error id:2")], state_of(3)
    timings = {order.id: OrderTiming() for order in state.orders}
    state = reduce(state, TimingsChanged(timings, has_all=True))

    def count(at: State, mono: float) -> list[ViewCount]:
        return counter.counts(at, {}, views, ClockReading(NOW, mono), again=True)

    assert count(state, 0.0) == [ViewCount(0, is_exact=False), ViewCount(0)]
    ((run, note),) = started
    note(run())
    assert count(state, 1.0)[0] == ViewCount(3)
    more = reduce(state, TimingsChanged({"0": None}))
    assert count(more, 9.0)[0] == ViewCount(3)
    run, note = started[-1]
    assert count(replace(more, past=PastMoment(1.0, 0.0)), 10.0)[0] == ViewCount(0, is_exact=False)
    note(run())  # it is not of the moment that is shown
    assert count(replace(more, past=PastMoment(1.0, 0.0)), 10.0)[0] == ViewCount(0, is_exact=False)
