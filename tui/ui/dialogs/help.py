"""Every action that works on a screen: the help names their keys, the palette runs them."""

from collections.abc import Iterable
from functools import partial

from textual.app import App, SystemCommand
from textual.screen import Screen
from textual.theme import ThemeProvider

from tui.ui.actions import AvailableAction, available_actions
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.text import Line, definition_list
from tui.ui.textual_fixes.command_palette import PatchedCommandPalette

_TERMS: tuple[tuple[str, str], ...] = (
    ("live", "the list is no older than its interval and 3 s more"),
    ("stale", "it is older than that; its age and the reason are shown"),
    ("paused", "nothing is asked for"),
    ("~62 %", "a progress older than its time"),
    ("?", "not known"),
)

_FILTER: tuple[tuple[str, str], ...] = (
    ("1631 hls", "both words in id, file, label, profile, comment or status"),
    ("status:error", "or active, final, gone; a|b for either"),
    ("profile: label: file: id:", 'text inside; file:*.mov, label:"prioridad alta"'),
    ("created:today", "or yesterday, created>=2021-09-06"),
    ("created>2h age<1d", "created more than 2 hours and less than a day ago"),
    ("duration>1h30m", "also progress<50, size>1GB, jobs>3"),
    ("reason:timeout", "in the comment of a failed order"),
    ("-a or (b c)", "not, either, together"),
)


def help_dialog(screen: Screen[object]) -> TextDialog:
    """The keys of `screen`, and what the words on it mean."""
    keys: dict[str, list[str]] = {}
    for action in available_actions(screen):
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


class Palette(PatchedCommandPalette):
    CSS_PATH = "palette.tcss"


def theme_palette() -> Palette:
    return Palette([ThemeProvider], placeholder="Search for themes…")


def system_commands(app: App[None], screen: Screen[object]) -> Iterable[SystemCommand]:
    """Yield what works on `screen` now, with its keys, and what always works."""
    yield SystemCommand("Theme", "Choose the colours", app.action_change_theme)
    actions = available_actions(screen)
    if all(each.action != "quit" for each in actions):  # a modal screen has no bindings of the app
        yield SystemCommand("Quit", "End the program", app.exit)
    for each in actions:
        if each.action != "command_palette":
            text = "" if each.text == each.name else f"{each.text}  "
            text = f"{text}({' '.join(each.keys)})"
            run = partial(_run, app, each)
            yield SystemCommand(escape_markup(each.name), escape_markup(text), run)


def escape_markup(text: str) -> str:
    """Escape `text` for a widget that reads markup."""
    return text.replace("[", "\\[")


async def _run(app: App[None], action: AvailableAction) -> None:
    if action.node.is_attached:  # it may have been removed while the palette was open
        await app.run_action(action.action, action.node)
