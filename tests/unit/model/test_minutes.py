"""The projection of the minutes of a month."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.minutes import (
    MIN_POLLED_DAYS,
    Method,
    Month,
    MonthEstimate,
    first_shown,
    history_edges,
    month_of,
    project,
)
from tui.model.profiles import ConsumedMinutes, MonthMinutes
from tui.model.statistics import Bucket

DAY = 86_400.0


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def days(now: float, count: int, workday: float = 600.0, weekend: float = 600.0) -> list[Bucket]:
    """Return the last `count` whole days, each with the seconds of video of its weekday."""
    edges = history_edges(now)[-count - 1 :]
    return [
        Bucket(start, end, DAY, 1, 0, weekend if is_weekend(start) else workday)
        for start, end in pairwise(edges)
    ]


def is_weekend(moment: float) -> bool:
    return datetime.fromtimestamp(moment, UTC).weekday() >= 5


def consumed(**minutes: float) -> ConsumedMinutes:
    """Return the minutes by month: `oct=30.0` is October 2026."""
    numbers = {"sep": 9, "oct": 10, "nov": 11}
    return ConsumedMinutes(tuple(MonthMinutes(2026, numbers[n], m) for n, m in minutes.items()))


NOV_11 = at("2026-11-11")  # ten days of thirty have passed; 1 November is a Sunday


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2026-11-01T00:00:00", Month(2026, 11)),
        ("2026-10-31T23:59:59", Month(2026, 10)),
        ("2024-02-29T12:00:00", Month(2024, 2)),
        ("2026-12-31T23:59:59", Month(2026, 12)),
    ],
)
def test_months_are_of_utc(moment: str, month: Month) -> None:
    assert month_of(at(moment)) == month
    assert month.start <= at(moment) < month.end


def test_the_months_around_a_new_year() -> None:
    assert Month(2026, 1).after(-1) == Month(2025, 12)
    assert Month(2025, 12).after(1) == Month(2026, 1)
    assert Month(2026, 12).end == at("2027-01-01")
    assert first_shown(at("2026-11-11")) == at("2025-12-01")


def estimates(
    minutes: ConsumedMinutes, now: float, history: list[Bucket]
) -> dict[Method, tuple[float, float]]:
    found = project(minutes, now, history).estimates
    return {each.method: (round(each.minutes, 6), round(each.days, 6)) for each in found}


def test_by_pace_alone() -> None:
    assert estimates(consumed(nov=100.0), NOV_11, []) == {Method.PACE: (300.0, 10.0)}


def test_with_the_last_month() -> None:
    assert estimates(consumed(sep=9.0, oct=310.0, nov=100.0), NOV_11, []) == {
        Method.PACE: (300.0, 10.0),
        Method.LAST_MONTH: (300.0, 31.0),  # twenty days of 10 minutes
    }


def test_equal_weekdays_are_as_the_pace() -> None:
    assert estimates(consumed(nov=100.0), NOV_11, days(NOV_11, 56)) == {
        Method.PACE: (300.0, 10.0),
        Method.WEEKDAYS: (300.0, 56.0),
    }


def test_by_weekday() -> None:
    """November 2026 has 21 workdays, of which 7 have passed."""
    history = days(NOV_11, 56, workday=600.0, weekend=0.0)
    assert estimates(consumed(nov=70.0), NOV_11, history)[Method.WEEKDAYS] == (210.0, 56.0)
    half_a_day = NOV_11 + DAY / 2  # of a Wednesday
    assert estimates(consumed(nov=75.0), half_a_day, history)[Method.WEEKDAYS] == (210.0, 56.0)


@pytest.mark.parametrize(
    "history",
    [
        days(NOV_11, MIN_POLLED_DAYS - 1),
        days(NOV_11, 56, 0.0, 0.0),
        [each for each in days(NOV_11, 56) if not is_weekend(each.start)],
        [Bucket(each.start, each.end, DAY / 2, 1, 0, 60.0) for each in days(NOV_11, 56)],
    ],
    ids=["too few days", "nothing finished", "no weekend", "half the days"],
)
def test_no_basis_by_weekday(history: list[Bucket]) -> None:
    assert [*estimates(consumed(nov=70.0), NOV_11, history)] == [Method.PACE]


@pytest.mark.parametrize(
    ("minutes", "moment"),
    [
        (consumed(oct=310.0), "2026-11-11"),  # the answer has no November
        (consumed(), "2026-11-11"),
        (consumed(oct=310.0, nov=9.0), "2026-11-02T23:59:59"),
        (consumed(oct=310.0, nov=9.0), "2026-11-01"),
    ],
)
def test_no_projection_without_a_basis(minutes: ConsumedMinutes, moment: str) -> None:
    projection = project(minutes, at(moment), [])
    assert projection.estimates == ()
    assert (projection.month, projection.begins) == (Month(2026, 11), at("2026-11-03"))


def test_a_month_without_minutes_may_stay_so() -> None:
    assert estimates(consumed(nov=0.0), NOV_11, []) == {Method.PACE: (0.0, 10.0)}


@given(
    st.floats(0, 1e9),
    st.floats(0, 1e9),
    st.floats(0, 31 * DAY - 1),
    st.lists(st.floats(0, 1e6), max_size=56),
)
def test_a_projection_is_never_below_what_is_consumed(
    last: float, so_far: float, passed: float, lengths: list[float]
) -> None:
    now = at("2026-10-01") + passed
    minutes = ConsumedMinutes((MonthMinutes(2026, 9, last), MonthMinutes(2026, 10, so_far)))
    edges = history_edges(now)
    history = [
        Bucket(start, start + DAY, DAY, 1, 0, each)
        for start, each in zip(edges, lengths, strict=False)
    ]
    found = project(minutes, now, history)
    assert all(isinstance(each, MonthEstimate) for each in found.estimates)
    if found.estimates:
        assert so_far * (1 - 1e-9) <= found.low <= found.high
