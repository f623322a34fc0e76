"""A paged list: which pages are requested, and what counts as known."""

from itertools import pairwise

import pytest

from tests.support.poller import PagedPollerHarness
from tui.model.events import ListLoaded
from tui.model.order import InvalidRow, OrderDetail, Phase, Profile, Snapshot, SubJob
from tui.model.order_facts import (
    ListStatus,
    OrderFacts,
    count_by_phase,
    facts_of,
    is_outdated_row,
    list_status,
)
from tui.model.pages import NEWEST_PAGE
from tui.model.ports import Failure, FailureKind
from tui.model.state import State, reduce
from tui.polling import policy


async def test_the_whole_list_is_scanned_once_and_then_rarely() -> None:
    world = PagedPollerHarness(9000)
    await world.run(3)
    assert world.state().coverage is not None
    assert len(world.state().orders) < 9000
    await world.run(60)
    state = world.state()
    assert state.coverage is not None
    assert state.coverage.complete_since == pytest.approx(1000, abs=1)
    assert [order.id for order in state.orders] == [order.id for order in world.listed]
    assert len(world.asked(sweep=True)) == 5
    await world.run(policy.SCAN_PAUSE)
    assert len(world.asked(sweep=True)) == 5
    await world.run(policy.SCAN_PAUSE + 60)
    assert len(world.asked(sweep=True)) == 10


async def test_scanning_an_endless_list_is_limited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(policy, "MAX_ORDERS", 4000)
    world = PagedPollerHarness(9000)
    await world.run(600)
    state = world.state()
    assert len(state.orders) < 6500
    assert state.is_partially_loaded
    assert len(world.asked(sweep=True)) == 3


async def test_an_idle_minute_costs_17_requests_besides_the_scan() -> None:
    world = PagedPollerHarness(9000)
    await world.run(60)
    before = len(world.calls)
    await world.run(120)
    assert len(world.calls) - before <= 17
    statuses = {part.status for part in world.asked(status=True)}
    assert statuses == set(policy.STATUSES)


async def test_a_list_of_one_and_a_half_pages_is_read_once() -> None:
    world = PagedPollerHarness(823)
    await world.run(120)
    coverage = world.state().coverage
    assert coverage is not None
    assert coverage.complete_since == pytest.approx(1000, abs=1)
    assert len(world.state().orders) == 823
    assert len(world.asked(sweep=True)) == 1
    assert len(world.asked(status=True)) <= 9


@pytest.mark.parametrize(("orders", "pages"), [(500, 1), (2000, 2), (3950, 3)])
async def test_a_list_whose_last_page_is_full_is_read_to_its_end(orders: int, pages: int) -> None:
    world = PagedPollerHarness(orders)
    await world.run(120)
    coverage = world.state().coverage
    assert coverage is not None
    assert coverage.complete_since == pytest.approx(1000, abs=1)
    assert len(world.state().orders) == orders
    assert len(world.asked(sweep=True)) == pages


async def test_a_short_list_costs_only_its_polls() -> None:
    world = PagedPollerHarness(499)
    await world.run(119)
    assert len(world.calls) == 24
    assert world.state().coverage is None


@pytest.mark.slow
async def test_the_first_scan_stays_within_the_request_budget() -> None:
    world = PagedPollerHarness(300_000, refresh=1)
    names = [order.id for order in world.listed[100_000:100_060]]
    world.at(30, lambda: world.feed.set_visible(names))
    await world.run(120)
    times = [time for time, _ in world.calls]
    assert max(sum(1 for t in times if start <= t < start + 60) for start in times) <= 120
    polls = [time for time, part in world.parts if part == NEWEST_PAGE]
    assert max(b - a for a, b in pairwise(polls)) < 3


async def test_a_requeued_old_order_is_seen_within_a_minute() -> None:
    world = PagedPollerHarness(9000)
    await world.run(60)
    world.set(7, "TRANSCODING")
    await world.run(60 + (policy.STATUS_INTERVAL * len(policy.STATUSES)) + 1)
    state = world.state()
    assert state.index["o7"].status == "TRANSCODING"
    assert count_by_phase(state)[Phase.TRANSCODING] == 1
    world.set(7, "FINISHED")  # no list of active orders has it any more
    await world.run(60 + (policy.STATUS_INTERVAL * len(policy.STATUSES)) + 30)
    state = world.state()
    assert facts_of(state, state.index["o7"]).status == "FINISHED"


