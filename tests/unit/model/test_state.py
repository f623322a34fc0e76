"""The state: reduce, freshness, order facts and counts."""

from collections import Counter

import pytest

from tui.model.events import (
    CacheRestored,
    ClockReading,
    DataInvalidated,
    DetailFailed,
    DetailRead,
    DetailsDropped,
    Event,
    GoneDismissed,
    ListLoaded,
    OrdersFailed,
    PageLoaded,
    Paused,
)
from tui.model.order import OrderDetail, OrderSummary, Phase, Profile, Snapshot, SubJob
from tui.model.order_facts import (
    ListStatus,
    count_by_phase,
    facts_of,
    is_stale,
    list_status,
    may_have_progressed,
)
from tui.model.pages import Coverage
from tui.model.ports import CachedDetail, CachedList, Failure, FailureKind
from tui.model.state import MAX_GONE, State, reduce


def at(mono: float) -> ClockReading:
    return ClockReading(1e9 + mono, mono)


def order(name: str, status: str = "QUEUED", progress: float | None = None) -> OrderSummary:
    return OrderSummary(name, status, progress=progress)


def listed(mono: float, *orders: OrderSummary, interval: float = 5.0) -> ListLoaded:
    return ListLoaded(Snapshot(orders), at(mono), interval)


def emptied(mono: float, *orders: OrderSummary) -> ListLoaded:
    """Return the state after the first empty list."""
    return ListLoaded(Snapshot(orders), at(mono), 5.0, empty_unconfirmed=True)


def detailed(mono: float, name: str, status: str | None, *progress: float | None) -> DetailRead:
    jobs = tuple(SubJob(Profile(), progress=percent) for percent in progress)
    return DetailRead(OrderDetail(name, status, filename="f.mp4", jobs=jobs), at(mono))


def after(*events: Event) -> State:
    state = State()
    for event in events:
        state = reduce(state, event)
    return state


def restored(mono: float, *orders: OrderSummary, **more: int) -> CacheRestored:
    """Return the event of a cached list; `more` counts orders not loaded yet, by status."""
    words = Counter([each.status for each in orders]) + Counter(more)
    return CacheRestored(CachedList(Snapshot(orders), 1e9 + mono, words), at(mono))


SLOW = OrdersFailed(Failure(FailureKind.SLOW), 1e9)
READ = listed(100, order("a"))


@pytest.mark.parametrize(
    ("events", "mono", "word"),
    [
        ((), 0, ListStatus.CONNECTING),
        ((SLOW,), 101, ListStatus.CONNECTING),
        ((READ,), 100, ListStatus.LIVE),
        ((READ,), 108, ListStatus.LIVE),
        ((READ,), 108.01, ListStatus.STALE),
        ((listed(100, interval=47.5),), 150.5, ListStatus.LIVE),
        ((listed(100, interval=47.5),), 150.51, ListStatus.STALE),
        ((READ, SLOW), 101, ListStatus.STALE),
        ((READ, SLOW, listed(102, order("a"))), 102, ListStatus.LIVE),
        ((READ, DataInvalidated(at(100))), 101, ListStatus.STALE),
        ((READ, DataInvalidated(at(101)), listed(100.5, order("a"))), 102, ListStatus.STALE),
        ((READ, DataInvalidated(at(101)), listed(101.5, order("a"))), 102, ListStatus.LIVE),
        ((READ, Paused(True)), 100, ListStatus.PAUSED),
        ((READ, SLOW, Paused(True)), 200, ListStatus.PAUSED),
        ((listed(100), listed(101)), 101, ListStatus.LIVE),
        ((listed(100, order("a")), emptied(101)), 101, ListStatus.STALE),
        ((listed(100, order("a")), emptied(101), listed(102)), 102, ListStatus.LIVE),
        ((READ, Paused(True), Paused(False)), 101, ListStatus.LIVE),
        ((restored(99, order("a")),), 100, ListStatus.STALE),
        ((restored(99, order("a")), SLOW), 101, ListStatus.STALE),
        ((restored(99, order("a")), Paused(True)), 101, ListStatus.PAUSED),
        ((restored(99, order("a")), READ), 101, ListStatus.LIVE),
        ((restored(99, order("a")), emptied(100)), 100, ListStatus.STALE),
        ((restored(99, order("a")), CacheRestored(None, at(100))), 100, ListStatus.CONNECTING),
        ((READ, restored(99, order("a"))), 101, ListStatus.LIVE),
        ((READ, DetailFailed("a", Failure(FailureKind.SLOW))), 101, ListStatus.LIVE),
    ],
)
def test_list_status(events: tuple[Event, ...], mono: float, word: ListStatus) -> None:
    assert list_status(after(*events), mono) is word


