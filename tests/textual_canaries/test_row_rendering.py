"""See `tui/ui/textual_fixes/row_rendering.py`."""

from collections.abc import Callable
from typing import Any

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tests.support.canary import with_and_without
from tui.ui.textual_fixes.row_rendering import render_only_updated_rows


class Rows(Widget):
    DEFAULT_CSS = "Rows { height: 10; }"
    rendered: list[Region] = []  # noqa: RUF012

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(f"row {y}")])

    def render_lines(self, crop: Region) -> list[Strip]:
        self.rendered.append(crop)
        return super().render_lines(crop)


def leave_as_it_is(_: Screen[Any]) -> None:
    """Textual alone."""


@with_and_without("prepare", render_only_updated_rows, leave_as_it_is)
async def test_a_refresh_of_one_row_renders_one_row(prepare: Callable[[Screen[Any]], None]) -> None:
    class RowsApp(App[None]):
        def compose(self) -> ComposeResult:
            yield Rows()

    app = RowsApp()
    async with app.run_test() as pilot:
        prepare(app.screen)
        rows = app.query_one(Rows)
        await pilot.pause()
        rows.rendered = []
        rows.refresh(Region(0, 3, 5, 1))
        await pilot.pause()
        assert {(region.y, region.height) for region in rows.rendered} == {(3, 1)}
