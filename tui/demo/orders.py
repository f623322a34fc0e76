"""The orders: generated ones, which follow from the seed and a number, and those of clients.

Generated orders are numbered from the oldest, 0, on. Times are seconds of world time after the
epoch, unless they are unix seconds (`created`).
"""

import math
from datetime import UTC, datetime
from functools import cached_property

from tui.demo.fixtures import PROFILE_SETS, PROFILES, EncodingProfile, Location, filename, label
from tui.demo.forms import JobRequest, OrderRequest
from tui.demo.lifecycle import (
    ERROR,
    FINISHED,
    MAX_LIFETIME,
    Lifecycle,
    lifecycle_in_phase,
    random_lifecycle,
    stalled_lifecycle,
)
from tui.demo.order_detail import (
    Job,
    OrderSpec,
    generate_duration,
    generate_order,
    random_duration,
    random_job_timings,
    random_size,
)
from tui.demo.rng import hash64, pick, random_for, uniform
from tui.demo.scenarios import Scenario

# Purposes of random numbers.
_OUTCOME, _FAILED, _ID_LAG, _LIFECYCLE, _NEXT_RUN, _FILENAME, _LABEL, _PROFILES, _DETAIL = range(9)
_ARRIVAL, _ACTIVE = 100, 101
_CLIENT_DETAIL = 200

ID_SUFFIXES = 10_000
# Coprime to `ID_SUFFIXES`: the number of an order and the suffix of its id determine each other.
_STRIDE = 7919

_FIRST_ARRIVAL = 6.0
_DAY = 86400.0


