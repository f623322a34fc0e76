"""Only changes are sent to the terminal, and the result equals a full redraw."""

import random
from dataclasses import dataclass, field
from typing import Any

import pyte
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console
from textual.app import App
from textual.screen import Screen

from tests.support.app_stage import VIEWS, Stage, order, orders, rendered_lines, stage
from tui.model.order import OrderSummary, Snapshot
from tui.ui.order_presenter import AGE_STEP
from tui.ui.text import Line
from tui.ui.textual_fixes.partial_redraw import changed_cells

SIZE = (120, 40)

roles = st.sampled_from(("plain", "dim", "error"))
texts = st.one_of(
    st.text(alphabet="ab 9…━✖", max_size=12),
    st.text(alphabet="ab 界e\u0301\u200d\ufe0f✔🎬", max_size=12),
)
lines = st.lists(st.tuples(texts, roles), max_size=5).map(tuple)


def looks(line: Line, width: int) -> list[tuple[str, str]]:
    cells = [(char, role) for text, role in line for char in text]
    return (cells + [(" ", "plain")] * width)[:width]


@given(lines, lines, st.integers(0, 60))
@example((("a\ufe0f 1", "plain"),), (("a\ufe0f 2", "plain"),), 10)
def test_all_changed_cells_are_drawn_and_everything_after_an_ambiguous_width(
    old: Line, new: Line, width: int
) -> None:
    changed = changed_cells(old, new, width)
    assert changed == sorted(changed)
    drawn = {x for start, end in changed for x in range(start, end)}
    assert drawn <= set(range(width))
    doubtful = [
        x
        for line in (old, new)
        for x, (char, _) in enumerate(looks(line, width))
        if char in "界\u0301\u200d\ufe0f🎬"
    ]
    sure = max(0, min(doubtful, default=width + 1) - 1)
    before, after = looks(old, width), looks(new, width)
    for x in range(min(sure, width)):
        assert before[x] == after[x] or x in drawn
    if old != new and before[sure:] != after[sure:]:
        assert set(range(sure, width)) <= drawn


def test_distant_changes_are_drawn_separately_and_near_ones_together() -> None:
    def line(text: str) -> Line:
        return ((text, "plain"),)

    assert changed_cells(line("a 1"), line("a 1"), 20) == []
    assert changed_cells(line("a 1 finished 2"), line("a 3 finished 4"), 20) == [(2, 3), (13, 14)]
    assert changed_cells(line("1 of 2"), line("3 of 4"), 20) == [(0, 6)]
    assert changed_cells(line("short"), line("shorter"), 6) == [(5, 6)]
    assert changed_cells((("one", "plain"),), (("one", "dim"),), 20) == [(0, 3)]


@dataclass
class Sent:
    """The updates sent to the terminal."""

    updates: list[str] = field(default_factory=list)
    _drawn: int = 0
    _screen: pyte.Screen = field(default_factory=lambda: pyte.Screen(*SIZE))

    @property
    def bytes(self) -> int:
        return sum(len(update.encode()) for update in self.updates)

    def forget(self) -> None:
        """Count from now on."""
        self.screen()
        self.updates.clear()
        self._drawn = 0

    def screen(self) -> list[str]:
        new = self.updates[self._drawn :]
        self._drawn = len(self.updates)
        pyte.Stream(self._screen).feed("".join(new))
        return [line.rstrip() for line in self._screen.display]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    outcome = Sent()
    console = Console(color_system="truecolor", legacy_windows=False)
    display = App._display

    def tell(self: App[None], screen: Screen[object], update: Any) -> None:
        if update is not None and not self._batch_count:
            outcome.updates.append(update.render_segments(console))
        display(self, screen, update)

    monkeypatch.setattr(App, "_display", tell)
    return outcome


def wanted(on: Stage) -> list[str]:
    return [line.rstrip() for line in rendered_lines(on.app)]


STATUSES = ("QUEUED", "TRANSCODING", "UPLOADING", "FINISHED", "ERROR", "界面", "pré")


