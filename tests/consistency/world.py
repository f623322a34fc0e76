"""Orders that change at random, with the full history of what a server would send."""

import heapq
import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from random import Random
from typing import Any

ORDERS = 40

OLD_AT_THE_END = 150
"""Most changes of old orders happen to this many of them, which are on screen."""


@dataclass(frozen=True)
class OrderState:
    """The state of one order, as the server sends it."""

    status: str = "QUEUED"
    progress: tuple[float, ...] = ()
    label: str = ""
    comment: str | None = None

    @property
    def percents(self) -> tuple[float, ...]:
        """Progress of the sub-jobs; a finished order reads 100."""
        return tuple(100.0 for _ in self.progress) if self.status == "FINISHED" else self.progress

    @property
    def mean(self) -> float:
        return sum(self.percents) / len(self.percents)


@dataclass
class Order:
    """The history of an order: states with their start times; None once it is not listed."""

    id: str
    number: int
    made: float
    since: list[float] = field(default_factory=list)
    states: list[OrderState | None] = field(default_factory=list)

    @property
    def filename(self) -> str:
        """The name in each detail; every fourth is too long for the table."""
        middle = "" if self.number % 4 else "a-long-name-" * 5
        return f"clip-{self.number}-{middle}of-{self.number}.mp4"

    def is_named(self, shown: str) -> bool:
        """Return whether `shown` is the file name, maybe with its middle cut out."""
        head, cut, tail = shown.partition("…")
        if not cut:
            return shown == self.filename
        is_centered = 0 <= len(head) - len(tail) <= 1
        name = self.filename
        return is_centered and name.startswith(head) and name.endswith(tail)

    def becomes(self, state: OrderState | None, at: float) -> None:
        self.since.append(at)
        self.states.append(state)

    def at(self, time: float) -> OrderState | None:
        number = bisect_right(self.since, time)
        return self.states[number - 1] if number else None

    def between(self, start: float, end: float) -> Iterator[OrderState | None]:
        """Return the states from `start` to `end`, newest first."""
        first = max(0, bisect_right(self.since, start) - 1)
        if not self.since or start < self.since[0]:
            yield None
        yield from reversed(self.states[first : bisect_right(self.since, end)])