def test_ages() -> None:
    assert [listed(100, interval=each).fresh_until for each in (5, 50)] == [108, 153]
    state = after(DataInvalidated(at(50)))
    assert not is_stale(100, 2, state, 105)
    assert is_stale(100, 2, state, 105.1)
    assert is_stale(50, 2, state, 50)


def test_a_failure_keeps_the_last_good_facts() -> None:
    state = after(READ, detailed(100, "a", "QUEUED"), SLOW)
    assert state.orders == (order("a"),)
    assert state.details["a"].detail.filename == "f.mp4"
    assert state.failure == SLOW
    assert reduce(state, READ).failure is None


def test_an_emptied_list_is_confirmed_by_a_second_one() -> None:
    full = listed(1, order("b"), order("a"))
    once = after(full, emptied(2, order("b"), order("a")))
    assert once.empty_unconfirmed
    assert (once.orders, once.gone, once.last_load) == (full.snapshot.orders, {}, full)
    back = reduce(once, listed(3, order("b"), order("a")))
    assert (back.empty_unconfirmed, back.gone) == (False, {})
    assert not reduce(once, full).empty_unconfirmed  # the same list again
    for between in ((), (SLOW,)):
        twice = after(full, emptied(2), *between, listed(9))
        assert not twice.empty_unconfirmed
        assert set(twice.gone) == {"a", "b"}
        assert twice.orders == full.snapshot.orders  # reachable, and marked as gone


def test_gone_orders_stay_until_they_are_dismissed() -> None:
    state = after(listed(1, order("b"), order("a")), listed(2, order("b")))
    assert state.orders == (order("b"), order("a"))
    assert set(state.gone) == {"a"}
    assert set(state.index) == {"b"}
    assert facts_of(state, order("a")).gone
    again = reduce(state, listed(3, order("b"), order("a")))
    assert (again.gone, again.orders) == ({}, (order("b"), order("a")))
    dismissed = reduce(state, GoneDismissed(("a", "unknown")))
    assert (dismissed.gone, dismissed.orders) == ({}, (order("b"),))
    assert reduce(state, listed(3, order("b"))).gone == state.gone


def test_gone_orders_keep_their_position_and_are_limited() -> None:
    many = [OrderSummary(str(n), "ERROR", float(n)) for n in range(MAX_GONE + 5, 0, -1)]
    state = after(listed(1, *many), listed(2, many[3]))
    assert len(state.gone) == MAX_GONE
    assert [o.created for o in state.orders[:5]] == [o.created for o in many[:5]]


def test_cached_details_are_as_old_as_they_are() -> None:
    listed_before = (order("a", "FINISHED"), order("b", "ERROR"))
    details = tuple(
        CachedDetail(1e9 + 40, OrderDetail(each.id, each.status, comment="why", is_trimmed=True))
        for each in listed_before
    )
    cached = CachedList(Snapshot(listed_before), 1e9 + 99, {}, details)
    state = after(CacheRestored(cached, at(99)))
    assert {each.sent for each in state.details.values()} == {at(40)}
    # The failed one may have been requeued and have failed again.
    assert [state.details[each].may_be_outdated for each in "ab"] == [False, True]
    state = reduce(state, listed(200, *listed_before))
    assert [facts_of(state, each).is_progress_final for each in listed_before] == [True, False]
    state = reduce(state, listed(205, order("a", "QUEUED"), order("b", "QUEUED")))
    assert all(each.from_earlier_run for each in state.details.values())


