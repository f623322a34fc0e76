"""Which keys of the main screen belong to what is going on: typing, time travel, marks. Pure."""

from typing import NamedTuple

from tui.ui.bindings import PROMPTING_ACTIONS


class Mode(NamedTuple):
    """What goes on on the main screen."""

    may_prompt: bool
    """No prompt is open, and there is room for one."""
    travels: bool
    """The past is shown, or is about to be."""
    types_filter: bool
    on_table: bool
    on_details: bool
    """Where the focus is."""
    filtered: bool
    """The filter is not the one that belongs to the view."""
    marked: bool
    noticed: bool
    """A notice stays above the orders."""


def shows_key(action: str, mode: Mode) -> bool | None:
    """Return whether the key of `action` belongs to `mode`; None if its effect decides."""
    if not mode.may_prompt and (action == "view" or action in PROMPTING_ACTIONS):
        return False
    match action:
        case "leave_past" | "step_time" | "go_to" if not (mode.may_prompt and mode.travels):
            return False
        case "travel" if mode.travels:
            return False
        case "commit_filter" | "complete_filter" | "recall_filter":
            return mode.types_filter
        case "clear_filter" | "unmark_all" | "hide_notice":
            return _shows_escape(action, mode)
        case "open" if not mode.on_details:
            return False
        case "other_pane" | "pane" if mode.types_filter:
            return False
    return None


def _shows_escape(action: str, mode: Mode) -> bool | None:
    """`esc` clears the filter first, then the marks, then the notice."""
    if mode.types_filter:
        return action == "clear_filter"
    of_now = "clear_filter"
    if not mode.filtered:
        of_now = "unmark_all" if mode.marked else "hide_notice" if mode.noticed else of_now
    return None if mode.on_table and action == of_now else False
