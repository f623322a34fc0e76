"""The minutes that were transcoded, month by month (O P)."""

from collections import defaultdict
from datetime import UTC, datetime

from tui.demo.filters import Period
from tui.demo.life import FINISHED
from tui.demo.world import World

PLAN = 3000
"""So many minutes a month the company has contracted."""


def minutes_by_month(world: World, now: float, period: Period) -> list[dict[str, float]]:
    """The minutes of the files of finished orders, by the month in UTC in which the order was
    made, oldest first.
    """
    seconds: defaultdict[tuple[int, int], float] = defaultdict(float)
    for number in world.indices(now):
        created = world.created(number)
        if period.has(created) and world.status(number, now) == FINISHED:
            month = datetime.fromtimestamp(created, UTC)
            seconds[month.year, month.month] += world.duration(number)
    return [
        {"year": year, "month": month, "duration": round(total / 60, 2)}
        for (year, month), total in sorted(seconds.items())
    ]
