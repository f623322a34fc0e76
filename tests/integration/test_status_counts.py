"""Counts as filters: by click, by letter, and combined with typed text."""

import msgspec
import pytest
from textual.geometry import Offset

from tests.support.app_stage import (
    MIXED_ORDERS,
    VIEWS,
    Stage,
    order,
    order_ids,
    rendered_lines,
    shown_ids,
    stage,
    text_of,
    type_filter,
)
from tests.support.key_labels import MAIN_SCREEN_LABELS
from tests.support.memory_stores import MemoryViewStore
from tui.filtering.views import ScreenState
from tui.model.events import ClockReading, ListLoaded
from tui.model.order import InvalidRow, OrderSummary, Phase, Snapshot
from tui.model.order_facts import count_by_phase
from tui.model.state import State, reduce
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.main_screen.counts_line import LETTERS, counts_line
from tui.ui.text import line_text, width_of
from tui.ui.theme.terminal_output import ASCII, UNICODE, Glyphs
from tui.ui.widgets.clickable_line import ClickableLine
from tui.ui.widgets.line_view import LineView


def state_of(*words: str) -> State:
    listed = tuple(OrderSummary(f"{n}", word, 1e9 - n) for n, word in enumerate(words))
    return reduce(State(), ListLoaded(Snapshot(listed), ClockReading(1e9, 1.0), 5.0))


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("signs", [UNICODE, ASCII])
@pytest.mark.parametrize("chosen", ["", *LETTERS])
def test_every_cell_of_a_count_is_clickable_and_none_beside_it(
    width: int, signs: Glyphs, chosen: str
) -> None:
    state = state_of("QUEUED", "ERROR", "ERROR", "Paused", *["FINISHED"] * 8)
    left = Snapshot(state.orders[1:], (InvalidRow(0, "it has no id"),))
    state = reduce(
        state, ListLoaded(left, ClockReading(1e9, 9.0), 5.0)
    )  # the first count is hidden
    numbers = {phase.value: number for phase, number in count_by_phase(state).items()}
    numbers["stalled"] = 1
    counts = counts_line(state, numbers, width, signs, MAIN_SCREEN_LABELS, chosen=chosen)
    plain_counts = counts_line(state, numbers, width, signs, MAIN_SCREEN_LABELS)
    assert width_of(counts.line) <= width
    text = line_text(counts.line)
    found = {word: [x for x in range(width) if counts.target_at(x) == word] for word in LETTERS}
    at = {word: text[cells[0] : cells[-1] + 1] for word, cells in found.items() if cells}
    assert at["error"].startswith(f"{signs.phases[Phase.ERROR]} 2")
    assert at["stalled"].startswith(f"{signs.stalled} 1")
    assert at["gone"].startswith(f"{signs.gone} 1")
    assert {text[x] for x in range(len(text)) if not counts.target_at(x)} <= set(" []…")
    for word, cells in found.items():
        assert cells == [x for x in range(width) if plain_counts.target_at(x) == word]
        if cells and width > 40:  # the brackets take no extra width
            marked = text[cells[0] - 1] + text[cells[-1] + 1 : cells[-1] + 2].rstrip()
            assert marked.strip() == ("[]" if word == chosen else "")


async def click(on: Stage, word: str) -> None:
    bar = on.app.screen.query_one("#counts", ClickableLine)
    x = next(x for x in range(bar.size.width) if bar.shown.target_at(x) == word)
    await on.pilot.click(bar, offset=Offset(x, 0))
    await on.wait_idle()


async def test_clicking_a_count_toggles_its_status() -> None:
    async with stage(MIXED_ORDERS, view=VIEWS["All"]) as on:
        counts = on.line("counts")
        await click(on, "error")
        assert shown_ids(on) == order_ids(4, 2)
        assert "status:error  2 of 5" in on.line("filter-info")
        assert on.line("counts").replace("[", " ").replace("]", " ").rstrip() == counts.rstrip()
        assert "[✖ 2 error]" in on.line("counts")
        assert on.app.focused is on.table
        await click(on, "finished")
        assert shown_ids(on) == order_ids(3, 1)
        assert "[✔ 2 finished]" in on.line("counts")
        assert "[✖" not in on.line("counts")
        await click(on, "finished")
        assert shown_ids(on) == order_ids(5, 4, 3, 2, 1)
        assert on.line("counts") == counts
        await on.pilot.click("#counts", offset=Offset(0, 0))  # no status there
        assert on.line("counts") == counts


