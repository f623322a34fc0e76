"""The history of a company over several runs: the real recorder and the real store."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.clocks import ManualClock
from tui.history import company_history, database, storage, timeline
from tui.history.company_history import CompanyHistory
from tui.history.recorder import Recorder
from tui.history.store import Store
from tui.model.events import DetailRead, Event, ListLoaded, TimingsChanged
from tui.model.history import ChangedField
from tui.model.order import OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.state import State, reduce

T0 = 1_700_000_000.0
"""Of the manual clock."""


class Run:
    """One run of the program, without the program: events are reduced as its monitor does."""

    def __init__(self, path: Path | None, clock: ManualClock) -> None:
        self.clock = clock
        self.state = State()
        self.history = CompanyHistory(path, clock.read_wall, days=90, size=10**8, stall_after=600.0)

    def apply(self, event: Event) -> None:
        before, self.state = self.state, reduce(self.state, event)
        timings = self.history.observe(before, event, self.state)
        self.state = reduce(self.state, TimingsChanged(timings))

    async def poll(self, seconds: float = 5.0, **statuses: str) -> None:
        """Read a list `seconds` after the last event, and let the history take it in."""
        self.clock.advance(seconds)
        known = self.state.index
        orders = [OrderSummary(name, status, T0) for name, status in statuses.items()]
        same = tuple(known[each.id] if known.get(each.id) == each else each for each in orders)
        self.apply(ListLoaded(Snapshot(same), self.clock.clock.now(), 5.0))
        await self.settle()

    async def read(self, name: str, status: str, percent: float) -> None:
        job = SubJob(Profile("1", "HLS"), progress=percent)
        self.clock.advance(0.5)
        detail = OrderDetail(name, status, T0, "a.mp4", jobs=(job,))
        self.apply(DetailRead(detail, self.clock.clock.now()))
        await self.settle()

    async def settle(self) -> None:
        """Wait until the file is open, the list compared, and the outcome observed."""
        await self.history.changes_of([])
        parts = self.history._parts
        assert parts is not None
        while tasks := parts.list_check._tasks:
            await asyncio.wait(tasks)


@asynccontextmanager
async def run(path: Path | None, clock: ManualClock, **statuses: str) -> AsyncIterator[Run]:
    """A run that has read its first list and what earlier runs recorded."""
    running = Run(path, clock)
    for _ in range(3):  # the file is open at the second list, and compared at the third
        await running.poll(5.0, **statuses)
    yield running
    await running.history.aclose()
    assert running.history.problem == ""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history-x.sqlite"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(T0)


@contextmanager
def held(path: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program holds the file. With the locking mode EXCLUSIVE it cannot even be opened."""
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.01)
    monkeypatch.setattr(storage, "_BUSY_DELAY", 0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"PRAGMA locking_mode={mode}")
        other.execute("BEGIN EXCLUSIVE")
        yield


async def changes(running: Run, *names: str) -> Sequence[tuple[object, ...]]:
    found = await running.history.changes_of(names)
    return [
        (each.old, each.new, None if each.after is None else each.after - T0, each.before - T0)
        for each in found
        if each.field is ChangedField.STATUS
    ]


async def test_a_second_run_goes_on_from_the_first(path: Path, clock: ManualClock) -> None:
    async with run(path, clock, a="QUEUED", b="QUEUED") as first:  # polled at 5, 10 and 15
        await first.poll(a="TRANSCODING", b="QUEUED")
        await first.read("a", "TRANSCODING", 10.0)
        await first.poll(a="TRANSCODING", b="QUEUED")
        before = first.state.timings["a"]
    assert before.entered is not None
    assert before.entered.before == T0 + 20
    clock.advance(600)
    async with run(path, clock, a="TRANSCODING", b="ERROR", c="QUEUED") as second:
        after = second.state.timings["a"]
        assert (after.entered, after.started) == (before.entered, before.started)
        assert await changes(second, "a", "b", "c") == [
            ("QUEUED", "TRANSCODING", 15.0, 20.0),
            ("QUEUED", "ERROR", 25.5, 630.5),
            (None, "QUEUED", 25.5, 630.5),
        ]
        ended = (await second.history.timings(["b"]))["b"].ended
        assert ended is not None
        assert (ended.after, ended.before) == (T0 + 25.5, T0 + 630.5)
        await second.poll(a="FINISHED", b="QUEUED", c="QUEUED")
        assert second.state.timings["b"].attempt == 2
    async with run(path, clock, a="FINISHED", b="QUEUED", c="QUEUED") as third:
        assert third.state.timings["b"].attempt == 2
        stored = await third.history.timings(["a", "b"])
        assert stored["b"].attempt == 2
        assert stored["a"].ended is not None
        assert stored["a"].started == before.started


