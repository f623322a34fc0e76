"""What every screen has: help, the palette with each key's action by name, and a way out."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen, SystemModalScreen

from tui.model.account import ThemeStore
from tui.model.key_overrides import Keymap, KeyOverride
from tui.ui.actions import DEFAULTS, AvailableAction, available_actions, hints_of, key_name
from tui.ui.theme.colors import ColorDepth
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.themed import ThemedApp
from tui.ui.widgets.key_bar import escape_markup

_MOST_TOLD = 3
_LONG = 20.0
"""Seconds that it is told, for it is told once."""


class CommandedApp(ThemedApp):
    """What a key does here can be chosen by name, too; a new binding is there by itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", id="app.help", key_display="?"),
        Binding(
            "ctrl+p",
            "command_palette",
            "Palette",
            id="app.palette",
            show=False,
            priority=True,
            tooltip="Choose by name",
        ),
        Binding("q", "quit", "Quit", id="app.quit"),
        Binding("ctrl+c", "quit", "Quit", id="app.interrupt", show=False, priority=True),
        Binding(
            "ctrl+z", "suspend_process", "Suspend", id="app.suspend", show=False, priority=True
        ),
    ]

    def __init__(
        self,
        theme: str,
        glyphs: Glyphs,
        depth: ColorDepth,
        looks: ThemeStore | None,
        wishes: Sequence[KeyOverride],
    ) -> None:
        super().__init__(theme, glyphs, depth, looks)
        self.hints = DEFAULTS
        self._wishes = wishes
        if wishes:
            self._take_keys()  # of what is there for the first paint

    def on_mount(self) -> None:
        if self._wishes:
            self.call_after_refresh(self.run_worker, self._settle_keys, group="keys")

    async def _settle_keys(self) -> None:
        """After the first paint, when there is time to know of every key: what was wished for
        in vain is told.
        """
        from tui.ui.keymap import load_all  # noqa: PLC0415 - for who wishes other keys alone

        await asyncio.to_thread(load_all)
        self.tell_problems("keys", self._take_keys().problems, "keys")

    def tell_problems(self, of: str, problems: Sequence[str], command: str) -> None:
        """Tell the first few of what is wrong in the config file; `command` tells all."""
        if not problems:
            return
        told = [f"{of} in the config file:", *problems[:_MOST_TOLD]]
        if more := problems[_MOST_TOLD:]:
            told.append(f"and {len(more)} more: transcode-tui config {command}")
        self.notify("\n".join(told), severity="warning", timeout=_LONG, markup=False)

    def _take_keys(self) -> Keymap:
        from tui.ui.keymap import apply_overrides, bindings, for_textual  # noqa: PLC0415 - nor are these

        bound = bindings()
        keymap = apply_overrides(self._wishes, bound)
        self.set_keymap(for_textual(keymap, bound))
        self.hints = hints_of(keymap.keys, self._called)
        return keymap

    def _called(self, key: str) -> str:
        return key_name(self.get_key_display(Binding(key=key, action="")), self._glyphs)

    @property
    def screen_below(self) -> Screen[object]:
        """The screen, or the one below the palette: what that offers works there."""
        return next(
            each for each in reversed(self.screen_stack) if not isinstance(each, SystemModalScreen)
        )

    def action_help(self) -> None:
        from tui.ui.dialogs.help import help_dialog  # noqa: PLC0415 - not for the first paint

        self.push_screen(help_dialog(self.screen, self._glyphs))

    def action_command_palette(self) -> None:
        from tui.ui.dialogs.palette import Palette  # noqa: PLC0415 - not for the first paint

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        from textual.theme import ThemeProvider  # noqa: PLC0415 - nor is this

        from tui.ui.dialogs.palette import Palette  # noqa: PLC0415 - nor this

        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What works on `screen` now, each with its keys, and what always works."""
        yield SystemCommand("Theme", "Choose the colours", self.action_change_theme)
        found = available_actions(screen, self._glyphs)
        if all(deed.action != "quit" for deed in found):  # the keys of a list that lies over all
            yield SystemCommand("Quit", "End the program", self.exit)
        for deed in found:
            if deed.action != "command_palette":
                text = "" if deed.text == deed.name else f"{deed.text}  "
                told = f"{text}({' '.join(deed.keys)})"
                yield SystemCommand(
                    escape_markup(deed.name), escape_markup(told), partial(self._do, deed)
                )

    async def _do(self, deed: AvailableAction) -> None:
        if deed.node.is_attached:  # it may have gone while the palette was open
            await self.run_action(deed.action, deed.node)