async def test_f_and_a_letter_toggle_a_status() -> None:
    async with stage(MIXED_ORDERS, view=VIEWS["All"]) as on:
        assert "f Status" in on.line("keys")
        await on.press("f")
        asked = text_of(on.app.screen.query_one("#only", LineView))
        assert " Status:  q queued  d downloading" in asked
        assert "e error" in asked
        assert "esc Cancel" in on.line("keys")
        await on.press("e")
        assert not on.app.screen.query("#only")
        assert on.app.focused is on.table
        assert shown_ids(on) == order_ids(4, 2)
        assert "[✖ 2 error]" in on.line("counts")
        await on.press("f", "escape")
        assert shown_ids(on) == order_ids(4, 2)
        await on.press("f", "e")
        assert shown_ids(on) == order_ids(5, 4, 3, 2, 1)
        await on.press("f", "q")
        assert "No order matches status:queued." in text_of(on.table)
        await on.press("escape")
        assert shown_ids(on) == order_ids(5, 4, 3, 2, 1)
        await on.press("question_mark")
        assert isinstance(on.app.screen, TextDialog)
        assert "Filter by status…" in text_of(on.app.screen.query_one(LineView))


async def test_the_status_is_shown_in_the_filter_bar_beside_typed_text() -> None:
    async with stage(MIXED_ORDERS) as on:
        await type_filter(on, f"id:{order(4).id}|{order(3).id}")
        await click(on, "error")
        assert shown_ids(on) == order_ids(4)
        await on.painted()
        shown = rendered_lines(on.app)
        assert any(f"/  id:{order(4).id}|{order(3).id} status:error" in each for each in shown)
        await on.press("enter", "f", "e")
        assert shown_ids(on) == order_ids(4, 3)
        await on.press("escape")
        await type_filter(on, "status:error (")
        await click(on, "finished")  # an invalid filter is kept
        assert 'after "("' in on.line("filter-info")
        assert shown_ids(on) == order_ids(4, 2)
        await on.press("backspace", "backspace")
        await click(on, "finished")
        assert shown_ids(on) == order_ids(3, 1)


async def test_a_status_is_combined_with_the_filter_of_the_view() -> None:
    async with stage(MIXED_ORDERS) as on:
        await on.press("4")
        await on.pass_time(1)  # the views are counted
        assert "▌4 Failed 2" in on.line("tabs")
        assert on.line("filter-info") == ""  # the tab says it
        assert "[✖ 2 error]" in on.line("counts")
        await on.press("f", "e", "f", "e")
        assert "▌4 Failed 2" in on.line("tabs")
        assert on.line("filter-info") == ""  # the tab says it
        await type_filter(on, " -id:xyz")
        await on.press("enter", "f", "t")
        assert "filter -id:xyz status:transcoding  1 of 5" in on.line("filter-info")


async def test_the_status_is_restored_at_the_next_start() -> None:
    view_store = MemoryViewStore()
    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        await on.press("f", "e", "j")
        await on.press("q")
    view = msgspec.structs.replace(VIEWS["Now"], filter="status:error")
    assert view_store.screen_state == ScreenState(view, order(2).id)
    async with stage(MIXED_ORDERS, view_store=view_store) as on:
        assert shown_ids(on) == order_ids(4, 2)
        assert "[✖ 2 error]" in on.line("counts")


async def test_the_count_of_unreadable_rows_opens_them() -> None:
    bad = Snapshot(MIXED_ORDERS.orders, (InvalidRow(1, "it has no id"),))
    async with stage(bad) as on:
        await click(on, "unreadable")
        assert isinstance(on.app.screen, TextDialog)
        assert text_of(on.app.screen.query_one(LineView)) == "row 2: it has no id"


@pytest.mark.parametrize("size", [(40, 8), (60, 15), (80, 24), (200, 60)])
async def test_the_status_letters_fit_at_every_size(size: tuple[int, int]) -> None:
    async with stage(MIXED_ORDERS, size=size) as on:
        await on.press("f")
        await on.painted()
        lines = rendered_lines(on.app)
        assert all(len(line) == size[0] for line in lines)
        assert all(any(f" {key} {word}" in line for line in lines) for word, key in LETTERS.items())
        await on.press("e")
        assert shown_ids(on) == order_ids(4, 2)
