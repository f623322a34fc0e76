"""Ten minutes of faults, keys and suspends in the program's own time: no cell on screen is ever
older than the screen admits. And the checker is no fool: it finds each lie that is planted.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest

from tests.truth.play import FAULTS, play
from tui import phrase
from tui.api.client import Client
from tui.feed import lists
from tui.feed.feed import Feed
from tui.model.events import DetailRead, Event, Moment, OrdersFailed, OrdersRead
from tui.model.facts import OrderFacts
from tui.model.freshness import Word
from tui.model.order import Snapshot
from tui.model.page import Page
from tui.model.ports import Failure
from tui.model.state import State, reduce
from tui.ui import app, banner, counts, rows
from tui.ui.screens import watch
from tui.ui.spans import Span
from tui.ui.widgets.orders import OrdersTable

pytestmark = pytest.mark.usefixtures("utc")

MINUTES = 10


def test_a_minute_without_a_lie() -> None:
    found = play(seed=7, seconds=60)
    assert found.lies == []
    assert found.cells > 10_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 6))
def test_ten_minutes_without_a_lie(seed: int) -> None:
    found = play(seed, MINUTES * 60)
    assert found.lies == []
    assert found.looks > 1000
    assert min(found.words[word] for word in ("live", "stale", "paused")) > 50
    assert found.marked
    assert found.gone


Plant = Callable[[pytest.MonkeyPatch], None]


def _old_lists(patch: pytest.MonkeyPatch) -> None:
    """Every list is told as the one that came now, and is the one before the last."""
    ask, came = Client.orders, list[Snapshot | Page | Failure]()

    async def late(self: Client) -> Snapshot | Page | Failure:
        came.append(await ask(self))
        return came[max(0, len(came) - 3)]

    patch.setattr(Client, "orders", late)


def _as_of_its_arrival(patch: pytest.MonkeyPatch) -> None:
    def arrived(snapshot: Snapshot, sent: Moment, took: float, *more: Any) -> OrdersRead:
        return OrdersRead(snapshot, Moment(sent.wall + took, sent.mono + took), took, *more)

    patch.setattr(lists, "OrdersRead", arrived)


def _details_as_of_now(patch: pytest.MonkeyPatch) -> None:
    """Each detail counts as read by the request that is sent last."""

    def apply(self: app.TranscodeApp, event: Event) -> None:
        if isinstance(event, DetailRead):
            event = DetailRead(event.detail, self._clock.now())
        real(self, event)

    real = app.TranscodeApp._apply
    patch.setattr(app.TranscodeApp, "_apply", apply)


def _no_mark(patch: pytest.MonkeyPatch) -> None:
    real = phrase.percent
    patch.setattr(phrase, "percent", lambda value, **_: real(value))


def _always_live(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(banner, "word_of", lambda state, _: Word.LIVE if state.read else Word.CONNECTING)


def _a_failure_is_no_orders(patch: pytest.MonkeyPatch) -> None:
    def naive(state: State, event: Event) -> State:
        if isinstance(event, OrdersFailed):
            return msgspec.structs.replace(reduce(state, event), orders=(), snapshot=Snapshot())
        return reduce(state, event)

    patch.setattr(app, "reduce", naive)


def _empty_is_gone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        app, "reduce", lambda state, e: reduce(msgspec.structs.replace(state, emptied=True), e)
    )


def _nobody_is_gone(patch: pytest.MonkeyPatch) -> None:
    def kept(facts: OrderFacts, *more: Any, **marks: Any) -> Span:
        return real(msgspec.structs.replace(facts, gone=False), *more, **marks)

    real = rows.status_span
    patch.setattr(rows, "status_span", kept)


def _frozen_ages(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(phrase, "coarse_age", lambda _: "2 s")


def _rows_not_drawn_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(OrdersTable, "_draw_changes", OrdersTable._tell_view)


def _counts_of_before(patch: pytest.MonkeyPatch) -> None:
    real, before = counts.counts_line, [State()]

    def late(state: State, *more: object) -> counts.Counts:
        before.append(state)
        return real(before[-2], *more)  # type: ignore[arg-type]

    patch.setattr(watch, "counts_line", late)


def _no_doubt(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Feed, "doubt", lambda _: None)


def _failures_settle(patch: pytest.MonkeyPatch) -> None:
    """A progress that was read before the order failed counts as the one it stopped at."""
    patch.setattr("tui.model.facts._has_stopped", lambda *known: known[-1].final)


LATE_LISTS = ("a second late", "seconds late")
LATE_ORDERS = ("order: late", "order: seconds late")


class Lie(NamedTuple):
    """What is planted, and what is then said; the faults and the seed that bring it out."""

    plant: Plant
    said: str
    faults: tuple[str, ...] = tuple(FAULTS)
    seed: int = 9


LIES = {
    "old lists": Lie(_old_lists, "since the list was asked for it was"),
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
    "failures settle": Lie(_failures_settle, "and lately it was"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lie = LIES[name]
    lie.plant(monkeypatch)
    found = play(lie.seed, 150, lie.faults)
    assert [each for each in found.lies if lie.said in each], found.lies[:20]
