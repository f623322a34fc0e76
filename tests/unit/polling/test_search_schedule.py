"""When server searches are sent, and their effect on the list."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.support.poller import PagedPollerHarness, PollerHarness
from tui.model.events import ListLoaded, OrdersFailed, PageLoaded, SearchAnswered
from tui.model.order import OrderSummary, Snapshot
from tui.model.pages import Page, PageRequest, ServerFilters
from tui.model.ports import Failure, FailureKind
from tui.polling.policy import SEARCH_DEBOUNCE, SEARCH_INTERVAL

TEXT, OTHER = ServerFilters(search="hls"), ServerFilters(search="dash")
FAILED = ServerFilters(status="ERROR")

Answer = Callable[[PageRequest], Snapshot | Page | Failure]


class Seekers(PollerHarness):
    """An unpaged list of a server that can search."""

    def __init__(self, refresh: float = 5.0) -> None:
        super().__init__(refresh, **{f"o{n}": "FINISHED" for n in range(1000)})
        self.asked: list[tuple[float, ServerFilters | None]] = []
        self.searching: Answer = self._search

    def _search(self, part: PageRequest) -> Snapshot | Page | Failure:
        found = (OrderSummary("o7", "FINISHED"), OrderSummary("o900", "FINISHED"))
        return Page(part, found, total=2)

    async def page(self, part: PageRequest) -> Snapshot | Page | Failure:
        self.asked.append((self.now - 1000, part.filters))
        await self._call(None)
        return self.searching(part)

    def times(self, sought: ServerFilters = TEXT) -> list[float]:
        return [at for at, each in self.asked if each == sought]

    def look_for(self, seconds: float, *sought: ServerFilters) -> None:
        self.at(seconds, lambda: self.feed.set_server_searches(sought))


async def test_a_search_is_sent_after_the_debounce_and_then_rarely() -> None:
    world = Seekers()
    world.look_for(2, OTHER)
    world.look_for(2.5, TEXT)
    await world.run(60)
    assert world.times(OTHER) == []  # typing had not ended
    assert world.times() == [pytest.approx(2.5 + SEARCH_DEBOUNCE, abs=0.1)]
    await world.run(190)
    assert len(world.times()) == 4
    assert world.times()[1] - world.times()[0] >= SEARCH_INTERVAL
    world.look_for(195)
    await world.run(400)
    assert len(world.times()) == 4
    result = [event for event in world.events if isinstance(event, SearchAnswered)]
    assert [event.filters for event in result] == [TEXT] * 4
    assert result[0].sent.mono == pytest.approx(1000 + 2.5 + SEARCH_DEBOUNCE, abs=0.1)


async def test_search_results_do_not_change_the_list() -> None:
    world = Seekers()
    answers: list[Answer] = [
        world._search,
        lambda _: Snapshot((OrderSummary("o7", "FINISHED"),)),
    ]
    for answer in answers:
        world.searching = answer
        world.feed.set_server_searches(())
        world.feed.set_server_searches((TEXT,))
        await world.run(len(world.asked) * 100 + 50)
    assert len([each for each in world.events if isinstance(each, SearchAnswered)]) >= 2
    assert not world.seen(PageLoaded)
    for read in world.seen(ListLoaded):
        assert isinstance(read, ListLoaded)
        assert len(read.snapshot.orders) == 1000


async def test_searches_run_one_at_a_time_and_polls_continue() -> None:
    world = Seekers()
    world.took = 2.0
    world.look_for(1, *(ServerFilters(search=f"{n}") for n in range(4)))
    await world.run(60)
    times = [at for at, _ in world.asked]
    assert len(times) == 4
    assert all(later - at >= 2.0 for at, later in pairwise(times))
    lists = [at for at in world.lists() if at not in times]
    assert max(later - at for at, later in pairwise(lists)) <= 2 + 8 + 2 + 0.1


async def test_searches_stay_within_the_request_budget() -> None:
    world = Seekers(refresh=1)
    for second in range(1, 120):
        world.look_for(second * 0.5, ServerFilters(search=f"{second}"))
        world.feed.require_details([f"o{n}" for n in range(500)])
    await world.run(90)
    times = [time for time, _ in world.calls]
    assert max(sum(1 for t in times if start <= t < start + 60) for start in times) <= 120


@pytest.mark.parametrize("failure", [Failure(FailureKind.SERVER, 503), Failure(FailureKind.SLOW)])
async def test_a_failed_search_is_retried_rarely_and_does_not_affect_the_list(
    failure: Failure,
) -> None:
    world = Seekers()
    world.searching = lambda _: failure
    world.look_for(1, TEXT)
    await world.run(600)
    gaps = [later - at for at, later in pairwise(world.times())]
    assert gaps == pytest.approx([SEARCH_INTERVAL, 2 * SEARCH_INTERVAL, 4 * SEARCH_INTERVAL], abs=6)
    assert not world.seen(OrdersFailed)
    result = [event for event in world.events if isinstance(event, SearchAnswered)]
    assert [event.answer for event in result] == [failure] * 4


async def test_retry_after_of_a_search_pauses_all_calls() -> None:
    world = Seekers()
    limited = Failure(FailureKind.LIMITED, 429, 30.0)
    world.searching = lambda _: limited
    world.look_for(1, TEXT)
    await world.run(31)
    assert len([at for at in world.lists() if at > 2.1]) == 0
    (failed,) = world.seen(OrdersFailed)
    assert isinstance(failed, OrdersFailed)
    assert failed.failure == limited


async def test_no_search_while_the_list_fails_or_polling_is_paused() -> None:
    world = Seekers()
    world.list_answers.extend([Failure(FailureKind.SERVER, 500)] * 4)
    world.feed.set_server_searches((TEXT,))
    await world.run(9)
    assert world.times() == []
    await world.run(40)
    assert len(world.times()) == 1
    world.feed.pause_or_resume()
    await world.run(400)
    assert len(world.times()) == 1


class Finders(PagedPollerHarness):
    """A paged list so slow that it is never complete here."""

    def __init__(self) -> None:
        super().__init__(900_000)
        for number in range(40):
            self.set(900 - number, "ERROR")

    async def page(self, part: PageRequest) -> Snapshot | Page | Failure:
        if part.filters is None:
            return await super().page(part)
        self.parts.append((self.now - 1000, part))
        await self._call(None)
        found = [order for order in self.listed if order.status == part.filters.status]
        return Page(part, tuple(found[: part.limit]), total=len(found))


async def test_the_server_finds_orders_that_are_not_loaded_yet() -> None:
    world = Finders()
    await world.run(5)
    known = world.state()
    assert known.is_partially_loaded
    assert not [order for order in known.orders if order.status == "ERROR"]
    world.feed.set_server_searches((FAILED,))
    await world.run(8)
    state = world.state()
    assert state.is_partially_loaded
    assert len([order for order in state.orders if order.status == "ERROR"]) == 40
    assert not state.gone
    assert {order.id for order in known.orders} <= state.index.keys()
    finding = state.search_results[FAILED]
    assert (finding.count, finding.is_complete) == (40, True)
    # They are as old as that answer.
    sent = next(1000 + at for at, part in world.parts if part.filters)
    assert state.listed_at("o900") == pytest.approx(sent)
