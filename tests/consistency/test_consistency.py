"""No cell on screen is ever older than the screen says, through faults, keys and suspends.

The program runs in simulated time. The checker itself is tested with planted violations.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
import pytest

from tests.consistency.play import play
from tui import formatting
from tui.api.client import Client
from tui.model import pages
from tui.model.events import ClockReading, DetailRead, Event, ListLoaded, OrdersFailed
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.order_facts import ListStatus, OrderFacts
from tui.model.pages import Coverage, Page
from tui.model.ports import ListAnswer
from tui.model.state import State, TimedDetail, reduce
from tui.polling import list_poller
from tui.polling.list_merge import MergedList
from tui.polling.loop import Poller
from tui.ui import monitor, order_presenter
from tui.ui.main_screen import counts_line, rows, status_lines
from tui.ui.main_screen import screen as main_screen
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.order_presenter import DetailModel
from tui.ui.order_screen import facts
from tui.ui.order_screen import screen as order_screen
from tui.ui.order_screen.raw_view import RawJson
from tui.ui.text import Line, Span

pytestmark = pytest.mark.usefixtures("utc")

MINUTES = 10


def test_a_minute_without_violations() -> None:
    found = play(seed=7, seconds=60)
    assert found.violations == []
    assert found.cells > 10_000


def test_half_a_minute_of_a_paged_list_without_violations() -> None:
    found = play(seed=7, seconds=30, in_pieces=True)
    assert found.violations == []
    assert found.partly > 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 6))
def test_ten_minutes_without_violations(seed: int) -> None:
    in_pieces = seed % 2 == 0
    found = play(seed, MINUTES * 60, in_pieces=in_pieces)
    assert found.violations == []
    assert found.looks > 1000
    assert min(found.words[word] for word in ("live", "stale", "paused")) > 50
    assert found.marked
    assert found.gone
    assert min(found.order_pictures[tab] for tab in ("facts", "raw")) > 10
    assert bool(found.uncovered) is in_pieces


Plant = Callable[[pytest.MonkeyPatch], None]


def _old_lists(patch: pytest.MonkeyPatch) -> None:
    """Show the previous list with the time of the current one."""
    ask, came = Client.orders, list[ListAnswer]()

    async def late(self: Client) -> ListAnswer:
        came.append(await ask(self))
        return came[max(0, len(came) - 3)]

    patch.setattr(Client, "orders", late)


def _copies_are_fresh(patch: pytest.MonkeyPatch) -> None:
    """Ignore the age of cached answers."""

    def naive(answer: Any, asked: ClockReading) -> tuple[Any, ClockReading]:
        return getattr(answer, "content", answer), asked

    patch.setattr(list_poller, "with_age", naive)


def _as_of_its_arrival(patch: pytest.MonkeyPatch) -> None:
    def arrived(snapshot: Snapshot, sent: ClockReading, interval: float, *more: Any) -> ListLoaded:
        took = interval / 5
        return ListLoaded(snapshot, sent.earlier(-took), interval, *more)

    patch.setattr(list_poller, "ListLoaded", arrived)


def _details_as_of_now(patch: pytest.MonkeyPatch) -> None:
    """Date each detail with the latest request."""

    def apply(self: monitor.OrderMonitor, event: Event) -> None:
        if isinstance(event, DetailRead):
            event = DetailRead(event.detail, self.clock.now())
        real(self, event)

    real = monitor.OrderMonitor.apply
    patch.setattr(monitor.OrderMonitor, "apply", apply)


def _no_mark(patch: pytest.MonkeyPatch) -> None:
    real = formatting.percent
    patch.setattr(formatting, "percent", lambda value, **_: real(value))


def _always_live(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        status_lines,
        "word_of",
        lambda state, _: ListStatus.LIVE if state.read else ListStatus.CONNECTING,
    )


def _a_failure_is_no_orders(patch: pytest.MonkeyPatch) -> None:
    def naive(state: State, event: Event) -> State:
        if isinstance(event, OrdersFailed):
            return msgspec.structs.replace(reduce(state, event), orders=(), snapshot=Snapshot())
        return reduce(state, event)

    patch.setattr(monitor, "reduce", naive)


def _empty_is_gone(patch: pytest.MonkeyPatch) -> None:
    real = MergedList.apply

    def naive(self: MergedList, answer: Snapshot | Page, sent: float) -> None:
        self.is_emptied = True
        real(self, answer, sent)

    patch.setattr(MergedList, "apply", naive)


def _nobody_is_gone(patch: pytest.MonkeyPatch) -> None:
    def kept(facts: OrderFacts, *more: Any, **marks: Any) -> Span:
        return real(msgspec.structs.replace(facts, gone=False), *more, **marks)

    real = order_presenter.status_span
    patch.setattr(rows, "status_span", kept)


def _frozen_ages(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(formatting, "coarse_age", lambda _: "2 s")


def _rows_not_drawn_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(OrdersTable, "_redraw_changes", lambda *_: None)


def _counts_of_before(patch: pytest.MonkeyPatch) -> None:
    real, before = counts_line.counts_line, [State()]

    def late(state: State, *more: object) -> counts_line.CountsLine:
        before.append(state)
        return real(before[-2], *more)  # type: ignore[arg-type]

    patch.setattr(main_screen, "counts_line", late)


def _no_doubt(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Poller, "invalidate", lambda _: None)


def _failures_settle(patch: pytest.MonkeyPatch) -> None:
    """Treat a progress read before the failure as final."""
    patch.setattr("tui.model.order_facts._has_stopped", lambda *known: known[-1].is_final)


def _all_rows_covered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rows, "is_uncovered", lambda *_: False)


def _detail_not_marked(patch: pytest.MonkeyPatch) -> None:
    """Mark the row, but neither the pane nor the order screen."""

    def unmarked(*known: Any) -> DetailModel:
        return msgspec.structs.replace(DetailModel(*known), uncovered=False)

    patch.setattr(rows, "DetailModel", unmarked)


def _swept_by_each_poll(patch: pytest.MonkeyPatch) -> None:
    """Treat everything as read with the newest page."""

    def coverage(
        seen: Mapping[str, float], count: int | None, read: int, since: float | None
    ) -> Coverage:
        return Coverage(seen, count, read, None if since is None else max(seen.values()))

    patch.setattr(list_poller, "Coverage", coverage)


def _a_part_is_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(State, "is_partially_loaded", False)


def _coverage_hidden(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(status_lines, "_ROOM_FOR_COVERAGE", 1000)


def _pieces_cut_off(patch: pytest.MonkeyPatch) -> None:
    """Treat orders beyond a page as gone."""
    real = pages.merge_page

    def cut(
        known: tuple[OrderSummary, ...], index: Mapping[str, OrderSummary], piece: Page
    ) -> tuple[OrderSummary, ...]:
        last = msgspec.structs.replace(piece, total=piece.end)
        return real(known, index, piece if piece.request.status else last)

    patch.setattr("tui.polling.list_merge.merge_page", cut)


def _never_lapsed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ListLoaded, "is_coverage_gap", lambda *_: False)


def _another_orders_jobs(patch: pytest.MonkeyPatch) -> None:
    """Keep the detail of the first opened order on the order screen."""
    first: list[OrderDetail] = []

    def shown(view: DetailModel, *more: Any) -> list[Line]:
        if view.reading is not None:
            first.append(view.reading.detail)
            reading = TimedDetail(first[0], view.reading.sent)
            view = msgspec.structs.replace(view, reading=reading)
        return real(view, *more)

    real = facts.order_lines
    patch.setattr(order_screen, "order_lines", shown)


def _never_old(patch: pytest.MonkeyPatch) -> None:
    """Never mark progress as old on the order screen."""

    def shown(view: DetailModel, *more: Any) -> list[Line]:
        return real(msgspec.structs.replace(view, old=False), *more)

    real = facts.order_lines
    patch.setattr(order_screen, "order_lines", shown)


def _read_just_now(patch: pytest.MonkeyPatch) -> None:
    """Date details on the order screen with the latest request."""

    def shown(
        view: DetailModel, size: tuple[int, int], now: ClockReading, *more: Any
    ) -> list[Line]:
        sent = view.reading.sent.mono if view.reading is not None else now.mono
        return real(view, size, ClockReading(now.wall, sent), *more)

    real = facts.order_lines
    patch.setattr(order_screen, "order_lines", shown)


def _raw_as_it_was(patch: pytest.MonkeyPatch) -> None:
    """Never redraw an order that is already shown."""

    def set_content(self: RawJson, raw: str, width: int) -> None:
        here = self._raw.partition(",")[0]
        real(self, self._raw if here and raw.startswith(here) else raw, width)

    real = RawJson.set_content
    patch.setattr(RawJson, "set_content", set_content)


LATE_LISTS = ("a second late", "seconds late")
LATE_ORDERS = ("order: late", "order: seconds late")
NO_ORDERS = ("order: server error", "order: never", "order: cut")


class Lie(NamedTuple):
    """A planted bug and the text of its violation, with the faults and the seed that trigger it."""

    plant: Plant
    said: str
    faults: tuple[str, ...] = ()
    seed: int = 9
    in_pieces: bool = False


LIES = {
    "old lists": Lie(_old_lists, "since the list was asked for it was"),
    "copies are fresh": Lie(_copies_are_fresh, "no list that came", ("a copy from a cache",)),
    "as of its arrival": Lie(_as_of_its_arrival, "no list that came was asked for at", LATE_LISTS),
    "details as of now": Lie(_details_as_of_now, "pane of", LATE_ORDERS),
    "no mark": Lie(_no_mark, "and lately it was"),
    "always live": Lie(_always_live, "s after the list was asked for"),
    "a failure is no orders": Lie(_a_failure_is_no_orders, "no orders"),
    "empty is gone": Lie(_empty_is_gone, "GONE, and since", ("empty once",)),
    "nobody is gone": Lie(_nobody_is_gone, "it was GONE"),
    "frozen ages": Lie(_frozen_ages, "the list is 2 s old, and it was asked for"),
    "rows not drawn again": Lie(_rows_not_drawn_again, "since the list was asked for it was"),
    "counts of before": Lie(_counts_of_before, "counted are"),
    "no doubt": Lie(_no_doubt, "live, and it stood still since", ("seconds late",), seed=10),
    "failures wait_idle": Lie(_failures_settle, "and lately it was"),
    "all rows covered": Lie(_all_rows_covered, "is not marked, and was", in_pieces=True),
    "detail not marked": Lie(_detail_not_marked, "is not marked, and was", in_pieces=True),
    "swept by each poll": Lie(_swept_by_each_poll, "all are", in_pieces=True),
    "a part is all": Lie(_a_part_is_all, "all are", in_pieces=True),
    "coverage hidden": Lie(_coverage_hidden, "all are", in_pieces=True),
    "pieces cut off": Lie(_pieces_cut_off, "counted are", in_pieces=True),
    "never lapsed": Lie(_never_lapsed, "and lately it was", in_pieces=True),
    "another order's jobs": Lie(_another_orders_jobs, "sub-job 1 is", seed=11),
    "never old": Lie(_never_old, "not marked, and asked for", NO_ORDERS, seed=12),
    "read just now": Lie(_read_just_now, "read less than", seed=11),
    "raw as it was": Lie(_raw_as_it_was, "raw JSON", seed=10),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LIES)
def test_a_violation_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    violation = LIES[name]
    violation.plant(monkeypatch)
    found = play(
        violation.seed, 600, violation.faults, in_pieces=violation.in_pieces, until=violation.said
    )
    assert [each for each in found.violations if violation.said in each], found.violations[:20]
