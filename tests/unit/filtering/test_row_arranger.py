"""Filtered and sorted rows of a view."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.filter_strategies import NOW, QUERIES, match
from tests.support.state_strategies import AT, states
from tui.filtering import row_arranger
from tui.filtering.evaluate import Matcher
from tui.filtering.groups import Grouping
from tui.filtering.parser import parse
from tui.filtering.row_arranger import MANY_UNREAD, ArrangedRows, RowArranger
from tui.filtering.sorting import (
    MAX_SORT_KEYS,
    NEWEST_FIRST,
    Sort,
    SortKey,
    reversed_sort,
    sort_by,
)
from tui.filtering.syntax_tree import EVERYTHING, Query, Verdict
from tui.model.columns import COLUMNS, sort_value
from tui.model.events import ClockReading, DetailRead, GoneDismissed, ListLoaded
from tui.model.order import OrderDetail, OrderSummary, Phase, Snapshot
from tui.model.order_facts import OrderFacts, facts_of, fresher_statuses, stalled_ids
from tui.model.state import State, reduce

KEYS = st.builds(SortKey, st.sampled_from(list(COLUMNS)), st.booleans())
SORTS = st.lists(KEYS, min_size=1, max_size=3, unique_by=lambda key: key.column).map(tuple)


def naively(state: State, query: Query, sort: Sort) -> tuple[list[str], set[str]]:
    """Return the ids of rows and of undecided orders, computed per order."""
    facts = [facts_of(state, order) for order in state.orders]
    verdicts = [match(query, each, NOW) for each in facts]
    rows = [each for each, said in zip(facts, verdicts, strict=True) if said is Verdict.YES]
    for key in reversed(sort if sort[-1:] != NEWEST_FIRST else sort[:-1]):
        value = sort_value(COLUMNS[key.column], NOW)
        known = [each for each in rows if value(each) is not None]
        known.sort(key=value, reverse=key.descending)
        rows = [*known, *(each for each in rows if value(each) is None)]
    unknown = [each for each, said in zip(facts, verdicts, strict=True) if said is Verdict.UNKNOWN]
    may_decide = Matcher(query, NOW).may_decide(unknown)
    undecided = {
        each.id for each, may in zip(unknown, may_decide, strict=True) if may and not each.gone
    }
    return [each.id for each in rows], undecided


def ids(arranged: ArrangedRows) -> list[str]:
    return [each.id for each in arranged.rows]


@given(states(), QUERIES, SORTS)
def test_results_equal_those_of_a_naive_search(state: State, query: Query, sort: Sort) -> None:
    arranged = RowArranger().arrange(state, query, NOW, sort)
    rows, undecided = naively(state, query, sort)
    assert ids(arranged) == rows
    assert set(arranged.needs_detail) == undecided
    assert {each.id for each in arranged.unsortable} <= set(
        rows
    ) - state.details.keys() - state.gone.keys()


@given(
    st.lists(states(), min_size=1, max_size=2),
    st.lists(SORTS, min_size=1, max_size=2),
    st.lists(st.tuples(*[st.integers(0, 1)] * 2, st.none() | QUERIES), max_size=6),
    st.sampled_from([None, "1631-0", "1631-1"]),
    st.sampled_from([0, 2, 99]),
)
def test_earlier_results_make_no_difference(
    known: list[State],
    sorts: list[Sort],
    asked: list[tuple[int, int, Query | None]],
    pinned_id: str | None,
    many: int,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_arranger, "MANY_ORDERS", many)  # sorted before or after filtering
        arranger = RowArranger()
        for one, other, query in asked:
            state, sort = known[one % len(known)], sorts[other % len(sorts)]
            found = arranger.arrange(state, query, NOW, sort, pinned_id)
            fresh = RowArranger().arrange(state, query, NOW, sort, pinned_id)
            assert (found.rows, found.unsortable) == (fresh.rows, fresh.unsortable)
            assert set(found.needs_detail) == set(fresh.needs_detail)


@given(states(), st.none() | QUERIES, SORTS)
def test_groups_are_stalled_active_recently_failed_and_others(
    state: State, query: Query | None, sort: Sort
) -> None:
    def group_of(each: OrderFacts) -> int:
        if each.gone:
            return 3
        if not each.phase.is_final:
            return 0 if each.is_stalled else 1
        is_recent = each.phase is Phase.ERROR and (each.created or 0) > NOW - 86_400
        return 2 if is_recent else 3

    arranger = RowArranger()
    grouping = Grouping(fresher_statuses(state), stalled_ids(state))
    arranged = arranger.arrange(state, query, NOW, sort, grouping=grouping)
    flat = arranger.arrange(state, query, NOW, sort)
    groups: list[list[str]] = [[], [], [], []]
    for order in flat.rows:
        groups[group_of(facts_of(state, order))].append(order.id)
    assert ids(arranged) == [each for group in groups for each in group]
    is_kept = [False, *[query is None] * 3]  # nobody looks for a heading of no stalled orders
    sizes = [len(group) for group, kept in zip(groups, is_kept, strict=True) if group or kept]
    assert [group.size for group in arranged.groups] == sizes
    assert flat.groups == ()


def grouped(arranger: RowArranger, state: State, now: float) -> ArrangedRows:
    grouping = Grouping(fresher_statuses(state), stalled_ids(state))
    return arranger.arrange(state, None, now, grouping=grouping)


def test_an_order_changes_its_group_when_a_detail_says_so() -> None:
    order = OrderSummary("1", "TRANSCODING", NOW - 60)
    state = reduce(State(), ListLoaded(Snapshot((order,)), AT, 5.0))
    arranger = RowArranger()
    before = arranger.arrange(state, None, NOW, grouping=Grouping(fresher_statuses(state)))
    assert (
        arranger.arrange(state, None, NOW + 1, grouping=Grouping(fresher_statuses(state))) is before
    )
    assert [group.size for group in before.groups] == [1, 0, 0]
    failed = OrderDetail("1", "ERROR")
    state = reduce(state, DetailRead(failed, ClockReading(NOW + 2, 102.0)))
    after = grouped(arranger, state, NOW + 2)
    assert [group.size for group in after.groups] == [0, 1, 0]
    assert after.rows is before.rows
    a_day_later = arranger.arrange(
        state, None, NOW + 86_400, grouping=Grouping(fresher_statuses(state))
    )
    assert [group.size for group in a_day_later.groups] == [0, 0, 1]


@given(states(), SORTS)
def test_unknown_values_sort_last_in_both_directions(state: State, sort: Sort) -> None:
    value = sort_value(COLUMNS[sort[0].column], NOW)
    for way in (sort, reversed_sort(sort)):
        if way == NEWEST_FIRST:
            continue  # list order
        rows = RowArranger().arrange(state, EVERYTHING, NOW, way).rows
        known = [value(facts_of(state, order)) is not None for order in rows]
        assert known == sorted(known, reverse=True)


def listed(*summaries: OrderSummary) -> State:
    return reduce(State(), ListLoaded(Snapshot(summaries), AT, 5.0))


A = OrderSummary("a", "ERROR", NOW - 1)
B = OrderSummary("b", "FINISHED", NOW - 2)
C = OrderSummary("c", "ERROR", NOW - 3)
D = OrderSummary("d", "QUEUED", NOW - 4)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ((SortKey("created"),), "dcba"),
        ((SortKey("age"),), "abcd"),
        ((SortKey("age", descending=True),), "dcba"),
        ((SortKey("id", descending=True),), "dcba"),
        ((SortKey("status"),), "dbac"),
        ((SortKey("status"), SortKey("created")), "dbca"),
        ((SortKey("status", descending=True),), "acbd"),
        ((SortKey("progress"),), "bacd"),
        ((SortKey("duration"),), "cabd"),
        ((SortKey("duration", descending=True),), "acbd"),
        ((SortKey("label"), SortKey("duration", descending=True)), "acbd"),
    ],
)
def test_orders_sort_by_each_column(sort: Sort, expected: str) -> None:
    state = listed(A, B, C, D)
    for order_id, status, duration in (("a", "ERROR", 90.0), ("c", "ERROR", 10.0)):
        detail = OrderDetail(order_id, status, label="x", duration=duration)
        state = reduce(state, DetailRead(detail, AT))
    assert "".join(ids(RowArranger().arrange(state, EVERYTHING, NOW, sort))) == expected


def test_rows_that_need_a_detail_to_sort_are_reported() -> None:
    state = listed(A, B, C)
    sort = sort_by(NEWEST_FIRST, "size")
    arranged = RowArranger().arrange(state, EVERYTHING, NOW, sort)
    assert (ids(arranged), arranged.unsortable) == (["a", "b", "c"], (A, B, C))
    assert arranged.details_to_fetch == ("a", "b", "c")
    state = reduce(state, DetailRead(OrderDetail("b", "FINISHED", size=None), AT))
    state = reduce(state, DetailRead(OrderDetail("c", "ERROR", size=1), AT))
    arranged = RowArranger().arrange(state, EVERYTHING, NOW, sort)
    assert (ids(arranged), arranged.details_to_fetch) == (["c", "a", "b"], ("a",))


def test_details_for_the_filter_are_read_before_those_for_sorting() -> None:
    many = [OrderSummary(f"{n}", "ERROR", NOW - n) for n in range(MANY_UNREAD)]
    state = listed(*many, OrderSummary("x", "ERROR", NOW - 9e5))
    state = reduce(state, DetailRead(OrderDetail("0", "ERROR", filename="f"), AT))
    query = parse("id:x or file:f")
    arranged = RowArranger().arrange(state, query, NOW, sort_by(NEWEST_FIRST, "size"))
    assert ids(arranged) == ["0", "x"]
    assert len(arranged.needs_detail) == MANY_UNREAD - 1
    assert arranged.details_to_fetch == (*arranged.needs_detail, "x")
    more = listed(*many, *(OrderSummary(f"y{n}", "ERROR", NOW - 1e6) for n in range(2)))
    arranged = RowArranger().arrange(more, EVERYTHING, NOW, sort_by(NEWEST_FIRST, "size"))
    assert len(arranged.unsortable) == len(arranged.details_to_fetch) == MANY_UNREAD + 2


@pytest.mark.parametrize(
    ("text", "sort", "indexed"),
    [
        ("file:x", NEWEST_FIRST, [(1, 4), (2, 4)]),
        ("status:error file:x", NEWEST_FIRST, [(1, 2), (1, 2)]),
        ("status:error", NEWEST_FIRST, [(0, 0), (0, 0)]),
        ("", sort_by(NEWEST_FIRST, "size"), [(1, 4), (2, 4)]),
        ("file:x", sort_by(NEWEST_FIRST, "size"), [(1, 4), (2, 4)]),
        ("status:error", sort_by(NEWEST_FIRST, "size"), [(1, 2), (1, 2)]),
    ],
)
def test_it_counts_what_is_read_of_what_is_needed(
    text: str, sort: Sort, indexed: list[tuple[int, int]]
) -> None:
    arranger, query = RowArranger(), parse(text) if text else None
    state = reduce(listed(A, B, C, D), DetailRead(OrderDetail("a", "ERROR", filename="x"), AT))
    found = []
    for order_id in ("", "b"):
        if order_id:
            detail = OrderDetail(order_id, "FINISHED", filename="x", size=1)
            state = reduce(state, DetailRead(detail, AT))
        rows = arranger.arrange(state, query, NOW, sort)
        found.append((rows.indexed, rows.needed))
    assert found == indexed


def test_unchanged_rows_are_the_same_object() -> None:
    arranger, state = RowArranger(), listed(A, B, C)
    sort = sort_by(NEWEST_FIRST, "status")
    first = arranger.arrange(state, parse("status:error"), NOW, sort)
    state = reduce(state, DetailRead(OrderDetail("b", "FINISHED"), AT))
    assert arranger.arrange(state, parse("status:error"), NOW, sort).rows is first.rows


def test_a_newer_list_overrides_an_older_detail_in_the_filter() -> None:
    state = listed(A)
    state = reduce(state, DetailRead(OrderDetail("a", "QUEUED"), ClockReading(NOW, 101.0)))
    arranger, query = RowArranger(), parse("status:queued")
    assert ids(arranger.arrange(state, query, NOW)) == ["a"]
    same = (
        msgspec.structs.replace(state.last_load, sent=ClockReading(NOW, 102.0))
        if state.last_load
        else None
    )
    assert same is not None
    state = reduce(state, same)
    assert state.orders == (A,)
    assert ids(arranger.arrange(state, query, NOW)) == []


def test_dismissed_orders_leave_the_rows() -> None:
    state = reduce(listed(A, B), ListLoaded(Snapshot((A,)), ClockReading(NOW, 105.0), 5.0))
    arranger, sort = RowArranger(), sort_by(NEWEST_FIRST, "status")
    assert ids(arranger.arrange(state, EVERYTHING, NOW, sort)) == ["a", "b"]
    state = reduce(state, GoneDismissed(("b",)))
    assert ids(arranger.arrange(state, EVERYTHING, NOW, sort)) == ["a"]


def test_sort_columns_are_cycled() -> None:
    sort = sort_by(sort_by(NEWEST_FIRST, "duration"), "status")
    assert [(key.column, key.descending) for key in sort] == [
        ("status", False),
        ("duration", True),
        ("created", True),
    ]
    assert sort_by(sort, "status") is sort
    assert [key.column for key in sort_by(sort, "created")] == ["created", "status", "duration"]
    assert len(sort_by(sort, "size")) == MAX_SORT_KEYS
    assert reversed_sort(reversed_sort(sort)) == sort
    assert reversed_sort(sort)[0] == SortKey("status", descending=True)


def test_a_detail_may_say_when_an_order_was_created() -> None:
    listed = Snapshot((OrderSummary("a", "QUEUED", None),))
    state = reduce(State(), ListLoaded(listed, AT, 5.0))
    arranged = RowArranger().arrange(state, parse("age<1h or in-status<0m"), NOW, NEWEST_FIRST)
    assert arranged.needs_detail == ("a",)
