"""The help: every key that works on the current screen, and what the words on it mean."""

from textual.screen import Screen

from tui.ui.actions import available_actions
from tui.ui.dialogs.text_dialog import TextDialog
from tui.ui.text import Line, definition_list
from tui.ui.theme.terminal_output import Glyphs

_TERMS: tuple[tuple[str, str], ...] = (
    ("live", "the list is no older than its interval and 3 s more"),
    ("stale", "it is older than that; its age and the reason are shown"),
    ("paused", "nothing is asked for"),
    ("~62 %", "a progress older than its time"),
    ("?", "not known"),
)

_FILTER: tuple[tuple[str, str], ...] = (
    ("1631 hls", "both words in id, file, label, profile or comment"),
    ("status:error", "or active, final, gone; a|b for either"),
    ("profile: label: file: id:", 'text inside; file:*.mov, label:"prioridad alta"'),
    ("created:today", "or yesterday, created>=2021-09-06"),
    ("age<2h", "also progress<50, size>1GB, duration>10m"),
    ("error:timeout", "in the comment of an order in error"),
    ("-a or (b c)", "not, either, together"),
)


def help_dialog(screen: Screen[object], glyphs: Glyphs) -> TextDialog:
    keys: dict[str, list[str]] = {}
    for action in available_actions(screen, glyphs):
        keys.setdefault(action.text, []).extend(action.keys)
    actions = [(" ".join(labels), text) for text, labels in keys.items()]
    name_width = max(len(name) for name, _ in (*actions, *_TERMS, *_FILTER)) + 2

    def lines(width: int) -> list[Line]:
        return [
            *definition_list(actions, name_width, width, "accent"),
            (),
            *definition_list(_TERMS, name_width, width, "strong"),
            (),
            *definition_list(_FILTER, name_width, width, "strong"),
        ]

    return TextDialog("Keys", lines)
