"""What a server finds itself: when it is believed, what follows from it, and what never does."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.test_app import WHO
from tui.filtering.parser import parse
from tui.filtering.row_arranger import MAX_DETAIL_FETCHES, ArrangedRows, RowArranger
from tui.model.events import ClockReading, DetailRead, ListLoaded, PageLoaded, SearchAnswered
from tui.model.order import OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.pages import PAGE, Coverage, Page, PageRequest, ServerFilters
from tui.model.ports import Failure, FailureKind
from tui.model.server_search import Heed, judge, list_filters, nowhere
from tui.model.state import MAX_FINDINGS, State, reduce
from tui.ui.event_log import describe_event
from tui.ui.main_screen.filter_text import filter_line

NOW = 1_700_000_000.0
AT = ClockReading(NOW, 100.0)
COUNT = 1200
STATUSES = ("FINISHED", "ERROR", "FINISHED", "TRANSCODING")
LISTED = tuple(OrderSummary(f"o{n}", STATUSES[n % 4], NOW - 60.0 * n, None) for n in range(COUNT))
TEXT = ServerFilters(search="hls")
FAILED = ServerFilters(status="ERROR")
FAILED_TEXT = ServerFilters(status="ERROR", search="hls")
YOUNG = ServerFilters(since=NOW - 6000.0, until=NOW)
PROFILE = ServerFilters(profile_name="Test HLS", status="ERROR")


def has_text(order: OrderSummary) -> bool:
    return int(order.id[1:]) % 39 == 1


def answer(
    sought: ServerFilters,
    listed: Sequence[OrderSummary] = LISTED,
    *,
    ignores: Sequence[str] = (),
    says_count: bool = True,
    limits: bool = True,
) -> Page:
    """What a server answers that ignores some of the parameters."""
    found = list(listed)
    if sought.status and "status" not in ignores:
        found = [order for order in found if order.status == sought.status]
    if sought.since is not None and "timestamp" not in ignores:
        found = [order for order in found if (order.created or 0) >= (sought.since or 0)]
    if sought.order_id and "order_id" not in ignores:
        found = [order for order in found if order.id == sought.order_id]
    if (sought.search or sought.profile_name) and "hidden" not in ignores:
        found = [order for order in found if has_text(order)]
    rows = tuple(found[:PAGE] if limits else found)
    count = len(found) if says_count or not limits else None
    return Page(PageRequest(sought=sought), rows, count=count)


@pytest.mark.parametrize("says_count", [True, False])
@pytest.mark.parametrize(
    ("sought", "ignores", "heed", "ignored"),
    [
        (TEXT, (), Heed.YES, ""),
        (TEXT, ("hidden",), Heed.NO, ""),
        (nowhere("search"), ("hidden",), Heed.NO, "search"),
        (nowhere("profile_name"), ("hidden",), Heed.NO, "profile_name"),
        (FAILED, (), Heed.YES, ""),
        (FAILED, ("status",), Heed.NO, "status"),
        (FAILED_TEXT, (), Heed.YES, ""),
        (FAILED_TEXT, ("hidden",), Heed.NO, ""),
        (FAILED_TEXT, ("status",), Heed.YES, "status"),
        (FAILED_TEXT, ("status", "hidden"), Heed.NO, "status"),
        (PROFILE, (), Heed.YES, ""),
        (PROFILE, ("hidden",), Heed.NO, ""),
        (YOUNG, (), Heed.YES, ""),
        (YOUNG, ("timestamp",), Heed.NO, "timestamp"),
        (ServerFilters(order_id="o7"), (), Heed.YES, ""),
        (ServerFilters(order_id="o7"), ("order_id",), Heed.NO, "order_id"),
    ],
)
def test_a_server_is_believed_for_what_it_leaves_out(
    sought: ServerFilters, ignores: Sequence[str], heed: Heed, ignored: str, says_count: bool
) -> None:
    page = answer(sought, ignores=ignores, says_count=says_count)
    finding, ignored_now = judge(sought, page, AT, LISTED)
    if sought is YOUNG and not (says_count or ignores):
        heed = Heed.UNTOLD  # the newest of the list may be all that it ever sends
    assert finding.heed is heed
    assert " ".join(sorted(ignored_now)) == ignored
    assert finding.ids == frozenset(page.ids)


@pytest.mark.parametrize("sought", [TEXT, FAILED, FAILED_TEXT, PROFILE, YOUNG])
def test_a_server_that_sends_everything_is_not_believed(sought: ServerFilters) -> None:
    everything = answer(sought, ignores=("status", "timestamp", "hidden"), limits=False)
    finding, ignored = judge(sought, everything, AT, LISTED)
    assert finding.heed is Heed.NO
    assert ignored == set(list_filters(sought))


def test_the_newest_of_a_list_are_no_finding_whatever_the_server_calls_them() -> None:
    for sought, ignored in ((TEXT, set[str]()), (nowhere("search"), {"search"})):
        capped = Page(
            PageRequest(sought=sought), LISTED[:100]
        )  # no count, and fewer than were asked for
        finding, ignored_now = judge(sought, capped, AT, LISTED)
        assert (finding.heed, set(ignored_now)) == (Heed.NO, ignored)


@pytest.mark.parametrize("count", [0, None])
def test_nothing_found_nowhere_is_the_proof_that_it_looks(count: int | None) -> None:
    sought = nowhere("search")
    finding, ignored = judge(sought, Page(PageRequest(sought=sought), (), count=count), AT, LISTED)
    assert (finding.heed, ignored) == (Heed.YES, frozenset())


def test_an_answer_that_contradicts_the_list_is_not_believed() -> None:
    nothing = Page(PageRequest(sought=FAILED), (), count=0)  # and there are 300 of them
    finding, ignored = judge(FAILED, nothing, AT, LISTED)
    assert (finding.heed, set(ignored)) == (Heed.NO, {"status"})


def test_nothing_follows_where_too_little_is_known() -> None:
    for known in ((), LISTED[:2]):
        for sought in (TEXT, FAILED, YOUNG):
            finding, ignored = judge(sought, answer(sought), AT, known)
            assert (finding.heed, ignored) == (Heed.UNTOLD, frozenset())


@pytest.mark.parametrize(("status", "heed"), [(400, Heed.NO), (422, Heed.NO), (503, Heed.UNTOLD)])
def test_a_server_that_refuses_the_question_is_not_asked_it_again(status: int, heed: Heed) -> None:
    finding, ignored = judge(FAILED_TEXT, Failure(FailureKind.STATUS, status), AT, LISTED)
    assert finding.failed
    assert finding.heed is heed
    assert ignored == frozenset({"search"} if heed is Heed.NO else ())


@given(
    st.sampled_from([TEXT, FAILED_TEXT, PROFILE, ServerFilters(search="x", since=NOW - 30_000)]),
    st.integers(3, 400),
    st.sets(st.integers(0, 400), max_size=2),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
)
def test_a_server_that_ignores_a_text_is_never_believed_though_the_list_lives(
    sought: ServerFilters,
    count: int,
    changed: set[int],
    new: int,
    says_count: bool,
    limits: bool,
) -> None:
    known = LISTED[:count]
    now = [
        *(OrderSummary(f"n{n}", "ERROR", NOW + n, None) for n in range(new, 0, -1)),
        *(order for n, order in enumerate(known) if n not in changed),
    ]
    page = answer(sought, now, ignores=("hidden",), says_count=says_count, limits=limits)
    assert judge(sought, page, AT, known)[0].heed is not Heed.YES


def state_of(listed: Sequence[OrderSummary] = LISTED, coverage: Coverage | None = None) -> State:
    return reduce(State(), ListLoaded(Snapshot(tuple(listed)), AT, 5.0, coverage))


def arranged(state: State, text: str) -> ArrangedRows:
    return RowArranger().arrange(state, parse(text), NOW)


def searched(state: State, page: Page | Failure, sought: ServerFilters, at: float = 1.0) -> State:
    return reduce(state, SearchAnswered(sought, page, ClockReading(NOW + at, 100.0 + at)))


def told(state: State, text: str) -> str:
    line = filter_line(text, arranged(state, text), state, NOW)
    return "".join(said for said, _ in line)


def test_what_the_server_finds_is_read_first_and_nothing_else_is_left_out(utc: None) -> None:
    state = state_of()
    shown = arranged(state, "hls")
    assert shown.sought.asks == (TEXT,)
    assert shown.details_to_fetch == ()
    assert told(state, "hls") == (
        "hls  0 of 1200, 1200 not yet read: too many, narrow it down; "
        "the server itself has not looked yet"
    )
    state = searched(state, answer(TEXT), TEXT)
    shown = arranged(state, "hls")
    assert list(shown.details_to_fetch) == [order.id for order in LISTED if has_text(order)]
    assert len(shown.needs_detail) == COUNT  # it says that these match, and not that others do not
    assert told(state, "hls") == (
        "hls  0 of 1200, 1200 not yet read; the server itself found 31 at 22:13:21, "
        "31 of them to be read"
    )
    one, other = shown.details_to_fetch[:2]
    state = reduce(state, DetailRead(OrderDetail(one, "ERROR", filename="hls.mp4"), AT))
    state = reduce(state, DetailRead(OrderDetail(other, "ERROR", filename="x.mp4"), AT))
    shown = arranged(state, "hls")
    assert [order.id for order in shown.rows] == [one]  # the other was found for another reason
    assert len(shown.details_to_fetch) == 29
    assert len(shown.needs_detail) == COUNT - 2


def test_no_more_is_read_of_what_is_found_than_of_a_filter(utc: None) -> None:
    found = LISTED[::2][: MAX_DETAIL_FETCHES + 1]
    few = Page(PageRequest(MAX_DETAIL_FETCHES + 1, sought=TEXT), found, count=len(found))
    state = searched(state_of(), few, TEXT)
    assert arranged(state, "hls").details_to_fetch == ()
    many = Page(PageRequest(sought=TEXT), found[:PAGE], count=600)
    state = searched(state_of(), many, TEXT)
    assert arranged(state, "hls").details_to_fetch == ()
    assert told(state, "hls") == (
        "hls  0 of 1200, 1200 not yet read: too many, narrow it down; "
        "the server itself found 600 at 22:13:21"
    )


def test_a_server_that_does_not_look_leaves_all_as_it_was_and_is_told_of() -> None:
    state = searched(state_of(), answer(TEXT, ignores=("hidden",)), TEXT)
    # All of them may have this text: one that stands nowhere tells whether it looks.
    proof = nowhere("search")
    assert arranged(state, "hls").sought.asks == (TEXT, proof)
    assert told(state, "hls") == (
        "hls  0 of 1200, 1200 not yet read: too many, narrow it down; "
        "the server itself has not looked yet"
    )
    state = searched(state, answer(proof, ignores=("hidden",)), proof)
    shown = arranged(state, "hls")
    assert (shown.sought.asks, shown.details_to_fetch) == ((), ())
    assert told(state, "hls") == (
        "hls  0 of 1200, 1200 not yet read: too many, narrow it down; "
        "the server itself does not look by text"
    )
    # What it was not asked for it may know.
    assert arranged(state, "profile:hls").sought.asks == (ServerFilters(profile_name="hls"),)
    # The status alone tells nothing that the list does not.
    assert arranged(state, "status:finished hls").sought.asks == ()


def test_a_text_that_stands_everywhere_is_no_proof_that_the_server_does_not_look(utc: None) -> None:
    state = searched(state_of(), answer(TEXT, ignores=("hidden",)), TEXT)
    proof = nowhere("search")
    state = searched(state, Page(PageRequest(sought=proof), (), count=0), proof)
    assert arranged(state, "hls").sought.asks == (TEXT,)
    assert told(state, "hls") == (
        "hls  0 of 1200, 1200 not yet read: too many, narrow it down; "
        "the server itself found 1200 at 22:13:21"
    )
    assert state.ignored == frozenset()


def test_a_server_that_finds_none_does_not_make_an_end_of_it(utc: None) -> None:
    state = searched(state_of(), Page(PageRequest(sought=TEXT), (), count=0), TEXT)
    assert told(state, "hls") == (
        "hls  0 of 1200, 1200 not yet read: too many, narrow it down; "
        "the server itself found 0 at 22:13:21"
    )


def test_where_the_server_does_not_say_how_many_there_may_be_more(utc: None) -> None:
    full = Page(PageRequest(sought=TEXT), LISTED[:1000:2])
    assert "the server itself found at least 500 at 22:13:21" in told(
        searched(state_of(), full, TEXT), "hls"
    )


def test_what_the_server_turns_out_to_ignore_is_noted_once() -> None:
    before = state_of()
    event = SearchAnswered(FAILED, answer(FAILED, ignores=("status",)), AT)
    after = reduce(before, event)
    assert describe_event(before, event, after, WHO) == "the server does not filter by status"
    assert describe_event(after, event, reduce(after, event), WHO) is None


def test_a_server_that_knows_some_of_the_filters_is_asked_those(utc: None) -> None:
    text = "-id:x status:finished hls"
    sought = ServerFilters(status="FINISHED", search="hls")
    state = state_of()
    assert arranged(state, text).sought.asks == (sought,)
    state = searched(state, answer(sought, ignores=("status",)), sought)
    assert state.ignored == {"status"}
    shown = arranged(state, text)
    assert shown.sought.asks == (TEXT,)
    state = searched(state, answer(TEXT), TEXT)
    shown = arranged(state, text)
    assert "the server itself found 31" in told(state, text)
    assert set(shown.details_to_fetch) <= set(
        shown.needs_detail
    )  # the others are of another status


def test_nobody_is_asked_where_all_can_be_read_or_nothing_can_be_asked() -> None:
    few = state_of(LISTED[:MAX_DETAIL_FETCHES])
    assert arranged(few, "hls").sought.asks == ()
    assert len(arranged(few, "hls").details_to_fetch) == MAX_DETAIL_FETCHES
    for text in ("status:error", "size>1GB", "a or b", "-hls", "age<2h"):
        assert arranged(state_of(), text).sought.asks == ()


def test_a_question_that_fails_leaves_what_was_found_before_with_its_time(utc: None) -> None:
    state = searched(state_of(), Failure(FailureKind.SERVER, 503), TEXT)
    assert "the server did not answer when asked to look" in told(state, "hls")
    assert "too many, narrow it down" in told(state, "hls")
    state = searched(state, answer(TEXT), TEXT)
    state = searched(state, Failure(FailureKind.SERVER, 503), TEXT, at=500.0)
    assert "the server itself found 31 at 22:13:21" in told(state, "hls")


def test_not_every_question_that_was_ever_asked_is_kept() -> None:
    state = state_of()
    for number in range(20):
        sought = ServerFilters(search=f"{number}")
        state = searched(state, answer(sought), sought)
    assert list(state.search_results) == [
        ServerFilters(search=f"{n}") for n in range(20 - MAX_FINDINGS, 20)
    ]


def profiled(order: OrderSummary, name: str) -> DetailRead:
    jobs = (SubJob(Profile("1", name)),)
    return DetailRead(OrderDetail(order.id, order.status, jobs=jobs), AT)


def test_a_profile_is_asked_for_by_the_names_that_were_seen() -> None:
    state = state_of()
    assert arranged(state, "profile:hls").sought.asks == (ServerFilters(profile_name="hls"),)
    for order, name in zip(LISTED, ("Test HLS", "DASH", "hls audio"), strict=False):
        state = reduce(state, profiled(order, name))
    asks = (ServerFilters(profile_name="Test HLS"), ServerFilters(profile_name="hls audio"))
    assert arranged(state, "profile:hls").sought.asks == asks
    pages = [LISTED[40:60:2], LISTED[50:80:3]]
    for sought, rows in zip(asks, pages, strict=True):
        page = Page(PageRequest(sought=sought), rows, count=len(rows))
        state = searched(state, page, sought)
    ids = {order.id for rows in pages for order in rows}
    assert set(arranged(state, "profile:hls").details_to_fetch) == ids
    assert f"the server itself found {len(ids)} at" in told(state, "profile:hls")
    state = msgspec.structs.replace(state, ignored=frozenset({"profile_name"}))
    assert arranged(state, "profile:hls").sought.asks == (TEXT,)  # it may look there as well


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
def test_while_more_is_listed_than_is_known_the_server_is_asked_for_the_rest(
    text: str, asks: tuple[ServerFilters, ...]
) -> None:
    state = state_of(coverage=PARTLY)
    assert arranged(state, text).sought.asks == asks
    whole = msgspec.structs.replace(PARTLY, complete_since=50.0)
    later = reduce(state, PageLoaded(Snapshot(LISTED), whole))
    if text in ("status:error", "id=o7", "age<2h"):
        assert arranged(later, text).sought.asks == ()


def test_what_is_found_beyond_what_is_known_is_said(utc: None) -> None:
    state = state_of(coverage=PARTLY)
    page = Page(PageRequest(sought=FAILED), LISTED[1::4], count=310)
    state = searched(state, page, FAILED)
    assert told(state, "status:error") == (
        "status:error  300 of 1200 known; the server itself found 310 at 22:13:21"
    )


@given(st.sampled_from([TEXT, FAILED_TEXT]), st.data())
def test_what_a_server_says_turns_no_verdict_round(
    sought: ServerFilters, data: st.DataObject
) -> None:
    """Whatever it answers: rows and undecided orders are those of before."""
    text = "status:error hls" if sought.status else "hls"
    state = state_of()
    for order in data.draw(st.lists(st.sampled_from(LISTED[:50]), max_size=9)):
        name = data.draw(st.sampled_from(["hls", "dash"]))
        state = reduce(state, profiled(order, name))
    before = arranged(state, text)
    rows = data.draw(st.lists(st.sampled_from(LISTED), max_size=60, unique=True))
    count = data.draw(st.none() | st.just(len(rows)) | st.integers(0, 9999))
    state = searched(state, Page(PageRequest(sought=sought), tuple(rows), count=count), sought)
    after = arranged(state, text)
    assert (after.rows, after.needs_detail) == (before.rows, before.needs_detail)
    assert set(after.details_to_fetch) <= set(after.needs_detail)
    assert len(after.details_to_fetch) <= MAX_DETAIL_FETCHES