def test_a_cached_list_is_stale_until_a_new_one_arrives() -> None:
    state = after(restored(99, order("b", "TRANSCODING", 40.0), order("a")))
    assert [each.id for each in state.orders] == ["b", "a"]
    assert state.as_of == at(99)
    progress_at = facts_of(state, state.orders[0]).progress_at
    assert progress_at == 99
    assert is_stale(progress_at, 5, state, 99.1)  # however recent
    state = reduce(state, listed(100, order("b", "TRANSCODING", 50.0), order("a")))
    assert (state.cached_at, state.as_of, state.gone) == (None, at(100), {})
    assert not is_stale(100, 5, state, 100.1)


def test_a_partly_loaded_cache_counts_all_orders() -> None:
    part = restored(99, order("b"), QUEUED=7, FINISHED=90_000)
    state = after(part)
    assert len(state.orders) == 1
    assert (count_by_phase(state)[Phase.QUEUED], count_by_phase(state)[Phase.FINISHED]) == (
        8,
        90_000,
    )
    assert after(part, READ).status_counts == {"QUEUED": 1}


def test_an_order_of_the_cached_list_that_is_not_listed_is_gone() -> None:
    state = after(restored(99, order("b"), order("a")), READ)
    assert list(state.gone) == ["b"]
    once = after(restored(99, order("b"), order("a")), emptied(100))
    assert (once.empty_unconfirmed, len(once.orders), once.gone) == (True, 2, {})
    assert list(reduce(once, listed(101)).gone) == ["b", "a"]


def test_a_cache_that_fails_to_load_is_dropped_entirely() -> None:
    lost = CacheRestored(None, at(100))
    assert after(restored(99, order("b")), lost) == State()
    assert after(restored(99, order("b")), READ, lost) == after(restored(99, order("b")), READ)


def test_a_late_older_detail_is_ignored() -> None:
    state = after(READ, detailed(110, "a", "UPLOADING"))
    assert reduce(state, detailed(109, "a", "QUEUED")) is state
    assert reduce(state, detailed(111, "a", "ERROR")).details["a"].detail.status == "ERROR"


def test_a_detail_failure_is_cleared_by_a_good_detail() -> None:
    failure = Failure(FailureKind.MISSING, 404)
    state = after(READ, detailed(1, "a", "ERROR"), DetailFailed("a", failure))
    assert state.detail_failures == {"a": failure}
    assert "a" in state.details
    assert reduce(state, detailed(3, "a", "ERROR")).detail_failures == {}
    dropped = reduce(state, DetailsDropped(("a",)))
    assert (dropped.details, dropped.detail_failures) == ({}, {})


@pytest.mark.parametrize(
    ("list_at", "listed_as", "detail_at", "detailed_as", "status"),
    [
        (1, "QUEUED", 2, "TRANSCODING", "TRANSCODING"),
        (2, "FINISHED", 1, "TRANSCODING", "FINISHED"),
        (1, "QUEUED", 1, "ERROR", "ERROR"),
        (1, "QUEUED", 2, None, "QUEUED"),
        (2, "", 1, "ERROR", "ERROR"),
    ],
)
def test_the_newer_status_wins(
    list_at: float, listed_as: str, detail_at: float, detailed_as: str | None, status: str
) -> None:
    state = after(listed(list_at, order("a", listed_as)), detailed(detail_at, "a", detailed_as))
    assert facts_of(state, state.orders[0]).status == status


@pytest.mark.parametrize(
    ("summary", "detail", "progress"),
    [
        (order("a", "TRANSCODING"), None, None),
        (order("a", "TRANSCODING", 40.0), None, (40.0, 10.0)),
        (order("a", "TRANSCODING"), detailed(8, "a", "TRANSCODING", 20.0, 40.0), (30.0, 8.0)),
        (order("a", "TRANSCODING", 40.0), detailed(8, "a", "TRANSCODING", 20.0), (40.0, 10.0)),
        (order("a", "TRANSCODING", 40.0), detailed(12, "a", "TRANSCODING", 60.0), (60.0, 12.0)),
        (order("a", "TRANSCODING"), detailed(12, "a", "TRANSCODING", 60.0, None), None),
        (order("a", "TRANSCODING"), detailed(12, "a", "TRANSCODING"), None),
        (order("a", "FINISHED"), detailed(8, "a", "TRANSCODING", 60.0), (100.0, 8.0)),
        (order("a", "ERROR"), detailed(8, "a", "TRANSCODING", 60.0), (60.0, 8.0)),
        # Requeued since: the result of the earlier run doesn't apply.
        (order("a", "QUEUED"), detailed(8, "a", "ERROR", 60.0), None),
        (order("a", "TRANSCODING"), detailed(8, "a", "FINISHED", 0.0), None),
    ],
)
def test_progress(
    summary: OrderSummary, detail: DetailRead | None, progress: tuple[float, float] | None
) -> None:
    state = after(listed(10, summary))
    if detail is not None:
        state = reduce(state, detail)
    facts = facts_of(state, summary)
    assert (facts.progress, facts.progress_at) == (progress or (None, None))


