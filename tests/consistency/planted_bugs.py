"""Bugs to plant in the program, each with the violation that must be found."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import msgspec
import pytest

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
from tui.ui.main_screen import counts_line, pane_binder, rows, status_lines
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.order_presenter import DetailModel
from tui.ui.order_screen import facts
from tui.ui.order_screen import screen as order_screen
from tui.ui.order_screen.raw_view import RawJson
from tui.ui.text import Line, Span
from tui.ui.widgets.clickable_line import TargetLine

Plant = Callable[[pytest.MonkeyPatch], None]


class Bug(NamedTuple):
    """A planted bug and the text of its violation, with the faults and the seed that trigger it."""

    plant: Plant
    violation: str
    faults: tuple[str, ...] = ()
    seed: int = 3
    in_pieces: bool = False


def _old_lists(patch: pytest.MonkeyPatch) -> None:
    """Show the previous list with the time of the current one."""
    ask, received = Client.orders, list[ListAnswer]()

    async def late(self: Client) -> ListAnswer:
        received.append(await ask(self))
        return received[max(0, len(received) - 3)]

    patch.setattr(Client, "orders", late)


def _copies_are_fresh(patch: pytest.MonkeyPatch) -> None:
    """Ignore the age of cached answers."""

    async def naive(call: Awaitable[Any], asked: ClockReading) -> tuple[Any, ClockReading]:
        answer = await call
        return getattr(answer, "content", answer), asked

    patch.setattr(list_poller, "ask", naive)


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
        "list_status",
        lambda state, _: ListStatus.LIVE if state.last_load else ListStatus.CONNECTING,
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


def _no_order_is_gone(patch: pytest.MonkeyPatch) -> None:
    def kept(facts: OrderFacts, *more: Any, **marks: Any) -> Span:
        return real(msgspec.structs.replace(facts, gone=False), *more, **marks)

    real = order_presenter.status_span
    patch.setattr(rows, "status_span", kept)


def _frozen_ages(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(formatting, "coarse_age", lambda _: "2 s")


def _rows_not_drawn_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(OrdersTable, "redraw_changes", lambda *_: None)


def _previous_counts(patch: pytest.MonkeyPatch) -> None:
    real, before = counts_line.counts_line, [State()]

    def late(state: State, *more: object, **named: bool) -> TargetLine:
        before.append(state)
        return real(before[-2], *more, **named)  # type: ignore[arg-type] # the caller's own arguments

    patch.setattr(pane_binder, "counts_line", late)


def _no_invalidation(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Poller, "invalidate", lambda _: None)


def _failures_are_final(patch: pytest.MonkeyPatch) -> None:
    """Treat a progress read before the failure as final."""
    patch.setattr("tui.model.order_facts._has_stopped", lambda *known: known[-1].is_final)


def _all_rows_covered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(order_presenter, "is_outdated_row", lambda *_: False)


def _detail_not_marked(patch: pytest.MonkeyPatch) -> None:
    """Mark the row, but neither the pane nor the order screen."""

    def unmarked(*known: Any) -> DetailModel:
        return msgspec.structs.replace(DetailModel(*known), uncovered=False)

    patch.setattr(order_presenter, "DetailModel", unmarked)


def _scanned_by_each_poll(patch: pytest.MonkeyPatch) -> None:
    """Treat everything as read with the newest page."""

    def coverage(
        seen: Mapping[str, float], count: int | None, read: int, since: float | None
    ) -> Coverage:
        return Coverage(seen, count, read, None if since is None else max(seen.values()))

    patch.setattr(list_poller, "Coverage", coverage)


def _partial_is_complete(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(State, "is_partially_loaded", False)


def _coverage_hidden(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(status_lines, "_coverage_text", lambda *_: "")


def _pages_cut_off(patch: pytest.MonkeyPatch) -> None:
    """Treat orders beyond a page as gone."""
    real = pages.merge_page

    def cut(
        known: tuple[OrderSummary, ...], index: Mapping[str, OrderSummary], piece: Page
    ) -> tuple[OrderSummary, ...]:
        longer = msgspec.structs.replace(piece.request, limit=piece.request.limit + 1)
        last = msgspec.structs.replace(piece, request=longer, total=piece.end)
        return real(known, index, piece if piece.request.status else last)

    patch.setattr("tui.polling.list_merge.merge_page", cut)


def _no_coverage_gap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ListLoaded, "is_coverage_gap", lambda *_: False)


def _jobs_of_another_order(patch: pytest.MonkeyPatch) -> None:
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


def _stale_raw_json(patch: pytest.MonkeyPatch) -> None:
    """Never redraw an order that is already shown."""

    def set_content(self: RawJson, raw: str, width: int) -> None:
        here = self._raw.partition(",")[0]
        real(self, self._raw if here and raw.startswith(here) else raw, width)

    real = RawJson.set_content
    patch.setattr(RawJson, "set_content", set_content)


LATE_LISTS = ("a second late", "seconds late")
LATE_ORDERS = ("order: late", "order: seconds late")
LATE_PAGES = ("pieces: server error", "pieces: never", "pieces: cut", "pieces: late")
NO_ORDERS = ("order: server error", "order: never", "order: cut")


PLANTED_BUGS = {
    "old lists": Bug(_old_lists, "since the list was asked for it was"),
    "copies are fresh": Bug(_copies_are_fresh, "no list that came", ("a copy from a cache",)),
    "as of its arrival": Bug(_as_of_its_arrival, "no list that came was asked for at", LATE_LISTS),
    "details as of now": Bug(_details_as_of_now, "pane of", LATE_ORDERS),
    "no mark": Bug(_no_mark, "and lately it was"),
    "always live": Bug(_always_live, "s after the list was asked for"),
    "a failure is no orders": Bug(_a_failure_is_no_orders, "no orders"),
    "empty is gone": Bug(_empty_is_gone, "GONE, and since", ("empty once",)),
    "no order is gone": Bug(_no_order_is_gone, "it was GONE"),
    "frozen ages": Bug(_frozen_ages, "the list is 2 s old, and it was asked for"),
    "rows not drawn again": Bug(_rows_not_drawn_again, "since the list was asked for it was"),
    "previous counts": Bug(_previous_counts, "counted are"),
    "no invalidation": Bug(
        _no_invalidation, "live, and it stood still since", ("seconds late",), seed=10
    ),
    "failures are final": Bug(_failures_are_final, "not marked, and it stopped", NO_ORDERS, seed=1),
    "all rows covered": Bug(_all_rows_covered, "is not marked, and was", in_pieces=True),
    "detail not marked": Bug(
        _detail_not_marked, "is not marked, and was", LATE_PAGES, in_pieces=True
    ),
    "scanned by each poll": Bug(_scanned_by_each_poll, "all are", LATE_PAGES, in_pieces=True),
    "partial is complete": Bug(_partial_is_complete, "loaded are", in_pieces=True),
    "coverage hidden": Bug(_coverage_hidden, "loaded are", in_pieces=True),
    "pages cut off": Bug(_pages_cut_off, "counted are", in_pieces=True),
    "no coverage gap": Bug(_no_coverage_gap, "is not marked, and was", in_pieces=True),
    "jobs of another order": Bug(_jobs_of_another_order, "sub-job 1 is"),
    "never old": Bug(_never_old, "not marked, and asked for", NO_ORDERS, seed=12),
    "read just now": Bug(_read_just_now, "updated <"),
    "stale raw JSON": Bug(_stale_raw_json, "raw JSON", seed=1),
}