async def test_two_instances_record_each_change_once(path: Path, clock: ManualClock) -> None:
    async with (
        run(path, clock, a="QUEUED") as one,
        run(path, clock, a="QUEUED") as other,
    ):
        for word in ("DOWNLOADING", "TRANSCODING", "UPLOADING", "FINISHED", "QUEUED"):
            await one.poll(1, a=word)
            await other.poll(1, a=word)
        words = [new for _, new, _, _ in await changes(other, "a")]
    assert words == ["DOWNLOADING", "TRANSCODING", "UPLOADING", "FINISHED", "QUEUED"]


async def test_events_wait_until_the_file_is_open(path: Path, clock: ManualClock) -> None:
    running = Run(path, clock)
    for word in ("QUEUED", "DOWNLOADING", "TRANSCODING"):  # without a pause between them
        clock.advance(5)
        orders = (OrderSummary("a", word, T0),)
        running.apply(ListLoaded(Snapshot(orders), clock.clock.now(), 5.0))
    await running.settle()
    await running.poll(a="TRANSCODING")
    await running.poll(a="TRANSCODING")
    assert await changes(running, "a") == [
        ("QUEUED", "DOWNLOADING", 5.0, 10.0),
        ("DOWNLOADING", "TRANSCODING", 10.0, 15.0),
    ]
    await running.history.aclose()


async def test_a_history_in_memory_ends_with_the_run(clock: ManualClock) -> None:
    async with run(None, clock, a="QUEUED") as first:
        await first.poll(a="ERROR")
        assert len(await changes(first, "a")) == 1
    async with run(None, clock, a="ERROR") as second:
        assert await changes(second, "a") == []


async def test_a_file_that_is_removed_gets_the_list_again(path: Path, clock: ManualClock) -> None:
    async with run(path, clock, a="QUEUED", b="QUEUED") as running:
        path.unlink()  # noqa: ASYNC240 - it takes no time
        await running.poll(a="ERROR", b="QUEUED")
        await running.poll(a="ERROR", b="QUEUED")
        await running.poll(a="ERROR", b="ERROR")
        both = [("QUEUED", "ERROR", 15.0, 20.0), ("QUEUED", "ERROR", 25.0, 30.0)]
        assert await changes(running, "a", "b") == both
        assert "removed" in running.history.take_notices()[0]
        assert running.history.take_notices() == []
    async with run(path, clock, a="ERROR", b="ERROR") as second:
        assert await changes(second, "a", "b") == both


async def test_changes_are_recorded_after_the_clock_was_set_back(
    path: Path, clock: ManualClock
) -> None:
    async with run(path, clock, a="QUEUED") as running:
        await running.poll(a="DOWNLOADING")
        clock._wall -= 3600
        await running.poll(a="DOWNLOADING")
        await running.poll(a="TRANSCODING")
        words = [new for _, new, _, _ in await changes(running, "a")]
        assert words[-1] == "TRANSCODING"


async def test_a_fault_of_the_recorder_ends_the_history_alone(
    path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Run(path, clock)
    for _ in range(4):
        await running.poll(a="TRANSCODING")
    await running.poll(a="FINISHED")
    assert "a" in running.state.timings

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Recorder, "observe", fail)
    await running.poll(a="ERROR")
    await running.poll(a="ERROR")
    assert running.state.timings == {}  # they would grow old
    assert await running.history.timings(None) == {}
    assert running.history.problem.startswith("History has stopped")
    assert running.history.take_notices() == [running.history.problem]
    assert running.history.take_notices() == []
    await running.history.aclose()


def no_thread(*_: object) -> NoReturn:
    raise RuntimeError("can't start new thread")


@pytest.mark.parametrize("owner", [Store, asyncio.BaseEventLoop])
async def test_a_history_that_cannot_start_ends_alone(
    owner: type, path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "start" if owner is Store else "run_in_executor"
    running = Run(path, clock)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, no_thread)
        running.apply(ListLoaded(Snapshot(), clock.clock.now(), 5.0))
        assert await running.history.timings(None) == {}
        running.apply(ListLoaded(Snapshot(), clock.clock.now(), 5.0))
        assert running.history.problem.startswith("History has stopped")
        assert running.history.problem in running.history.take_notices()
        assert running.history.accuracy.count == 0
    await running.history.aclose()


