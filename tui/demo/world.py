"""The world: every order of one company at any moment, from a seed and a time alone.

Nothing is stored but what clients did and, for speed, the rows of orders whose life is over. An
order of the clockwork has its number there, 0 and up; any other one has a negative number.
"""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from tui.demo.fixtures import PROFILES, Profile
from tui.demo.forms import OrderRequest
from tui.demo.lifecycle import ERROR, Lifecycle, OrderProgress
from tui.demo.order_detail import Order, detail
from tui.demo.orders import DIGITS, VANISHES, VANISHING, ClientOrder, OrderGenerator, to_order
from tui.demo.scenarios import scenario_named

_BLOCK = 256  # rows encoded together and kept
_ID = re.compile(r"[0-9]{1,12}-([0-9]{4})")
_FAR = DIGITS // 2


class RequeueError(Exception):
    """The order is not in ERROR; the message names the status it has."""


class World:
    """The orders of one company. Every `now` is in unix seconds; before `epoch` time stands still.

    After `epoch`, `speed` seconds pass in the world in each second of the viewer's. What the world
    says about its own times is in the viewer's seconds all the same, so that ages look right. The
    scene "empty" has no orders, however many are asked for.
    """

    def __init__(
        self,
        seed: int,
        orders: int,
        epoch: float,
        speed: float = 1.0,
        company_id: str = "42",
        scenario: str = "",
    ) -> None:
        if orders < 0 or speed < 0:
            raise ValueError("A world has no fewer than 0 orders, and a speed of 0 or more.")
        self.scenario = scenario_named(scenario)
        self.seed, self.epoch, self.speed, self.company_id = seed, epoch, speed, company_id
        self.orders = 0 if self.scenario.every is None else orders
        self.profiles_known = dict(PROFILES)
        """The company's profiles by id, as clients left them."""
        self._clockwork = OrderGenerator(seed, self.orders, self.scenario)
        self._made: list[ClientOrder] = []
        self._requeued: dict[int, float] = {}
        self._apart = {self._clockwork.stalled}  # not over when all others of their age are
        self._blocks: dict[int, bytes] = {}
        if self.scenario.every is not None and speed > 0:
            come, gone = VANISHES
            self._make(VANISHING, epoch + come / speed, Lifecycle((gone, 1.0, 1.0, 1.0)), gone)
        self.list_json(epoch)

    def _time(self, now: float) -> float:
        """Seconds of world time since the epoch."""
        return max(now - self.epoch, 0.0) * self.speed

    def indices(self, now: float) -> Sequence[int]:
        """The numbers of the orders that exist, newest first."""
        return self._between(0, self._clockwork.arrivals.count(self._time(now)), now)

    def _between(self, low: int, high: int, now: float) -> Sequence[int]:
        """The numbers from `low` to below `high`, and those of others that came in between."""
        plain = range(high - 1, low - 1, -1)
        others = self._others(now)
        if not others:
            return plain
        numbers = list(plain)
        for number in others:
            below = self._made[-1 - number].below
            if low <= below < high or below < 0 == low:
                numbers.insert(high - 1 - below, number)
        return numbers

    def _others(self, now: float) -> list[int]:
        """The numbers of the orders that exist and are not of the clockwork, oldest first."""
        time = self._time(now)
        found = [-1 - at for at, made in enumerate(self._made) if made.time <= time < made.gone]
        return sorted(found, key=self.created)

    def created(self, number: int) -> float:
        """When the order was made, in unix seconds of the viewer."""
        if number < 0:
            return self._made[-1 - number].created
        arrival = self._clockwork.arrivals.time(number)
        return self.epoch + (arrival / self.speed if arrival > 0 else arrival)

    def order_id(self, number: int) -> str:
        """The order's id."""
        if number < 0:
            return self._made[-1 - number].id
        return self._clockwork.id(number, self.created(number))

    def filename(self, number: int) -> str:
        """The order's file."""
        if number < 0:
            return self._made[-1 - number].wish.filename
        return self._clockwork.filename(number)

    def label(self, number: int) -> str:
        """The order's label."""
        return self._made[-1 - number].wish.label if number < 0 else self._clockwork.label(number)

    def profiles(self, number: int) -> tuple[Profile, ...]:
        """The profiles of the order's sub-jobs, by the names they have now."""
        if number < 0:
            return tuple(self._named(job.profile) for job in self._made[-1 - number].wish.jobs)
        return tuple(map(self._named, self._clockwork.ladder(number)))

    def duration(self, number: int) -> float:
        """The length of the order's file, in seconds."""
        if number < 0:
            return self._order(number).duration
        return self._clockwork.duration(number)

    def status(self, number: int, now: float) -> str:
        """The order's status."""
        time = self._time(now)
        if 0 <= number < self._clockwork.arrivals.settled(time) and number not in self._apart:
            return self._clockwork.outcome(number)
        return self._moment(number, time).status

    def find(self, order_id: str, now: float) -> int | None:
        """The number of the order with this id."""
        match = _ID.fullmatch(order_id)
        if match is None:
            return None
        count = self._clockwork.arrivals.count(self._time(now))
        likely = range(self._clockwork.first_with(int(match[1])), count, DIGITS)
        numbers = (*likely, *self._others(now))
        return next((number for number in numbers if self.order_id(number) == order_id), None)

    def list_json(self, now: float) -> bytes:
        """Every order, newest first, as the service lists them."""
        arrivals, time = self._clockwork.arrivals, self._time(now)
        settled = arrivals.settled(time) // _BLOCK
        rows = [self.rows(self._between(settled * _BLOCK, arrivals.count(time), now), now)]
        changed = {number // _BLOCK for number in self._apart}
        changed |= {max(made.below, 0) // _BLOCK for made in self._made}
        for block in range(settled - 1, -1, -1):
            if block in changed:
                rows.append(self._rows_of(block, now))
            else:
                if block not in self._blocks:
                    self._blocks[block] = self._rows_of(block, now)
                rows.append(self._blocks[block])
        return b"[%b]" % b",".join(filter(None, rows))

    def rows(self, numbers: Iterable[int], now: float) -> bytes:
        """These orders as members of a JSON array, without its brackets."""
        return ",".join([self._row(number, now) for number in numbers]).encode()

    def detail(self, order_id: str, now: float) -> dict[str, object] | None:
        """One order in full."""
        number = self.find(order_id, now)
        if number is None:
            return None
        return detail(self._order(number), self._moment(number, self._time(now)))

    def requeue(self, order_id: str, now: float) -> bool:
        """Run an order in ERROR once more, to success. False if there is no such order."""
        number = self.find(order_id, now)
        if number is None:
            return False
        status = self.status(number, now)
        if status != ERROR:
            raise RequeueError(
                f"Order {order_id} is {status}: only an order in ERROR can be requeued."
            )
        self._requeued[number] = self._time(now)
        if number >= 0:
            self._apart.add(number)
        return True

    def create(self, wish: OrderRequest, now: float) -> str:
        """Make an order as a client wishes; its id."""
        number = -1 - len(self._made)
        life = self._clockwork.another_life(number, fails=self._clockwork.fails(number))
        return self._make(wish, max(now, self.epoch), life)

    def _make(
        self, wish: OrderRequest, created: float, life: Lifecycle, gone: float = math.inf
    ) -> str:
        time = self._time(created)
        count = self._clockwork.arrivals.count(time)
        # The digits of an order that is far away in time, so that no other has the same id.
        order_id = self._clockwork.id(count + _FAR + len(self._made), created)
        self._made.append(ClientOrder(order_id, created, time, count - 1, wish, life, gone))
        return order_id

    def _row(self, number: int, now: float) -> str:
        created = self.created(number)
        order_id = self._made[-1 - number].id if number < 0 else self._clockwork.id(number, created)
        return (
            f'{{"id":"{order_id}","created_on":"{_stamp(created)}",'
            f'"status":"{self.status(number, now)}"}}'
        )

    def _rows_of(self, block: int, now: float) -> bytes:
        return self.rows(self._between(block * _BLOCK, (block + 1) * _BLOCK, now), now)

    def _order(self, number: int) -> Order:
        stamp = _stamp(self.created(number))
        if number < 0:
            order = to_order(self._made[-1 - number], stamp, self.seed, number)
        else:
            order = self._clockwork.order(number, self.order_id(number), stamp)
        jobs = [job._replace(profile=self._named(job.profile)) for job in order.jobs]
        return order._replace(jobs=jobs)

    def _named(self, profile: Profile) -> Profile:
        """An order keeps its profiles as they were, but for a new name."""
        known = self.profiles_known.get(profile.id, profile)
        return profile._replace(name=known.name)

    def _moment(self, number: int, time: float) -> OrderProgress:
        requeued = self._requeued.get(number)
        if requeued is not None and time >= requeued:
            return self._clockwork.another_life(number).at(time - requeued)
        if number < 0:
            made = self._made[-1 - number]
            return made.life.at(time - made.time)
        return self._clockwork.life(number).at(time - self._clockwork.arrivals.time(number))


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(" ", "microseconds")
