"""What the client was told, and when it had asked for it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from tests.consistency.world import Order, Told, World
from tui import formatting
from tui.model.events import ClockReading
from tui.model.order import phase_of
from tui.model.pages import NEWEST_PAGE, PageRequest

DRAWN = 0.1
"""Seconds until the screen must show what has happened."""


_NEVER = float("-inf")


@dataclass
class Call:
    """One call of the client: of a piece of the list, or of an order by its id."""

    asked: PageRequest | str
    start: ClockReading
    end: float | None = None
    cached_for: float = 0.0
    """Seconds that a cache had kept the answer: `start` is as much before the request."""
    told: frozenset[str] = frozenset()
    """The orders that the answer told of."""
    good: bool = False


class Ledger:
    """Times are seconds of the monotonic clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.calls: list[Call] = []
        self._coming: list[Call] = []
        self._asked: dict[str, float] = {}
        self._at_first: Counter[str] = Counter()
        self.unreadable = 0
        """How many rows were told that are no orders."""

    def came(self, call: Call, told: Collection[str]) -> None:
        """A good answer is here."""
        call.good, call.told = True, frozenset(told)
        self._coming.append(call)

    def polls(self) -> Iterator[Call]:
        return (call for call in self.calls if call.asked == NEWEST_PAGE)

    def begun(self, asked: PageRequest | str, said: str | None) -> list[Call]:
        """The good calls that were begun at the time of day which is `said`: several, where the
        clock on the wall was put back.
        """
        return [
            call
            for call in self.calls
            if call.good
            and call.asked == asked
            and said
            in (
                formatting.clock_time(call.start.wall),
                formatting.time_with_date(call.start.wall, 0.0),
            )
        ]

    def catch_up(self, now: float) -> None:
        """What has come long enough ago counts: the screen must know of it. What was sought for a
        filter it may know.
        """
        for call in [call for call in self._coming if call.end and call.end <= now - DRAWN]:
            if isinstance(call.asked, PageRequest) and call.asked.filters is not None:
                continue
            self._coming.remove(call)
            for order_id in call.told:
                if order_id not in self._asked:
                    self._at_first.update(_words(self._world.orders[order_id].told[:1]))
                asked = self._asked.get(order_id, call.start.mono)
                self._asked[order_id] = max(asked, call.start.mono)

    def asked(self, order_id: str) -> float:
        """When the last of what may be known of an order was asked for."""
        known = self._asked.get(order_id, _NEVER)
        coming = (call.start.mono for call in self._coming if order_id in call.told)
        return max((known, *coming))

    def not_asked_for(self, since: float) -> Iterator[Order]:
        """The orders of which nothing is known that was asked for since then."""
        coming = {each for call in self._coming if call.start.mono >= since for each in call.told}
        for order_id, order in self._world.orders.items():
            if self._asked.get(order_id, _NEVER) < since and order_id not in coming:
                yield order

    def is_known(self, order_id: str) -> bool:
        """True where the screen must know of an order."""
        return order_id in self._asked

    @property
    def most(self) -> int:
        """How many orders may be known."""
        return len(self._asked.keys() | {each for call in self._coming for each in call.told})

    def counts(self, now: float) -> tuple[Counter[str], Counter[str]]:
        """By phase, how many of the orders that are known are in it for certain, and how many may
        be, for they were in it at some time since they were last asked for.
        """
        least = Counter(self._at_first)
        most = Counter(self._at_first)
        for order_id in self._world.restless & self._asked.keys():
            order = self._world.orders[order_id]
            first = _words(order.told[:1])
            least.subtract(first)
            most.subtract(first)
            said = _words(order.between(self._asked[order_id], now))
            most.update(said)
            if len(said) == 1:
                least.update(said)
        for call in self._coming:
            for order_id in call.told - self._asked.keys():
                order = self._world.orders[order_id]
                most.update(_words(order.between(call.start.mono, now)))
        return least, most


def _words(told: Iterable[Told | None]) -> set[str]:
    """The words by which an order is counted of which that was told, one after the other."""
    said = {each.status if each else None for each in told}
    return {"gone" if status is None else phase_of(status).value for status in said}
