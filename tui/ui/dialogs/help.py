"""Every action that works on a screen: the help names their keys, the palette runs them."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

from textual.app import App, SystemCommand
from textual.screen import Screen
from textual.theme import ThemeProvider

from tui.model.ports import ExportTarget
from tui.ui.actions import AvailableAction, action_text, available_actions, own_bindings
from tui.ui.bindings import GROUPS
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.dialogs.history_export import history_exports
from tui.ui.main_screen.arranged_screen import ArrangedScreen
from tui.ui.main_screen.counts_line import LETTERS
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.prompts import SortPrompt, StatusPrompt
from tui.ui.main_screen.screen import MainScreen
from tui.ui.text import Line, definition_list, pad
from tui.ui.textual_fixes.command_palette import PatchedCommandPalette
from tui.ui.widgets.line_view import LineView

_NAME_WIDTH = 19
_MIN_WIDTH_FOR_COLUMNS = 110
_NO_VIEW = "View"
"""The text of a key whose view doesn't exist."""
_OTHER_KEYS = "in a shell, transcode-tui config keys lists all keys and says how to change them"

_TERMS: tuple[tuple[str, str], ...] = (
    ("live", "the list is up to date"),
    ("stale", "it is not; its age and the reason are shown"),
    ("paused", "nothing is requested"),
    ("~62 %", "progress may be out of date"),
    ("?", "not known"),
)

_FILTER: tuple[tuple[str, str], ...] = (
    ("1631 hls", "both words in id, file, label, profile, comment or status"),
    ("status:error", "or active, final, gone; a|b for either"),
    ("profile: label: …", 'text inside; file:*.mov, label:"prioridad alta"'),
    ("created:today", "or yesterday, created>=2021-09-06"),
    ("created>2h age<1d", "created more than 2 hours and less than a day ago"),
    ("changed<1h", "its status changed; in the activity, each change"),
    ("duration>1h30m", "also progress<50, size>1GB, jobs>3"),
    ("reason:timeout", "in the comment of a failed order"),
    ("-a or (b c)", "not, either, together"),
)


Section = tuple[str, Sequence[tuple[str, str]]]
"""A heading, and under it names with what they mean."""


class HelpDialog(TextDialog):
    """Every key of a screen, also those without an effect now, and what the words on it mean."""

    def __init__(self, screen: Screen[Any]) -> None:
        sections = [
            *_keys(screen),
            ("Words on the screen", _TERMS),
            ("Filters", _FILTER),
            ("Other keys", [("config keys", _OTHER_KEYS)]),
        ]
        super().__init__("Keys", partial(help_lines, sections))


def help_lines(sections: Sequence[Section], width: int) -> list[Line]:
    """The sections below each other, or in two columns if `width` has room for them."""
    if width < _MIN_WIDTH_FOR_COLUMNS:
        return [line for each in sections for line in _section_lines(each, width)][1:]
    half = width // 2 - 1
    parts = [_section_lines(each, half) for each in sections]
    left: list[Line] = []
    rows = sum(map(len, parts))
    while parts and 2 * len(left) < rows - len(parts[0]):
        left += parts.pop(0)
    right = [line for part in parts for line in part]
    pairs = zip_longest(left[1:], right[1:], fillvalue=())
    return [(*pad(one, width - half), *other) for one, other in pairs]


def _section_lines(section: Section, width: int) -> list[Line]:
    heading, items = section
    return [(), ((heading, "strong"),), *definition_list(items, _NAME_WIDTH, width, "accent")]


def _keys(screen: Screen[Any]) -> list[Section]:
    """The keys of a screen and its widgets, and those of the app that it has no other use for."""
    app: Any = screen.app  # `TranscodeApp`
    found: dict[str, dict[str, list[str]]] = {group.description: {} for group in GROUPS}
    of_screen: set[str] = set()
    owners = [*getattr(screen, "KEY_WIDGETS", ()), type(screen), type(app)]
    for owner in owners:
        for declaring in owner.__mro__:
            for binding in own_bindings(declaring):
                labels = app.key_labels(owner, binding.id)
                if owner is type(app):
                    labels = [each for each in labels if each not in of_screen]
                elif owner is type(screen):
                    of_screen.update(labels)
                text = action_text(screen, binding)
                if binding.group is not None and text != _NO_VIEW:
                    names = found[binding.group.description].setdefault(text, [])
                    names += [each for each in labels if each not in names]
    sections: list[Section] = [
        (heading, [(" ".join(names), text) for text, names in keys.items() if names])
        for heading, keys in found.items()
    ]
    if isinstance(screen, ArrangedScreen):
        sections[2:2] = [
            ("After Sort by…", _letters(app, SortPrompt)),
            ("After Filter by status…", _letters(app, StatusPrompt)),
        ]
    return [each for each in sections if each[1]]


def _letters(app: Any, prompt: type[LineView]) -> list[tuple[str, str]]:
    """The keys of a prompt, each with what it chooses."""
    ids = [str(each.id) for each in own_bindings(prompt)]
    names = (f"{app.key_label(prompt, each)} {each.partition('.')[2]}" for each in ids)
    return [("a letter", ", ".join(names))]


class Palette(PatchedCommandPalette):
    CSS_PATH = "palette.tcss"


def theme_palette() -> Palette:
    return Palette([ThemeProvider], placeholder="Search for themes…")


def system_commands(
    app: App[None], screen: Screen[object], exports: ExportTarget | None
) -> Iterable[SystemCommand]:
    """Yield what works on `screen` now, with its keys, and what always works."""
    yield SystemCommand("Change theme", "Choose the colors", app.action_change_theme)
    if isinstance(screen, ArrangedScreen):
        for word in LETTERS:
            choose = partial(screen.action_only_status, word)
            yield SystemCommand(escape_markup(f"Status: {word}"), "Show only these", choose)
    actions = available_actions(screen)
    if all(each.action != "quit" for each in actions):  # a modal screen has no bindings of the app
        yield SystemCommand("Quit", "End the program", app.action_quit)
    for each in actions:
        if each.action != "command_palette":
            text = "" if each.text == each.name else f"{each.text}  "
            text = f"{text}({' '.join(each.keys)})"
            act = partial(_run, app, each)
            yield SystemCommand(escape_markup(each.name), escape_markup(text), act)
    if isinstance(screen, MainScreen) and exports is not None and not screen.situation.past:
        request, table = screen.export_request(), screen.query_one(OrdersTable)
        for title, start in history_exports(app, exports, request, table.cursor_id):
            text = "All recorded changes, as JSON Lines"
            yield SystemCommand(escape_markup(title), escape_markup(text), start)
    for name in app.available_themes:
        run = partial(setattr, app, "theme", name)
        yield SystemCommand(escape_markup(f"Theme: {name}"), "Use these colors", run)


def escape_markup(text: str) -> str:
    """Escape `text` for a widget that reads markup."""
    return text.replace("[", "\\[")


async def _run(app: App[None], action: AvailableAction) -> None:
    if action.node.is_attached:  # it may have been removed while the palette was open
        await app.run_action(action.action, action.node)
