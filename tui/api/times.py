"""Reads and writes the times of the API and of HTTP headers: UTC epoch seconds."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tui.api.json_reader import number_of

_EPOCH = re.compile(r"\d{10}(?:\.\d+)?")
_RFC_1123 = re.compile(r"[A-Z][a-z]{2}, \d")
_ID_EPOCH = re.compile(r"(\d{10})(?!\d)")
_YEAR_2015 = datetime(2015, 1, 1, tzinfo=UTC).timestamp()
_YEAR_2200 = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
_DAY = 86_400.0


def parse_time(value: object) -> float | None:
    """A time in any form of api.md; None outside 1970 to 2199.

    `2021-09-08 09:15:55.875827+00:00` (S), without a zone meaning UTC (P), ISO 8601, ten-digit
    epoch seconds (O), and RFC 1123 (B).
    """
    seconds: float | None = None
    if isinstance(value, str):
        text = value.strip()
        if _EPOCH.fullmatch(text):
            seconds = float(text)
        else:
            try:
                seconds = _utc_seconds(datetime.fromisoformat(text))
            except ValueError:
                seconds = http_date(text) if _RFC_1123.match(text) else None
    else:
        seconds = number_of(value)
    return seconds if seconds is not None and 0 < seconds < _YEAR_2200 else None


def format_time(at: float) -> str:
    """Return a time as O's filters want it: `2021-09-08 09:15:55`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def time_from_id(order_id: str, now: float) -> float | None:
    """The epoch second that an order id starts with (`1631092552-1237`), if it has ten digits and
    is between 2015 and tomorrow.
    """
    found = _ID_EPOCH.match(order_id)
    if found is None:
        return None
    seconds = float(found[1])
    return seconds if _YEAR_2015 <= seconds <= now + _DAY else None


def http_date(text: str) -> float | None:
    """UTC epoch seconds; None if it is not a date."""
    try:
        return _utc_seconds(parsedate_to_datetime(text))
    except (TypeError, ValueError, OverflowError):
        return None


def _utc_seconds(time: datetime) -> float:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
