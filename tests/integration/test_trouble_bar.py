"""The bar that says why the list is not live, and what else then looks different."""

from collections.abc import Iterable

import pytest
from rich.color import Color as RichColor
from textual.color import Color

from tests.support.app_stage import Stage, order, orders, rendered_lines, rendered_strips, stage
from tests.support.memory_stores import MemoryListCache, cached_list
from tui.model.order import OrderSummary, Snapshot
from tui.model.ports import Failure, FailureKind
from tui.ui.widgets.line_view import LineView

LISTED = Snapshot(
    (OrderSummary(order(4).id, "TRANSCODING", order(4).created, 50.0), order(3, "ERROR"), order(2))
)


def bar_of(on: Stage) -> LineView:
    return on.app.screen.query_one("#trouble", LineView)


async def assert_bar(on: Stage, *texts: str) -> None:
    """The bar is visible over the full width, in the color of warnings, and says `texts`."""
    await on.painted()
    bar, width = bar_of(on), on.app.size.width
    assert bar.region.width == width
    assert bar.region.height == len(bar.lines) > 0
    shown = rendered_strips(on.app)[bar.region.y : bar.region.bottom]
    styles = [part.style for strip in shown for part in strip]
    assert all(style is not None and style.reverse for style in styles)  # to the last cell
    assert {style.color for style in styles if style} == {color_of(on, "warning")}
    text = " ".join(" ".join(strip.text.split()) for strip in shown)
    assert text.startswith("▲ ")
    for each in texts:
        assert each in text


async def assert_no_bar(on: Stage) -> None:
    await on.painted()
    assert not bar_of(on).display
    assert bar_of(on).lines == ()
    assert "● live" in rendered_lines(on.app)[0]
    assert "▲" not in "".join(rendered_lines(on.app))


def colors(on: Stage, signs: Iterable[str]) -> set[RichColor | None]:
    """Return the colors in which the cells with `signs` are drawn."""
    return {
        part.style.color
        for strip in rendered_strips(on.app)
        for part in strip
        if part.style and set(part.text) & set(signs)
    }


def color_of(on: Stage, role: str) -> RichColor:
    return Color.parse(on.app.get_css_variables()[f"role-{role}"]).rich_color


async def assert_colors(on: Stage, *, live: bool) -> None:
    """Counts, bars and the status of what runs have their colors on a live list, and one faded
    color otherwise.
    """
    await on.painted()
    counts = on.app.screen.query_one("#counts", LineView)
    roles = {role for line in counts.lines for text, role in line if text.strip()}
    assert roles == ({"transcoding", "error", "finished", "dim"} if live else {"stale"})
    assert colors(on, "█▶") == {color_of(on, "transcoding" if live else "stale")}


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (200, 60)])
async def test_a_failure_is_said_over_the_full_width(size: tuple[int, int]) -> None:
    async with stage(LISTED, size=size) as on:
        await assert_no_bar(on)
        await on.list_again(Failure(FailureKind.SERVER, 503))
        await assert_bar(on, "Update failed: ", "server error 503", "Next try ")
        on.api.listed = LISTED
        await on.pass_time(12)
        await assert_no_bar(on)


async def test_an_answer_that_is_late_is_said() -> None:
    async with stage(LISTED) as on:
        on.api.listed = None  # the next poll is never answered
        await on.pass_time(9)
        assert "stale" in on.line("status")
        await assert_bar(on, "No newer answer from api.example yet")
        await assert_colors(on, live=False)


async def test_a_pause_is_said_and_has_no_colors() -> None:
    async with stage(LISTED) as on:
        await on.pass_time(2)
        await assert_colors(on, live=True)
        await on.press("p")
        await assert_bar(on, "Polling paused. p: resume")
        await assert_colors(on, live=False)
        await on.press("p")
        await on.pass_time(1)
        await assert_no_bar(on)
        await assert_colors(on, live=True)


async def test_connecting_is_said() -> None:
    async with stage(None) as on:
        await assert_bar(on, "Connecting to api.example")
    cache = MemoryListCache(cached_list(LISTED, 1_700_000_000.0 - 3600))
    async with stage(None, cache=cache) as on:
        await assert_bar(on, "Showing the last saved list; connecting to api.example")
        await assert_colors(on, live=False)


async def test_the_bar_moves_the_table_and_not_its_cursor() -> None:
    async with stage(orders(*range(80, 0, -1))) as on:
        await on.press(*["pagedown"] * 3)
        cursor, top = on.table.cursor_id, on.table.region.y
        await on.press("p")
        await on.painted()
        assert on.table.region.y == top + 1
        assert on.table.cursor_id == cursor
        assert cursor in on.table.visible_ids
        await on.press("p")
        await on.pass_time(1)
        await on.painted()
        assert on.table.region.y == top
        assert cursor in on.table.visible_ids