async def test_a_fault_of_a_query_shows_an_empty_history_and_is_said_once(
    path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(path, clock, a="QUEUED") as running:
        assert await running.history.spans(0.0)
        read_spans = timeline.spans_since

        def garbage(connection: sqlite3.Connection, start: float) -> object:
            if spans := read_spans(connection, start):
                raise TypeError
            return spans

        monkeypatch.setattr(timeline, "spans_since", garbage)
        for _ in range(2):
            assert await running.history.spans(0.0) == []
        assert len(running.history.take_notices()) == 1


@pytest.mark.parametrize("garbage", [5, "x", b"x"])
async def test_the_past_leaves_out_what_does_not_decode(
    garbage: object, path: Path, clock: ManualClock
) -> None:
    def damage(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE orders SET detail = ?", (garbage,))
        connection.execute("UPDATE changes SET old = ?, new = ? WHERE field = 2", (garbage,) * 2)

    async with run(path, clock, a="TRANSCODING") as running:
        await running.read("a", "TRANSCODING", 10.0)
        await running.poll(a="TRANSCODING")
        await running.read("a", "TRANSCODING", 20.0)
        await running.poll(a="TRANSCODING")
        parts = running.history._parts
        assert parts is not None
        await parts.store.change(damage)
        past = await running.history.past(clock.read_wall(), [], clock.read_wall())
        assert past is not None
        assert [order.id for order in past.orders] == ["a"]
        assert running.history.take_notices() == []


async def test_nothing_is_opened_before_the_first_event(path: Path, clock: ManualClock) -> None:
    history = Run(path, clock).history
    assert (history.problem, list(history.take_notices())) == ("", [])
    await history.aclose()
    assert not path.parent.exists()


async def test_waiting_events_do_not_set_the_clock_back(path: Path, clock: ManualClock) -> None:
    """What another instance records meanwhile would be lost."""
    async with run(path, clock, a="QUEUED") as other:
        running = Run(path, clock)
        await running.poll(a="QUEUED")
        await running.poll(a="QUEUED")
        parts = running.history._parts
        assert parts is not None
        stored, parts.list_check._stored = parts.list_check._stored, None  # it takes long
        for _ in range(2):
            await other.poll(70.0, a="TRANSCODING")
            await running.poll(a="TRANSCODING")
        parts.list_check._stored = stored
        assert await changes(other, "a") == [("QUEUED", "TRANSCODING", 15.0, 95.0)]
        await running.history.aclose()


@pytest.mark.parametrize("mode", ["NORMAL", "EXCLUSIVE"])
async def test_nothing_is_told_of_the_orders_while_another_program_holds_the_file(
    path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    async with run(path, clock, a="QUEUED", b="QUEUED") as first:
        for status in ("ERROR", "TRANSCODING"):
            await first.poll(a=status, b="FINISHED")
        before, ended = first.state.timings["a"], first.state.timings["b"]
    assert before.attempt == 2
    with held(path, mode, monkeypatch):
        second = Run(path, clock)
        asked = asyncio.create_task(second.history.timings(["b"]))
        for _ in range(8):
            await second.poll(a="TRANSCODING", b="FINISHED")
        await second.poll(a="UPLOADING", b="FINISHED")
        assert second.state.timings == {}
        assert not asked.done()
        assert "another program holds its file" in second.history.problem
    for _ in range(3):
        await second.poll(a="UPLOADING", b="FINISHED")
    after = second.state.timings["a"]
    assert (after.attempt, after.started) == (2, before.started)
    assert (await asked)["b"].ended == ended.ended
    assert second.history.problem == ""
    uploading = ("TRANSCODING", "UPLOADING", 65.0, 70.0)  # observed while the file was held
    assert (await changes(second, "a"))[-1] == uploading
    await second.history.aclose()


async def test_a_file_that_is_held_for_long_costs_no_memory_and_is_read_in_the_end(
    path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(company_history, "_MAX_WAITING", 4)
    async with run(path, clock, a="QUEUED"):
        pass
    with held(path, "NORMAL", monkeypatch):
        second = Run(path, clock)
        for status in ["QUEUED"] * 6 + ["TRANSCODING"] * 10:
            await second.poll(a=status)
            assert len(second.history._waiting) <= 4
    for _ in range(3):
        await second.poll(a="TRANSCODING")
    assert second.history.problem == ""
    # Bounds of the first run, and of the list that was kept: what was dropped says nothing.
    assert await changes(second, "a") == [("QUEUED", "TRANSCODING", 15.0, 100.0)]
    await second.history.aclose()
