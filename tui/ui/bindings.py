"""The keys of the app and of its screens, in the order of the key bar; a dialog has its own.
The help has them by group. Those that open something have priority, so that keys typed ahead reach
what they open.
"""

from collections.abc import Sequence
from dataclasses import replace

from textual.binding import Binding, BindingType

MOVE = Binding.Group("Move")
FILTER = Binding.Group("Filter and views")
TYPING = Binding.Group("While a filter is typed")
ORDERS = Binding.Group("Orders")
POLLING = Binding.Group("Polling")
ACT = Binding.Group("Act")
PAST = Binding.Group("Time travel")
PROGRAM = Binding.Group("Program")
GROUPS = (MOVE, FILTER, TYPING, ORDERS, ACT, POLLING, PAST, PROGRAM)
"""The headings of the help, in its order."""


_MOVES = (
    Binding("up,k", "move(-1)", "Up", id="up", show=False, group=MOVE),
    Binding("down,j", "move(1)", "Down", id="down", show=False, group=MOVE),
    Binding("pageup,ctrl+b", "page(-1)", "Page up", id="page-up", show=False, group=MOVE),
    Binding("pagedown,ctrl+f", "page(1)", "Page down", id="page-down", show=False, group=MOVE),
    Binding("ctrl+u", "page(-0.5)", "Half a page up", id="half-up", show=False, group=MOVE),
    Binding("ctrl+d", "page(0.5)", "Half a page down", id="half-down", show=False, group=MOVE),
)
_ENDS = (
    Binding("g,home", "jump(0)", "Top", id="top", show=False, group=MOVE),
    Binding("G,end", "jump(-1)", "Bottom", id="bottom", show=False, group=MOVE),
)
_POLLING = (
    Binding("r,f5", "app.refresh", "Refresh", id="refresh", tooltip="Refresh now", group=POLLING),
    Binding("p", "app.toggle_pause", "Pause", id="pause", tooltip="Pause or resume",
            group=POLLING),
)  # fmt: skip
_RECALL = (
    Binding("up", "recall_filter(1)", "Earlier", id="earlier", show=False,
            tooltip="Earlier filter", priority=True, group=TYPING),
    Binding("down", "recall_filter(-1)", "Later", id="later", show=False,
            tooltip="Later filter", priority=True, group=TYPING),
)  # fmt: skip
_COMPLETE = (
    Binding("tab", "complete_filter(1)", "Complete", id="complete", priority=True, group=TYPING,
            tooltip="Complete the word"),
    Binding("shift+tab", "complete_filter(-1)", "Complete back", id="complete-back", show=False,
            tooltip="Previous completion", priority=True, group=TYPING),
)  # fmt: skip


def _with_prefix(prefix: str, bindings: Sequence[Binding]) -> list[Binding]:
    """The same keys on one screen or widget. `prefix` begins their ids there."""
    return [replace(each, id=f"{prefix}.{each.id}") for each in bindings]


def move_bindings(prefix: str, ends: Sequence[Binding] = _ENDS) -> list[BindingType]:
    """The keys that move in a list or a text. `prefix` begins their ids."""
    return [*_with_prefix(prefix, (*_MOVES, *ends))]


ORDERS_TABLE_BINDINGS: list[BindingType] = [
    *move_bindings("orders", (
        Binding("g,home", "jump(0)", "First order", id="first", show=False, group=MOVE),
        Binding("G,end", "jump(-1)", "Last order", id="last", show=False, group=MOVE),
    )),
    Binding("enter", "open", "Open", id="orders.open", tooltip="Open the order", group=ORDERS),
]  # fmt: skip

CHANGE_LIST_BINDINGS: list[BindingType] = [
    *move_bindings("changes", (
        Binding("g,home", "jump(0)", "Oldest change", id="first", show=False, group=MOVE),
        Binding("G,end", "jump(-1)", "Newest change", id="last", show=False, group=MOVE),
    )),
    Binding("enter", "open", "Timeline", id="changes.open", group=ORDERS,
            tooltip="Open the order's timeline"),
]  # fmt: skip

APP_BINDINGS: list[BindingType] = [
    Binding("a", "account", "Account", id="app.account", show=False, group=PROGRAM,
            tooltip="Change account"),
    Binding("ctrl+l", "diagnostics", "Diagnostics", id="app.diagnostics", show=False,
            group=PROGRAM, tooltip="Diagnostics: requests and events"),
    Binding("J", "journal", "Journal", id="app.journal", show=False, group=ACT,
            tooltip="Journal: the latest actions and what came of them"),
    Binding("question_mark,f1", "help", "Help", id="app.help", group=PROGRAM),
    Binding("ctrl+p", "command_palette", "Palette", id="app.palette", show=False, group=PROGRAM,
            tooltip="Command palette", priority=True),
    Binding("q", "quit", "Quit", id="app.quit", group=PROGRAM),
    Binding("ctrl+c", "quit", "Quit", id="app.interrupt", show=False, priority=True,
            group=PROGRAM),
    Binding("ctrl+z", "suspend_process", "Suspend", id="app.suspend", show=False, priority=True,
            group=PROGRAM),
]  # fmt: skip

