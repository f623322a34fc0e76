"""A start with a cached list."""

import gc
import re

import msgspec
import pytest

from tests.support.app_stage import SESSION, VIEWS, FakeApi, order, orders, stage, text_of
from tests.support.memory_stores import MemoryListCache, MemoryViewStore, cached_list
from tui.clock import Clock
from tui.filtering.views import ScreenState
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.ports import CachedDetail, CachedList, Failure, FailureKind
from tui.ui.app import TranscodeApp
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.services import AppServices

pytestmark = pytest.mark.usefixtures("utc")

START = 1_700_000_000.0  # 2023-11-14 22:13:20
HOUR = 3600.0


def cache_of(listed: Snapshot, age: float = 23 * HOUR, **more: object) -> MemoryListCache:
    return MemoryListCache(cached_list(listed, START - age), **more)  # type: ignore[arg-type] # the caller's own arguments


async def test_the_first_paint_shows_cached_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[list[str]] = []
    show = TranscodeApp._display

    def display(self: TranscodeApp, screen: object, renderable: object) -> None:
        if renderable is not None:
            table = self.screen_stack[0].query_one(OrdersTable)
            painted.append([table.render_line(y).text for y in range(table.size.height)])
        show(self, screen, renderable)  # type: ignore[arg-type] # the caller's own arguments

    monkeypatch.setattr(TranscodeApp, "_display", display)
    api = FakeApi()
    clock = Clock(lambda: START, lambda: 1000.0)
    app = TranscodeApp(
        AppServices(api, SESSION, cache=cache_of(orders(*range(600, 0, -1))), clock=clock)
    )
    async with app.run_test(size=(120, 40)):
        first = painted[0]
    headings = 3  # Active, Failed, Others: all orders are in the last group
    assert "Others 500" in first[headings]  # what is read before the first paint
    for n in (600, 590, 575):
        assert order(n).id in first[headings + 601 - n]
    assert {len(line) for line in first} == {77}  # the width does not change later


async def test_cached_rows_are_shown_until_the_list_arrives() -> None:
    then = Snapshot((order(3, "TRANSCODING"), *orders(2, 1).orders))
    cache = cache_of(then)
    async with stage(None, cache=cache, view=VIEWS["All"]) as on:
        assert on.api.asked == ["list"]
        assert "stale  updated 2023-11-13 23:13:20, 23 h ago" in on.line("status")
        assert "Showing the last saved list; connecting to api.example" in on.line("trouble")
        assert "1 transcoding" in on.line("counts")
        assert "2 finished" in on.line("counts")
        assert [order(n).id in on.row(4 - n) for n in (3, 2, 1)] == [True] * 3
        assert "No details: waiting for the order list" in on.detail
        assert cache.stored == []
    now = orders(5, 4, 3, 2, 1)
    async with stage(now, cache=cache_of(then)) as on:
        assert "live" in on.line("status")
        assert on.line("trouble") == ""
        assert "5 finished" in on.line("counts")
        assert on.table.cursor_id == order(5).id  # nobody has moved the cursor
    views = MemoryViewStore(screen_state=ScreenState(VIEWS["All"], order(3).id))
    async with stage(now, cache=cache_of(then), view_store=views) as on:
        assert on.table.cursor_id == order(3).id
        assert "▌" in on.row(3)
        assert f"of-{order(3).id}.mp4" in on.detail


async def test_each_list_is_stored_in_the_cache() -> None:
    cache = MemoryListCache()
    async with stage(orders(1), cache=cache) as on:
        await on.list_again(Failure(FailureKind.SLOW))
        await on.list_again(orders(2, 1))
    assert cache.stored[0] == orders(1)
    assert cache.stored[-1] == orders(2, 1)


async def test_cached_progress_is_marked_as_old() -> None:
    then = Snapshot((OrderSummary("1-1", "TRANSCODING", START, 62.0),))
    async with stage(None, cache=cache_of(then, age=1), view=VIEWS["All"]) as on:
        assert "~62 %" in on.row(1)
        on.api.listed = then
        assert "stale  updated 22:13:19, 1 s ago" in on.line("status")
    async with stage(then, cache=cache_of(then, age=1), view=VIEWS["All"]) as on:
        assert re.search(r" 62 %", on.row(1))


