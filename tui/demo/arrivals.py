"""When orders are made: numbered from the oldest, 0, on, in seconds after the world's epoch."""

from tui.demo.chance import pick, uniform, hash64
from tui.demo.life import LONGEST
from tui.demo.scenes import Scenario

_FIRST = 6.0
_DAY = 86400.0
_TIME, _HEAD = 100, 101  # purposes for chance, apart from those of the world


class ArrivalSchedule:
    """The times of all orders: so many before the epoch, and ever more after it."""

    def __init__(self, seed: int, orders: int, scene: Scenario) -> None:
        self._seed, self._orders, self._scene = seed, orders, scene
        self._head = pick(scene.heads, hash64(seed, 0, _HEAD))[:orders]

    @property
    def active(self) -> int:
        """How many orders are active at the epoch: the newest."""
        return len(self._head)

    def phase(self, index: int) -> int | None:
        """The phase an order is in at the epoch, or None if it is over or not made yet."""
        place = self._orders - 1 - index
        return self._head[place] if 0 <= place < len(self._head) else None

    def time(self, index: int) -> float:
        """When an order was made."""
        chance = uniform(self._seed, index, _TIME)
        later = index - self._orders
        if later >= 0:
            return _FIRST + later * (self._scene.every or 0.0) + chance * self._scene.jitter
        place = -1 - later
        if place < len(self._head):
            return -(5.0 + place * self._scene.gap + chance * (self._scene.gap / 2))
        place -= len(self._head)
        age = self._age(place)
        return -(age + 0.85 * chance * (self._age(place + 1) - age))

    def count(self, time: float) -> int:
        """How many orders were made until then."""
        if self._scene.every is None or time < _FIRST:
            return self._orders
        later = int((time - _FIRST) // self._scene.every)
        return self._orders + later + (self.time(self._orders + later) <= time)

    def settled(self, time: float) -> int:
        """How many orders, from the oldest on, are over for certain by then."""
        if self._scene.every is None or time < LONGEST:
            return self._orders - len(self._head)
        since = time - LONGEST - _FIRST - self._scene.jitter
        return self._orders + max(int(since // self._scene.every) + 1, 0)

    def _age(self, place: int) -> float:
        """Orders that are over thin out into the past: minutes apart at first, hours later."""
        return LONGEST + 30 + 240.0 * place + 150 * _DAY * (place / max(self._orders, 800)) ** 2
