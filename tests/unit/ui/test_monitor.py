"""The monitor without a screen: a fake API, a manual clock and one task."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.app_stage import SESSION, FakeApi, order, orders
from tests.support.clocks import ManualClock
from tests.support.memory_stores import MemoryListCache, cached_list
from tui.model.events import Paused
from tui.model.order import Snapshot
from tui.model.ports import Failure, FailureKind
from tui.ui.monitor import OrderMonitor
from tui.ui.services import AppServices


class Recorder:
    """A monitor, and the events that changed its state."""

    def __init__(
        self,
        listed: Snapshot | Failure | None,
        cache: MemoryListCache | None = None,
        name: str = "",
    ) -> None:
        self.time = ManualClock()
        self.api = FakeApi(listed, name=name)
        self.changes = 0
        services = AppServices(self.api, SESSION, cache=cache, clock=self.time.clock)
        self.monitor = OrderMonitor(services, self._count)

    def _count(self) -> None:
        self.changes += 1

    @property
    def log(self) -> list[str]:
        return [entry.text for entry in self.monitor.telemetry.log]


@asynccontextmanager
async def running(
    listed: Snapshot | Failure | None, cache: MemoryListCache | None = None, name: str = ""
) -> AsyncIterator[Recorder]:
    recorder = Recorder(listed, cache, name)
    task = asyncio.create_task(recorder.monitor.run())
    await settle()
    yield recorder
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert recorder.api.closed


async def settle() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


async def test_nothing_is_requested_before_it_runs() -> None:
    recorder = Recorder(orders(2, 1))
    await settle()
    assert recorder.api.asked == []
    assert recorder.monitor.state.snapshot is None


async def test_each_event_changes_the_state_and_reports_it() -> None:
    async with running(orders(2, 1)) as on:
        assert list(on.monitor.state.index) == [order(2).id, order(1).id]
        assert on.changes >= 1
        assert on.log == ["first list loaded: 2 orders"]


async def test_a_failure_is_part_of_the_state_and_the_log() -> None:
    async with running(Failure(FailureKind.REFUSED)) as on:
        assert on.monitor.state.failure is not None
        assert on.log == ["order list: api.example refuses the connection"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Tu Servidor", "Tu Servidor"),
        ("", ""),
        ("東" * 30, "東" * 19 + "…"),
        ("a" * 41, "a" * 39 + "…"),
    ],
)
async def test_the_name_of_the_company_is_requested_once_after_the_first_list(
    name: str, shown: str
) -> None:
    async with running(Failure(FailureKind.REFUSED), name=name) as on:
        assert on.api.name_requests == 0
        for _ in range(3):
            on.api.listed = orders(1)
            on.monitor.poller.refresh()
            await settle()
        assert on.api.asked.count("list") == 4
        assert on.api.name_requests == 1
        assert on.monitor.session.company_name == shown
        assert on.monitor.session.company == SESSION.company


async def test_the_state_begins_with_the_cached_list() -> None:
    cache = MemoryListCache(cached_list(orders(3), 1_699_999_000.0))
    recorder = Recorder(None, cache)
    assert list(recorder.monitor.state.index) == [order(3).id]
    async with running(
        orders(3, 2), MemoryListCache(cached_list(orders(3), 1_699_999_000.0))
    ) as on:
        assert set(on.monitor.state.index) == {order(3).id, order(2).id}


async def test_a_stall_between_two_ticks_invalidates_the_data() -> None:
    async with running(orders(1)) as on:
        lists = on.api.asked.count("list")
        for seconds, expected in ((1.0, lists), (4.9, lists), (5.1, lists + 1)):
            on.time.advance(seconds)
            on.monitor.tick()
            await settle()
            assert on.api.asked.count("list") == expected
        assert on.log[-1] == "resumed after suspend; refreshing"


async def test_dismissing_forgets_the_gone_orders() -> None:
    async with running(orders(2, 1)) as on:
        on.api.listed = orders(2)
        on.monitor.poller.refresh()
        await settle()
        assert list(on.monitor.state.gone) == [order(1).id]
        on.monitor.dismiss_gone()
        assert not on.monitor.state.gone
        assert on.log[-1] == "removed orders hidden: 1"


def test_an_event_is_reported_after_the_state_has_changed() -> None:
    seen: list[bool] = []
    services = AppServices(FakeApi(), SESSION)
    monitor = OrderMonitor(services, lambda: seen.append(monitor.state.paused))
    monitor.apply(Paused(True))
    assert seen == [True]
