"""Bugs to plant in the main screen, each with the violation that must be found."""

from typing import Any

import msgspec
import pytest

from tests.consistency.planted_bugs import Bug
from tui import formatting
from tui.filtering import groups, row_arranger, view_counts
from tui.filtering.groups import Group, Grouping
from tui.filtering.sorting import Rows
from tui.filtering.view_counts import ViewCount, ViewCounter
from tui.history import recorder
from tui.model import order_facts
from tui.model.order import Phase
from tui.model.order_facts import OrderFacts
from tui.model.state import State
from tui.model.timing import Moment, OrderTiming
from tui.ui import order_presenter, timing_text
from tui.ui.main_screen import counts_line, orders_table, pane_binder, rows, status_lines
from tui.ui.main_screen.follow_control import FollowControl
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.screen import MainScreen
from tui.ui.order_presenter import DetailModel, ObservedTimes, OrderPresenter, RowModel
from tui.ui.text import Line, Span, bar, fit_middle
from tui.ui.theme.terminal_output import Glyphs


def _groups_of_the_list(patch: pytest.MonkeyPatch) -> None:
    """Group by the statuses of the list, also if a detail knows a newer one."""
    real = groups.group_rows
    patch.setattr(
        row_arranger, "group_rows", lambda state, _, *more: real(state, Grouping({}), *more)
    )


def _older_failures(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(groups, "RECENT", 2 * groups.RECENT)


def _groups_oldest_first(patch: pytest.MonkeyPatch) -> None:
    def upside_down(
        state: State, grouping: Grouping, orders: Rows, now: float
    ) -> tuple[Rows, tuple[Group, ...]]:
        return real(state, grouping, orders[::-1], now)

    real = groups.group_rows
    patch.setattr(row_arranger, "group_rows", upside_down)


def _headings_not_drawn_again(patch: pytest.MonkeyPatch) -> None:
    real, first = rows.heading_line, dict[str, Group]()

    def frozen(group: Group, *more: Any, **named: Any) -> Line:
        return real(first.setdefault(group.title, group), *more, **named)

    patch.setattr(orders_table, "heading_line", frozen)


def _name_of_the_row_above(patch: pytest.MonkeyPatch) -> None:
    real, names = fit_middle, [""]

    def late(name: str, width: int) -> str:
        names.append(name)
        return real(names[-2], width)

    patch.setattr("tui.ui.main_screen.rows.fit_middle", late)


def _reason_of_any_run(patch: pytest.MonkeyPatch) -> None:
    """Show the comment of the last detail, whatever was read since."""
    patch.setattr(OrderFacts, "is_detail_current", property(lambda facts: bool(facts.detail)))


def _reasons_not_shown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rows, "failure_reason", lambda _: "")


def _bars_for_all(patch: pytest.MonkeyPatch) -> None:
    def drawn(row: RowModel, width: int, glyphs: Glyphs) -> list[Span]:
        if row.facts.phase is not Phase.QUEUED or row.facts.progress is None:
            return real(row, width, glyphs)
        return [*bar(row.facts.progress, width - 7, glyphs), ("    0 %", "plain")]

    real = rows._progress
    patch.setattr(rows, "_progress", drawn)


def _rows_not_faded(patch: pytest.MonkeyPatch) -> None:
    real = order_presenter.row_model
    patch.setattr(
        order_presenter,
        "row_model",
        lambda *known, **marks: real(*known, **{**marks, "faded": False}),
    )


def _pane_not_faded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        order_presenter,
        "DetailModel",
        lambda *known: msgspec.structs.replace(DetailModel(*known), faded=False),
    )


def _counts_not_faded(patch: pytest.MonkeyPatch) -> None:
    real = counts_line.counts_line
    patch.setattr(
        pane_binder, "counts_line", lambda *known, **named: real(*known, **named | {"faded": False})
    )


def _no_trouble(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pane_binder, "trouble_lines", lambda *_: [])


def _trouble_stays(patch: pytest.MonkeyPatch) -> None:
    real, last = status_lines.trouble_lines, list[Line]()

    def shown(*known: Any) -> list[Line]:
        last[:] = real(*known) or last
        return [*last]

    patch.setattr(pane_binder, "trouble_lines", shown)


def _trouble_of_the_first_failure(patch: pytest.MonkeyPatch) -> None:
    real, first = status_lines.list_notice, list[State]()

    def shown(state: State, *more: Any) -> str | None:
        if state.failure is not None:
            first.append(state)
            state = msgspec.structs.replace(state, failure=first[0].failure)
        return real(state, *more)

    patch.setattr(status_lines, "list_notice", shown)


def _ages_in_minutes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(order_presenter, "AGE_STEP", 60)


def _ages_rounded_up(patch: pytest.MonkeyPatch) -> None:
    real = formatting.age
    patch.setattr(formatting, "age", lambda seconds: real(seconds + order_presenter.AGE_STEP))


def _views_counted_once(patch: pytest.MonkeyPatch) -> None:
    real = ViewCounter.counts
    patch.setattr(ViewCounter, "counts", lambda *known, **_: real(*known, again=False))


