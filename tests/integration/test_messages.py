"""Messages to the user: where they are shown, and for how long."""

import pytest
from textual.notifications import SeverityLevel

from tests.support.app_stage import message_line, orders, stage, text_of, toasts
from tui.ui.widgets.key_bar import KeyBar


async def test_a_message_takes_the_place_of_the_keys_until_the_next_key() -> None:
    async with stage(orders(2, 1)) as on:
        keys = message_line(on.app)
        await on.press("y")
        assert message_line(on.app) == f"Sent to the clipboard: {on.table.cursor_id}"
        await on.press("down")
        assert message_line(on.app) == keys


@pytest.mark.parametrize(("severity", "seconds"), [("information", 5), ("warning", 15)])
async def test_a_message_goes_after_its_time(severity: SeverityLevel, seconds: float) -> None:
    async with stage(orders(1)) as on:
        keys = message_line(on.app)
        on.app.notify("Done [here]", severity=severity, markup=False)
        await on.pass_time(seconds - 1)
        assert message_line(on.app) == "Done [here]"
        await on.pass_time(1)
        assert message_line(on.app) == keys


async def test_a_dialog_shows_a_message_in_its_own_last_line() -> None:
    async with stage(orders(1)) as on:
        await on.press("question_mark")
        before = message_line(on.app)
        on.app.notify("Done", markup=False)
        assert message_line(on.app) == "Done"
        await on.press("down")
        assert message_line(on.app) == before


async def test_a_long_message_is_wrapped_above_the_lower_edge() -> None:
    async with stage(orders(*range(30, 0, -1)), (60, 15)) as on:
        bar = on.app.screen.query_one(KeyBar)
        on.app.notify("word " * 20, markup=False)
        await on.pilot.pause()
        assert text_of(bar).split() == ["word"] * 20
        assert bar.region.bottom_left == (0, 15)
        assert bar.size.height == len(bar.lines) == 2
        await on.press("G")
        await on.pilot.pause()
        assert bar.size.height == 1


async def test_toasts_go_with_the_next_key() -> None:
    async with stage(orders(1)) as on:
        on.app.notify("two\nlines", markup=False)
        await on.pilot.pause()
        assert toasts(on.app) == ["two\nlines"]
        await on.press("down")
        assert toasts(on.app) == []
