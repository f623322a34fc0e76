"""Rows that are arranged in a thread, and what is shown until then."""

import asyncio

import pytest
from msgspec.structs import replace

from tests.support.filter_strategies import NOW
from tui.filtering.groups import Grouping
from tui.filtering.parser import parse
from tui.filtering.row_arranger import ArrangedRows, RowArranger
from tui.filtering.sorting import NEWEST_FIRST, Sort, sort_by
from tui.filtering.syntax_tree import Query
from tui.model.events import ClockReading, GoneDismissed, ListLoaded, TimingsChanged
from tui.model.order import OrderSummary, Snapshot
from tui.model.past import PastMoment
from tui.model.state import State, reduce
from tui.model.timing import Moment, OrderTiming
from tui.ui.main_screen import background
from tui.ui.main_screen.background import BackgroundArranger, BackgroundCall
from tui.ui.main_screen.view_text import filter_line, no_match_lines, sort_line
from tui.ui.text import line_text

LONG = parse("took>5m")
BY_TOOK = sort_by(NEWEST_FIRST, "took")


def timing(minutes: int) -> OrderTiming:
    began, ended = NOW - 9000, NOW - 9000 + minutes * 60
    return OrderTiming(
        started=Moment(began, began), ended=Moment(ended, ended), entered=Moment(ended, ended)
    )


def listed(state: State, mono: float, **statuses: str) -> State:
    orders = tuple(OrderSummary(each, word, NOW) for each, word in statuses.items())
    return reduce(state, ListLoaded(Snapshot(orders), ClockReading(NOW, mono), 5.0))


LISTED = listed(State(), 1.0, a="FINISHED", b="FINISHED", c="ERROR")
KNOWN = reduce(
    LISTED, TimingsChanged({"a": timing(1), "b": timing(9), "c": timing(7)}, has_all=True)
)


class Arranging:
    """An arranger. What it arranges in a thread is not taken over before `settle`."""

    def __init__(self) -> None:
        self._arranged = asyncio.Event()
        self._arranger = BackgroundArranger(self._arranged.set)

    def __call__(
        self,
        state: State,
        query: Query | None = LONG,
        sort: Sort = NEWEST_FIRST,
        grouping: Grouping | None = None,
    ) -> ArrangedRows:
        return self._arranger.arrange(state, query, NOW, sort, None, grouping, NOW)

    async def settle(self) -> None:
        await asyncio.wait_for(self._arranged.wait(), 10)
        self._arranged.clear()


@pytest.fixture(autouse=True)
def two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "MANY_ORDERS", 2)


def ids(rows: ArrangedRows) -> str:
    return "".join(order.id for order in rows.rows)


async def test_orders_count_as_compared_only_when_they_are() -> None:
    arrange = Arranging()
    first = arrange(KNOWN)
    assert (ids(first), first.is_pending, first.needs_all_timings) == ("", True, True)
    await arrange.settle()
    rows = arrange(KNOWN)
    assert rows == RowArranger().arrange(KNOWN, LONG, NOW)
    assert ids(rows) == "bc"
    assert arrange(KNOWN) is rows


@pytest.mark.parametrize(("query", "sort"), [(LONG, NEWEST_FIRST), (None, BY_TOOK)])
async def test_what_was_read_since_is_not_compared_yet(query: Query | None, sort: Sort) -> None:
    """Or the screen would say that nothing matches, of orders that it has not compared."""
    arrange = Arranging()
    arrange(LISTED, query, sort)
    await arrange.settle()
    assert not arrange(LISTED, query, sort).is_pending
    assert arrange(KNOWN, query, sort).is_pending
    await arrange.settle()
    rows = arrange(KNOWN, query, sort)
    assert (ids(rows)[:2], rows.is_pending) == ("bc", False)


async def test_another_filter_shows_no_row_of_the_one_before() -> None:
    arrange, short = Arranging(), parse("took<5m")
    arrange(KNOWN)
    assert ids(arrange(KNOWN, short)) == ""  # while the first one is compared
    await arrange.settle()
    assert ids(arrange(KNOWN, short)) == ""
    await arrange.settle()
    assert ids(arrange(KNOWN, short)) == "a"
    assert ids(arrange(KNOWN, None)) == "abc"