async def test_what_was_known_of_ended_orders_is_known_at_once() -> None:
    then = Snapshot((order(3), order(2, "ERROR"), order(1)))
    details = (
        CachedDetail(START - HOUR, OrderDetail(order(3).id, "FINISHED", filename="of-three.mp4")),
        CachedDetail(
            START - HOUR,
            OrderDetail(order(2).id, "ERROR", filename="of-two.mp4", comment="codec unknown"),
        ),
    )
    trimmed = tuple(msgspec.structs.replace(each, detail=each.detail.trimmed()) for each in details)
    cached = msgspec.structs.replace(cached_list(then, START - HOUR), details=trimmed)
    async with stage(None, cache=MemoryListCache(cached)) as on:
        screen = "\n".join(on.row(n) for n in range(12))
        assert "of-three.mp4" in screen
        assert "codec unknown" in screen
        assert on.api.asked == ["list"]
    async with stage(then, cache=(cache := MemoryListCache(cached))) as on:
        assert any("of-three.mp4" in on.row(n) for n in range(12))
        await on.pass_time(5)
        # The failed one may have failed again, and nothing was known of the last.
        assert {*on.api.asked} == {"list", order(2).id, order(1).id}
    assert {each.detail.id for each in cache.kept} == {order(n).id for n in (1, 2, 3)}


async def test_orders_gone_since_the_last_run_are_reported() -> None:
    async with stage(orders(3, 1), cache=cache_of(orders(3, 2, 1)), view=VIEWS["All"]) as on:
        assert "GONE" in on.row(2)
        assert "1 gone" in on.line("counts")


async def test_an_unreachable_server_keeps_the_rows_and_shows_why() -> None:
    refused = Failure(FailureKind.REFUSED)
    async with stage(refused, cache=cache_of(orders(2, 1)), view=VIEWS["All"]) as on:
        assert "stale  updated 2023-11-13 23:13:20, 23 h ago" in on.line("status")
        assert "api.example refuses the connection. Next try" in on.line("trouble")
        assert order(2).id in on.row(1)
        await on.list_again(Snapshot())
        assert "The server now lists no orders. The last list stays" in on.line("trouble")
        assert order(2).id in on.row(1)
        await on.list_again(Snapshot())
        assert "live" in on.line("status")
        assert "2 gone" in on.line("counts")


async def test_the_head_counts_all_orders_and_the_rest_follows() -> None:
    many = orders(*range(900, 0, -1))
    app = TranscodeApp(
        AppServices(
            FakeApi(), SESSION, cache=cache_of(many, head_size=10), clock=Clock(lambda: START)
        )
    )
    assert len(app.monitor.state.orders) == 10
    assert app.monitor.state.status_counts == {"FINISHED": 900}
    async with stage(None, cache=cache_of(many, head_size=10)) as on:
        assert "900 finished" in on.line("counts")
        await on.press("G")
        assert on.table.cursor_id == order(1).id


class Copies(MemoryListCache):
    async def load_all(self) -> CachedList | None:
        if self.cached is None:
            return None
        requested_at = self.cached.requested_at + 1
        return msgspec.structs.replace(self.cached, requested_at=requested_at)


async def test_the_cached_list_is_released_when_the_list_arrives() -> None:
    def live_copies() -> list[CachedList]:
        gc.collect()
        found = (each for each in gc.get_objects() if isinstance(each, CachedList))
        return [each for each in found if each.requested_at == START - HOUR + 1]

    many = cached_list(orders(*range(30, 0, -1)), START - HOUR)
    async with stage(None, cache=Copies(many, head_size=10)):
        assert len(live_copies()) == 1
    async with stage(orders(2), cache=Copies(many, head_size=10)):
        assert live_copies() == []


async def test_a_corrupt_rest_removes_the_head_too() -> None:
    cache = cache_of(orders(*range(30, 0, -1)), head_size=10, corrupt=True)
    async with stage(None, cache=cache) as on:
        assert "connecting" in on.line("status")
        assert "no list of orders yet" in on.line("counts")
        assert "Connecting to api.example" in text_of(on.table)
        assert on.table.cursor_id is None
    async with stage(orders(2), cache=cache, view=VIEWS["All"]) as on:
        assert "live" in on.line("status")
        assert order(2).id in on.row(1)
        assert "gone" not in on.line("counts")


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize(("age", "said_age"), [(1, "1 s"), (23 * HOUR, "23 h"), (9e6, "104 days")])
async def test_the_age_fits_in_the_status_line(width: int, age: float, said_age: str) -> None:
    async with stage(None, size=(width, 24), cache=cache_of(orders(1), age)) as on:
        line = on.line("status")
        assert re.search(r"stale  updated (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d, " + said_age, line)
        assert ("2023-" in line) == (age > 22 * HOUR)
        assert len(line) == width


async def test_on_narrow_screens_the_age_outlasts_the_date() -> None:
    async with stage(None, size=(44, 12), cache=cache_of(orders(1))) as on:
        assert "stale  updated 23:13:20, 23 h ago" in on.line("status")