async def test_status_filters_stop_if_the_server_ignores_them() -> None:
    world = PagedPollerHarness(9000)
    world.honours_filters = False
    await world.run(300)
    assert len(world.asked(status=True)) == 1
    assert len(world.state().orders) == 9000


async def test_without_offset_support_the_list_is_never_complete() -> None:
    world = PagedPollerHarness(9000)
    world.honours_offset = False
    await world.run(300)
    coverage = world.state().coverage
    assert coverage is not None
    assert (coverage.scanned, coverage.complete_since) == (2000, None)
    assert len(world.asked(sweep=True)) == 2


@pytest.mark.parametrize("reach", [0, 3000])
async def test_an_unexpected_empty_page_does_not_end_the_scan(reach: int) -> None:
    world = PagedPollerHarness(9000)
    await world.run(0)
    world.reach = reach
    await world.run(3)
    world.reach = 9000
    await world.run(60)
    state = State()
    for event in world.events:
        state = reduce(state, event)
        whole = state.coverage is not None and state.coverage.complete_since is not None
        assert not whole or len(state.orders) == 9000
    assert whole


async def test_orders_that_may_be_gone_do_not_count_as_read() -> None:
    world = PagedPollerHarness(9000)
    await world.run(60)
    del world.listed[4000]
    world.unreadable = (InvalidRow(0, "it has no id"),)  # this one may be the missing one
    await world.run(policy.SCAN_PAUSE + 60)
    coverage = world.state().coverage
    assert coverage is not None
    assert "o5000" in world.state().index
    assert coverage.complete_since == coverage.last_read_at["o5000"] < 1060
    world.unreadable = ()
    await world.run(2 * policy.SCAN_PAUSE + 120)
    coverage = world.state().coverage
    assert coverage is not None
    assert coverage.complete_since is not None
    assert coverage.complete_since > 1000 + policy.SCAN_PAUSE
    assert list(world.state().gone) == ["o5000"]


async def test_a_scan_that_never_reaches_the_end_stops() -> None:
    world = PagedPollerHarness(9000)
    world.reach = 3000
    await world.run(600)
    coverage = world.state().coverage
    assert coverage is not None
    assert coverage.complete_since is None
    assert len(world.asked(sweep=True)) < 10


async def test_rows_in_view_that_no_poll_covers_are_read_with_each_refresh() -> None:
    world = PagedPollerHarness(9000)
    await world.run(60)
    names = [order.id for order in world.listed[4000:4030]]

    def old() -> list[bool]:
        state = world.state()
        return [is_outdated_row(state, name, world.now) for name in names]

    assert all(old())
    assert list_status(world.state(), world.now) is ListStatus.LIVE
    world.feed.set_visible(names)
    await world.run(62)
    assert not any(old())
    world.set(9000 - 4010, "ERROR")
    await world.run(69)
    assert world.state().index["o4990"].status == "ERROR"
    assert not any(old())
    world.feed.set_visible([order.id for order in world.listed[:30]])
    await world.run(90)
    assert all(old())
    assert 2 <= len(world.asked(view=True)) <= 4


async def test_a_failed_order_is_read_again_after_a_coverage_gap() -> None:
    world, reached = PagedPollerHarness(9000), [30.0]
    world.detail_answer = lambda order_id: OrderDetail(
        order_id,
        world.statuses.get(order_id, "FINISHED"),
        jobs=(SubJob(Profile(), progress=reached[0]),),
    )
    world.set(5000, "ERROR")
    names = [order.id for order in world.listed[3990:4010]]

    def facts() -> OrderFacts:
        state = world.state()
        return facts_of(state, state.index["o5000"])

    world.feed.set_visible(names)
    await world.run(20)
    assert (facts().progress, facts().is_progress_final) == (30.0, True)
    await world.run(60)
    assert len(world.details("o5000")) == 1  # a visible order is known not to have changed
    world.feed.set_visible([order.id for order in world.listed[:30]])
    await world.run(100)
    reached[0] = 70.0  # it runs and fails again, unnoticed
    world.feed.set_visible(names)
    world.detail_answer, answer = lambda _: Failure(FailureKind.SERVER, 502), world.detail_answer
    await world.run(110)
    assert (facts().progress, facts().is_progress_final) == (30.0, False)
    world.detail_answer = answer
    await world.run(150)
    assert (facts().progress, facts().is_progress_final) == (70.0, True)