async def test_a_new_list_shows_its_facts_before_it_is_compared() -> None:
    arrange = Arranging()
    arrange(KNOWN)
    await arrange.settle()
    requeued = listed(KNOWN, 6.0, a="FINISHED", b="QUEUED", c="ERROR")
    rows = arrange(requeued)
    assert [order.status for order in rows.rows] == ["QUEUED", "ERROR"]
    assert not rows.is_pending
    await arrange.settle()
    assert ids(arrange(requeued)) == "c"
    vanished = listed(requeued, 11.0, a="FINISHED")
    assert ids(arrange(vanished)) == "c"
    assert ids(arrange(reduce(vanished, GoneDismissed(("b", "c"))))) == ""


async def test_rows_keep_their_order_until_they_are_sorted() -> None:
    arrange = Arranging()
    rows = arrange(KNOWN, None, BY_TOOK)
    assert (ids(rows), rows.is_pending) == ("abc", True)
    await arrange.settle()
    rows = arrange(KNOWN, None, BY_TOOK)
    assert (ids(rows), rows.is_pending) == ("bca", False)


async def test_groups_are_formed_meanwhile() -> None:
    arrange, grouping = Arranging(), Grouping({})
    running = listed(KNOWN, 6.0, a="FINISHED", b="FINISHED", c="ERROR", d="TRANSCODING")
    rows = arrange(running, None, BY_TOOK, grouping)
    assert ids(rows) == "dcab"
    assert [group.size for group in rows.groups if group.size] == [1, 1, 2]
    await arrange.settle()
    assert ids(arrange(running, None, BY_TOOK, grouping)) == "dcba"


async def test_few_orders_other_columns_and_the_past_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ids(Arranging()(KNOWN, parse("status:error"))) == "c"
    assert ids(Arranging()(replace(KNOWN, past=PastMoment(1.0, 0.0)))) == "bc"
    monkeypatch.setattr(background, "MANY_ORDERS", 3)
    assert ids(Arranging()(KNOWN)) == "bc"


async def test_the_past_shows_no_row_of_now() -> None:
    arrange = Arranging()
    arrange(KNOWN)
    await arrange.settle()
    arrange(listed(KNOWN, 6.0, a="QUEUED", b="FINISHED", c="ERROR"))
    past = replace(KNOWN, past=PastMoment(1.0, 0.0))
    assert arrange(past).is_pending
    await arrange.settle()
    assert ids(arrange(past)) == "bc"


async def test_a_fault_is_raised_by_the_next_call() -> None:
    call = BackgroundCall()

    def fail() -> None:
        asyncio.get_running_loop()  # there is none in a thread

    call.start(fail, lambda _: None)
    for _ in range(1000):
        await asyncio.sleep(0.001)
        if not call.is_running:
            break
    with pytest.raises(RuntimeError):
        call.start(fail, lambda _: None)


LOADING = replace(KNOWN, has_all_timings=False)
PENDING = ArrangedRows((), is_pending=True, needs_all_timings=True)
SORTING = ArrangedRows(KNOWN.orders, is_pending=True, needs_all_timings=True)
READ = ArrangedRows(KNOWN.orders, needs_all_timings=True)


@pytest.mark.parametrize(
    ("rows", "state", "filtered", "sorted_", "empty"),
    [
        (PENDING, KNOWN, " comparing 3 orders", "slowest first  sorting",
         "Comparing 3 orders with took>5m."),
        (SORTING, KNOWN, " 3 of 3  comparing", "slowest first  sorting", None),
        (READ, LOADING, " 3 of 3  reading the history", "slowest first  reading the history",
         "No match yet for took>5m: the history is being read."),
        (READ, KNOWN, " 3 of 3", "slowest first", "No order matches took>5m."),
    ],
)  # fmt: skip
def test_what_is_not_done_is_said(
    rows: ArrangedRows, state: State, filtered: str, sorted_: str, empty: str | None
) -> None:
    assert line_text(filter_line("took>5m", rows, state, NOW, typing=True, clear="")) == filtered
    assert line_text(sort_line(BY_TOOK, rows, state)) == sorted_
    if empty is not None:
        text = " ".join(map(line_text, no_match_lines("took>5m", rows, state, 80, "")))
        assert empty in text