class ArrivalSchedule:
    """The times at which the generated orders are made: `orders` of them before the epoch, and one
    per interval of the scenario after it.
    """

    def __init__(self, seed: int, orders: int, scenario: Scenario) -> None:
        self._seed, self._orders, self._scenario = seed, orders, scenario
        self.active = pick(scenario.active_phases, hash64(seed, 0, _ACTIVE))[:orders]
        """The phases at the epoch of the orders that are active then: the newest."""

    def phase(self, number: int) -> int | None:
        """Return the phase of an order at the epoch; None if it has ended or isn't made yet."""
        position = self._orders - 1 - number
        return self.active[position] if 0 <= position < len(self.active) else None

    def time(self, number: int) -> float:
        random = uniform(self._seed, number, _ARRIVAL)
        since_first = number - self._orders
        if since_first >= 0:
            interval = self._scenario.interval or 0.0
            return _FIRST_ARRIVAL + since_first * interval + random * self._scenario.jitter
        position = -1 - since_first
        if position < len(self.active):
            gap = self._scenario.active_gap
            return -(5.0 + position * gap + random * (gap / 2))
        position -= len(self.active)
        age = self._age(position)
        return -(age + 0.85 * random * (self._age(position + 1) - age))

    def count(self, time: float) -> int:
        """Return how many orders have been made by `time`."""
        if self._scenario.interval is None or time < _FIRST_ARRIVAL:
            return self._orders
        number = self._orders + int((time - _FIRST_ARRIVAL) // self._scenario.interval)
        return number + (self.time(number) <= time)

    def ended(self, time: float) -> int:
        """Return how many orders, from the oldest on, have certainly ended by `time`."""
        if self._scenario.interval is None or time < MAX_LIFETIME:
            return self._orders - len(self.active)
        since = time - MAX_LIFETIME - _FIRST_ARRIVAL - self._scenario.jitter
        return self._orders + max(int(since // self._scenario.interval) + 1, 0)

    def _age(self, position: int) -> float:
        """Return the age at the epoch: minutes apart for the newest, hours for the oldest."""
        spread = 150 * _DAY * (position / max(self._orders, 800)) ** 2
        return MAX_LIFETIME + 30 + 240.0 * position + spread


class OrderGenerator:
    """Creates the generated orders of a world. Stateless, but for a cache of durations."""

    def __init__(
        self, seed: int, orders: int, scenario: Scenario, epoch: float, speed: float
    ) -> None:
        self.seed, self.orders, self.scenario = seed, orders, scenario
        self.epoch, self.speed = epoch, speed
        self.arrivals = ArrivalSchedule(seed, orders, scenario)
        self.stalled_number = orders
        """The first order after the epoch stalls."""
        # One of the newest that have ended has failed, so that a failure is in view.
        active = len(self.arrivals.active)
        position = pick(range(active, max(10, active + 1)), hash64(seed, 0, _FAILED))
        self.failed_number = orders - 1 - position
        self._durations: dict[int, float] = {}

    def order_id(self, number: int, created: float) -> str:
        """Return an id as the service makes them: a time, some seconds early, and four digits."""
        suffix = (number * _STRIDE + self.seed) % ID_SUFFIXES
        return f"{int(created) - hash64(self.seed, number, _ID_LAG) % 4}-{suffix:04}"

    def first_number(self, suffix: int) -> int:
        """Return the lowest number whose id has this suffix."""
        return (suffix - self.seed) * pow(_STRIDE, -1, ID_SUFFIXES) % ID_SUFFIXES

    def created(self, number: int) -> float:
        """Return when the order was made, in unix seconds."""
        arrival = self.arrivals.time(number)
        return self.epoch + (arrival / self.speed if arrival > 0 else arrival)

    def is_failure(self, number: int) -> bool:
        """Return whether the order fails by chance."""
        return uniform(self.seed, number, _OUTCOME) < self.scenario.failure_rate

    def outcome(self, number: int) -> str:
        """Return the status at the end of the order's first run."""
        if number == self.failed_number:
            return ERROR
        is_recent = 0 < self.orders - number <= 10 and self.scenario.failure_rate < 0.1
        if is_recent or self.arrivals.phase(number) is not None:
            return FINISHED
        return ERROR if self.is_failure(number) else FINISHED

    def next_run(self, number: int, *, fails: bool = False) -> Lifecycle:
        """Return the run of a requeued order or of one that a client made."""
        return random_lifecycle(random_for(self.seed, number, _NEXT_RUN), fails=fails)

    def duration(self, number: int) -> float:
        if number not in self._durations:
            random = random_for(self.seed, number, _DETAIL)
            self._durations[number] = generate_duration(random)
        return self._durations[number]


class GeneratedOrder:
    """A generated order. `duration` is that of its file, in seconds."""

    def __init__(self, generator: OrderGenerator, number: int) -> None:
        self._generator = generator
        self.number = number

    @cached_property
    def created(self) -> float:
        return self._generator.created(self.number)

    @property
    def start(self) -> float:
        return self._generator.arrivals.time(self.number)

    @cached_property
    def id(self) -> str:
        return self._generator.order_id(self.number, self.created)

    @property
    def filename(self) -> str:
        return filename(hash64(self._generator.seed, self.number, _FILENAME))

    @property
    def label(self) -> str:
        return label(hash64(self._generator.seed, self.number, _LABEL))

    @property
    def profiles(self) -> tuple[EncodingProfile, ...]:
        return pick(PROFILE_SETS, hash64(self._generator.seed, self.number, _PROFILES))

    @property
    def duration(self) -> float:
        return self._generator.duration(self.number)

    @property
    def lifecycle(self) -> Lifecycle:
        generator, number = self._generator, self.number
        random = random_for(generator.seed, number, _LIFECYCLE)
        phase = generator.arrivals.phase(number)
        if phase is not None:
            return lifecycle_in_phase(random, phase, -self.start)
        if number == generator.stalled_number:
            return stalled_lifecycle(random)
        return random_lifecycle(random, fails=generator.outcome(number) == ERROR)

    def detail(self) -> OrderSpec:
        random = random_for(self._generator.seed, self.number, _DETAIL)
        created_on = timestamp(self.created)
        return generate_order(self.id, created_on, self.filename, self.label, self.profiles, random)


class ClientOrder:
    """An order that isn't generated. Its `number` is negative; it exists from `start` to `end`.
    `next_older` is the number of the newest generated order that is older, or -1.
    """

    def __init__(
        self,
        generator: OrderGenerator,
        number: int,
        request: OrderRequest,
        created: float,
        start: float,
        lifecycle: Lifecycle,
        end: float = math.inf,
    ) -> None:
        count = generator.arrivals.count(start)
        self._generator, self.number, self._request = generator, number, request
        self.created, self.start, self.end, self.lifecycle = created, start, end, lifecycle
        self.next_older = count - 1
        # A suffix that the orders of the same time don't have.
        self.id = generator.order_id(count + ID_SUFFIXES // 2 - 1 - number, created)
        self.filename, self.label = request.filename, request.label
        self.profiles = tuple(job.profile for job in request.jobs)

    @property
    def duration(self) -> float:
        return self.detail().duration

    def detail(self) -> OrderSpec:
        """Return the requested order with a generated file."""
        request = self._request
        random = random_for(self._generator.seed, self.number, _CLIENT_DETAIL)
        duration = random_duration(random)
        timings = random_job_timings(len(request.jobs), random)
        return OrderSpec(
            id=self.id,
            created_on=timestamp(self.created),
            filename=self.filename,
            label=self.label,
            source=request.source,
            targets=request.targets,
            duration=round(duration, 3),
            size=random_size(random, duration),
            notifications=request.notifications,
            jobs=[Job(*job, *timing) for job, timing in zip(request.jobs, timings, strict=True)],
            random_bits=random.getrandbits(16),
        )


AnyOrder = GeneratedOrder | ClientOrder

VANISHING_TIMES = (45.0, 95.0)
"""When the order that vanishes arrives, and when it is gone."""

VANISHING_REQUEST = OrderRequest(
    filename="duplicado (borrar).mp4",
    label="prioridad baja",
    source=Location("FTP", "ftp://ftp.tuservidor.com/duplicado%20%28borrar%29.mp4", "usuario"),
    targets=(Location("FTP", "ftp://ftp.tuservidor.com", "usuario"),),
    jobs=(JobRequest(PROFILES[34], "duplicado (borrar)_720p.mp4", "prioridad baja"),),
)


def timestamp(seconds: float) -> str:
    """Format unix seconds as the service does."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(" ", "microseconds")
