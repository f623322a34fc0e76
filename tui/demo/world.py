"""The world: all orders of one company at any time, from a seed and that time alone.

It stores only what clients did and, for speed, the list rows of orders that have ended.
"""

import math
import re
from collections.abc import Iterable
from itertools import chain

from tui.demo.fixtures import PROFILES, EncodingProfile
from tui.demo.forms import OrderRequest
from tui.demo.lifecycle import ERROR, Lifecycle, OrderProgress
from tui.demo.order_detail import detail_json
from tui.demo.orders import (
    ID_SUFFIXES,
    VANISHING_REQUEST,
    VANISHING_TIMES,
    AnyOrder,
    ClientOrder,
    GeneratedOrder,
    OrderGenerator,
    timestamp,
)
from tui.demo.scenarios import scenario_named

_BLOCK = 256  # rows that are encoded and stored together
_ID = re.compile(r"[0-9]{1,12}-([0-9]{4})")


class RequeueError(Exception):
    """The order is not in ERROR; the message names its status."""


class World:
    """The orders of one company. `now` is always in unix seconds.

    World time begins at `epoch`; `speed` seconds of it pass per second. The times that the world
    reports are real ones, so that ages look right. The scenario "empty" has no orders, whatever
    `orders` is.
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
        self.epoch, self.speed, self.company_id = epoch, speed, company_id
        if self.scenario.interval is None:
            orders = 0
        self.company_profiles = dict(PROFILES)
        """By id, with the changes of clients."""
        self._generator = OrderGenerator(seed, orders, self.scenario, epoch, speed)
        self._client_orders: list[ClientOrder] = []
        self._requeued: dict[int, float] = {}
        self._late_numbers = {self._generator.stalled_number}
        """Generated orders that are active after others of their age have ended."""
        self._blocks: dict[int, bytes] = {}
        if self.scenario.interval is not None and speed > 0:
            start, end = VANISHING_TIMES
            life = Lifecycle((end, 1.0, 1.0, 1.0))
            self._add(VANISHING_REQUEST, epoch + start / speed, life, end)
        self.list_json(epoch)

    def orders(self, now: float) -> list[AnyOrder]:
        """Return the orders that exist, newest first."""
        return self._between(0, self._generator.arrivals.count(self._time(now)), now)

    def count(self, now: float) -> int:
        """Return how many orders exist."""
        generated = self._generator.arrivals.count(self._time(now))
        return generated + len(self._existing_client_orders(now))

    def status(self, order: AnyOrder, now: float) -> str:
        time = self._time(now)
        number = order.number
        if number not in self._late_numbers and (
            0 <= number < self._generator.arrivals.ended(time)
        ):
            return self._generator.outcome(number)
        return self._progress(order, time).status

    def profiles(self, order: AnyOrder) -> list[EncodingProfile]:
        """Return the profiles of the order's sub-jobs, by their present names."""
        return [self._renamed(profile) for profile in order.profiles]

    def find(self, order_id: str, now: float) -> AnyOrder | None:
        match = _ID.fullmatch(order_id)
        if match is None:
            return None
        first = self._generator.first_number(int(match[1]))
        numbers = range(first, self._generator.arrivals.count(self._time(now)), ID_SUFFIXES)
        candidates: Iterable[AnyOrder] = (GeneratedOrder(self._generator, n) for n in numbers)
        candidates = chain(candidates, self._existing_client_orders(now))
        return next((order for order in candidates if order.id == order_id), None)

    def list_json(self, now: float) -> bytes:
        """Return all orders, newest first, as the service lists them (S)."""
        arrivals, time = self._generator.arrivals, self._time(now)
        ended_blocks = arrivals.ended(time) // _BLOCK
        rows = [self.rows(self._between(ended_blocks * _BLOCK, arrivals.count(time), now), now)]
        changing = {number // _BLOCK for number in self._late_numbers}
        changing |= {max(order.next_older, 0) // _BLOCK for order in self._client_orders}
        for block in range(ended_blocks - 1, -1, -1):
            if block in changing or block not in self._blocks:
                orders = self._between(block * _BLOCK, (block + 1) * _BLOCK, now)
                self._blocks[block] = self.rows(orders, now)
            rows.append(self._blocks[block])
        return b"[%b]" % b",".join(filter(None, rows))

    def rows(self, orders: Iterable[AnyOrder], now: float) -> bytes:
        """Return `orders` as members of a JSON array, without its brackets (S)."""
        rows = [
            f'{{"id":"{order.id}","created_on":"{timestamp(order.created)}",'
            f'"status":"{self.status(order, now)}"}}'
            for order in orders
        ]
        return ",".join(rows).encode()

    def detail(self, order_id: str, now: float) -> dict[str, object] | None:
        """Return the answer to the detail call (S); None if there is no such order."""
        order = self.find(order_id, now)
        if order is None:
            return None
        detail = order.detail()
        jobs = [job._replace(profile=self._renamed(job.profile)) for job in detail.jobs]
        return detail_json(detail._replace(jobs=jobs), self._progress(order, self._time(now)))

    def requeue(self, order_id: str, now: float) -> bool:
        """Run an order in ERROR again, to success. Return False if there is no such order."""
        order = self.find(order_id, now)
        if order is None:
            return False
        status = self.status(order, now)
        if status != ERROR:
            raise RequeueError(
                f"Order {order_id} is {status}: only an order in ERROR can be requeued."
            )
        self._requeued[order.number] = self._time(now)
        if isinstance(order, GeneratedOrder):
            self._late_numbers.add(order.number)
        return True

    def create(self, request: OrderRequest, now: float) -> str:
        """Create an order of a client; return its id."""
        number = self._next_number
        life = self._generator.next_run(number, fails=self._generator.is_failure(number))
        return self._add(request, max(now, self.epoch), life)

    def _add(
        self, request: OrderRequest, created: float, life: Lifecycle, end: float = math.inf
    ) -> str:
        start = self._time(created)
        number = self._next_number
        order = ClientOrder(self._generator, number, request, created, start, life, end)
        self._client_orders.append(order)
        return order.id

    @property
    def _next_number(self) -> int:
        return -1 - len(self._client_orders)

    def _time(self, now: float) -> float:
        """Return world time: seconds since the epoch."""
        return max(now - self.epoch, 0.0) * self.speed

    def _between(self, low: int, high: int, now: float) -> list[AnyOrder]:
        """Return the generated orders from number `low` to below `high` and the client orders of
        their time, newest first.
        """
        orders: list[AnyOrder] = [
            GeneratedOrder(self._generator, number) for number in range(high - 1, low - 1, -1)
        ]
        for order in self._existing_client_orders(now):
            if low <= order.next_older < high or order.next_older < 0 == low:
                orders.insert(high - 1 - order.next_older, order)
        return orders

    def _existing_client_orders(self, now: float) -> list[ClientOrder]:
        """Return them oldest first."""
        time = self._time(now)
        existing = [order for order in self._client_orders if order.start <= time < order.end]
        return sorted(existing, key=lambda order: order.created)

    def _renamed(self, profile: EncodingProfile) -> EncodingProfile:
        """Return `profile` with its present name. An order keeps the rest of its profiles."""
        return profile._replace(name=self.company_profiles.get(profile.id, profile).name)

    def _progress(self, order: AnyOrder, time: float) -> OrderProgress:
        requeued = self._requeued.get(order.number)
        if requeued is not None and time >= requeued:
            return self._generator.next_run(order.number).at(time - requeued)
        return order.lifecycle.at(time - order.start)
