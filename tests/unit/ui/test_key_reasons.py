"""The sentences that say why a key has no effect."""

import pytest

from tests.support.app_stage import SESSION
from tui.model.events import ClockReading, OrdersFailed, Paused
from tui.model.ports import Failure, FailureKind
from tui.model.state import State, reduce
from tui.ui.key_reasons import Situation, situation_of, why_not

ALL_WELL = Situation(
    gone=True, unreadable=True, has_orders=True, views=5, filtered=True, pane="orders"
)
PAST = Situation(past=True, has_orders=True, gone=True, unreadable=True)


@pytest.mark.parametrize(
    ("action", "parameters", "now", "reason"),
    [
        ("refresh", (), Situation(), ""),
        ("refresh", (), Situation(paused=True), "Polling is paused. {toggle_pause}: resume"),
        ("refresh", (), Situation(wait_until="10:00:00"), "The server asks to wait until 10:00:00"),
        ("account", (), Situation(), ""),
        ("account", (), Situation(demo=True), "The demo has no account"),
        (
            "account",
            (),
            Situation(tab="facts"),
            "The account is changed from the list of orders. {back}: back",
        ),
        ("dismiss_gone", (), Situation(), "No removed orders to hide"),
        (
            "dismiss_gone",
            (),
            Situation(tab="facts"),
            "Only orders that the server's list no longer has can be hidden",
        ),
        ("unreadable", (), Situation(loaded=True), "Every row of the list was readable"),
        ("unreadable", (), Situation(), "The list is not loaded yet"),
        ("export", (), Situation(), "No orders to export"),
        ("open", (), Situation(), "No order is selected"),
        ("view", (5,), Situation(views=5), ""),
        ("view", (6,), Situation(views=5), "No view 6. {save_view}: save the current view"),
        ("clear_filter", (), Situation(), "No filter to clear"),
        (
            "other_pane",
            (),
            Situation(),
            "The window is too small for a second pane. {open}: open the order",
        ),
        (
            "pane",
            ("details",),
            Situation(detail_off=True),
            "The detail pane is off. {switch_detail}: show it",
        ),
        ("pane", ("details",), Situation(pane="orders"), ""),
        (
            "pane",
            ("orders",),
            Situation(pane="orders"),
            "You are in the orders already. {other_pane}: switch pane",
        ),
        ("show", ("raw",), Situation(tab="facts"), ""),
        (
            "show",
            ("raw",),
            Situation(tab="raw"),
            "This tab is open already. {other_tab}: other tab",
        ),
        (
            "match",
            (1,),
            Situation(tab="raw"),
            "Nothing is searched for. {search}: search the raw JSON",
        ),
        (
            "match",
            (1,),
            Situation(tab="raw", searched=True),
            "Not found. {search}: search for something else",
        ),
        ("match", (1,), Situation(tab="raw", searched=True, found=True), ""),
        ("step", (-1,), Situation(tab="raw", is_first=True), "This is the first order"),
        ("step", (1,), Situation(tab="raw", is_first=True), ""),
        ("step", (1,), Situation(tab="raw", is_last=True), "This is the last order"),
        (
            "search",
            (),
            Situation(tab="raw", typing=True),
            "A search is being typed. {searched}: search, {back}: cancel",
        ),
        ("back", (), Situation(tab="raw", typing=True), ""),
        ("travel", (), Situation(history=True), ""),
        (
            "travel",
            (),
            Situation(history=False),
            "No history is kept: the setting history is off",
        ),
        ("refresh", (), PAST, "The screen shows the past. {leave_past}: back to now"),
        ("toggle_pause", (), PAST, "The screen shows the past. {leave_past}: back to now"),
        ("export", (), PAST, "The screen shows the past. {leave_past}: back to now"),
        ("unreadable", (), PAST, "The screen shows the past. {leave_past}: back to now"),
        ("follow", (), PAST, "The screen shows the past. {leave_past}: back to now"),
        ("copy_id", (), PAST, ""),
        ("mark", (), PAST, "The screen shows the past. {leave_past}: back to now"),
        ("requeue", (), PAST, "The screen shows the past. {leave_past}: back to now"),
        ("requeue", (), Situation(has_orders=True), ""),
        ("requeue", (), Situation(), "No order is selected"),
        ("mark_all", (), Situation(), "No order is selected"),
        (
            "requeue",
            (),
            Situation(has_orders=True, read_only=True),
            "Read-only, by --read-only or the setting read_only: nothing is sent",
        ),
        (
            "mark",
            (),
            Situation(has_orders=True, acts=False),
            "There is no journal of actions, so nothing is sent",
        ),
        (
            "refresh",
            (),
            Situation(past=True, tab="facts"),
            "The screen shows the past. {back}: back to the orders",
        ),
    ],
)
def test_the_reason_names_the_key_that_helps(
    action: str, parameters: tuple[object, ...], now: Situation, reason: str
) -> None:
    assert why_not(action, parameters, now) == reason


@pytest.mark.parametrize(
    "action", ["refresh", "account", "dismiss_gone", "unreadable", "export", "open", "other_pane"]
)
def test_where_all_is_well_there_is_no_reason(action: str) -> None:
    assert why_not(action, (), ALL_WELL) == ""


def test_the_situation_follows_the_state() -> None:
    now = ClockReading(1000.0, 10.0)
    state = reduce(State(), Paused(True))
    assert situation_of(state, SESSION, now) == Situation(paused=True)
    limited = Failure(FailureKind.LIMITED, 429, retry_after=60)
    state = reduce(State(), OrdersFailed(limited, 1060.0))
    assert situation_of(state, SESSION, now).wait_until
    assert not situation_of(state, SESSION, ClockReading(1060.0, 70.0)).wait_until  # it is over
    other = reduce(State(), OrdersFailed(Failure(FailureKind.SERVER, 500), 1060.0))
    assert not situation_of(other, SESSION, now).wait_until  # nobody asks to wait
