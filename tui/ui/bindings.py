"""The keys of the app and of its two screens; a dialog has its own. Those that open something have
priority, so that keys typed ahead reach what they open.
"""

from dataclasses import replace

from textual.binding import Binding, BindingType

APP_BINDINGS: list[BindingType] = [
    Binding("a", "account", "Account", id="app.account", show=False, tooltip="Change account"),
    Binding("ctrl+l", "diagnostics", "Diagnostics", id="app.diagnostics", show=False,
            tooltip="What was asked and what happened"),
    Binding("question_mark", "help", "Help", id="app.help", key_display="?"),
    Binding("ctrl+p", "command_palette", "Palette", id="app.palette", show=False,
            tooltip="Choose by name", priority=True),
    Binding("q", "quit", "Quit", id="app.quit"),
    Binding("ctrl+c", "quit", "Quit", id="app.interrupt", show=False, priority=True),
    Binding("ctrl+z", "suspend_process", "Suspend", id="app.suspend", show=False,
            priority=True),
]  # fmt: skip

_VIEW = Binding("1", "view(1)", "View", show=False, tooltip="Go to a view", priority=True)

MAIN_SCREEN_BINDINGS: list[BindingType] = [
    Binding("slash", "filter", "Filter", id="watch.filter", key_display="/",
            tooltip="Filter the orders", priority=True),
    Binding("enter", "commit_filter", "Keep", id="filter.keep", priority=True),
    Binding("escape", "clear_filter", "Clear", id="filter.clear", priority=True),
    Binding("s", "sort", "Sort", id="watch.sort",
            tooltip="Sort by…", priority=True),
    Binding("S", "reverse_sort", "Reverse", id="watch.turn-sort", show=False,
            tooltip="Reverse sort", priority=True),
    Binding("v", "views", "Views", id="watch.views", tooltip="Choose a view", priority=True),
    Binding("V", "save_view", "Save view", id="watch.save-view", show=False,
            tooltip="Save current view as…", priority=True),
    Binding("c", "columns", "Columns", id="watch.columns", show=False,
            tooltip="Choose the columns", priority=True),
    *(replace(_VIEW, key=f"{n}", action=f"view({n})", id=f"watch.view-{n}")
      for n in range(1, 10)),
    Binding("f", "choose_status", "Status", id="watch.status", priority=True,
            tooltip="Filter by status…"),
    Binding("r", "app.refresh", "Refresh", id="watch.refresh", tooltip="Ask now"),
    Binding("p", "app.toggle_pause", "Pause", id="watch.pause", tooltip="Pause or resume"),
    Binding("F", "follow", "Follow", id="watch.follow", show=False,
            tooltip="Follow the newest active order, or stop"),
    Binding("n", "failed(1)", "Next failed", id="watch.next-failed", tooltip="Next failed order"),
    Binding("N", "failed(-1)", "Previous failed", id="watch.previous-failed", show=False,
            tooltip="Previous failed order"),
    Binding("y", "copy_id", "Copy id", id="watch.copy-id", tooltip="Copy the order's id"),
    Binding("Y", "copy_menu", "Copy", id="watch.copy", tooltip="Choose what to copy"),
    Binding("E", "copy_reason", "Copy reason", id="watch.copy-reason", show=False,
            tooltip="Copy the failure reason"),
    Binding("d", "switch_detail", "Detail", id="watch.detail", show=False,
            tooltip="Detail pane: normal, wide, off"),
    Binding("x", "app.dismiss_gone", "Dismiss", id="watch.dismiss",
            tooltip="Dismiss gone orders"),
    Binding("u", "unreadable", "Unreadable", id="watch.unreadable"),
    Binding("e", "app.export", "Export", id="watch.export", show=False,
            tooltip="Export the rows to a file", priority=True),
    # Textual tries several bindings of one key only if one class declares them.
    Binding("tab", "complete_filter(1)", "Complete", id="filter.complete", priority=True),
    Binding("shift+tab", "complete_filter(-1)", "Complete back", id="filter.complete-back",
            show=False, tooltip="Previous completion", priority=True),
    Binding("up", "recall_filter(1)", "Earlier", id="filter.earlier", show=False,
            tooltip="Earlier filter", priority=True),
    Binding("down", "recall_filter(-1)", "Later", id="filter.later", show=False,
            tooltip="Later filter", priority=True),
    Binding("tab", "other_pane", "Panes", id="watch.next-pane", tooltip="Other pane"),
    Binding("shift+tab", "other_pane", "Panes", id="watch.pane", show=False,
            tooltip="Other pane"),
]  # fmt: skip

PROMPTING_ACTIONS = frozenset(
    {"filter", "sort", "reverse_sort", "choose_status", "views", "columns", "save_view"}
)
"""Actions that are hidden while a prompt is open."""

ORDER_SCREEN_BINDINGS: list[BindingType] = [
    Binding("escape", "back", "Back", id="order.back", tooltip="Back to the orders"),
    Binding("q", "back", "Back", id="order.leave", tooltip="Back to the orders"),
    Binding("w", "tab('raw')", "Raw JSON", id="order.raw"),
    Binding("w", "tab('facts')", "Facts", id="order.facts"),
    Binding("n", "match(1)", "Match", id="order.next-match", tooltip="Next match"),
    Binding("1", "tab('facts')", "Facts", id="order.first-tab", show=False),
    Binding("2", "tab('raw')", "Raw JSON", id="order.second-tab", show=False),
    Binding("tab,shift+tab", "other_tab", "Other tab", id="order.other-tab", show=False),
    Binding("[", "step(-1)", "Previous", id="order.previous", tooltip="Previous order"),
    Binding("]", "step(1)", "Next", id="order.next", tooltip="Next order"),
    Binding("Y", "copy_menu", "Copy", id="order.copy", tooltip="Choose what to copy"),
    Binding("slash", "search", "Search", id="order.search", key_display="/",
            tooltip="Search the raw JSON", priority=True),
    Binding("enter", "searched", "Search", id="order.searched", priority=True),
    Binding("N", "match(-1)", "Match before", id="order.previous-match", show=False,
            tooltip="Previous match"),
    Binding("y", "copy_id", "Copy id", id="order.copy-id", show=False,
            tooltip="Copy the order's id"),
    Binding("E", "copy_reason", "Copy reason", id="order.copy-reason", show=False,
            tooltip="Copy the failure reason"),
    Binding("r", "app.refresh", "Refresh", id="order.refresh", tooltip="Ask now"),
    Binding("p", "app.toggle_pause", "Pause", id="order.pause", tooltip="Pause or resume"),
    Binding("x", "dismiss_gone", "Dismiss", id="order.dismiss", tooltip="Dismiss gone orders"),
]  # fmt: skip
