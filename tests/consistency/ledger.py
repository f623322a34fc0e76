"""Records what the client received, and when it had sent the request."""

from bisect import insort
from collections import defaultdict
from collections.abc import Collection, Iterator

from tests.consistency.answers import DRAWN, Answers, Call
from tests.consistency.world import World
from tui.model.pages import NEWEST_PAGE, PageRequest

COUNTED = 1.0
"""Seconds between two counts of the orders of a view."""


class Ledger:
    """Times are seconds of the monotonic clock."""

    def __init__(self, world: World) -> None:
        self.calls: list[Call] = []
        self._told: dict[str, list[Call]] = defaultdict(list)
        self.shown = Answers(world, DRAWN)
        """The answers that must be on screen."""
        self.counted = Answers(world, DRAWN + COUNTED)
        """The answers that must be in the counts of the views."""
        self.unreadable = 0
        """Count of invalid rows received."""

    def came(self, call: Call, order_ids: Collection[str]) -> None:
        """Record a good answer."""
        call.good, call.order_ids = True, frozenset(order_ids)
        for order_id in call.order_ids:
            insort(self._told[order_id], call, key=lambda each: each.start.mono)
        self.shown.add(call)
        self.counted.add(call)

    def catch_up(self, now: float) -> None:
        self.shown.catch_up(now)
        self.counted.catch_up(now)

    def told(self, order_id: str) -> list[Call]:
        """Return the good calls that said something of an order, as they were sent."""
        return self._told[order_id]

    def polls(self) -> Iterator[Call]:
        return (call for call in self.calls if call.asked == NEWEST_PAGE)

    def begun(self, asked: PageRequest | str, said: str | None) -> list[Call]:
        """Return the good calls sent at the time of day shown on screen.

        There are several if the wall clock was set back.
        """
        return [
            call for call in self.calls if call.good and call.asked == asked and said in call.times
        ]
