"""An hour of the demo, as the poller reads it and the recorder records it: is all of it true?"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from tests.support.accelerated_loop import AcceleratedLoop, Time, run
from tui.api.client import Client
from tui.cli.demo_command import ACCOUNT
from tui.demo.server import DemoServer
from tui.demo.world import World
from tui.history.knowledge import Knowledge
from tui.history.recorder import Recorder
from tui.history.records import Records, Stored
from tui.model.account import Account
from tui.model.events import TimingsChanged
from tui.model.history import Change, ChangedField, SpanKind
from tui.model.state import State, reduce
from tui.model.timing import Estimate
from tui.polling.loop import Poller

pytestmark = pytest.mark.slow

_HOUR = 3600.0
_VIEW = 4
"""Rows in view: so other active orders are out of view."""
_LATENCY = 0.3
"""Seconds until a request was answered: it may wait for a token."""


@dataclass
class Recording:
    world: World
    state: State = field(default_factory=State)
    records: list[Records] = field(default_factory=list)
    stalled: set[str] = field(default_factory=set)
    estimated: set[str] = field(default_factory=set)
    recorder: Recorder = field(default_factory=lambda: Recorder(600.0))

    @property
    def changes(self) -> list[Change]:
        return [change for records in self.records for change in records.changes]

    def statuses(self, order_id: str, at: float) -> set[str | None]:
        """What the server may have said of an order that was asked for at `at`."""
        times = (at, at + _LATENCY)
        orders = [self.world.find(order_id, time) for time in times]
        found = zip(orders, times, strict=True)
        return {None if order is None else self.world.status(order, at) for order, at in found}

    def take(self, records: Records) -> None:
        self.records.append(records)
        self.state = reduce(self.state, TimingsChanged(records.timings))
        for order_id, timing in records.timings.items():
            if timing is not None and timing.is_stalled:
                self.stalled.add(order_id)
            if timing is not None and isinstance(timing.estimate, Estimate):
                self.estimated.add(order_id)

    async def read(self, poller: Poller) -> None:
        async with aclosing(poller.events()) as events:
            async for event in events:
                before, self.state = self.state, reduce(self.state, event)
                self.take(self.recorder.observe(before, event, self.state))
                if before.last_load is None and self.state.last_load is not None:
                    self.take(self.recorder.restore(Stored(), Knowledge()))
                poller.set_visible(order.id for order in self.state.orders[:_VIEW])


async def _record() -> Recording:
    time = Time()
    world = World(1, 831, time.wall())
    recording = Recording(world)
    async with DemoServer(world, clock=time.wall) as server:
        account = Account("42", ACCOUNT.client_id, ACCOUNT.client_secret, server.url)
        client = Client(account, clock=time.clock)
        poller = Poller(client, 5.0, clock=time.clock, jitter=lambda: 1.0)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, AcceleratedLoop)
        loop.expecting = lambda: bool(poller._tasks)
        reading = asyncio.create_task(recording.read(poller))
        await asyncio.sleep(_HOUR)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await client.aclose()
    recording.take(recording.recorder.finish())
    return recording


@pytest.fixture(scope="module")
def recording() -> Recording:
    return run(_record())


def test_the_server_had_the_old_status_before_and_the_new_one_after(recording: Recording) -> None:
    changes = [each for each in recording.changes if each.field is ChangedField.STATUS]
    assert len(changes) > 400
    for change in changes:
        assert change.after is not None
        assert change.old in recording.statuses(change.order_id, change.after)
        assert change.new in recording.statuses(change.order_id, change.before)
        assert change.before - change.after < 8.1
        assert change.attempt == 1


def test_each_order_has_all_of_its_changes(recording: Recording) -> None:
    """Each change begins with the value that the one before has come to."""
    last: dict[tuple[str, ChangedField], object] = {}
    for change in recording.changes:
        key = change.order_id, change.field
        assert last.get(key, change.old) == change.old
        last[key] = change.new


def test_only_the_order_that_stalls_is_stalled(recording: Recording) -> None:
    numbers = {
        order.number
        for order_id in recording.stalled
        if (order := recording.world.find(order_id, recording.world.epoch + _HOUR)) is not None
    }
    assert numbers == {recording.world._generator.stalled_number}


def test_orders_out_of_view_are_estimated_too(recording: Recording) -> None:
    transcoded = {
        each.order_id
        for each in recording.changes
        if each.new == "TRANSCODING" and each.before > recording.world.epoch + 1800
    }
    assert len(transcoded) > 40
    assert len(transcoded & recording.estimated) > 0.9 * len(transcoded)
    assert recording.recorder.accuracy.count > 100
    assert 0.7 < recording.recorder.accuracy.coverage < 0.95


def test_it_was_polled_all_the_time(recording: Recording) -> None:
    spans = {span.start: span for records in recording.records for span in records.spans}
    assert [span.kind for span in spans.values()] == [SpanKind.POLLED]
    assert next(iter(spans.values())).end > recording.world.epoch + _HOUR - 6