_VIEW = Binding("1", "view(1)", "View", show=False, tooltip="View", priority=True, group=FILTER)

MAIN_SCREEN_BINDINGS: list[BindingType] = [
    Binding("enter", "commit_filter", "Keep", id="filter.keep", priority=True, group=TYPING,
            tooltip="Keep the filter"),
    # Textual tries several bindings of one key only if one class declares them. Those of the past
    # come first: they are hidden now.
    Binding("escape", "leave_past", "Now", id="past.leave", priority=True, group=PAST,
            tooltip="Back to now"),
    Binding("q", "leave_past", "Now", id="past.quit", show=False, group=PAST,
            tooltip="Back to now"),
    # With these words all of them have room in 80 columns.
    Binding("left", "step_time(-1)", "Older", id="past.earlier", group=PAST,
            tooltip="One observed change earlier"),
    Binding("right", "step_time(1)", "Newer", id="past.later", group=PAST,
            tooltip="One observed change later"),
    Binding("shift+left", "step_time(-10)", "10 earlier", id="past.ten-earlier", show=False,
            group=PAST, tooltip="Ten observed changes earlier"),
    Binding("shift+right", "step_time(10)", "10 later", id="past.ten-later", show=False,
            group=PAST, tooltip="Ten observed changes later"),
    Binding("t", "go_to", "Go", id="past.go", priority=True, group=PAST,
            tooltip="Go to a time, such as 03:12 or 3m (ago)"),
    Binding("[", "step_time(0, -3600)", "-1h", id="past.hour-back", group=PAST,
            tooltip="An hour earlier"),
    Binding("]", "step_time(0, 3600)", "+1h", id="past.hour-on", group=PAST,
            tooltip="An hour later"),
    Binding("escape", "clear_filter", "Clear", id="filter.clear", priority=True, group=FILTER,
            tooltip="Clear the filter"),
    Binding("escape", "unmark_all", "Unmark", id="act.unmark-all", priority=True, group=ACT,
            tooltip="Unmark all orders"),
    Binding("escape", "hide_notice", "Hide", id="act.hide-notice", priority=True, group=ACT,
            tooltip="Hide what is said of unknown outcomes"),
    *_with_prefix("filter", _RECALL),
    Binding("enter", "open", "Open", id="watch.open", tooltip="Open the order", group=ORDERS),
    Binding("slash", "filter", "Filter", id="watch.filter", tooltip="Filter the orders",
            priority=True, group=FILTER),
    Binding("x", "app.dismiss_gone", "Hide removed", id="watch.dismiss", group=ORDERS,
            tooltip="Hide removed orders"),
    Binding("u", "unreadable", "Unreadable", id="watch.unreadable", group=ORDERS,
            tooltip="Unreadable rows of the list"),
    Binding("f", "choose_status", "Status", id="watch.status", priority=True, group=FILTER,
            tooltip="Filter by status…"),
    Binding("n", "failed(1)", "Next failed", id="watch.next-failed", group=MOVE,
            tooltip="Next failed order"),
    Binding("R", "requeue", "Requeue", id="act.requeue", priority=True, group=ACT,
            tooltip="Requeue the marked orders, else the one under the cursor"),
    Binding("space", "mark", "Mark", id="act.mark", group=ACT,
            tooltip="Mark the order, or unmark it, and go to the next"),
    Binding("C", "app.new_order", "New order", id="act.new-order", priority=True, group=ACT),
    Binding("L", "app.order_like", "Again", id="act.again", priority=True, group=ACT,
            tooltip="New order like this one"),
    Binding("asterisk", "mark_all", "Mark all", id="act.mark-all", show=False, group=ACT,
            tooltip="Mark all orders that are shown, or unmark them"),
    Binding("s", "sort", "Sort", id="watch.sort", tooltip="Sort by…", priority=True,
            group=FILTER),
    *_with_prefix("watch", _POLLING),
    Binding("t", "travel", "Past", id="watch.travel", priority=True, group=PAST,
            tooltip="Time travel: the orders as they were"),
    Binding("v", "views", "Views", id="watch.views", tooltip="Choose a view", priority=True,
            group=FILTER),
    Binding("Y", "copy_menu", "Copy", id="watch.copy", tooltip="Choose what to copy",
            group=ORDERS),
    Binding("d", "switch_detail", "Detail", id="watch.detail", group=ORDERS,
            tooltip="Detail pane: normal, wide, off"),
    *_with_prefix("filter", _COMPLETE),
    Binding("tab", "other_pane", "Panes", id="watch.next-pane", tooltip="Switch pane",
            group=MOVE),
    Binding("F", "follow", "Follow", id="watch.follow", group=MOVE,
            tooltip="Follow the newest active order, or stop"),
    Binding("e", "app.export", "Export", id="watch.export", group=ORDERS,
            tooltip="Export the rows to a file", priority=True),
    Binding("c", "columns", "Columns", id="watch.columns", tooltip="Choose the columns",
            priority=True, group=FILTER),
    Binding("y", "copy_id", "Copy id", id="watch.copy-id", tooltip="Copy the order's id",
            group=ORDERS),
    Binding("E", "copy_reason", "Copy reason", id="watch.copy-reason", group=ORDERS,
            tooltip="Copy the failure reason"),
    Binding("S", "reverse_sort", "Reverse", id="watch.turn-sort", tooltip="Reverse sort",
            priority=True, group=FILTER),
    Binding("V", "save_view", "Save view", id="watch.save-view", priority=True, group=FILTER,
            tooltip="Save current view as…"),
    Binding("P", "profiles", "Profiles", id="watch.profiles", show=False,
            tooltip="Encoding profiles of the company", group=ORDERS),
    Binding("T", "statistics", "Statistics", id="watch.statistics", group=ORDERS,
            tooltip="Statistics of a day, week or month"),
    Binding("M", "minutes", "Minutes", id="watch.minutes", group=ORDERS,
            tooltip="Minutes consumed by month, and what this month will come to"),
    *(replace(_VIEW, key=f"{n}", action=f"view({n})", id=f"watch.view-{n}")
      for n in range(1, 10)),
    Binding("A", "activity", "Activity", id="watch.activity", group=ORDERS,
            tooltip="All changes of all orders", priority=True),
    Binding("N", "failed(-1)", "Previous failed", id="watch.previous-failed", show=False,
            tooltip="Previous failed order", group=MOVE),
    Binding("shift+tab", "other_pane", "Panes", id="watch.pane", show=False,
            tooltip="Switch pane", group=MOVE),
    Binding("left", "pane('orders')", "Orders", id="watch.left-pane", show=False,
            tooltip="To the orders", group=MOVE),
    Binding("right", "pane('details')", "Details", id="watch.right-pane", show=False,
            tooltip="To the details", group=MOVE),
]  # fmt: skip

