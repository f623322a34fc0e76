"""The world: all orders of one company at any time, from a seed and that time alone.

It stores only what clients did and, for speed, the list rows of orders that have ended.
"""

import re
from collections.abc import Iterable
from itertools import chain

from tui.demo.fixtures import PROFILES, DemoProfile, Location
from tui.demo.generator import ID_SUFFIXES, OrderGenerator
from tui.demo.lifecycle import ERROR, Lifecycle, OrderProgress
from tui.demo.orders import (
    AnyOrder,
    ClientOrder,
    GeneratedOrder,
    Job,
    OrderSpec,
    detail_json,
    timestamp,
)
from tui.demo.scenarios import NAMES, SCENARIOS

_ID = re.compile(r"[0-9]{1,12}-([0-9]{4})")

# When the order that vanishes arrives, and when it is gone.
_VANISHING_TIMES = (45.0, 95.0)
_VANISHING_ORDER = OrderSpec(
    filename="duplicado (borrar).mp4",
    label="prioridad baja",
    source=Location("FTP", "ftp://ftp.tuservidor.com/duplicado%20%28borrar%29.mp4", "usuario"),
    targets=(Location("FTP", "ftp://ftp.tuservidor.com", "usuario"),),
    jobs=(Job(PROFILES[34], "duplicado (borrar)_720p.mp4", "prioridad baja"),),
)


class RequeueError(Exception):
    """The order is not in ERROR; the message names its status."""


class World:
    """The orders of one company. `now` is always in unix seconds.

    World time begins at `epoch`; `speed` seconds of it pass per second. The times that the world
    reports are real ones, so that ages look right. The scenario "empty" has no orders, whatever
    `orders` is.
    """

    def __init__(
        self, seed: int, orders: int, epoch: float, speed: float = 1.0, scenario: str = ""
    ) -> None:
        if orders < 0 or speed < 0:
            raise ValueError("a world has no fewer than 0 orders, and a speed of 0 or more")
        if scenario not in SCENARIOS:
            raise ValueError(f"a scene is one of {', '.join(NAMES)}")
        self.scenario = SCENARIOS[scenario]
        self.epoch = epoch
        if self.scenario.interval is None:
            orders = 0
        self.company_profiles = dict(PROFILES)
        """By id, with the changes of clients."""
        self._last_profile_id = max(PROFILES)
        self._generator = OrderGenerator(seed, orders, self.scenario, epoch, speed)
        self._client_orders: list[ClientOrder] = []
        self._requeued: dict[int, float] = {}
        self._late = {self._generator.stalled_number}
        """Orders that are active after others of their age have ended."""
        self._final_rows: list[bytes] = []
        """By number. Those of late orders are out of date."""
        if self.scenario.interval is not None and speed > 0:
            start, end = _VANISHING_TIMES
            created = epoch + start / speed
            run = Lifecycle((end, 1.0, 1.0, 1.0))
            vanishing = ClientOrder(self._generator, -1, _VANISHING_ORDER, created, run, end)
            self._client_orders.append(vanishing)
        self.rows(epoch)

    def orders(self, now: float) -> list[AnyOrder]:
        """Return the orders that exist, newest first."""
        count = self._generator.count(self._generator.time(now))
        orders: list[AnyOrder] = [
            GeneratedOrder(self._generator, number) for number in range(count - 1, -1, -1)
        ]
        for order in self._existing_client_orders(now):
            orders.insert(count - order.older, order)
        return orders

    def status(self, order: AnyOrder, now: float) -> str:
        time = self._generator.time(now)
        if order.number not in self._late and 0 <= order.number < self._generator.ended(time):
            return self._generator.outcome(order.number)
        return self._progress(order, time).status

    def find(self, order_id: str, now: float) -> AnyOrder | None:
        match = _ID.fullmatch(order_id)
        if match is None:
            return None
        first = self._generator.first_number(int(match[1]))
        numbers = range(first, self._generator.count(self._generator.time(now)), ID_SUFFIXES)
        candidates: Iterable[AnyOrder] = (GeneratedOrder(self._generator, n) for n in numbers)
        candidates = chain(candidates, self._existing_client_orders(now))
        return next((order for order in candidates if order.id == order_id), None)

    def rows(self, now: float) -> list[bytes]:
        """Return the JSON of all orders, newest first, as the service lists them (S)."""
        time = self._generator.time(now)
        ended, count = self._generator.ended(time), self._generator.count(time)
        for number in range(len(self._final_rows), ended):
            self._final_rows.append(self._generated_row(number, now))
        rows = self._final_rows[:ended]
        for number in self._late:
            if 0 <= number < ended:
                rows[number] = self._generated_row(number, now)
        rows += [self._generated_row(number, now) for number in range(ended, count)]
        for order in reversed(self._existing_client_orders(now)):
            rows.insert(order.older, self.row(order, now))
        rows.reverse()
        return rows

    def _generated_row(self, number: int, now: float) -> bytes:
        return self.row(GeneratedOrder(self._generator, number), now)

    def row(self, order: AnyOrder, now: float) -> bytes:
        return (
            f'{{"id":"{order.id}","created_on":"{timestamp(order.created)}",'
            f'"status":"{self.status(order, now)}"}}'
        ).encode()

    def detail(self, order_id: str, now: float) -> dict[str, object] | None:
        """Return the answer to the detail call (S); None if there is no such order."""
        order = self.find(order_id, now)
        if order is None:
            return None
        spec = order.spec()
        jobs = [job._replace(profile=self.renamed(job.profile)) for job in spec.jobs]
        progress = self._progress(order, self._generator.time(now))
        return detail_json(order, spec._replace(jobs=jobs), progress)

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
        self._requeued[order.number] = self._generator.time(now)
        self._late.add(order.number)
        return True

    def create(self, request: OrderSpec, now: float) -> str:
        """Create an order of a client; return its id."""
        number = -1 - len(self._client_orders)
        run = self._generator.next_run(number, fails=self._generator.is_failure(number))
        order = ClientOrder(self._generator, number, request, max(now, self.epoch), run)
        self._client_orders.append(order)
        return order.id

    def _existing_client_orders(self, now: float) -> list[ClientOrder]:
        """Return them oldest first."""
        time = self._generator.time(now)
        existing = [order for order in self._client_orders if order.start <= time < order.end]
        return sorted(existing, key=lambda order: order.created)

    def save_profile(self, profile: DemoProfile) -> DemoProfile:
        """Replace the profile with the same id; one with the id 0 is new and gets an id that no
        profile had before.
        """
        if not profile.id:
            self._last_profile_id += 1
            profile = profile._replace(id=self._last_profile_id)
        self.company_profiles[profile.id] = profile
        return profile

    def renamed(self, profile: DemoProfile) -> DemoProfile:
        """Return `profile` with its present name. An order keeps the rest of its profiles."""
        return profile._replace(name=self.company_profiles.get(profile.id, profile).name)

    def _progress(self, order: AnyOrder, time: float) -> OrderProgress:
        requeued = self._requeued.get(order.number)
        if requeued is not None and time >= requeued:
            return self._generator.next_run(order.number).at(time - requeued)
        return order.lifecycle.at(time - order.start)
