"""What the consumed minutes of a month will come to. Pure.

Months are of UTC, as the API has them. Times are UTC epoch seconds.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum

import msgspec

from tui.model.profiles import ConsumedMinutes
from tui.model.statistics import Bucket

MIN_DAYS = 2
"""Days of the month after which there is a projection: an hour says little of a month."""

MIN_POLLED_DAYS = 14
"""Days of the history that say how work is spread over the week."""

SHOWN_MONTHS = 12
_HISTORY_DAYS = 56
_DAY = 86_400.0


class Month(msgspec.Struct, frozen=True, order=True):
    """A month of UTC."""

    year: int
    month: int

    @property
    def start(self) -> float:
        return datetime(self.year, self.month, 1, tzinfo=UTC).timestamp()

    @property
    def end(self) -> float:
        return self.after(1).start

    def after(self, months: int) -> "Month":
        """Return the month that is `months` later; earlier if that is negative."""
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(years, month + 1)


def month_of(at: float) -> Month:
    moment = datetime.fromtimestamp(at, UTC)
    return Month(moment.year, moment.month)


def first_shown(now: float) -> float:
    """Return the start of the earliest month that is shown."""
    return month_of(now).after(1 - SHOWN_MONTHS).start


def history_edges(now: float) -> tuple[float, ...]:
    """Return the bounds of the days of UTC of which the history is asked."""
    midnight = now // _DAY * _DAY
    return tuple(midnight - number * _DAY for number in reversed(range(_HISTORY_DAYS + 1)))


class Method(Enum):
    """How an estimate is made."""

    PACE = "the month goes on as it has begun"
    WEEKDAYS = "the same, with the weekdays as different as in the history"
    LAST_MONTH = "the rest of the month is like the last one"


class MonthEstimate(msgspec.Struct, frozen=True):
    """The minutes of the whole month, estimated from `days` days."""

    method: Method
    minutes: float
    days: float


class Projection(msgspec.Struct, frozen=True):
    """What `month` will come to. There are no estimates before `begins`, nor if the answer has no
    minutes of the month. `polled_days` are those of the history that were polled wholly.
    """

    month: Month
    begins: float
    polled_days: int
    estimates: tuple[MonthEstimate, ...] = ()

    @property
    def low(self) -> float:
        return min(each.minutes for each in self.estimates)

    @property
    def high(self) -> float:
        return max(each.minutes for each in self.estimates)


def project(consumed: ConsumedMinutes, read_at: float, days: Sequence[Bucket]) -> Projection:
    """Return the projection of the month of `read_at`, when `consumed` was read. `days` are those
    of `history_edges`.
    """
    month = month_of(read_at)
    polled = [each for each in days if each.is_polled(read_at)]
    begins = month.start + MIN_DAYS * _DAY
    minutes = {Month(each.year, each.month): each.minutes for each in consumed.months}
    so_far = minutes.get(month)
    if so_far is None or read_at < begins:
        return Projection(month, begins, len(polled))
    passed, whole = read_at - month.start, month.end - month.start
    estimates = [MonthEstimate(Method.PACE, so_far * whole / passed, passed / _DAY)]
    if (share := _passed_share(month, read_at, polled)) is not None:
        estimates.append(MonthEstimate(Method.WEEKDAYS, so_far / share, len(polled)))
    if (last := minutes.get(month.after(-1))) is not None:
        length = month.start - month.after(-1).start
        rest = last * (whole - passed) / length
        estimates.append(MonthEstimate(Method.LAST_MONTH, so_far + rest, length / _DAY))
    return Projection(month, begins, len(polled), tuple(estimates))


def _passed_share(month: Month, now: float, polled: Sequence[Bucket]) -> float | None:
    """Return which share of the month's work is done, if the lengths of the videos of finished
    orders are spread over the week as in the `polled` days; None if these are too few.
    """
    lengths: defaultdict[int, list[float]] = defaultdict(list)
    for each in polled:
        lengths[_weekday(each.start)].append(each.media)
    if len(polled) < MIN_POLLED_DAYS or len(lengths) < 7:
        return None
    usual = {day: sum(values) / len(values) for day, values in lengths.items()}
    start = datetime.fromtimestamp(month.start, UTC)
    count = round((month.end - month.start) / _DAY)
    starts = [(start + timedelta(number)).timestamp() for number in range(count)]
    whole = sum(usual[_weekday(each)] for each in starts)
    passed = sum(usual[_weekday(each)] * min(1.0, max(0.0, (now - each) / _DAY)) for each in starts)
    return passed / whole if passed > 0 else None


def _weekday(at: float) -> int:
    return datetime.fromtimestamp(at, UTC).weekday()
