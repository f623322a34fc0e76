"""Server results are read first and change nothing else."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.filtering.parser import parse
from tui.filtering.row_arranger import MANY_UNREAD, ArrangedRows, RowArranger
from tui.model.events import ClockReading, DetailRead, ListLoaded, PageLoaded, SearchAnswered
from tui.model.order import OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.pages import PAGE_SIZE, Coverage, Page, PageRequest, ServerFilters
from tui.model.ports import Failure, FailureKind
from tui.model.state import MAX_SEARCH_RESULTS, State, reduce
from tui.ui.main_screen.view_text import filter_line

NOW = 1_700_000_000.0
AT = ClockReading(NOW, 100.0)
COUNT = 1200
STATUSES = ("FINISHED", "ERROR", "FINISHED", "TRANSCODING")
LISTED = tuple(OrderSummary(f"o{n}", STATUSES[n % 4], NOW - 60.0 * n, None) for n in range(COUNT))
TEXT = ServerFilters(search="hls")
FAILED = ServerFilters(status="ERROR")
FAILED_TEXT = ServerFilters(status="ERROR", search="hls")


def has_text(order: OrderSummary) -> bool:
    return int(order.id[1:]) % 39 == 1


def answer(
    filters: ServerFilters, listed: Sequence[OrderSummary] = LISTED, *, searches: bool = True
) -> Page:
    """Return the first page of a server that searches, or ignores the parameters."""
    found = list(listed)
    if filters.status and searches:
        found = [order for order in found if order.status == filters.status]
    if filters.search and searches:
        found = [order for order in found if has_text(order)]
    return Page(PageRequest(filters=filters), tuple(found[:PAGE_SIZE]), total=len(found))


def state_of(listed: Sequence[OrderSummary] = LISTED, coverage: Coverage | None = None) -> State:
    return reduce(State(), ListLoaded(Snapshot(tuple(listed)), AT, 5.0, coverage))


def arranged(state: State, text: str) -> ArrangedRows:
    return RowArranger().arrange(state, parse(text), NOW)


def searched(state: State, page: Page | Failure, sought: ServerFilters, at: float = 1.0) -> State:
    return reduce(state, SearchAnswered(sought, page, ClockReading(NOW + at, 100.0 + at)))


def result(state: State, text: str) -> str:
    line = filter_line(text, arranged(state, text), state, NOW, typing=True, clear="esc")
    return "".join(said for said, _ in line)


def test_server_results_are_read_first_and_nothing_is_omitted(utc: None) -> None:
    state = state_of()
    shown = arranged(state, "hls")
    assert shown.server_search.queries == (TEXT,)
    assert shown.details_to_fetch == tuple(order.id for order in LISTED)
    assert result(state, "hls") == (" 0 of 1 200  indexing 0/1 200  server search pending")
    state = searched(state, answer(TEXT), TEXT)
    shown = arranged(state, "hls")
    first = [order.id for order in LISTED if has_text(order)]
    others = [order.id for order in LISTED if not has_text(order)]
    assert list(shown.details_to_fetch) == [*first, *others]
    assert len(shown.needs_detail) == COUNT  # matches only, no statement about the others
    assert result(state, "hls") == (
        " 0 of 1 200  indexing 0/1 200  server search: 31 at 22:13:21, 31 to read"
    )
    one, other = shown.details_to_fetch[:2]
    state = reduce(state, DetailRead(OrderDetail(one, "ERROR", filename="hls.mp4"), AT))
    state = reduce(state, DetailRead(OrderDetail(other, "ERROR", filename="x.mp4"), AT))
    shown = arranged(state, "hls")
    assert [order.id for order in shown.rows] == [one]  # the other matches for another reason
    assert len(shown.server_search.read_first) == 29
    assert len(shown.needs_detail) == COUNT - 2
    for order_id in shown.server_search.read_first:
        state = reduce(state, DetailRead(OrderDetail(order_id, "ERROR", filename="hls.mp4"), AT))
    assert result(state, "hls") == (
        " 30 of 1 200  indexing 31/1 200  server search: 31 at 22:13:21"
    )


def test_an_incomplete_server_result_is_read_first_too(utc: None) -> None:
    found = LISTED[::2][: MANY_UNREAD + 1]
    many = Page(PageRequest(filters=TEXT), found[:PAGE_SIZE], total=600)
    state = searched(state_of(), many, TEXT)
    wanted = arranged(state, "hls").details_to_fetch
    assert wanted[:PAGE_SIZE] == tuple(many.ids)
    assert len(wanted) == COUNT
    assert result(state, "hls") == (
        " 0 of 1 200  indexing 0/1 200  server search: 600 at 22:13:21, 500 to read"
    )


def test_an_empty_server_result_does_not_end_the_search(utc: None) -> None:
    state = searched(state_of(), Page(PageRequest(filters=TEXT), (), total=0), TEXT)
    assert result(state, "hls") == (" 0 of 1 200  indexing 0/1 200  server search: 0 at 22:13:21")


def test_without_a_count_there_may_be_more_results(utc: None) -> None:
    full = Page(PageRequest(filters=TEXT), LISTED[:1000:2])
    assert "server search: at least 500 at 22:13:21" in result(
        searched(state_of(), full, TEXT), "hls"
    )


def test_no_server_search_if_all_can_be_read_or_nothing_is_searchable() -> None:
    few = state_of(LISTED[:MANY_UNREAD])
    assert arranged(few, "hls").server_search.queries == ()
    assert len(arranged(few, "hls").details_to_fetch) == MANY_UNREAD
    for text in ("status:error", "size>1GB", "a or b", "-hls", "age<2h"):
        assert arranged(state_of(), text).server_search.queries == ()


def test_a_failed_search_keeps_earlier_results_with_their_time(utc: None) -> None:
    state = searched(state_of(), Failure(FailureKind.SERVER, 503), TEXT)
    assert "server search failed" in result(state, "hls")
    assert "indexing 0/1 200" in result(state, "hls")
    state = searched(state, answer(TEXT), TEXT)
    state = searched(state, Failure(FailureKind.SERVER, 503), TEXT, at=500.0)
    assert "server search: 31 at 22:13:21" in result(state, "hls")


def test_old_search_results_are_dropped() -> None:
    state = state_of()
    for number in range(20):
        sought = ServerFilters(search=f"{number}")
        state = searched(state, answer(sought), sought)
    assert list(state.search_results) == [
        ServerFilters(search=f"{n}") for n in range(20 - MAX_SEARCH_RESULTS, 20)
    ]


def profiled(order: OrderSummary, name: str) -> DetailRead:
    jobs = (SubJob(Profile("1", name)),)
    return DetailRead(OrderDetail(order.id, order.status, jobs=jobs), AT)


def test_a_profile_filter_uses_known_profile_names() -> None:
    state = state_of()
    assert arranged(state, "profile:hls").server_search.queries == (
        ServerFilters(profile_name="hls"),
    )
    for order, name in zip(LISTED, ("Test HLS", "DASH", "hls audio"), strict=False):
        state = reduce(state, profiled(order, name))
    asks = (ServerFilters(profile_name="Test HLS"), ServerFilters(profile_name="hls audio"))
    assert arranged(state, "profile:hls").server_search.queries == asks
    pages = [LISTED[40:60:2], LISTED[50:80:3]]
    for sought, rows in zip(asks, pages, strict=True):
        page = Page(PageRequest(filters=sought), rows, total=len(rows))
        state = searched(state, page, sought)
    ids = {order.id for rows in pages for order in rows}
    assert set(arranged(state, "profile:hls").server_search.read_first) == ids
    assert f"server search: {len(ids)} at" in result(state, "profile:hls")


PARTLY = Coverage(dict.fromkeys((o.id for o in LISTED), 100.0), 90_000, COUNT, None)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("status:error", (FAILED,)),
        ("status:error hls", (FAILED_TEXT,)),
        ("error:timeout", (ServerFilters(status="ERROR", search="timeout"),)),
        ("id=o7", (ServerFilters(order_id="o7"),)),
        ("age<2h", (ServerFilters(since=(NOW - 7200) // 600 * 600),)),
        ("status:active", ()),
    ],
)
def test_a_partial_list_makes_the_server_search_the_rest(
    text: str, asks: tuple[ServerFilters, ...]
) -> None:
    state = state_of(coverage=PARTLY)
    assert arranged(state, text).server_search.queries == asks
    whole = msgspec.structs.replace(PARTLY, complete_since=50.0)
    later = reduce(state, PageLoaded(Snapshot(LISTED), whole))
    if text in ("status:error", "id=o7", "age<2h"):
        assert arranged(later, text).server_search.queries == ()


def test_results_beyond_the_known_list_are_reported(utc: None) -> None:
    state = state_of(coverage=PARTLY)
    page = Page(PageRequest(filters=FAILED), LISTED[1::4], total=310)
    state = searched(state, page, FAILED)
    assert result(state, "status:error") == (" 300 of 1 200 known  server search: 310 at 22:13:21")


def test_found_orders_are_read_before_all_others() -> None:
    state = state_of(LISTED[:400], PARTLY)
    state = searched(state, answer(TEXT, LISTED[:400]), TEXT)
    first = [order.id for order in LISTED[:400] if has_text(order)]
    wanted = arranged(state, "hls").details_to_fetch
    assert list(wanted[: len(first)]) == first
    assert len(wanted) == 400


def test_a_server_that_ignores_the_search_changes_no_order() -> None:
    state = searched(state_of(), answer(TEXT, searches=False), TEXT)
    assert arranged(state, "hls").details_to_fetch == tuple(order.id for order in LISTED)


@given(st.sampled_from([TEXT, FAILED_TEXT]), st.data())
def test_wrong_server_results_only_change_the_reading_order(
    filters: ServerFilters, data: st.DataObject
) -> None:
    text = "status:error hls" if filters.status else "hls"
    state = state_of()
    for order in data.draw(st.lists(st.sampled_from(LISTED[:50]), max_size=9)):
        name = data.draw(st.sampled_from(["hls", "dash"]))
        state = reduce(state, profiled(order, name))
    before = arranged(state, text)
    unknown = OrderSummary("unknown", "ERROR", NOW, None)
    rows = data.draw(st.lists(st.sampled_from([unknown, *LISTED]), max_size=60, unique=True))
    count = data.draw(st.none() | st.just(len(rows)) | st.integers(0, 9999))
    page = Page(PageRequest(filters=filters), tuple(rows), total=count)
    after = searched(state, page, filters)
    assert msgspec.structs.replace(after, search_results=state.search_results) == state
    shown = arranged(after, text)
    assert (shown.rows, shown.needs_detail) == (before.rows, before.needs_detail)
    assert set(shown.server_search.read_first) <= {order.id for order in rows}
    assert sorted(shown.details_to_fetch) == sorted(shown.needs_detail)
