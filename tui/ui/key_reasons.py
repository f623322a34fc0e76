"""Why an action has no effect now, in one sentence that names the key that helps. Pure.

In braces are names of actions; the keys that run them on the screen in front take their place.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from tui import formatting
from tui.model.account import Session
from tui.model.events import ClockReading
from tui.model.state import State

Pane = Literal["", "orders", "details"]


class Situation(msgspec.Struct, frozen=True):
    """The facts of a screen that decide which actions have an effect."""

    demo: bool = False
    past: bool = False
    """A moment in the past is shown."""
    history: bool = True
    """There is a history."""
    read_only: bool = False
    acts: bool = True
    """There is what sends actions, and a journal of them."""
    paused: bool = False
    wait_until: str = ""
    """The time until which the server asks to wait; empty if it doesn't."""
    loaded: bool = False
    unreadable: bool = False
    gone: bool = False
    """There are removed orders; on the screen of an order: it is one."""
    has_orders: bool = False
    """Orders are shown."""
    is_first: bool = False
    is_last: bool = False
    """The order that is open is the first or the last one in the table, or the period of the
    statistics the first or the last one that is recorded."""
    views: int = 0
    filtered: bool = False
    """The filter is not the one that belongs to the view."""
    view_filter: str = ""
    pane: Pane = ""
    """The pane with the focus; empty if only one is shown."""
    detail_off: bool = False
    """The detail pane is not shown, though there is room for it."""
    tab: str = ""
    """The open tab of the screen of an order, or the name of another screen above the orders; empty
    on the main screen.
    """
    typing: bool = False
    """A search is being typed there."""
    searched: bool = False
    found: bool = False
    """What is searched for was found; in the statistics: there are failure reasons."""
    plan: tuple[tuple[str, str], ...] = ()
    """Why the actions of a plan have no effect; an empty text if one has."""
    period: str = ""
    """What the statistics are of: day, week or month; empty on another screen."""


_ACTING = (
    "mark", "mark_all", "requeue", "new_order", "order_like", "new_profile", "edit_profile",
    "copy_profile", "delete_profile",
)  # fmt: skip
"""Actions that send something, or prepare that."""
_OF_NOW = (
    "refresh", "toggle_pause", "dismiss_gone", "follow", "export", "unreadable", "statistics",
    "activity", "profiles", "minutes", *_ACTING,
)  # fmt: skip
"""Actions that poll, or are about the present list."""


def situation_of(state: State, session: Session, now: ClockReading) -> Situation:
    """The facts that all screens share."""
    failed = state.failure
    waits = failed is not None and failed.failure.retry_after is not None
    return Situation(
        demo=session.demo,
        read_only=session.read_only,
        past=state.past is not None,
        paused=state.paused,
        wait_until=formatting.clock_time(failed.retry_at)
        if failed is not None and waits and failed.retry_at > now.wall
        else "",
        loaded=state.snapshot is not None,
        unreadable=bool(state.invalid_rows),
        gone=bool(state.gone),
    )


def why_not(action: str, parameters: Sequence[object], now: Situation) -> str:
    """Return why `action` has no effect; empty if it has one."""
    call = [action, *parameters]
    return (
        _past(call, now)
        or _acting(call, now)
        or _server(call, now)
        or _orders(call, now)
        or _panes(call, now)
        or _open_screen(call, now)
    )


def _past(call: Sequence[object], now: Situation) -> str:
    match call:
        case ["travel"] if not now.history:
            return "No history is kept: the setting history is off"
        case [action, *_] if now.past and action in _OF_NOW:
            home = "{back}: back to the orders" if now.tab else "{leave_past}: back to now"
            return f"The screen shows the past. {home}"
    return ""


def _acting(call: Sequence[object], now: Situation) -> str:
    match call:
        case [action, *_] if action in _ACTING and now.read_only:
            return "Read-only, by --read-only or the setting read_only: nothing is sent"
        case [action, *_] if action in _ACTING and not now.acts:
            return "There is no journal of actions, so nothing is sent"
        case ["mark" | "mark_all" | "requeue" | "order_like"] if not (now.has_orders or now.tab):
            return "No order is selected"
        case ["edit_profile" | "copy_profile" | "delete_profile" | "profile_orders"] if (
            not now.has_orders
        ):
            return "No profile is selected"
    return ""


def _server(call: Sequence[object], now: Situation) -> str:
    match call:
        case ["refresh"] if now.paused:
            return "Polling is paused. {toggle_pause}: resume"
        case ["refresh"] if now.wait_until:
            return f"The server asks to wait until {now.wait_until}"
        case ["account"] if now.demo:
            return "The demo has no account"
        case ["account"] if now.tab or now.period:
            return "The account is changed from the list of orders. {back}: back"
        case ["leave"]:
            return "The account is not saved yet. {quit}: quit"
    return ""


def _orders(call: Sequence[object], now: Situation) -> str:
    match call:
        case ["dismiss_gone"] if not now.gone:
            only = "Only orders that the server's list no longer has can be hidden"
            return only if now.tab else "No removed orders to hide"
        case ["unreadable"] if not now.unreadable:
            all_read = "Every row of the list was readable"
            return all_read if now.loaded else "The list is not loaded yet"
        case ["export"] if not now.has_orders:
            return "No orders to export"
        case ["open" | "copy_id" | "copy_menu"] if not (now.has_orders or now.period):
            return "No order is selected"
        case ["view", int(number)] if number > now.views:
            return f"No view {number}. {{save_view}}: save the current view"
        case ["clear_filter"] if not now.filtered:
            if now.view_filter:
                return "This filter belongs to the view. {views}: other views"
            return "No filter to clear"
    return ""


def _panes(call: Sequence[object], now: Situation) -> str:
    match call:
        case ["other_pane" | "pane", *_] if now.detail_off:
            return "The detail pane is off. {switch_detail}: show it"
        case ["other_pane" | "pane", *_] if not now.pane:
            return "The window is too small for a second pane. {open}: open the order"
        case ["pane", target] if target == now.pane:
            return f"You are in the {target} already. {{other_pane}}: switch pane"
    return ""


def _open_screen(call: Sequence[object], now: Situation) -> str:
    if now.plan:
        return dict(now.plan).get(str(call[0]), "")
    return _statistics(call, now) if now.period else _open_order(call, now)


def _statistics(call: Sequence[object], now: Situation) -> str:
    match call:
        case ["period", name] if name == now.period:
            return f"This is the {name} already. {{earlier}}: an earlier one"
        case ["earlier"] if now.is_first:
            return f"Nothing was recorded before this {now.period}"
        case ["later"] if now.is_last:
            return f"This is the present {now.period}"
        case ["reason" | "open", *_] if not now.found:
            return f"No failures were recorded in this {now.period}"
    return ""


def _open_order(call: Sequence[object], now: Situation) -> str:
    match call:
        case [name, *_] if now.typing and name not in ("searched", "back"):
            return "A search is being typed. {searched}: search, {back}: cancel"
        case ["show", tab] if tab == now.tab:
            return "This tab is open already. {other_tab}: other tab"
        case ["match", _] if not now.searched:
            return "Nothing is searched for. {search}: search the raw JSON"
        case ["match", _] if not now.found:
            return "Not found. {search}: search for something else"
        case ["step", -1] if now.is_first:
            return "This is the first order"
        case ["step", 1] if now.is_last:
            return "This is the last order"
    return ""
