"""See `tui/ui/textual_fixes/partial_redraw.py`."""

import re
from typing import Any

from rich.console import Console
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tests.support.canary import with_and_without
from tui.ui.textual_fixes.patched_app import PatchedApp


class Letters(Widget):
    DEFAULT_CSS = "Letters { height: 1; width: 10; }"

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one line
        return Strip([Segment("abcdefghij")])


@with_and_without("app_class", PatchedApp, App)
async def test_a_refresh_of_two_cells_draws_two_cells(app_class: type[App[Any]]) -> None:
    updates: list[Any] = []

    class RecordingApp(app_class):  # type: ignore[valid-type,misc] # chosen at run time
        def compose(self) -> ComposeResult:
            yield Letters()

        def _display(self, screen: Screen[Any], renderable: Any) -> None:
            super()._display(screen, renderable)
            updates.append(renderable)

    app = RecordingApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        updates.clear()
        app.query_one(Letters).refresh(Region(3, 0, 2, 1))
        await pilot.pause()
        sequences = "".join(each.render_segments(Console()) for each in updates if each is not None)
    assert re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", sequences) == "de"