async def test_what_a_poll_covers_is_as_old_as_the_poll() -> None:
    world = PagedPollerHarness(9000)
    await world.run(61)
    state = world.state()
    assert not any(is_outdated_row(state, order.id, world.now) for order in world.listed[:500])
    # Without polls the list status covers all rows.
    assert not is_outdated_row(state, world.listed[0].id, world.now + 100)
    assert list_status(state, world.now + 100) is ListStatus.STALE


async def test_invalidation_makes_unread_rows_stale() -> None:
    world = PagedPollerHarness(9000)
    await world.run(3)
    world.feed.invalidate()
    await world.run(3.5)
    assert list_status(world.state(), world.now) is ListStatus.STALE
    await world.run(9)
    state = world.state()
    assert list_status(state, world.now) is ListStatus.LIVE
    assert is_outdated_row(state, "o8400", world.now)
    assert not is_outdated_row(state, "o9000", world.now)


async def test_orders_that_vanish_between_pages_are_gone() -> None:
    world = PagedPollerHarness(20_000)
    await world.run(2)
    del world.listed[100:3000]
    await world.run(60)
    state = world.state()
    listed = [order.id for order in world.listed]
    assert sorted(state.index) == sorted(listed)
    assert not state.gone.keys() & set(listed)
    assert state.gone


async def test_one_empty_poll_loses_no_known_order() -> None:
    world = PagedPollerHarness(9000)
    await world.run(60)
    kept, world.listed = world.listed, []
    await world.run(64)
    state = world.state()
    assert (len(state.orders), state.empty_unconfirmed) == (9000, True)
    world.listed = kept
    await world.run(70)
    state = world.state()
    assert (len(state.orders), state.empty_unconfirmed, state.gone) == (9000, False, {})


async def test_a_failed_page_is_retried_later_and_polls_continue() -> None:
    world = PagedPollerHarness(9000)
    world.failing = Failure(FailureKind.SERVER, 500)
    await world.run(60)
    assert len([part for _, part in world.parts if part == NEWEST_PAGE]) >= 12
    assert len(world.asked(sweep=True)) <= 10
    assert list_status(world.state(), world.now) is ListStatus.LIVE
    world.failing = None
    await world.run(120)
    assert len(world.state().orders) == 9000


async def test_a_rate_limited_page_pauses_the_polls() -> None:
    world = PagedPollerHarness(9000)
    world.failing = Failure(FailureKind.LIMITED, 429, 60.0)
    await world.run(59)
    assert len(world.parts) == 2
    state = world.state()
    assert state.failure is not None
    assert state.failure.failure == world.failing


async def test_a_server_that_starts_to_return_the_whole_list() -> None:
    world = PagedPollerHarness(9000)
    await world.run(10)
    world.honours_offset = False

    async def everything() -> Snapshot:
        await world._call(None)
        return Snapshot(tuple(world.listed))

    world.orders = everything  # type: ignore[method-assign]
    await world.run(30)
    assert world.state().coverage is None
    assert len(world.state().orders) == 9000


async def test_cached_orders_are_stale_beside_the_first_pages() -> None:
    world = PagedPollerHarness(9000)
    kept = Snapshot((*world.listed[5:8000], world.order_of(-5)))
    world.feed.seed(State(snapshot=kept))
    world.failing = Failure(FailureKind.SERVER, 500)
    await world.run(3)
    state = world.state()
    assert len(state.orders) == 8001  # none of them is shown as gone
    assert not state.gone
    assert is_outdated_row(state, "o2000", world.now)
    assert not is_outdated_row(state, "o9000", world.now)
    assert "o500" not in state.index
    world.failing = None
    await world.run(60)
    state = world.state()
    assert sorted(state.index) == sorted(order.id for order in world.listed)
    assert list(state.gone) == ["o-5"]


async def test_a_partial_list_is_not_cached_as_complete() -> None:
    world = PagedPollerHarness(9000)
    await world.run(60)
    read = [event for event in world.events if isinstance(event, ListLoaded)]
    whole = [event for event in read if event.is_complete]
    assert not read[0].is_complete
    assert whole
    assert {len(event.snapshot.orders) for event in whole} == {9000}
    # As old as its oldest page: the scan began at the start.
    assert {round(event.oldest_read.mono) for event in whole} == {1000}
    assert {round(event.oldest_read.wall - 1e9) for event in whole} == {1000}