PROMPTING_ACTIONS = frozenset(
    {
        "filter",
        "sort",
        "reverse_sort",
        "choose_status",
        "views",
        "columns",
        "save_view",
        "travel",
        "activity",
        "requeue",
    }
)
"""Actions that are hidden while a prompt is open."""

ORDER_SCREEN_BINDINGS: list[BindingType] = [
    Binding("escape", "back", "Back", id="order.back", tooltip="Back to the orders",
            group=MOVE),
    Binding("q", "back", "Back", id="order.leave", show=False, tooltip="Back to the orders",
            group=MOVE),
    Binding("enter", "searched", "Search", id="order.searched", priority=True, group=ORDERS,
            tooltip="Search the raw JSON for what was typed"),
    Binding("w", "tab('raw')", "Raw JSON", id="order.raw", group=ORDERS),
    Binding("w", "tab('facts')", "Facts", id="order.facts", group=ORDERS),
    Binding("3", "show('timeline')", "Timeline", id="order.third-tab", group=ORDERS),
    Binding("x", "dismiss_gone", "Hide removed", id="order.dismiss", group=ORDERS,
            tooltip="Hide removed orders"),
    Binding("[", "step(-1)", "Previous", id="order.previous", tooltip="Previous order",
            group=MOVE),
    Binding("]", "step(1)", "Next", id="order.next", tooltip="Next order", group=MOVE),
    Binding("n", "match(1)", "Next match", id="order.next-match", group=ORDERS),
    Binding("slash", "search", "Search", id="order.search", tooltip="Search the raw JSON",
            priority=True, group=ORDERS),
    Binding("Y", "copy_menu", "Copy", id="order.copy", tooltip="Choose what to copy",
            group=ORDERS),
    Binding("E", "copy_reason", "Copy reason", id="order.copy-reason", group=ORDERS,
            tooltip="Copy the failure reason"),
    *_with_prefix("order", _POLLING),
    Binding("R", "requeue", "Requeue", id="order.requeue", group=ACT,
            tooltip="Requeue this order"),
    Binding("y", "copy_id", "Copy id", id="order.copy-id", tooltip="Copy the order's id",
            group=ORDERS),
    Binding("L", "app.order_like", "Again", id="order.again", priority=True, group=ACT,
            tooltip="New order like this one"),
    Binding("N", "match(-1)", "Previous match", id="order.previous-match", show=False,
            group=ORDERS),
    Binding("1", "show('facts')", "Facts", id="order.first-tab", show=False, group=ORDERS),
    Binding("2", "show('raw')", "Raw JSON", id="order.second-tab", show=False, group=ORDERS),
    Binding("tab,right", "other_tab(1)", "Next tab", id="order.other-tab", show=False,
            group=ORDERS),
    Binding("shift+tab,left", "other_tab(-1)", "Previous tab", id="order.previous-tab",
            show=False, group=ORDERS),
]  # fmt: skip

