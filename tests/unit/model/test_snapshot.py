"""Incremental updates equal a computation from scratch."""

from hypothesis import given
from hypothesis import strategies as st

from tui.model.events import ClockReading, GoneDismissed, ListLoaded
from tui.model.order import InvalidRow, OrderSummary, Snapshot
from tui.model.snapshot import diff_orders, next_snapshot
from tui.model.state import State, reduce

NOW = 2_000_000_000.0

names = st.sampled_from("abcdefgh")
times = st.one_of(st.none(), st.integers(1, 4).map(float))
orders = st.builds(OrderSummary, names, st.sampled_from(["QUEUED", "ERROR"]), times)
lists = st.lists(orders, max_size=8, unique_by=lambda order: order.id).map(tuple)


def identical(before: tuple[OrderSummary, ...], after: tuple[OrderSummary, ...]) -> Snapshot:
    """Return `after`, reusing equal objects of `before`."""
    known = {order: order for order in before}
    return Snapshot(tuple(known.get(order, order) for order in after))


@given(lists, lists)
def test_the_diff_holds_orders_that_only_one_list_has(
    before: tuple[OrderSummary, ...], after: tuple[OrderSummary, ...]
) -> None:
    after = identical(before, after).orders
    left, come = diff_orders(before, after)
    assert set(before) - set(after) <= set(left) <= set(before)
    assert set(after) - set(before) <= set(come) <= set(after)


def test_a_diff_that_is_asked_for_again_is_not_computed_again() -> None:
    old = tuple(OrderSummary(str(n), "QUEUED") for n in range(5))
    new = (*old, OrderSummary("new", "QUEUED"))
    first = diff_orders(old, new)
    assert diff_orders(old, new) is first
    assert diff_orders(new, old) == (first[1], first[0])
    assert diff_orders(old, new) == first


def test_the_diff_finds_new_orders_at_either_end() -> None:
    old = tuple(OrderSummary(str(n), "QUEUED") for n in range(5))
    new = OrderSummary("new", "QUEUED")
    changed = OrderSummary("2", "ERROR")
    after = (new, *old[:2], changed, *old[3:])
    assert diff_orders(old, after) == ([old[2]], [new, changed])
    assert diff_orders(after, old) == ([new, changed], [old[2]])
    assert diff_orders(old, old) == ([], [])
    assert diff_orders(old, (*old, new)) == ([], [new])
    assert diff_orders((*old, new), old) == ([new], [])


@given(lists, lists)
def test_an_incremental_snapshot_equals_one_built_from_scratch(
    before: tuple[OrderSummary, ...], after: tuple[OrderSummary, ...]
) -> None:
    bad = (InvalidRow(3, "it has no id"),)
    orders = identical(before, after).orders
    assert next_snapshot(Snapshot(before), orders, bad) == Snapshot(after, bad)


@given(st.lists(st.tuples(lists, st.booleans()), max_size=5))
def test_gone_orders_were_shown_and_are_no_longer_listed(
    polls: list[tuple[tuple[OrderSummary, ...], bool]],
) -> None:
    state = State()
    for number, (after, seen) in enumerate(polls):
        before = state.snapshot.orders if state.snapshot is not None else ()
        snapshot = next_snapshot(state.snapshot or Snapshot(), identical(before, after).orders)
        shown = {order.id: order for order in state.orders}
        state = reduce(state, ListLoaded(snapshot, ClockReading(NOW, number), 5.0))
        assert state.gone == {name: shown[name] for name in shown.keys() - state.index.keys()}
        assert state.index == {order.id: order for order in after}
        assert sum(state.status_counts.values()) == len(after)
        assert sorted(o.id for o in state.orders) == sorted([*state.index, *state.gone])
        if seen:
            state = reduce(state, GoneDismissed(tuple(state.gone)))
            assert state.orders == after
