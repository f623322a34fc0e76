"""See `tui/ui/textual_fixes/command_palette.py`."""

from collections.abc import Iterable

from textual.app import App, SystemCommand
from textual.command import CommandList, CommandPalette
from textual.screen import Screen

from tests.support.canary import with_and_without
from tui.ui.textual_fixes.command_palette import PatchedCommandPalette


class CountingApp(App[None]):
    runs = 0

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002
        yield SystemCommand("Count", "Add one", self.count)

    def count(self) -> None:
        self.runs += 1


@with_and_without("palette_class", PatchedCommandPalette, CommandPalette)
async def test_a_command_that_is_chosen_twice_runs_once(
    palette_class: type[CommandPalette],
) -> None:
    app = CountingApp()
    async with app.run_test() as pilot:
        await app.push_screen(Screen())
        await app.push_screen(palette_class())
        await pilot.press("c")
        while not app.screen.query_one(CommandList).option_count:
            await pilot.pause()
        for key in ("down", "enter", "enter", "enter"):
            app.simulate_key(key)
        await pilot.pause(0.2)
        assert app.runs == 1
        assert len(app.screen_stack) == 2
