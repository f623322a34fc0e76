"""What the answers that came a while ago say for certain, and what later ones may say."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from tests.consistency.world import Order, OrderState, World
from tui import formatting
from tui.model.events import ClockReading
from tui.model.order import phase_of
from tui.model.pages import PageRequest
from tui.model.ports import Failure

DRAWN = 0.1
"""Seconds until the screen must show an event."""

_NEVER = float("-inf")


@dataclass(eq=False)
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
    failure: Failure | None = None

    @cached_property
    def times(self) -> tuple[str, str]:
        """How the screen may write when a good call was sent."""
        wall = self.start.wall
        return formatting.clock_time(wall), formatting.time_with_date(wall, 0.0)

    def states(self, order: Order) -> list[OrderState]:
        """Return the states that the order had during the call."""
        return [state for state in order.between(self.start.mono, self.end or 0.0) if state]


class Answers:
    """Answers are certain `delay` seconds after they came; before that they may have been used, or
    not. Times are seconds of the monotonic clock.
    """

    def __init__(self, world: World, delay: float) -> None:
        self._world = world
        self._delay = delay
        self._coming: list[Call] = []
        self._asked: dict[str, float] = {}
        self._at_first: Counter[str] = Counter()
        self._details: dict[str, Call] = {}
        self._not_failed: dict[str, float] = {}
        """When the latest answer was requested that says that the order is not in error."""

    def add(self, call: Call) -> None:
        self._coming.append(call)

    def catch_up(self, now: float) -> None:
        """Count answers that are old enough.

        Answers to filtered requests may be on screen, but need not.
        """
        for call in [call for call in self._coming if call.end and call.end <= now - self._delay]:
            if isinstance(call.asked, PageRequest) and call.asked.filters is not None:
                continue
            self._coming.remove(call)
            for order_id in call.order_ids:
                self._learn(call, self._world.orders[order_id])

    def _learn(self, call: Call, order: Order) -> None:
        start = call.start.mono
        if order.id not in self._asked:
            self._at_first.update(words(order.states[:1]))
        self._asked[order.id] = max(self._asked.get(order.id, start), start)
        if all(state.status != "ERROR" for state in call.states(order)):
            self._not_failed[order.id] = max(self._not_failed.get(order.id, start), start)
        before = self._details.get(order.id)
        if call.asked == order.id and (before is None or start >= before.start.mono):
            self._details[order.id] = call

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

    @property
    def known(self) -> AbstractSet[str]:
        """The ids of the orders that are known for certain."""
        return self._asked.keys()

    def is_known(self, order_id: str) -> bool:
        """Return whether the order is known for certain."""
        return order_id in self._asked

    @property
    def maybe_known(self) -> AbstractSet[str]:
        """The ids of the orders that may be known."""
        return self._asked.keys() | {each for call in self._coming for each in call.order_ids}

    @property
    def most(self) -> int:
        """The largest number of orders that may be known."""
        return len(self.maybe_known)

    # Details.

    def detail(self, order_id: str) -> Call | None:
        """Return the call for the latest detail of an order that is certain."""
        return self._details.get(order_id)

    @property
    def detailed(self) -> AbstractSet[str]:
        """The ids of the orders of which a detail is certain."""
        return self._details.keys()

    @property
    def maybe_detailed(self) -> AbstractSet[str]:
        """The ids of the orders of which a detail may be known."""
        coming = {call.asked for call in self._coming if isinstance(call.asked, str)}
        return self._details.keys() | coming

    def details(self, order_id: str) -> list[Call]:
        """Return the calls for the details that may be known."""
        coming = [call for call in self._coming if call.asked == order_id]
        known = self._details.get(order_id)
        return coming if known is None else [known, *coming]

    def not_failed(self, order_id: str) -> float:
        """Return when the latest answer was requested that says that the order isn't in error."""
        return self._not_failed.get(order_id, _NEVER)

    # Counts.

    def counts(self, now: float) -> tuple[Counter[str], Counter[str]]:
        """Return the least and the largest possible count by phase.

        An order certainly counts if it had one phase since it was last requested; otherwise it
        may count in each of its phases since then.
        """
        least = Counter(self._at_first)
        most = Counter(self._at_first)
        for order_id in self._world.changed & self._asked.keys():
            order = self._world.orders[order_id]
            first = words(order.states[:1])
            least.subtract(first)
            most.subtract(first)
            said = words(order.between(self._asked[order_id], now))
            most.update(said)
            if len(said) == 1:
                least.update(said)
        for call in self._coming:
            for order_id in call.order_ids - self._asked.keys():
                order = self._world.orders[order_id]
                most.update(words(order.between(call.start.mono, now)))
        return least, most

    def count(
        self,
        now: float,
        among: AbstractSet[str],
        verdict: Callable[[Order, set[str]], bool | None],
    ) -> range:
        """Return the possible counts of the orders `among` these for which `verdict` is true.

        It gets an order and the phases that it may have by what is known. None: it may be counted.
        """
        least = most = 0
        for order_id in among & self.maybe_known:
            order = self._world.orders[order_id]
            found = verdict(order, words(order.between(self.asked_first(order_id), now)))
            least += found is True and order_id in self._asked
            most += found is not False
        return range(least, most + 1)

    def asked_first(self, order_id: str) -> float:
        """Return when the oldest information that may be shown of an order was requested."""
        if order_id in self._asked:
            return self._asked[order_id]
        return min(call.start.mono for call in self._coming if order_id in call.order_ids)


def words(states: Iterable[OrderState | None]) -> set[str]:
    """Return the phases of an order with these successive states; None is `gone`."""
    said = {each.status if each else None for each in states}
    return {"gone" if status is None else phase_of(status).value for status in said}
