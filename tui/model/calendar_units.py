"""Days, weeks and months of the user's time zone, and the hours or days in them. Pure.

Times are UTC epoch seconds. A day has 23 or 25 hours where daylight saving begins or ends.
"""

from datetime import date, datetime, timedelta
from enum import Enum

_HOUR = 3600.0


class CalendarUnit(Enum):
    DAY = "day"
    WEEK = "week"
    """From Monday on."""
    MONTH = "month"


def unit_edges(unit: CalendarUnit, moment: float) -> tuple[float, ...]:
    """Return the bounds of the hours in the day of `moment`, or of the days in its week or month:
    one more than there are hours or days.
    """
    first, after = _bounds(unit, _day_of(moment))
    if unit is not CalendarUnit.DAY:
        days = range((after - first).days + 1)
        return tuple(_midnight(first + timedelta(number)) for number in days)
    start, end = _midnight(first), _midnight(after)
    hours = range(1 + int((end - start) // _HOUR))
    edges = [start + number * _HOUR for number in hours]
    return (*(edge for edge in edges if edge < end), end)


def unit_start(unit: CalendarUnit, moment: float, by: int) -> float:
    """Return the start of the unit that is `by` units after that of `moment`."""
    first, after = _bounds(unit, _day_of(moment))
    for _ in range(abs(by)):
        day = after if by > 0 else first - timedelta(1)
        first, after = _bounds(unit, day)
    return _midnight(first)


def _bounds(unit: CalendarUnit, day: date) -> tuple[date, date]:
    """Return the first day of a unit and the first day after it."""
    match unit:
        case CalendarUnit.DAY:
            return day, day + timedelta(1)
        case CalendarUnit.WEEK:
            monday = day - timedelta(day.weekday())
            return monday, monday + timedelta(7)
        case CalendarUnit.MONTH:
            first = day.replace(day=1)
            return first, (first + timedelta(31)).replace(day=1)


def _day_of(moment: float) -> date:
    return datetime.fromtimestamp(moment).date()  # noqa: DTZ006 - the user's time zone


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day).timestamp()  # noqa: DTZ001 - the user's time zone
