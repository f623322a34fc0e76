"""The hours of a day and the days of a week or a month, in the user's time zone."""

import time
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

import pytest

from tui.model.calendar_units import CalendarUnit, unit_edges, unit_start

DAY, WEEK, MONTH = CalendarUnit


@pytest.fixture(autouse=True)
def madrid(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Madrid")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def local(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))


@pytest.mark.parametrize(
    ("unit", "moment", "first", "after", "parts"),
    [
        (DAY, "2026-11-24T20:47", "2026-11-24 00:00", "2026-11-25 00:00", 24),
        (DAY, "2026-11-24T00:00", "2026-11-24 00:00", "2026-11-25 00:00", 24),
        (DAY, "2026-03-29T12:00", "2026-03-29 00:00", "2026-03-30 00:00", 23),  # summer begins
        (DAY, "2026-10-25T12:00", "2026-10-25 00:00", "2026-10-26 00:00", 25),  # and ends
        (WEEK, "2026-11-24T20:47", "2026-11-23 00:00", "2026-11-30 00:00", 7),
        (WEEK, "2026-03-29T23:59", "2026-03-23 00:00", "2026-03-30 00:00", 7),
        (MONTH, "2026-11-24T20:47", "2026-11-01 00:00", "2026-12-01 00:00", 30),
        (MONTH, "2026-12-31T23:59", "2026-12-01 00:00", "2027-01-01 00:00", 31),
        (MONTH, "2028-02-01T00:00", "2028-02-01 00:00", "2028-03-01 00:00", 29),
    ],
)
def test_a_unit_has_its_hours_or_days(
    unit: CalendarUnit, moment: str, first: str, after: str, parts: int
) -> None:
    edges = unit_edges(unit, at(moment))
    assert (local(edges[0]), local(edges[-1])) == (first, after)
    assert len(edges) == parts + 1
    assert edges[0] <= at(moment) < edges[-1]
    lengths = {end - start for start, end in pairwise(edges)}
    assert lengths <= ({3600.0} if unit is DAY else {23 * 3600.0, 24 * 3600.0, 25 * 3600.0})


def test_days_begin_at_midnight_on_both_sides_of_a_change_of_time() -> None:
    hours = {local(edge)[11:] for edge in unit_edges(MONTH, at("2026-10-25T12:00"))}
    assert hours == {"00:00"}


@pytest.mark.parametrize(
    ("unit", "by", "expected"),
    [
        (DAY, 0, "2026-03-31"), (DAY, -1, "2026-03-30"), (DAY, -2, "2026-03-29"),
        (DAY, 1, "2026-04-01"), (WEEK, -1, "2026-03-23"), (WEEK, 1, "2026-04-06"),
        (MONTH, 0, "2026-03-01"), (MONTH, -1, "2026-02-01"), (MONTH, -15, "2024-12-01"),
        (MONTH, 2, "2026-05-01"),
    ],
)  # fmt: skip
def test_units_follow_each_other(unit: CalendarUnit, by: int, expected: str) -> None:
    assert local(unit_start(unit, at("2026-03-31T15:00"), by)) == f"{expected} 00:00"
