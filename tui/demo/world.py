"""The world: every order of one company at any moment, from a seed and a time alone.

Orders are numbered from the oldest, 0, on. All that is to be known of an order follows from the
seed and its number, so that nothing is stored but the requeues and, for speed, the rows of orders
whose life is over.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from .arrivals import Arrivals
from .chance import dice, pick, share, word
from .detail import Order, detail
from .life import ERROR, FINISHED, Life, Moment, caught, lead
from .names import filename, label
from .profiles import LADDERS, Profile

_FAILURES = 0.015
_BLOCK = 256  # rows encoded together and kept
# An order's number and the four digits of its id determine each other, modulo 10,000.
_DIGITS, _STRIDE = 10_000, 7919
_ID = re.compile(r"[0-9]{1,12}-([0-9]{4})")

# The purposes that chance is asked for.
_OUTCOME, _FAILED, _LAG, _LIFE, _SECOND_LIFE, _FILE, _LABEL, _LADDER, _DETAIL = range(9)


class RequeueError(Exception):
    """The order is not in ERROR; the message names the status it has."""


class World:
    """The orders of one company. Every `now` is in unix seconds; before `epoch` time stands still.

    After `epoch`, `speed` seconds pass in the world in each second of the viewer's. What the world
    says about its own times is in the viewer's seconds all the same, so that ages look right.
    """

    def __init__(
        self, seed: int, orders: int, epoch: float, speed: float = 1.0, company_id: str = "42"
    ) -> None:
        if orders < 0 or speed < 0:
            raise ValueError("A world has no fewer than 0 orders, and a speed of 0 or more.")
        self.seed, self.orders, self.epoch, self.speed = seed, orders, epoch, speed
        self.company_id = company_id
        self._arrivals = Arrivals(seed, orders)
        # The newest that are over have one failure among them, so that there is one to look at.
        self._failed = orders - 1 - pick(range(self._arrivals.active, 10), word(seed, 0, _FAILED))
        self._requeued: dict[int, float] = {}
        self._blocks: dict[int, bytes] = {}
        self.list_json(epoch)

    def _time(self, now: float) -> float:
        """Seconds of world time since the epoch."""
        return max(now - self.epoch, 0.0) * self.speed

    def indices(self, now: float) -> range:
        """The numbers of the orders that exist, newest first."""
        return range(self._arrivals.count(self._time(now)) - 1, -1, -1)

    def created(self, index: int) -> float:
        """When the order was made, in unix seconds of the viewer."""
        arrival = self._arrivals.time(index)
        return self.epoch + (arrival / self.speed if arrival > 0 else arrival)

    def order_id(self, index: int) -> str:
        """The order's id: its time, some seconds early as in real ones, and four digits."""
        return self._id(index, self.created(index))

    def _id(self, index: int, created: float) -> str:
        digits = (index * _STRIDE + self.seed) % _DIGITS
        return f"{int(created) - word(self.seed, index, _LAG) % 4}-{digits:04}"

    def filename(self, index: int) -> str:
        """The order's file."""
        return filename(word(self.seed, index, _FILE))

    def label(self, index: int) -> str:
        """The order's label."""
        return label(word(self.seed, index, _LABEL))

    def profiles(self, index: int) -> tuple[Profile, ...]:
        """The profiles of the order's sub-jobs."""
        return pick(LADDERS, word(self.seed, index, _LADDER))

    def status(self, index: int, now: float) -> str:
        """The order's status."""
        time = self._time(now)
        if index < self._arrivals.settled(time) and index not in self._requeued:
            return self._outcome(index)
        return self._moment(index, time).status

    def find(self, order_id: str, now: float) -> int | None:
        """The number of the order with this id."""
        match = _ID.fullmatch(order_id)
        if match is None:
            return None
        rest = (int(match[1]) - self.seed) * pow(_STRIDE, -1, _DIGITS) % _DIGITS
        existing = range(rest, len(self.indices(now)), _DIGITS)
        return next((index for index in existing if self.order_id(index) == order_id), None)

    def list_json(self, now: float) -> bytes:
        """Every order, newest first, as the service lists them."""
        settled = self._arrivals.settled(self._time(now)) // _BLOCK
        rows = [self.rows(self.indices(now)[: -settled * _BLOCK or None], now)]
        changed = {index // _BLOCK for index in self._requeued}
        for number in range(settled - 1, -1, -1):
            if number in changed:
                rows.append(self._rows_of(number, now))
            else:
                if number not in self._blocks:
                    self._blocks[number] = self._rows_of(number, now)
                rows.append(self._blocks[number])
        return b"[%b]" % b",".join(filter(None, rows))

    def rows(self, indices: Iterable[int], now: float) -> bytes:
        """These orders as members of a JSON array, without its brackets."""
        return ",".join([self._row(index, now) for index in indices]).encode()

    def detail(self, order_id: str, now: float) -> dict[str, object] | None:
        """One order in full."""
        index = self.find(order_id, now)
        if index is None:
            return None
        order = Order(
            order_id,
            _stamp(self.created(index)),
            self.filename(index),
            self.label(index),
            self.profiles(index),
        )
        moment = self._moment(index, self._time(now))
        return detail(order, moment, dice(self.seed, index, _DETAIL))

    def requeue(self, order_id: str, now: float) -> bool:
        """Run an order in ERROR once more, to success. False if there is no such order."""
        index = self.find(order_id, now)
        if index is None:
            return False
        status = self.status(index, now)
        if status != ERROR:
            raise RequeueError(
                f"Order {order_id} is {status}: only an order in ERROR can be requeued."
            )
        self._requeued[index] = self._time(now)
        return True

    def _row(self, index: int, now: float) -> str:
        created = self.created(index)
        return (
            f'{{"id":"{self._id(index, created)}","created_on":"{_stamp(created)}",'
            f'"status":"{self.status(index, now)}"}}'
        )

    def _rows_of(self, block: int, now: float) -> bytes:
        return self.rows(range((block + 1) * _BLOCK - 1, block * _BLOCK - 1, -1), now)

    def _outcome(self, index: int) -> str:
        """How the first run of an order ends."""
        if index == self._failed:
            return ERROR
        spared = 0 < self.orders - index <= 10
        return ERROR if not spared and share(self.seed, index, _OUTCOME) < _FAILURES else FINISHED

    def _moment(self, index: int, time: float) -> Moment:
        requeued = self._requeued.get(index)
        if requeued is not None and time >= requeued:
            life = lead(dice(self.seed, index, _SECOND_LIFE), fails=False)
            return life.at(time - requeued)
        return self._life(index).at(time - self._arrivals.time(index))

    def _life(self, index: int) -> Life:
        chance = dice(self.seed, index, _LIFE)
        phase = self._arrivals.phase(index)
        if phase is not None:
            return caught(chance, phase, -self._arrivals.time(index))
        return lead(chance, fails=self._outcome(index) == ERROR)


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(" ", "microseconds")