def _counts_always_exact(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(view_counts, "ViewCount", lambda count, _=True: ViewCount(count))


def _always_following(patch: pytest.MonkeyPatch) -> None:
    real = status_lines.summary_text
    patch.setattr(pane_binder, "summary_text", lambda *known, **_: real(*known, following=True))


def _never_following(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(FollowControl, "is_following", lambda *_: False)


def _following_elsewhere(patch: pytest.MonkeyPatch) -> None:
    """Follow without moving the cursor."""
    patch.setattr(OrdersTable, "_follow", lambda _: None)


def _position_a_second_late(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        MainScreen,
        "on_orders_table_cursor_moved",
        lambda screen: screen._follow.move(screen._clock.mono()),
    )


def _times_count_on(patch: pytest.MonkeyPatch) -> None:
    """Let durations go on, marked as old, while nothing is read."""
    real = OrderPresenter._times

    def running(
        presenter: OrderPresenter, facts: OrderFacts, _: float | None, *, is_frozen: bool
    ) -> ObservedTimes | None:
        is_live, presenter.observed_until = is_frozen, presenter.state.wall_at(presenter.now.mono)
        return real(presenter, facts, None, is_frozen=is_live and not is_frozen)

    patch.setattr(OrderPresenter, "_times", running)


def _estimates_count_on(patch: pytest.MonkeyPatch) -> None:
    """Count a remaining time down, marked as old, without a newer progress."""
    real = OrderPresenter._times

    def running(
        presenter: OrderPresenter, facts: OrderFacts, _: float | None, *, is_frozen: bool
    ) -> ObservedTimes | None:
        times = real(presenter, facts, None, is_frozen=is_frozen)
        now = presenter.state.wall_at(presenter.now.mono)
        return None if times is None or now is None else times._replace(progress=now)

    patch.setattr(OrderPresenter, "_times", running)


def _times_not_marked(patch: pytest.MonkeyPatch) -> None:
    real = timing_text.cell
    patch.setattr(
        timing_text, "cell", lambda *known, **_: real(*known, is_frozen=False, is_old=False)
    )


def _stalled_in_an_outage(patch: pytest.MonkeyPatch) -> None:
    """Take orders that are not read for stalled."""
    real = order_presenter.status_span

    def drawn(facts: OrderFacts, glyphs: Glyphs, **named: bool) -> Span:
        text, role = real(facts, glyphs, **named)
        is_stuck = named["faded"] and not (facts.phase.is_final or facts.gone)
        return (glyphs.stalled + text[1:] if is_stuck else text), role

    patch.setattr(rows, "status_span", drawn)


def _times_of_another_clock(patch: pytest.MonkeyPatch) -> None:
    """Keep the times of the clock that was set since."""
    patch.setattr(recorder, "_CLOCK_TOLERANCE", float("inf"))


def _first_timing_stays(patch: pytest.MonkeyPatch) -> None:
    """Show the start of the first attempt, whatever attempt it is."""
    real, starts = order_facts._timing_of, dict[str, Moment]()

    def first(state: State, order_id: str, phase: Phase) -> OrderTiming | None:
        timing = real(state, order_id, phase)
        if timing is None or timing.started is None:
            return timing
        started = starts.setdefault(order_id, timing.started)
        return msgspec.structs.replace(timing, started=started)

    patch.setattr(order_facts, "_timing_of", first)


MAIN_SCREEN_BUGS = {
    "times count on": Bug(_times_count_on, "and nothing came since"),
    "estimates count on": Bug(_estimates_count_on, "and nothing came since"),
    "times not marked": Bug(_times_not_marked, "and the list is stale"),
    "stalled in an outage": Bug(_stalled_in_an_outage, "stalled is True, and nothing came"),
    "times of another clock": Bug(_times_of_another_clock, "and it was first read so", seed=1),
    "first timing stays": Bug(_first_timing_stays, "elapsed is"),
    "groups of the list": Bug(_groups_of_the_list, "and in the group"),
    "older failures": Bug(_older_failures, "and in the group"),
    "groups oldest first": Bug(_groups_oldest_first, "newest first, and made at"),
    "headings not drawn again": Bug(_headings_not_drawn_again, "rows are shown"),
    "name of the row above": Bug(_name_of_the_row_above, "is no order's, or another's"),
    "reason of any run": Bug(_reason_of_any_run, "and since it was read it was"),
    "reasons not shown": Bug(_reasons_not_shown, "no reason, and it was asked for"),
    "bars for all": Bug(_bars_for_all, "QUEUED, and it has a bar"),
    "rows not faded": Bug(_rows_not_faded, "stale, and a bar has the color"),
    "pane not faded": Bug(_pane_not_faded, "stale, and a bar has the color"),
    "counts not faded": Bug(_counts_not_faded, "stale, and error has the color"),
    "no trouble": Bug(_no_trouble, "the bar over the full width says nothing"),
    "trouble stays": Bug(_trouble_stays, "live, and the bar says"),
    "trouble of the first failure": Bug(_trouble_of_the_first_failure, "and it is ['Update"),
    "ages in minutes": Bug(_ages_in_minutes, "its age is"),
    "ages rounded up": Bug(_ages_rounded_up, "its age is"),
    "views counted once": Bug(_views_counted_once, "the view"),
    "counts always exact": Bug(_counts_always_exact, "is exact, and"),
    "always following": Bug(_always_following, "following, the cursor"),
    "never following": Bug(_never_following, "not following"),
    "following elsewhere": Bug(_following_elsewhere, "following, the cursor"),
    "position a second late": Bug(_position_a_second_late, "the position is"),
}
