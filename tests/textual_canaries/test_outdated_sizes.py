"""See `tui/ui/textual_fixes/outdated_sizes.py`."""

from typing import Any

import pytest
from textual import constants, events
from textual.app import App
from textual.geometry import Size

from tests.support.canary import canary_app, with_and_without
from tui.ui.textual_fixes.patched_app import PatchedApp


@with_and_without("base", PatchedApp, App[Any])
async def test_two_resizes_in_a_row_end_at_the_last_size(
    base: type[App[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = canary_app(base)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.resize_terminal(100, 30)
        await pilot.pause(3 / constants.MAX_FPS)
        sizes = list[Size]()
        lay_out = app.screen._refresh_layout

        def count(size: Size | None = None, scroll: bool = False) -> None:
            sizes.append(app.screen.outer_size if size is None else size)
            if len(sizes) > 50:  # else it would not end
                app.exit()
            lay_out(size, scroll)

        monkeypatch.setattr(app.screen, "_refresh_layout", count)
        for size in (Size(60, 20), Size(100, 30)):
            app.screen.post_message(events.Resize(size, size))
            app.screen.post_message(events.MouseMove(None, 0, 0, 0, 0, 0, False, False, False))
        await pilot.pause(3 / constants.MAX_FPS)
        assert len(sizes) <= 2
        assert sizes[-1] == Size(100, 30)
