"""The orders that come by themselves: all that is to be known of one follows from the seed and its
number. They are numbered from the oldest, 0, on; times are in seconds after the epoch.
"""

from tui.demo.arrivals import ArrivalSchedule
from tui.demo.chance import random_for, pick, uniform, hash64
from tui.demo.detail import Order
from tui.demo.invented import Heading, duration, generate_order
from tui.demo.life import ERROR, FINISHED, Lifecycle, lifecycle_in_phase, random_lifecycle, stalled_lifecycle
from tui.demo.names import filename, label
from tui.demo.profiles import PROFILE_SETS, Profile
from tui.demo.scenes import Scenario

# The purposes that chance is asked for.
_OUTCOME, _FAILED, _LAG, _LIFE, _SECOND_LIFE, _FILE, _LABEL, _LADDER, _DETAIL = range(9)
# An order's number and the four digits of its id determine each other, modulo 10,000.
DIGITS, _STRIDE = 10_000, 7919


class OrderGenerator:
    """Never changes, and knows no time: of each order it tells the whole life."""

    def __init__(self, seed: int, orders: int, scene: Scenario) -> None:
        self.arrivals = ArrivalSchedule(seed, orders, scene)
        self.stalled = orders
        """The first order after the epoch makes no progress for a long while."""
        self._seed, self._orders, self._scene = seed, orders, scene
        # The newest that are over have one failure among them, so that there is one to look at.
        places = range(self.arrivals.active, max(10, self.arrivals.active + 1))
        self._failed = orders - 1 - pick(places, hash64(seed, 0, _FAILED))
        self._durations: dict[int, float] = {}

    def id(self, index: int, created: float) -> str:
        """An order's id: its time, some seconds early as in real ones, and four digits."""
        digits = (index * _STRIDE + self._seed) % DIGITS
        return f"{int(created) - hash64(self._seed, index, _LAG) % 4}-{digits:04}"

    def first_with(self, digits: int) -> int:
        """The lowest number that has these digits in its id."""
        return (digits - self._seed) * pow(_STRIDE, -1, DIGITS) % DIGITS

    def filename(self, index: int) -> str:
        """The order's file."""
        return filename(hash64(self._seed, index, _FILE))

    def label(self, index: int) -> str:
        """The order's label."""
        return label(hash64(self._seed, index, _LABEL))

    def ladder(self, index: int) -> tuple[Profile, ...]:
        """The profiles of the order's sub-jobs."""
        return pick(PROFILE_SETS, hash64(self._seed, index, _LADDER))

    def fails(self, index: int) -> bool:
        """Whether chance wants an order to fail that is no exception."""
        return uniform(self._seed, index, _OUTCOME) < self._scene.failures

    def outcome(self, index: int) -> str:
        """How the first run of an order ends."""
        if index == self._failed:
            return ERROR
        spared = 0 < self._orders - index <= 10 and self._scene.failures < 0.1
        if spared or self.arrivals.phase(index) is not None:
            return FINISHED
        return ERROR if self.fails(index) else FINISHED

    def life(self, index: int) -> Lifecycle:
        """The first run of an order."""
        chance = random_for(self._seed, index, _LIFE)
        phase = self.arrivals.phase(index)
        if phase is not None:
            return lifecycle_in_phase(chance, phase, -self.arrivals.time(index))
        if index == self.stalled:
            return stalled_lifecycle(chance)
        return random_lifecycle(chance, fails=self.outcome(index) == ERROR)

    def another_life(self, number: int, *, fails: bool = False) -> Lifecycle:
        """The run after a requeue, or the run of an order that is not of the clockwork."""
        return random_lifecycle(random_for(self._seed, number, _SECOND_LIFE), fails=fails)

    def order(self, index: int, order_id: str, created_on: str) -> Order:
        """An order in full."""
        heading = Heading(
            order_id, created_on, self.filename(index), self.label(index), self.ladder(index)
        )
        return generate_order(heading, random_for(self._seed, index, _DETAIL))

    def duration(self, index: int) -> float:
        """The length of an order's file, in seconds."""
        if index not in self._durations:
            self._durations[index] = duration(random_for(self._seed, index, _DETAIL))
        return self._durations[index]
