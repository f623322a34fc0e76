"""What follows from a seed and the number of an order: when it is made, its id, how it ends.

Generated orders are numbered from the oldest, 0, on. Times are seconds of world time after the
epoch, unless they are unix seconds (`created`).
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from tui.demo.lifecycle import ERROR, FINISHED, MAX_LIFETIME, Lifecycle, random_lifecycle
from tui.demo.scenarios import Scenario

T = TypeVar("T")

# Purposes of random numbers.
_OUTCOME, _FAILURE, _ID_LAG, LIFECYCLE, _NEXT_RUN, FILENAME, LABEL, PROFILES, DETAIL = range(9)
_ARRIVAL, _ACTIVE = 100, 101
CLIENT_DETAIL = 200

ID_SUFFIXES = 10_000
# Coprime to `ID_SUFFIXES`: the number of an order and the suffix of its id determine each other.
_STRIDE = 7919

_MASK = (1 << 64) - 1
# Among the newest orders that have ended, one of each stretch has failed: the first is in view,
# the others are of the last 24 hours.
_FAILED = ((0, 2), (4, 16), (16, 32), (32, 48))
_FIRST_ARRIVAL = 6.0
_DAY = 86400.0


def pick(options: Sequence[T], bits: int) -> T:
    return options[bits % len(options)]


class OrderGenerator:
    """The generated orders of a world, stateless: `orders` of them are made before the epoch, and
    one per interval of the scenario after it.
    """

    def __init__(
        self, seed: int, orders: int, scenario: Scenario, epoch: float, speed: float
    ) -> None:
        self._seed, self._orders, self._scenario = seed, orders, scenario
        self._epoch, self._speed = epoch, speed
        self._active = pick(scenario.active_phases, self.bits(0, _ACTIVE))[:orders]
        # The phases at the epoch of the orders that are active then: the newest.
        self.stalled_number = orders
        """The first order after the epoch stalls."""
        newest_ended = orders - 1 - len(self._active)
        self._failed_numbers = {
            newest_ended - pick(range(*stretch), self.bits(number, _FAILURE))
            for number, stretch in enumerate(_FAILED)
        }

    def bits(self, number: int, purpose: int) -> int:
        """Return 64 random bits for one purpose of one order, always the same (splitmix64; 10 times
        faster than `Random`).
        """
        x = self._seed * 0x9E3779B97F4A7C15
        x = (x + number * 0xD1B54A32D192ED03 + purpose * 0x8CB92BA72F3D8DD7) & _MASK
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
        return x ^ (x >> 31)

    def random(self, number: int, purpose: int) -> Random:
        """Return a generator, for what takes several numbers."""
        return Random(self.bits(number, purpose))  # noqa: S311 - a simulation, no secret

    def _uniform(self, number: int, purpose: int) -> float:
        """Return a number from 0 to below 1."""
        return (self.bits(number, purpose) >> 11) / (1 << 53)

    def time(self, now: float) -> float:
        """Return world time, at `now` in unix seconds."""
        return max(now - self._epoch, 0.0) * self._speed

    def phase(self, number: int) -> int | None:
        """Return the phase of an order at the epoch; None if it has ended or isn't made yet."""
        position = self._orders - 1 - number
        return self._active[position] if 0 <= position < len(self._active) else None

    def arrival(self, number: int) -> float:
        """Return when the order is made."""
        random = self._uniform(number, _ARRIVAL)
        since_first = number - self._orders
        if since_first >= 0:
            interval = self._scenario.interval or 0.0
            return _FIRST_ARRIVAL + since_first * interval + random * self._scenario.jitter
        position = -1 - since_first
        if position < len(self._active):
            gap = self._scenario.active_gap
            return -(5.0 + position * gap + random * (gap / 2))
        position -= len(self._active)
        age = self._age(position)
        return -(age + 0.85 * random * (self._age(position + 1) - age))

    def _age(self, position: int) -> float:
        """Return the age at the epoch: minutes apart for the newest, hours for the oldest."""
        spread = 150 * _DAY * (position / max(self._orders, 800)) ** 2
        return MAX_LIFETIME + 30 + 240.0 * position + spread

    def created(self, number: int) -> float:
        """Return when the order is made, in unix seconds."""
        arrival = self.arrival(number)
        return self._epoch + (arrival / self._speed if arrival > 0 else arrival)

    def count(self, time: float) -> int:
        """Return how many orders have been made by `time`."""
        if self._scenario.interval is None or time < _FIRST_ARRIVAL:
            return self._orders
        number = self._orders + int((time - _FIRST_ARRIVAL) // self._scenario.interval)
        return number + (self.arrival(number) <= time)

    def ended(self, time: float) -> int:
        """Return how many orders, from the oldest on, have certainly ended by `time`."""
        if self._scenario.interval is None or time < MAX_LIFETIME:
            return self._orders - len(self._active)
        since = time - MAX_LIFETIME - _FIRST_ARRIVAL - self._scenario.jitter
        return self._orders + max(int(since // self._scenario.interval) + 1, 0)

    def order_id(self, number: int, created: float) -> str:
        """Return an id as the service makes them: a time, some seconds early, and four digits."""
        suffix = (number * _STRIDE + self._seed) % ID_SUFFIXES
        return f"{int(created) - self.bits(number, _ID_LAG) % 4}-{suffix:04}"

    def first_number(self, suffix: int) -> int:
        """Return the lowest number whose id has this suffix."""
        return (suffix - self._seed) * pow(_STRIDE, -1, ID_SUFFIXES) % ID_SUFFIXES

    def is_failure(self, number: int) -> bool:
        """Return whether the order fails by chance."""
        return self._uniform(number, _OUTCOME) < self._scenario.failure_rate

    def outcome(self, number: int) -> str:
        """Return the status at the end of the order's first run."""
        if number in self._failed_numbers:
            return ERROR
        is_recent = 0 < self._orders - number <= 10 and self._scenario.failure_rate < 0.1
        if is_recent or self.phase(number) is not None:
            return FINISHED
        return ERROR if self.is_failure(number) else FINISHED

    def next_run(self, number: int, *, fails: bool = False) -> Lifecycle:
        """Return the run of a requeued order or of one that a client made."""
        return random_lifecycle(self.random(number, _NEXT_RUN), fails=fails)