class World:
    """A company of changing orders and `old` resting ones, of which one changes now and then.

    `start` is in seconds of a clock that is 0 at `epoch` (UTC).
    """

    def __init__(self, seed: int, start: float, epoch: float, old: int = 0) -> None:
        self._random = Random(seed)
        self._epoch = epoch
        self._steps: list[tuple[float, int, Callable[[float], float | None]]] = []
        self._count = 0
        self._oldest = float(int(start - ORDERS * 4000))
        self._listed_since: list[float] = []
        self._listed: list[int] = []
        self.orders: dict[str, Order] = {}
        self.named: dict[str, Order] = {}
        """The orders by id, and by file name."""
        self._numbered: list[Order] = []
        self.changed: set[str] = set()
        """Ids of the orders that have changed."""
        self.failed: set[str] = set()
        """Ids of the orders that have been in error."""
        self._newest_first: list[Order] = []
        for number in range(ORDERS):
            made = start - (ORDERS - number) * self._random.uniform(40, 4000)
            status = self._random.choice(["QUEUED", "TRANSCODING", "FINISHED", "FINISHED", "ERROR"])
            self._new(made, start, status)
        self._later(start, 5, 30, self._arrival)
        self._later(start, 20, 60, self._removal)
        self._old = [
            self._new(
                self._oldest - 300 * number,
                start,
                "ERROR" if number > old - OLD_AT_THE_END and number % 4 == 0 else "FINISHED",
                rests=True,
            )
            for number in range(old)
        ]
        if old:
            self._later(start, 4, 20, self._old_news)

    def find(self, shown: str) -> Order | None:
        """Return the order of a name or an id as it is shown."""
        if "…" not in shown:
            return self.named.get(shown)
        number = re.search(r"-of-(\d+)\.mp4$", shown)
        order = self._numbered[int(number[1]) - 1] if number else None
        return order if order is not None and order.is_named(shown) else None

    def rows(
        self, now: float, start: int = 0, end: int | None = None, status: str | None = None
    ) -> list[dict[str, Any]]:
        """Return rows `start` to `end` of the list (of one status), newest first."""
        self.advance(now)
        listed = (
            (order, state)
            for order in self._newest_first
            if (state := order.at(now)) and status in (None, state.status)
        )
        return [
            {"id": order.id, "created_on": self._written(order.made), "status": state.status}
            for order, state in islice(listed, start, end)
        ]

    def made_between(self, oldest: float, newest: float) -> list[Order]:
        """Return the orders that were created between these times, newest first."""
        orders = self._newest_first
        first = bisect_right(orders, -newest, key=_newest_first)
        return orders[first : bisect_left(orders, -oldest, key=_newest_first)]

    def count(self, now: float, status: str | None = None) -> int:
        """Return the count of orders (of one status)."""
        if status is None:
            return self.counts(now, now)[0]
        return sum(1 for each in self.orders.values() if (t := each.at(now)) and t.status == status)

    def counts(self, start: float, end: float) -> list[int]:
        """Return the counts of orders from `start` to `end`."""
        first = max(0, bisect_right(self._listed_since, start) - 1)
        return self._listed[first : bisect_right(self._listed_since, end)]

    def detail(self, order_id: str, now: float) -> dict[str, Any] | None:
        """Return the detail of an order, as the server sends it."""
        self.advance(now)
        order = self.orders.get(order_id)
        state = order.at(now) if order else None
        return self.written(order, state) if order and state else None

    def advance(self, now: float) -> None:
        """Apply all changes until then."""
        while self._steps and self._steps[0][0] <= now:
            at, _, step = heapq.heappop(self._steps)
            wait = step(at)
            if wait is not None:
                self._push(at + wait, step)

    def _written(self, made: float) -> str:
        return f"{datetime.fromtimestamp(self._epoch + made, UTC):%Y-%m-%d %H:%M:%S}+00:00"

    def written(self, order: Order, state: OrderState) -> dict[str, Any]:
        """Return the detail that the server sends for a state of an order."""
        # S shows 0.0 on the sub-jobs of a finished order.
        finished = state.status == "FINISHED"
        jobs = [
            {
                "profile": {"id": number, "name": f"Profile {number}"},
                "filename": f"job-{order.number}-{number}.mp4",
                "label": None,
                "progress": 0.0 if finished else percent,
            }
            for number, percent in enumerate(state.progress, 1)
        ]
        return {
            "order_id": order.id,
            "status": state.status,
            "timestamp": self._written(order.made),
            "filename": order.filename,
            "label": state.label,
            "comment": state.comment,
            "size": order.number,
            "transcodingdownload": {"download_url": f"https://in.example/{order.number}"},
            "transcodingupload_set": [{"upload_url": f"https://out.example/{order.number}"}],
            "transcodingjob_set": jobs,
        }

    def _push(self, at: float, step: Callable[[float], float | None]) -> None:
        self._count += 1
        heapq.heappush(self._steps, (at, self._count, step))

    def _later(
        self, now: float, least: float, most: float, step: Callable[[float], float | None]
    ) -> None:
        self._push(now + self._random.uniform(least, most), step)

    def _new(self, made: float, at: float, status: str = "QUEUED", *, rests: bool = False) -> Order:
        number = len(self.orders) + 1
        made = float(int(made))
        order = Order(f"{self._epoch + made:.0f}-{number:04}", number, made)
        self.orders[order.id] = self.named[order.id] = self.named[order.filename] = order
        self._numbered.append(order)
        insort(self._newest_first, order, key=_newest_first)
        progress = tuple(0.0 for _ in range(self._random.choice([1, 2, 2, 4])))
        if status in ("TRANSCODING", "ERROR"):
            progress = tuple(self._random.uniform(0, 60) for _ in progress)
        comment = "it failed at the start" if status == "ERROR" else None
        if status == "ERROR":
            self.failed.add(order.id)
        order.becomes(OrderState(status, progress, "label 1", comment), at)
        self._note_count(+1, at)
        if not rests:
            self._later(at, 1, 60, lambda now: self._step(order, now))
        return order

    def _note_count(self, more: int, at: float) -> None:
        self._listed_since.append(at)
        self._listed.append((self._listed[-1] if self._listed else 0) + more)

    def _become(self, order: Order, state: OrderState | None, now: float) -> None:
        order.becomes(state, now)
        self.changed.add(order.id)
        if state is None:
            self._note_count(-1, now)
        elif state.status == "ERROR":
            self.failed.add(order.id)

    def _arrival(self, now: float) -> float:
        if len(self._living(now)) < ORDERS + 5:
            self._new(now, now)
        return self._random.uniform(5, 40)

    def _living(self, now: float) -> list[Order]:
        """Listed orders, without the old ones."""
        return [each for each in self.orders.values() if each.made > self._oldest and each.at(now)]

    def _removal(self, now: float) -> float:
        living = self._living(now)
        if len(living) > ORDERS - 5:
            self._become(self._random.choice(living), None, now)
        return self._random.uniform(10, 40)

    def _old_news(self, now: float) -> float:
        """Change a resting order: requeue it (it may fail again soon) or remove it."""
        first = self._random.choice([0, max(0, len(self._old) - OLD_AT_THE_END)])
        order = self._old.pop(self._random.randrange(first, len(self._old)))
        state = order.at(now)
        if state is None or self._random.random() < 0.2:
            self._become(order, None, now)
            return self._random.uniform(4, 20)
        fresh = tuple(0.0 for _ in state.progress)
        self._become(order, replace(state, status="QUEUED", progress=fresh, comment=None), now)
        if state.status == "ERROR":
            self._later(now, 2, 20, lambda now: self._fail_again(order, now))
        else:
            self._later(now, 1, 20, lambda now: self._step(order, now))
        return self._random.uniform(4, 20)

    def _fail_again(self, order: Order, now: float) -> None:
        if state := order.at(now):
            reached = tuple(self._random.uniform(0, 100) for _ in state.progress)
            comment = _reason(order, now)
            failed = replace(state, status="ERROR", progress=reached, comment=comment)
            self._become(order, failed, now)
            self._old.append(order)

    def _step(self, order: Order, now: float) -> float | None:
        """Move an order to its next state; return the seconds until the next change."""
        state = order.at(now)
        if state is None:
            return None
        chance = self._random
        # The changing label dates every cell that is read with it.
        label = f"label {int(state.label.split()[1]) + 1}"
        if state.status not in ("FINISHED", "ERROR") and chance.random() < 0.02:
            comment = _reason(order, now)
            self._become(order, replace(state, status="ERROR", comment=comment, label=label), now)
            return chance.uniform(20, 90)
        match state.status:
            case "QUEUED":
                state, wait = replace(state, status="DOWNLOADING"), chance.uniform(5, 20)
            case "DOWNLOADING":
                state, wait = replace(state, status="TRANSCODING"), chance.uniform(1, 5)
            case "TRANSCODING" if min(state.progress) < 100:
                grown = tuple(min(100.0, each + chance.uniform(0.2, 6)) for each in state.progress)
                state, wait = replace(state, progress=grown), chance.uniform(0.5, 5)
            case "TRANSCODING" if chance.random() < 0.4:
                state, wait = replace(state, status="PACKING"), chance.uniform(5, 20)
            case "TRANSCODING" | "PACKING":
                state, wait = replace(state, status="UPLOADING"), chance.uniform(5, 20)
            case "UPLOADING":
                state, wait = replace(state, status="FINISHED"), chance.uniform(30, 300)
            case "FINISHED":  # only its label changes from now on
                wait = chance.uniform(30, 300)
            case _:  # requeued: the progress of the earlier run is void
                fresh = tuple(0.0 for _ in state.progress)
                state = replace(state, status="QUEUED", progress=fresh, comment=None)
                wait = chance.uniform(5, 30)
        self._become(order, replace(state, label=label), now)
        return wait


def _newest_first(order: Order) -> float:
    return -order.made


def _reason(order: Order, now: float) -> str | None:
    """Return why an order fails; of some the server doesn't say why."""
    return f"it failed after {now:.0f} s" if order.number % 6 else None
