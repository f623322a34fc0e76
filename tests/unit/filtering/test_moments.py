"""What the field of time travel takes, as a table."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tui.filtering.moments import parse_moment

ZONE = timezone(timedelta(hours=2))
NOW = datetime(2026, 11, 28, 14, 5, 30, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3m", "2026-11-28 14:02:30"),
        ("3m ago", "2026-11-28 14:02:30"),
        ("3 min ago", "2026-11-28 14:02:30"),
        ("1h30m", "2026-11-28 12:35:30"),
        ("90s", "2026-11-28 14:04:00"),
        ("2d", "2026-11-26 14:05:30"),
        ("1W", "2026-11-21 14:05:30"),
        ("0s", "2026-11-28 14:05:30"),
        ("03:12", "2026-11-28 03:12:00"),
        ("3:12", "2026-11-28 03:12:00"),
        (" 03:12:05 ", "2026-11-28 03:12:05"),
        ("14:05", "2026-11-28 14:05:00"),
        ("14:06", "2026-11-27 14:06:00"),
        ("23:59:59", "2026-11-27 23:59:59"),
        ("today 03:12", "2026-11-28 03:12:00"),
        ("yesterday  03:12", "2026-11-27 03:12:00"),
        ("Yesterday", "2026-11-27 00:00:00"),
        ("2026-11-23 03:12", "2026-11-23 03:12:00"),
        ("2026-11-23T03:12:05", "2026-11-23 03:12:05"),
        ("2026-11-23 01:12z", "2026-11-23 03:12:00"),
        ("2026-11-23", "2026-11-23 00:00:00"),
    ],
)
def test_a_moment_is_found(text: str, expected: str) -> None:
    found = datetime.fromtimestamp(parse_moment(text, NOW.timestamp(), ZONE), ZONE)
    assert f"{found:%Y-%m-%d %H:%M:%S}" == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Type 3m (ago), 03:12, yesterday 03:12 or 2026-11-23 03:12"),
        ("ago", "Type 3m (ago)"),
        ("3", "Type 3m (ago)"),
        ("noon", "Type 3m (ago)"),
        ("3:1", "Type 3m (ago)"),
        ("03:12 03:13", "Type 3m (ago)"),
        ("23.11.2026", "Type 3m (ago)"),
        ("25:00", "There is no such time: today 25:00"),
        ("2026-02-30", "There is no such time: 2026-02-30"),
        ("1969-01-01", "Type a year from 1971 to 2199"),
        ("9999w", "That is too long ago"),
        ("today 14:06", "That is in the future"),
        ("2026-11-28 14:06", "That is in the future"),
        ("2027-01-01", "That is in the future"),
    ],
)
def test_a_text_that_names_no_moment_says_what_to_type(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        parse_moment(text, NOW.timestamp(), ZONE)


def test_a_time_of_a_zone_is_an_instant() -> None:
    found = parse_moment("03:12", NOW.timestamp(), ZONE)
    assert datetime.fromtimestamp(found, UTC).hour == 1
