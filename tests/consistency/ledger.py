"""Records what the client received, and when it had sent the request."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from tests.consistency.world import Order, OrderState, World
from tui import formatting
from tui.model.events import ClockReading
from tui.model.order import phase_of
from tui.model.pages import NEWEST_PAGE, PageRequest

DRAWN = 0.1
"""Seconds until the screen must show an event."""


_NEVER = float("-inf")


@dataclass
class Call:
    """One call of the client: a page of the list, or an order by its id."""

    asked: PageRequest | str
    start: ClockReading
    end: float | None = None
    cached_for: float = 0.0
    """Age of a cached answer in seconds; `start` is this much before the request."""
    order_ids: frozenset[str] = frozenset()
    """Ids of the orders in the answer."""
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
        """Count of invalid rows received."""

    def came(self, call: Call, order_ids: Collection[str]) -> None:
        """Record a good answer."""
        call.good, call.order_ids = True, frozenset(order_ids)
        self._coming.append(call)

    def polls(self) -> Iterator[Call]:
        return (call for call in self.calls if call.asked == NEWEST_PAGE)

    def begun(self, asked: PageRequest | str, said: str | None) -> list[Call]:
        """Return the good calls sent at the time of day shown on screen.

        There are several if the wall clock was set back.
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
        """Count answers that are old enough to be on screen.

        Answers to filtered requests may be on screen, but need not.
        """
        for call in [call for call in self._coming if call.end and call.end <= now - DRAWN]:
            if isinstance(call.asked, PageRequest) and call.asked.filters is not None:
                continue
            self._coming.remove(call)
            for order_id in call.order_ids:
                if order_id not in self._asked:
                    self._at_first.update(_words(self._world.orders[order_id].states[:1]))
                asked = self._asked.get(order_id, call.start.mono)
                self._asked[order_id] = max(asked, call.start.mono)

    def asked(self, order_id: str) -> float:
        """Return when the latest information that may be known of an order was requested."""
        known = self._asked.get(order_id, _NEVER)
        coming = (call.start.mono for call in self._coming if order_id in call.order_ids)
        return max((known, *coming))

    def not_asked_for(self, since: float) -> Iterator[Order]:
        """Yield the orders of which nothing known was requested since then."""
        coming = {
            each for call in self._coming if call.start.mono >= since for each in call.order_ids
        }
        for order_id, order in self._world.orders.items():
            if self._asked.get(order_id, _NEVER) < since and order_id not in coming:
                yield order

    def is_known(self, order_id: str) -> bool:
        """Return whether the screen must know the order."""
        return order_id in self._asked

    @property
    def most(self) -> int:
        """The largest number of orders that may be known."""
        return len(self._asked.keys() | {each for call in self._coming for each in call.order_ids})

    def counts(self, now: float) -> tuple[Counter[str], Counter[str]]:
        """Return the least and the largest possible count by phase.

        An order certainly counts if it had one phase since it was last requested; otherwise it
        may count in each of its phases since then.
        """
        least = Counter(self._at_first)
        most = Counter(self._at_first)
        for order_id in self._world.changed & self._asked.keys():
            order = self._world.orders[order_id]
            first = _words(order.states[:1])
            least.subtract(first)
            most.subtract(first)
            said = _words(order.between(self._asked[order_id], now))
            most.update(said)
            if len(said) == 1:
                least.update(said)
        for call in self._coming:
            for order_id in call.order_ids - self._asked.keys():
                order = self._world.orders[order_id]
                most.update(_words(order.between(call.start.mono, now)))
        return least, most


def _words(states: Iterable[OrderState | None]) -> set[str]:
    """Return the phases of an order with these successive states; None is `gone`."""
    said = {each.status if each else None for each in states}
    return {"gone" if status is None else phase_of(status).value for status in said}