@pytest.mark.parametrize(
    ("seed", "turns"),
    [(0, 8), *(pytest.param(seed, 25, marks=pytest.mark.slow) for seed in range(3))],
)
async def test_partial_updates_equal_a_full_redraw(sent: Sent, seed: int, turns: int) -> None:
    chance = random.Random(seed)
    numbers = range(60, 0, -1)
    listed = [order(number) for number in numbers]
    async with stage(Snapshot(tuple(listed)), SIZE) as on:
        for _ in range(turns):
            for place in chance.sample(range(30), chance.choice((0, 1, 5))):
                listed[place] = order(60 - place, chance.choice(STATUSES))
                on.api.progress[listed[place].id] = tuple(
                    chance.choice((0.0, 50.0, 100.0)) for _ in range(chance.randrange(4))
                )
            if chance.random() < 0.1:
                listed.insert(0, order(len(listed) + 1, "QUEUED"))
            if chance.random() < 0.5:
                await on.press(chance.choice(("j", "k", "pagedown", "g", "tab", "enter", "escape")))
            await on.list_again(Snapshot(tuple(listed)))
            await on.painted()
            assert sent.screen() == wanted(on)


async def test_a_changed_row_sends_only_its_changed_cells(sent: Sent) -> None:
    numbers = range(60, 0, -1)
    async with stage(orders(*numbers), SIZE, view=VIEWS["All"]) as on:
        await on.pass_time(60)  # every visible row has been read
        await on.press("j", "k")  # or the cursor follows what is active
        await on.painted()
        listed = list(orders(*numbers).orders)
        for turn, (places, most) in enumerate((((), 160), ((12,), 500), (range(10, 20), 4200))):
            for place in places:
                listed[place] = order(60 - place, ("ERROR", "QUEUED", "TRANSCODING")[turn])
            sent.forget()
            await on.list_again(Snapshot(tuple(listed)))
            await on.pass_time(10)
            await on.painted()
            assert sent.bytes <= most, sent.updates
            # A name has the emphasis of its status, so it is sent too; those of others are not.
            others = set(range(60)) - set(places)
            assert not any(order(60 - place).id in "".join(sent.updates) for place in others)


def of_ages(*ages: float) -> Snapshot:
    """Return finished orders that were made `ages` seconds before the first list."""
    made = [1_700_000_000.0 - age for age in ages]
    return Snapshot(
        tuple(OrderSummary(f"{at:.0f}-{n:04}", "FINISHED", at) for n, at in enumerate(made))
    )


async def test_a_stable_screen_sends_nothing(sent: Sent) -> None:
    old = of_ages(*(90_000.0 + 4000 * n for n in range(60)))  # shown in days and hours
    async with stage(old, SIZE) as on:
        await on.pass_time(60)  # every visible row has been read, and the views are counted
        await on.painted()
        await on.list_again(old)
        await on.painted()
        sent.forget()
        await on.pass_time(4)  # until just before the next list
        await on.painted()
        assert sent.updates == []
        await on.list_again(old)
        await on.painted()
        assert 0 < sent.bytes < 160  # the time of the list
        assert sent.screen() == wanted(on)


async def test_a_tick_of_the_ages_sends_only_their_cells(sent: Sent) -> None:
    young = of_ages(10, 20, 30, 40)
    both = Snapshot((*young.orders, *of_ages(*(90_000.0 + 4000 * n for n in range(60))).orders))
    async with stage(both, SIZE) as on:
        await on.pass_time(60)
        await on.list_again(both)
        await on.painted()
        sent.forget()
        before = [on.row(y) for y in range(1, 30)]
        await on.pass_time(AGE_STEP)
        await on.painted()
        changed = [y for y, line in enumerate(before, 1) if on.row(y) != line]
        assert len(changed) == 4  # the young ones
        shown = "".join(sent.updates)
        assert "mp4" not in shown
        assert not any(each.id in shown for each in both.orders)
        assert 0 < sent.bytes < 600, sent.updates
        assert sent.screen() == wanted(on)