@pytest.mark.parametrize(
    ("events", "is_final"),
    [
        ((detailed(8, "a", "FINISHED", 0.0), listed(10, order("a", "FINISHED"))), True),
        ((detailed(8, "a", "UPLOADING", 9.0), listed(10, order("a", "FINISHED"))), True),
        ((listed(10, order("a", "ERROR")), detailed(11, "a", "ERROR", 60.0)), True),
        ((listed(10, order("a", "TRANSCODING")), detailed(11, "a", "ERROR", 60.0)), True),
        # It progressed since, by an unknown amount.
        ((listed(10, order("a", "ERROR")), detailed(9, "a", "TRANSCODING", 60.0)), False),
        ((listed(10, order("a", "ERROR")), detailed(11, "a", None, 60.0)), False),
        ((listed(10, order("a", "TRANSCODING")), detailed(11, "a", "TRANSCODING", 6.0)), False),
        # It was requeued and failed again.
        (
            (
                listed(10, order("a", "ERROR")),
                detailed(11, "a", "ERROR", 60.0),
                listed(15, order("a", "QUEUED")),
                listed(20, order("a", "ERROR")),
            ),
            False,
        ),
        (
            (
                listed(10, order("a", "ERROR")),
                detailed(11, "a", "ERROR", 60.0),
                DataInvalidated(at(12)),
                listed(13, order("a", "ERROR")),
            ),
            False,
        ),
        # Between distant lists it may have been requeued and have failed again.
        (
            (
                listed(10, order("a", "ERROR")),
                detailed(11, "a", "ERROR", 60.0),
                listed(18, order("a", "ERROR")),
            ),
            True,
        ),
        (
            (
                listed(10, order("a", "ERROR")),
                detailed(11, "a", "ERROR", 60.0),
                listed(19, order("a", "ERROR")),
            ),
            False,
        ),
    ],
)
def test_progress_is_final_once_the_order_ends(events: tuple[Event, ...], is_final: bool) -> None:
    state = after(*events)
    assert facts_of(state, state.orders[0]).is_progress_final is is_final


def failed(mono: float, comment: str) -> DetailRead:
    return DetailRead(OrderDetail("a", "ERROR", comment=comment), at(mono))


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ((listed(10, order("a", "ERROR")),), None),
        ((listed(10, order("a", "ERROR")), failed(11, "disk full")), "disk full"),
        # Read before it failed: it may still get a reason.
        ((detailed(9, "a", "TRANSCODING"), listed(10, order("a", "ERROR"))), None),
        # It was requeued, and failed again for a reason that is not read yet.
        (
            (
                failed(9, "disk full"),
                listed(10, order("a", "QUEUED")),
                listed(15, order("a", "ERROR")),
            ),
            None,
        ),
        # A copy from a cache, as of a moment later, is from the earlier run, too.
        (
            (
                failed(9, "disk full"),
                listed(10, order("a", "QUEUED")),
                listed(15, order("a", "ERROR")),
                failed(9.5, "disk full"),
            ),
            None,
        ),
        (
            (
                failed(9, "disk full"),
                listed(10, order("a", "QUEUED")),
                listed(15, order("a", "ERROR")),
                failed(14, "no such codec"),
            ),
            "no such codec",
        ),
    ],
)
def test_the_reason_is_that_of_the_current_failure(
    events: tuple[Event, ...], reason: str | None
) -> None:
    state = after(*events)
    assert facts_of(state, state.orders[0]).failure_reason == reason


