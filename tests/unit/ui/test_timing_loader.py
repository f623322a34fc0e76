"""Which timings are read from the history, and which stay in memory."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from tests.support.memory_history import MemoryHistory
from tui.model.events import ClockReading, ListLoaded, TimingsChanged
from tui.model.order import OrderSummary, Snapshot
from tui.model.state import State, reduce
from tui.model.timing import Moment, OrderTiming
from tui.ui import timing_loader
from tui.ui.timing_loader import TimingLoader

DONE = OrderTiming(1, ended=Moment(1.0, 2.0))
AGAIN = OrderTiming(2)


class Loading:
    """A loader, its history, and the state that it changes."""

    def __init__(self, **stored: OrderTiming) -> None:
        self.history = MemoryHistory()
        self.history.stored = dict(stored)
        self.state = State()
        self.list(a="FINISHED", b="ERROR", c="TRANSCODING", d="FINISHED")
        self.loader = TimingLoader(self.history, lambda: self.state, self.apply)

    def list(self, **statuses: str) -> None:
        orders = tuple(OrderSummary(each, status) for each, status in statuses.items())
        self.state = reduce(
            self.state, ListLoaded(Snapshot(orders), ClockReading(100.0, 100.0), 5.0)
        )

    def apply(self, event: TimingsChanged) -> None:
        self.state = reduce(self.state, event)

    def publish(self, timings: Mapping[str, OrderTiming | None]) -> None:
        self.apply(TimingsChanged(timings))
        self.loader.on_observed(timings)

    async def require(self, ids: str, *, all_orders: bool = False) -> None:
        self.loader.require(tuple(ids), all_orders=all_orders)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    @property
    def known(self) -> str:
        return "".join(sorted(self.state.timings))


async def test_each_timing_is_asked_for_once() -> None:
    it = Loading(a=DONE, b=DONE)
    await it.require("ad")
    await it.require("adb")
    await it.require("ad")
    assert it.history.timings_asked == [{"a", "d"}, {"b"}]  # d has none
    assert it.known == "ab"


async def test_rows_that_are_scrolled_past_are_not_asked_for() -> None:
    it = Loading(a=DONE, b=DONE, d=DONE)
    for ids in ("a", "b", "d"):
        it.loader.require(tuple(ids), all_orders=False)
    await it.settle()
    assert it.history.timings_asked == [{"d"}]


async def test_an_active_order_keeps_what_the_recorder_says() -> None:
    it = Loading(a=DONE, c=DONE)
    await it.require("c")
    assert it.known == ""  # the stored one is of an earlier attempt
    it.publish({"a": AGAIN})
    await it.require("ac")
    assert it.state.timings == {"a": AGAIN}


async def test_an_answer_that_comes_after_a_requeue_is_ignored() -> None:
    it = Loading(a=DONE)
    it.loader.require("a", all_orders=False)
    it.list(a="QUEUED", b="ERROR")
    await it.settle()
    assert it.known == ""


async def test_a_timing_that_leaves_the_memory_is_read_again_if_it_is_needed() -> None:
    it = Loading(a=DONE, b=DONE)
    it.publish({"a": DONE, "b": DONE})
    await it.require("a")
    it.publish({"a": None, "b": None})
    await it.settle()
    assert (it.history.timings_asked, it.known) == ([{"a"}], "a")


async def test_all_are_read_once_and_dropped_when_they_are_not_needed() -> None:
    it = Loading(a=DONE, b=DONE, c=DONE)
    await it.require("a", all_orders=True)
    await it.require("b", all_orders=True)
    assert (it.history.timings_asked, it.known, it.state.has_all_timings) == ([None], "ab", True)
    it.publish({"d": DONE})
    it.publish({"d": None})
    await it.settle()
    assert it.history.timings_asked == [None, {"d"}]
    await it.require("b")
    assert (it.known, it.state.has_all_timings) == ("b", False)


class SlowHistory(MemoryHistory):
    """Answers when `may_answer` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()

    async def timings(self, order_ids: Collection[str] | None) -> Mapping[str, OrderTiming]:
        answer = await super().timings(order_ids)
        await self.may_answer.wait()
        return answer


async def test_all_that_come_too_late_are_not_kept() -> None:
    it, slow = Loading(), SlowHistory()
    slow.stored = {"a": DONE, "b": DONE}
    it.loader = TimingLoader(slow, lambda: it.state, it.apply)
    await it.require("", all_orders=True)
    await it.require("b")
    slow.may_answer.set()
    await it.settle()
    assert (slow.timings_asked, it.known, it.state.has_all_timings) == ([None, {"b"}], "b", False)


async def test_many_are_taken_in_parts_with_turns_of_the_loop_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timing_loader, "_PART", 1)
    it = Loading(a=DONE, b=DONE, d=DONE)
    it.loader.require("", all_orders=True)
    for _ in range(3):
        await asyncio.sleep(0)
    assert it.known == ""  # nothing is half known
    assert not it.state.has_all_timings
    it.publish({"a": AGAIN})
    it.list(a="QUEUED", b="ERROR", c="TRANSCODING", d="FINISHED")
    await it.settle()
    assert it.state.timings == {"a": AGAIN, "b": DONE, "d": DONE}
    await it.require("", all_orders=False)
    assert it.state.timings == {"a": AGAIN}  # that is the recorder's


async def test_only_so_many_are_kept_for_rows_out_of_view(monkeypatch: pytest.MonkeyPatch) -> None:
    it = Loading(a=DONE, b=DONE, d=DONE)
    await it.require("ab")
    monkeypatch.setattr(timing_loader, "_MAX_KEPT", 1)
    await it.require("d")
    assert it.known == "d"
