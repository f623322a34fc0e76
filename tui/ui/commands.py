"""What every screen has: help, the palette with each key's action by name, and a way out."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen, SystemModalScreen

from tui.ui.bound import Deed, deeds
from tui.ui.keys import unmarked
from tui.ui.themed import ThemedApp


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

    @property
    def screen_below(self) -> Screen[object]:
        """The screen, or the one below the palette: what that offers works there."""
        return next(
            each for each in reversed(self.screen_stack) if not isinstance(each, SystemModalScreen)
        )

    def action_help(self) -> None:
        from tui.ui.screens.help import help_screen  # noqa: PLC0415 - not for the first paint

        self.push_screen(help_screen(self.screen, self._glyphs))

    def action_command_palette(self) -> None:
        from tui.ui.screens.palette import Palette  # noqa: PLC0415 - not for the first paint

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        from textual.theme import ThemeProvider  # noqa: PLC0415

        from tui.ui.screens.palette import Palette  # noqa: PLC0415

        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What works on `screen` now, each with its keys, and what always works."""
        yield SystemCommand("Theme", "Choose the colours", self.action_change_theme)
        found = deeds(screen, self._glyphs)
        if all(deed.action != "quit" for deed in found):  # the keys of a list that lies over all
            yield SystemCommand("Quit", "End the program", self.exit)
        for deed in found:
            if deed.action != "command_palette":
                text = "" if deed.text == deed.name else f"{deed.text}  "
                told = f"{text}({' '.join(deed.keys)})"
                yield SystemCommand(unmarked(deed.name), unmarked(told), partial(self._do, deed))

    async def _do(self, deed: Deed) -> None:
        if deed.node.is_attached:  # it may have gone while the palette was open
            await self.run_action(deed.action, deed.node)