def test_a_requeued_order_drops_the_progress_of_its_earlier_run() -> None:
    state = after(
        listed(10, order("a", "ERROR")),
        detailed(11, "a", "ERROR", 60.0),
        listed(15, order("a", "QUEUED")),
        listed(20, order("a", "ERROR")),
    )
    assert facts_of(state, state.orders[0]).progress is None
    state = reduce(state, detailed(21, "a", "ERROR", 30.0))
    assert facts_of(state, state.orders[0]).progress == 30.0
    same = order("a", "TRANSCODING")
    again = after(
        listed(10, same),
        detailed(11, "a", "ERROR", 60.0),
        listed(15, same),  # already active again
        listed(20, order("a", "ERROR")),
    )
    assert facts_of(again, again.orders[0]).progress is None
    # A page between two polls reported that it was active again.
    requeued = Snapshot((order("a", "QUEUED"),))
    paged = after(
        listed(10, order("a", "ERROR")),
        detailed(11, "a", "ERROR", 60.0),
        PageLoaded(requeued, Coverage({"a": 12}, 1, 1, None)),
        listed(13, order("a", "ERROR")),
    )
    assert facts_of(paged, paged.orders[0]).progress is None
    # A list requested before the detail says nothing about a later run.
    late = after(
        listed(10, order("a", "TRANSCODING")),
        detailed(16, "a", "ERROR", 60.0),
        listed(15, order("a", "UPLOADING")),
    )
    assert facts_of(late, late.orders[0]).progress == 60.0


def test_counts_by_phase_include_newer_details() -> None:
    orders = (order("a"), order("b", "PENDING"), order("c", "ERROR"), order("d", "PACKING"))
    state = after(
        listed(0, order("gone")),
        listed(1, *orders),
        detailed(2, "a", "UPLOADING"),
        detailed(0, "c", "QUEUED"),
        detailed(2, "gone", "ERROR"),
    )
    counts = count_by_phase(state)
    assert {phase: count for phase, count in counts.items() if count} == {
        Phase.QUEUED: 1,
        Phase.UPLOADING: 1,
        Phase.ERROR: 1,
        Phase.UNKNOWN: 1,
    }
    assert set(counts) == set(Phase)
    assert sum(count_by_phase(State()).values()) == 0


def test_an_equal_snapshot_rebuilds_nothing() -> None:
    state = after(READ)
    again = reduce(state, ListLoaded(READ.snapshot, at(105), 5.0))
    assert again.index is state.index
    assert again.last_load is not None
    assert again.last_load.sent == at(105)


WAITING = (listed(10, order("a", "QUEUED")), detailed(11, "a", "QUEUED", 0.0))


@pytest.mark.parametrize(
    ("events", "mono", "is_old"),
    [
        (WAITING, 19, True),  # neither it nor the list was read since
        ((*WAITING, listed(15, order("a", "QUEUED"))), 22, False),
        ((*WAITING, listed(15, order("a", "QUEUED"))), 24, True),
        ((*WAITING, listed(15, order("a", "QUEUED"), interval=60)), 70, False),
        ((*WAITING, listed(15, order("a", "DOWNLOADING"))), 19, True),
        ((*WAITING, listed(15, order("a", "TRANSCODING"))), 19, True),
        ((*WAITING, listed(15, order("a", "QUEUED")), DataInvalidated(at(16))), 17, True),
        # It may have run, have failed and have been requeued.
        ((*WAITING, listed(20, order("a", "QUEUED"))), 20, True),
        ((*WAITING, listed(15)), 23, True),
        # Progress is never confirmed by a list.
        (
            (
                listed(10, order("a", "TRANSCODING")),
                detailed(11, "a", "TRANSCODING", 5.0),
                listed(15, order("a", "TRANSCODING")),
            ),
            19,
            True,
        ),
    ],
)
def test_the_list_confirms_the_detail_of_a_waiting_order(
    events: tuple[Event, ...], mono: float, is_old: bool
) -> None:
    state = after(*events)
    facts = facts_of(state, state.orders[0])
    assert may_have_progressed(state, facts, 11, 4, mono) is is_old
