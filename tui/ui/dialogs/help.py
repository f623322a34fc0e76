"""The help, written from the bindings that work on the screen it is asked from."""

from textual.screen import Screen

from tui.ui.actions import available_actions
from tui.ui.dialogs.text_dialog import TextDialog
from tui.ui.text import Line, definition_list
from tui.ui.theme.terminal_output import Glyphs

_WORDS: tuple[tuple[str, str], ...] = (
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
    """Every key that works on `screen` now, one line an action, then what the words mean."""
    keys: dict[str, list[str]] = {}
    for deed in available_actions(screen, glyphs):
        keys.setdefault(deed.text, []).extend(deed.keys)
    listed = [(" ".join(shown), text) for text, shown in keys.items()]
    names = max(len(name) for name, _ in (*listed, *_WORDS, *_FILTER)) + 2

    def lines(width: int) -> list[Line]:
        return [
            *definition_list(listed, names, width, "accent"),
            (),
            *definition_list(_WORDS, names, width, "strong"),
            (),
            *definition_list(_FILTER, names, width, "strong"),
        ]

    return TextDialog("Keys", lines)
