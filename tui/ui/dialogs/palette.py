"""The command palette, and the commands that it offers: every action that works on a screen."""

from collections.abc import Iterable
from functools import partial

from textual.app import App, SystemCommand
from textual.screen import Screen
from textual.theme import ThemeProvider

from tui.ui.actions import AvailableAction, available_actions
from tui.ui.textual_fixes.command_palette import PatchedCommandPalette
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import escape_markup


class Palette(PatchedCommandPalette):
    CSS_PATH = "palette.tcss"


def theme_palette() -> Palette:
    return Palette([ThemeProvider], placeholder="Search for themes…")


def system_commands(
    app: App[None], screen: Screen[object], glyphs: Glyphs
) -> Iterable[SystemCommand]:
    """Yield what works on `screen` now, with its keys, and what always works."""
    yield SystemCommand("Theme", "Choose the colours", app.action_change_theme)
    actions = available_actions(screen, glyphs)
    if all(each.action != "quit" for each in actions):  # a modal screen has no bindings of the app
        yield SystemCommand("Quit", "End the program", app.exit)
    for each in actions:
        if each.action != "command_palette":
            text = "" if each.text == each.name else f"{each.text}  "
            text = f"{text}({' '.join(each.keys)})"
            run = partial(_run, app, each)
            yield SystemCommand(escape_markup(each.name), escape_markup(text), run)


async def _run(app: App[None], action: AvailableAction) -> None:
    if action.node.is_attached:  # it may have been removed while the palette was open
        await app.run_action(action.action, action.node)
