"""The screen of the minutes, in the app."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.support.app_stage import Stage, message_line, orders, stage, text_of
from tests.support.fake_company import FakeCompany
from tests.support.memory_history import MemoryHistory
from tui.model.history import History
from tui.model.ports import Failure, FailureKind
from tui.model.profiles import ConsumedMinutes, MonthMinutes
from tui.model.statistics import Bucket, Statistics
from tui.ui.dialogs.dialog import ScrollableText
from tui.ui.minutes.screen import MinutesScreen
from tui.ui.services import ActionServices

CONSUMED = ConsumedMinutes((MonthMinutes(2023, 10, 620.0), MonthMinutes(2023, 11, 180.0)), 3000.0)
"""The clock of the stage says 14 November 2023, 22:13:20 UTC."""


@asynccontextmanager
async def opened(
    company: FakeCompany, history: History | None = None, *keys: str
) -> AsyncIterator[tuple[Stage, Callable[[], str]]]:
    """Press `M`, then `keys`; yield what returns the lines of the screen."""
    actions = ActionServices(company, company, None, "anna@wall")
    async with stage(orders(2, 1), actions=actions, history=history) as it:
        await it.press("M", *keys)
        await it.pilot.pause()
        yield it, lambda: text_of(it.app.screen.query_one(ScrollableText))


async def test_the_minutes_are_read_when_the_screen_opens(utc: None) -> None:
    company = FakeCompany(minutes=CONSUMED)
    async with opened(company) as (it, shown):
        assert isinstance(it.app.screen, MinutesScreen)
        now = it.clock.clock.wall()
        start = datetime(2022, 12, 1, tzinfo=UTC).timestamp()
        assert company.minutes_asked == [(start, now)]
        assert "Read at 2023-11-14 22:13:20" in shown()
        assert "2023-10" in shown()
        assert "so far 180 min" in shown()
        assert "November may come to" in shown()
        await it.press("M")
        assert not isinstance(it.app.screen, MinutesScreen)
    assert len(company.minutes_asked) == 1


async def test_refresh_reads_again_and_a_failure_keeps_the_figures(utc: None) -> None:
    company = FakeCompany(minutes=CONSUMED)
    async with opened(company) as (it, shown):
        read_at = shown().splitlines()[0]
        company.minutes = Failure(FailureKind.SERVER, 503)
        await it.pass_time(60)
        await it.press("r")
        await it.pilot.pause()
        assert len(company.minutes_asked) == 2
        assert shown().splitlines()[0] == read_at
        assert "server error 503. The figures are those of before." in shown()
        assert "so far 180 min" in shown()
        company.minutes = CONSUMED
        await it.press("r")
        await it.pilot.pause()
        assert "503" not in shown()
        assert shown().splitlines()[0] != read_at


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure(FailureKind.FORBIDDEN, 403), "no permission for company 42"),
        (Failure(FailureKind.MISSING, 404), "not found on this server (404)"),
        (Failure(FailureKind.SHAPE, hint="it has no minutes"), "unknown shape (it has no minutes)"),
    ],
)
async def test_a_failure_is_said(failure: Failure, words: str) -> None:
    async with opened(FakeCompany(minutes=failure)) as (_, shown):
        assert "Nothing is read. r: read again" in shown()
        assert words in shown().replace("\n", " ")
        assert "figures" not in shown()


async def test_the_weekdays_are_of_the_history() -> None:
    async with opened(FakeCompany(minutes=CONSUMED), MemoryHistory()) as (_, shown):
        assert "the history has 0 of 14 days" in shown()


async def test_the_weekdays_of_polled_days() -> None:
    class Polled(MemoryHistory):
        async def ended_orders(self, edges: Sequence[float]) -> Statistics:
            days = pairwise(edges)
            return Statistics(tuple(Bucket(*day, day[1] - day[0], media=60.0) for day in days))

    async with opened(FakeCompany(minutes=CONSUMED), Polled()) as (_, shown):
        assert "that pace by weekday, as orders finished on 56 days" in shown()


async def test_one_reading_at_a_time() -> None:
    company = FakeCompany(minutes=CONSUMED)
    company.gate.clear()
    async with opened(company, None, "r", "r") as (it, shown):
        assert shown() == "Reading the consumed minutes…"
        assert len(company.minutes_asked) == 1
        company.gate.set()
        await it.wait_idle()
        await it.pilot.pause()
        assert "so far 180 min" in shown()


async def test_an_answer_after_the_screen_was_closed_does_nothing() -> None:
    company = FakeCompany()
    company.gate.clear()
    async with opened(company) as (it, _):
        await it.press("escape")
        company.gate.set()
        await it.wait_idle()
        assert it.app.screen is it.main_screen


async def test_without_an_account_the_key_says_so() -> None:
    async with stage(orders(2, 1)) as it:
        await it.press("M")
        assert "There is no account whose minutes could be read" in message_line(it.app)
