"""Reading the API's times. Inside, a time is UTC epoch seconds."""

import re
from datetime import UTC, datetime

_EPOCH = re.compile(r"\d{10}(?:\.\d+)?")
_ID_EPOCH = re.compile(r"(\d{10})(?!\d)")
_YEAR_2015 = datetime(2015, 1, 1, tzinfo=UTC).timestamp()
_YEAR_1970, _YEAR_2200 = 0.0, datetime(2200, 1, 1, tzinfo=UTC).timestamp()
_DAY = 86_400.0


def parse_time(value: object) -> float | None:
    """A time of any form in api.md, or None.

    `2021-09-08 09:15:55.875827+00:00` (S), without a zone meaning UTC (P), ISO 8601, and
    ten-digit epoch seconds (O). Years outside 1970 to 2199 are not believed.
    """
    if isinstance(value, str):
        text = value.strip()
        if _EPOCH.fullmatch(text):
            seconds = float(text)
        else:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                return None
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            seconds = moment.timestamp()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value) if abs(value) < _YEAR_2200 else -1.0
    else:
        return None
    return seconds if _YEAR_1970 < seconds < _YEAR_2200 else None


def time_from_id(order_id: str, now: float) -> float | None:
    """The second of an order's making that its id starts with (`1631092552-1237`), if it
    is ten digits and falls between 2015 and tomorrow.
    """
    found = _ID_EPOCH.match(order_id)
    if found is None:
        return None
    seconds = float(found[1])
    return seconds if _YEAR_2015 <= seconds <= now + _DAY else None
