"""Each moment in the past shows what the server had said at the last poll before it.

The real client, poller, recorder and store watch a changing company through faults, pauses and
suspends, in simulated time. The answers that were accepted are kept, and compared with the past.
"""

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from random import Random
from sqlite3 import Connection
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from tests.consistency.play import FAULTS
from tests.consistency.stage import REFRESH, Stage
from tests.support.accelerated_loop import run
from tui.api.client import Client
from tui.clock import Clock
from tui.history.company_history import CompanyHistory
from tui.history.past import PastReader
from tui.model.account import Account, Secret, Session
from tui.model.events import DetailRead, Event, ListLoaded
from tui.model.order import OrderDetail, OrderSummary, Phase, effective_progress
from tui.model.order_facts import facts_of
from tui.model.past import PastMoment, TimeStep
from tui.model.state import State
from tui.ui.monitor import OrderMonitor
from tui.ui.services import AppServices

MOMENTS = 200
SECONDS = 1200.0
CLOCK_ERROR = 0.01
"""Seconds: two clocks are read one after the other."""


class Detail(NamedTuple):
    sent: float
    content: OrderDetail
    is_overtaken: bool
    """A list that was requested later had come before."""


class Witness:
    """What the accepted answers say, by the wall times of their requests. What came after the
    answer to a later request may be recorded, but need not.
    """

    def __init__(self) -> None:
        self.list_times: list[float] = []
        self.fresh_until: list[float] = []
        self.lists: list[dict[str, str]] = []
        self.overtaken: list[set[str]] = []
        """Of each list, the orders of which a later detail had come before."""
        self.details: dict[str, list[Detail]] = defaultdict(list)

    def note(self, before: State, event: Event, after: State) -> None:
        match event:
            case ListLoaded(empty_unconfirmed=False):
                sent = event.sent.wall
                if self.list_times and sent < self.list_times[-1]:
                    return  # a cache's copy of what was listed before, older by its rounded age
                self.list_times.append(sent)
                self.fresh_until.append(sent + event.fresh_until - event.sent.mono)
                self.lists.append({each.id: each.status for each in event.snapshot.orders})
                self.overtaken.append(
                    {each for each, known in self.details.items() if known[-1].sent > sent}
                )
            case DetailRead(detail, sent) if after is not before:
                is_overtaken = sent.wall < self.list_times[-1]
                self.details[detail.id].append(Detail(sent.wall, detail, is_overtaken))

    def statuses(self, at: float) -> dict[str, set[str | None]]:
        """Return what the last list until then says; a detail that was requested later wins."""
        number = bisect_right(self.list_times, at) - 1
        listed, overtaken = self.lists[number], self.overtaken[number]
        statuses: dict[str, set[str | None]] = {}
        for order_id in listed.keys() | overtaken:
            statuses[order_id] = {listed.get(order_id)}
            if order_id in overtaken:
                statuses[order_id].add(self.lists[number - 1].get(order_id))
            for each in self.possible_details(order_id, at):
                if each.sent >= self.list_times[number]:
                    statuses[order_id].add(each.content.status)
                    if not each.is_overtaken:
                        statuses[order_id] = {each.content.status}
        return statuses

    @property
    def times(self) -> list[float]:
        return [*self.list_times, *(each.sent for known in self.details.values() for each in known)]

    def was_fresh(self, at: float) -> bool:
        return at <= self.fresh_until[bisect_right(self.list_times, at) - 1]

    def possible_details(self, order_id: str, at: float) -> list[Detail]:
        """Return the last detail of an order that was requested until then, after those that may
        count instead.
        """
        known = [each for each in self.details.get(order_id, ()) if each.sent <= at]
        certain = [n for n, each in enumerate(known) if not each.is_overtaken]
        return known[certain[-1] if certain else 0 :]


class NotingMonitor(OrderMonitor):
    witness: Witness

    def apply(self, event: Event) -> None:
        before = self.state
        super().apply(event)
        self.witness.note(before, event, self.state)


async def _faults(stage: Stage, monitor: OrderMonitor, chance: Random) -> None:
    """One fault after the other, and pauses and suspends between them."""
    while True:
        await asyncio.sleep(chance.uniform(5, 25))
        match chance.choice(("fault", "fault", "pause", "suspend")):
            case "fault":
                await stage.server.begin(FAULTS[chance.choice([*FAULTS])])
                await asyncio.sleep(chance.uniform(1, 40))
                await stage.server.end()
            case "pause":
                monitor.poller.pause_or_resume()
                await asyncio.sleep(chance.uniform(1, 60))
                monitor.poller.pause_or_resume()
            case _:
                stage.time.suspend(chance.uniform(5, 120))
                monitor.poller.invalidate()


