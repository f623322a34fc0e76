"""What the palette offers: the keys' actions by name, and the themes."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.screen import Screen

from tui.ui.screens.order import OrderScreen
from tui.ui.screens.watch import WatchScreen

if TYPE_CHECKING:
    from tui.ui.app import TranscodeApp


def commands(
    app: "TranscodeApp", screen: Screen[object], *, accounts: bool
) -> Iterator[SystemCommand]:
    """The commands on `screen`; with `accounts` there is an account to be changed."""
    if isinstance(screen, WatchScreen | OrderScreen):
        wish = screen.action_wish
        yield SystemCommand("Refresh", "Ask the API now", partial(wish, "refresh"))
        yield SystemCommand("Pause or resume", "Stop or start asking", partial(wish, "pause"))
        yield SystemCommand("Copy id", "Copy the order's id", screen.action_copy_id)
        yield SystemCommand("Copy", "Choose what of the order to copy", screen.action_copy_menu)
    if isinstance(screen, WatchScreen):
        yield SystemCommand("Views", "Choose a view", screen.action_views)
        yield SystemCommand(
            "Save view", "Keep filter, order and columns under a name", screen.action_save_view
        )
        yield SystemCommand("Columns", "Choose, order, size", screen.action_columns)
    if isinstance(screen, WatchScreen) and accounts:
        yield SystemCommand("Account", "Host, credentials and company", app.action_account)
    if isinstance(screen, WatchScreen | OrderScreen):
        yield SystemCommand(
            "Diagnostics", "What was asked and what happened", app.action_diagnostics
        )
    yield SystemCommand("Theme", "Choose the colours", app.action_change_theme)
    yield SystemCommand("Help", "The keys that work here", app.action_help)
    yield SystemCommand("Quit", "End the program", app.exit)