STATISTICS_SCREEN_BINDINGS: list[BindingType] = [
    Binding("escape", "back", "Back", id="statistics.back", tooltip="Back to the orders",
            group=MOVE),
    Binding("q,T", "back", "Back", id="statistics.leave", show=False,
            tooltip="Back to the orders", group=MOVE),
    Binding("1", "period('day')", "Day", id="statistics.day", tooltip="Statistics of a day",
            group=ORDERS),
    Binding("2", "period('week')", "Week", id="statistics.week", tooltip="Statistics of a week",
            group=ORDERS),
    Binding("3", "period('month')", "Month", id="statistics.month",
            tooltip="Statistics of a month", group=ORDERS),
    Binding("left", "earlier", "Earlier", id="statistics.earlier",
            tooltip="Earlier day, week or month", group=MOVE),
    Binding("right", "later", "Later", id="statistics.later", tooltip="Later day, week or month",
            group=MOVE),
    Binding("n", "reason(1)", "Next reason", id="statistics.next-reason", group=MOVE,
            tooltip="Next failure reason"),
    Binding("N", "reason(-1)", "Previous reason", id="statistics.previous-reason", show=False,
            tooltip="Previous failure reason", group=MOVE),
    Binding("enter", "open", "Show orders", id="statistics.open",
            tooltip="Show the orders with this failure reason", group=ORDERS),
    *(replace(each, show=False) for each in _with_prefix("statistics", _POLLING)),
]  # fmt: skip

ACTIVITY_BINDINGS: list[BindingType] = [
    Binding("enter", "commit_filter", "Keep", id="activity.keep", priority=True, group=TYPING,
            tooltip="Keep the filter"),
    Binding("escape", "back", "Back", id="activity.back", priority=True, group=MOVE,
            tooltip="Clear the filter, then back to the orders"),
    Binding("q", "close", "Back", id="activity.leave", show=False, group=MOVE,
            tooltip="Back to the orders"),
    *_with_prefix("activity", _RECALL),
    *_with_prefix("activity", _COMPLETE),
    Binding("slash", "filter", "Filter", id="activity.filter", priority=True, group=FILTER,
            tooltip="Filter the changes by their time (changed<1h) or their orders"),
    Binding("P", "progress", "Progress", id="activity.progress", group=FILTER,
            tooltip="Show changes of progress, or hide them"),
    Binding("F", "follow", "Follow", id="activity.follow", group=MOVE,
            tooltip="Follow the newest change"),
    Binding("y", "copy_id", "Copy id", id="activity.copy-id", tooltip="Copy the order's id",
            group=ORDERS),
    *_with_prefix("activity", _POLLING),
]  # fmt: skip

PROFILES_BINDINGS: list[BindingType] = [
    Binding("enter", "commit_search", "Keep", id="profiles.keep", priority=True, group=TYPING,
            tooltip="Keep the search"),
    Binding("escape", "back", "Back", id="profiles.back", priority=True, group=MOVE,
            tooltip="Clear the search, then back to the orders"),
    Binding("q,P", "close", "Back", id="profiles.leave", show=False, group=MOVE,
            tooltip="Back to the orders"),
    Binding("enter", "profile_orders", "Orders", id="profiles.orders", group=ORDERS,
            tooltip="Show the orders with this profile"),
    Binding("slash", "search", "Search", id="profiles.search", priority=True, group=FILTER,
            tooltip="Search by id, name, format, codec or size"),
    Binding("n", "new_profile", "New", id="profiles.new", group=ACT, tooltip="New profile"),
    Binding("e", "edit_profile", "Edit", id="profiles.edit", group=ACT,
            tooltip="Edit this profile"),
    Binding("c", "copy_profile", "Copy", id="profiles.copy", group=ACT, show=False,
            tooltip="New profile that begins as this one"),
    Binding("d", "delete_profile", "Delete", id="profiles.delete", group=ACT,
            tooltip="Delete this profile: its id must be typed"),
    Binding("r,f5", "read_profiles", "Read", id="profiles.read", group=POLLING,
            tooltip="Read the profiles again"),
    Binding("tab,shift+tab", "profile_pane", "Panes", id="profiles.pane", group=MOVE,
            tooltip="Switch between the table and the details"),
    Binding("p", "app.toggle_pause", "Pause", id="profiles.pause", show=False, group=POLLING,
            tooltip="Pause or resume"),
]  # fmt: skip
