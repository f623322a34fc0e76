"""The dialog of the journal."""

import pytest

from tests.support.acting import MemoryJournal
from tests.support.app_actions import acting
from tests.support.app_stage import message_line, orders, rendered_lines, run_command, stage
from tests.support.journal_entries import entry
from tui.model.actions import ActionKind, Outcome
from tui.ui.dialogs.journal_dialog import COUNT, journal_lines
from tui.ui.text import line_text, width_of

NOW = 1_700_000_000.0  # 22:13:20


async def test_j_shows_the_latest_actions_by_plan(utc: None) -> None:
    journal = MemoryJournal(
        [
            entry("order-1", NOW - 60, outcome=Outcome.ACCEPTED, summary="film.mov"),
            entry("order-2", NOW - 59, outcome=Outcome.UNKNOWN, words="no answer in time"),
            entry("", NOW - 5, plan="plan-2", kind=ActionKind.CREATE, summary="ftp://h/new.mov"),
        ]
    )
    async with stage(orders(1), actions=acting(journal=journal)) as on:
        await on.press("J")
        await on.pilot.pause()
        text = "\n".join(line.strip(" │") for line in rendered_lines(on.app))
        assert "All actions, read at 22:13:20" in text
        newest = text.index("new order by anna@wall, today 22:13:15, plan plan-2")
        assert newest < text.index("requeue by anna@wall, today 22:12:20, plan plan-1")
        assert "22:12:21  order-2" in text
        assert "outcome unknown: no answer in time" in text
        assert "22:12:20  order-1  film.mov" in text
        await on.press("J")
        assert on.app.screen is on.main_screen


async def test_the_palette_has_the_journal() -> None:
    async with stage(orders(1), actions=acting()) as on:
        await run_command(on, "journal")
        await on.pilot.pause()
        assert "Nothing was sent yet" in "\n".join(rendered_lines(on.app))


async def test_a_journal_that_cannot_be_read_is_not_empty() -> None:
    problem = "The journal of actions cannot be read: the disk reports an error"
    journal = MemoryJournal(problem=problem)
    async with stage(orders(1), actions=acting(journal=journal)) as on:
        await on.press("J")
        await on.pilot.pause()
        text = "\n".join(rendered_lines(on.app))
        assert problem in text
        assert "Nothing was sent" not in text


async def test_a_journal_that_cannot_be_read_is_said_at_the_start() -> None:
    journal = MemoryJournal(problem="The journal of actions cannot be read: no room")
    async with stage(orders(1), actions=acting(journal=journal)) as on:
        await on.pass_time(1)
        assert message_line(on.app) == "The journal of actions cannot be read: no room"


async def test_without_a_journal_the_key_says_so() -> None:
    async with stage(orders(1)) as on:
        await on.press("J")
        assert message_line(on.app) == "There is no journal of actions, so nothing is sent"


def test_as_many_as_are_read_are_not_called_all() -> None:
    entries = [entry(f"order-{number}") for number in range(COUNT)]
    first, *_ = journal_lines(entries, NOW, "", 80)
    assert line_text(first).startswith(f"The latest {COUNT} actions, read at ")


@pytest.mark.parametrize("width", [8, 40, 120])
def test_hostile_texts_keep_within_the_width(width: int) -> None:
    hostile = entry("[b]" * 40, NOW, words="名" * 90, summary="[/]" * 60, outcome=Outcome.REFUSED)
    assert max(map(width_of, journal_lines([hostile], NOW, "", width))) <= width
