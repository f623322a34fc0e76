"""When orders are made: numbered from the oldest, 0, on, in seconds after the world's epoch."""
# FOLD """The orders that come by themselves: all that is to be known of one follows from the seed
# FOLD and its
# FOLD number. They are numbered from the oldest, 0, on; times are in seconds after the epoch.
# FOLD """
# FOLD """Orders that did not come by the world's own clockwork: a client's, and one that
# FOLD vanishes."""

import math
from typing import NamedTuple

from tui.demo.fixtures import PROFILE_SETS, PROFILES, Profile, filename, label
from tui.demo.forms import JobRequest, OrderRequest
from tui.demo.lifecycle import (
    ERROR,
    FINISHED,
    LONGEST,
    Lifecycle,
    lifecycle_in_phase,
    random_lifecycle,
    stalled_lifecycle,
)
from tui.demo.order_detail import Heading, Job, Order, Place, duration, generate_order, job_timings
from tui.demo.rng import hash64, pick, random_for, uniform
from tui.demo.scenarios import Scenario

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


_DETAIL_MADE = 200  # a purpose for chance, apart from those of the world and of the arrivals

VANISHES = (45.0, 95.0)
"""When the one that vanishes comes and when it is gone, in seconds of the world."""

VANISHING = OrderRequest(
    filename="duplicado (borrar).mp4",
    label="prioridad baja",
    source=Place("FTP", "ftp://ftp.tuservidor.com/duplicado%20%28borrar%29.mp4", "usuario"),
    targets=(Place("FTP", "ftp://ftp.tuservidor.com", "usuario"),),
    jobs=(JobRequest(PROFILES[34], "duplicado (borrar)_720p.mp4", "prioridad baja"),),
)


class ClientOrder(NamedTuple):
    """One such order. `created` is in unix seconds, `time` and `gone` in seconds of the world;
    `below` is the number of the next older order of the clockwork, or -1.
    """

    id: str
    created: float
    time: float
    below: int
    wish: OrderRequest
    life: Lifecycle
    gone: float = math.inf


def to_order(made: ClientOrder, created_on: str, seed: int, place: int) -> Order:
    """The order in full: as it was wished for, its file made up."""
    chance = random_for(seed, place, _DETAIL_MADE)
    duration = chance.lognormvariate(5.5, 1.1)
    halves = job_timings(len(made.wish.jobs), chance)
    return Order(
        id=made.id,
        created_on=created_on,
        filename=made.wish.filename,
        label=made.wish.label,
        source=made.wish.source,
        targets=made.wish.targets,
        duration=round(duration, 3),
        size=int(duration * chance.uniform(0.8e6, 6e6)),
        notifications=made.wish.notifications,
        jobs=[Job(*job, *half) for job, half in zip(made.wish.jobs, halves, strict=True)],
        luck=chance.getrandbits(16),
    )