class Comparison:
    """Compares moments in the past with what the witness knows."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self.lies: list[str] = []
        self.cells = 0
        self.unknown = 0
        """Values that were read then, and that the past does not have."""
        self.not_polled = 0

    def compare(self, state: State, at: float) -> None:
        found = [*self._list(state, at)]
        for order in state.orders:
            found += self._order(state, order, at)
        self.lies += [f"at {at - self._witness.list_times[0]:.3f}: {each}" for each in found]

    def _list(self, state: State, at: float) -> Iterator[str]:
        assert state.past is not None
        said = {each: facts_of(state, order).status for each, order in state.index.items()}
        expected = self._witness.statuses(at)
        self.cells += len(expected)
        for order_id in said.keys() | expected.keys():
            possible = expected.get(order_id, {None})
            if said.get(order_id) not in possible:
                yield f"{order_id} is {said.get(order_id)}, and not {possible}"
        self.not_polled += state.past.not_polled_since is not None
        if state.past.not_polled_since is None and not self._witness.was_fresh(at):
            yield "it was not polled"

    def _order(self, state: State, order: OrderSummary, at: float) -> Iterator[str]:
        facts, timed = facts_of(state, order), state.details.get(order.id)
        known = [each.content for each in self._witness.possible_details(order.id, at)]
        if timed is None:
            self.unknown += bool(known)
            return
        if facts.phase is Phase.ERROR and facts.is_detail_current:
            self.cells += 1
            reasons = [each.comment for each in known]
            if facts.failure_reason not in reasons:
                yield f"{order.id} failed by {facts.failure_reason}, and not by {reasons}"
        if timed.from_earlier_run:
            return
        percents = _percents(timed.detail, facts.phase)
        possible = [_percents(each, facts.phase) for each in known]
        self.cells += len(percents)
        self.unknown += None in percents and bool(known)
        if None not in percents and facts.phase is not Phase.FINISHED and percents not in possible:
            yield f"{order.id} has {percents} %, and not {possible}"


def _percents(detail: OrderDetail, phase: Phase) -> list[float | None]:
    percents = [effective_progress(job.progress, phase) for job in detail.jobs]
    return [None if each is None else round(each, 2) for each in percents]


async def _watch(seed: int) -> Comparison:
    """Watch a company, then compare its past at random moments."""
    stage, witness = Stage(seed), Witness()
    await stage.server.start()
    environ, loop = stage.server.environ, asyncio.get_running_loop()
    account = Account(
        environ["TRANSPARENT_COMPANY_ID"],
        environ["TRANSPARENT_CLIENT_ID"],
        Secret(environ["TRANSPARENT_CLIENT_SECRET"]),
        environ["TRANSPARENT_API_URL"],
    )
    clock = stage.time.clock
    wall = clock.wall()
    history = CompanyHistory(None, lambda: wall, days=90, size=10**8, stall_after=600)
    client = Client(account, clock=Clock(clock.wall, loop.time))
    services = AppServices(
        client, Session("42", "127.0.0.1"), refresh=REFRESH, clock=clock, history=history
    )
    monitor = NotingMonitor(services, lambda: None)
    monitor.witness = witness
    loop.expecting = lambda: bool(monitor.poller._tasks)  # type: ignore[attr-defined] # accelerated
    running = asyncio.create_task(monitor.run())
    await asyncio.sleep(5)
    monitor.poller.set_visible([each.id for each in monitor.state.orders[:30]])
    faults = asyncio.create_task(_faults(stage, monitor, Random(f"faults {seed}")))
    await asyncio.sleep(SECONDS)
    faults.cancel()
    loop.expecting = lambda: True  # type: ignore[attr-defined] # the store's thread answers
    comparison, latest = Comparison(witness), witness.list_times[-1]
    chance = Random(f"moments {seed}")
    for _ in range(MOMENTS):
        at = chance.uniform(witness.list_times[0], latest)
        while any(abs(at - each) < CLOCK_ERROR for each in witness.times):
            at += CLOCK_ERROR
        state = await history.past(at, (), latest)
        assert state is not None
        comparison.compare(state, at)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await stage.server.end()
    await stage.server.stop()
    return comparison


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_past_is_what_the_server_had_said(seed: int) -> None:
    found = run(_watch(seed))
    assert found.lies == []
    assert found.cells > MOMENTS * 50
    assert found.unknown < found.cells / 20
    assert 5 < found.not_polled < MOMENTS * 0.9


@pytest.mark.slow
def test_a_past_of_another_time_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    read = PastReader.read

    def late(
        self: PastReader,
        connection: Connection,
        start: float,
        steps: Sequence[TimeStep],
        latest: float,
    ) -> State | None:
        state = read(self, connection, max(start - 10, latest - SECONDS), steps, latest)
        return None if state is None else replace(state, past=PastMoment(start, 0.0))

    monkeypatch.setattr(PastReader, "read", late)
    assert len(run(_watch(1)).lies) > MOMENTS
