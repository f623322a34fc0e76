"""Orders that live at random, and what a server would have said of each at any time."""

import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

ORDERS = 40


@dataclass(frozen=True)
class Told:
    """What the server says of one order."""

    status: str = "QUEUED"
    progress: tuple[float, ...] = ()
    label: str = ""
    comment: str | None = None

    @property
    def percents(self) -> tuple[float, ...]:
        """The sub-jobs' numbers as they are to be read: those of a finished order are no news."""
        return tuple(100.0 for _ in self.progress) if self.status == "FINISHED" else self.progress

    @property
    def mean(self) -> float:
        return sum(self.percents) / len(self.percents)


@dataclass
class Order:
    """Its life so far: since when it is what. `None` where the list has it no more."""

    id: str
    made: float
    filename: str
    since: list[float] = field(default_factory=list)
    told: list[Told | None] = field(default_factory=list)

    def becomes(self, told: Told | None, at: float) -> None:
        self.since.append(at)
        self.told.append(told)

    def at(self, time: float) -> Told | None:
        number = bisect_right(self.since, time)
        return self.told[number - 1] if number else None

    def between(self, start: float, end: float) -> Iterator[Told | None]:
        """All that it was from `start` to `end`, the newest first."""
        first = max(0, bisect_right(self.since, start) - 1)
        if not self.since or start < self.since[0]:
            yield None
        yield from reversed(self.told[first : bisect_right(self.since, end)])


class World:
    """`start` is the first moment, in seconds of a clock that is 0 at `epoch` (UTC)."""

    def __init__(self, seed: int, start: float, epoch: float) -> None:
        self._random = Random(seed)
        self._epoch = epoch
        self._steps: list[tuple[float, int, Callable[[float], float | None]]] = []
        self._count = 0
        self.orders: dict[str, Order] = {}
        for number in range(ORDERS):
            made = start - (ORDERS - number) * self._random.uniform(40, 4000)
            status = self._random.choice(["QUEUED", "TRANSCODING", "FINISHED", "FINISHED", "ERROR"])
            self._new(made, start, status)
        self._later(start, 5, 30, self._arrival)
        self._later(start, 20, 60, self._removal)

    def rows(self, now: float) -> list[dict[str, Any]]:
        """The list as the server tells it, newest first."""
        self.advance(now)
        listed = [(order, told) for order in self.orders.values() if (told := order.at(now))]
        listed.sort(key=lambda each: -each[0].made)
        return [
            {"id": order.id, "created_on": self._written(order.made), "status": told.status}
            for order, told in listed
        ]

    def details(self, now: float) -> dict[str, dict[str, Any]]:
        self.advance(now)
        return {
            order.id: self._detail(order, told)
            for order in self.orders.values()
            if (told := order.at(now))
        }

    def advance(self, now: float) -> None:
        """Live until then."""
        while self._steps and self._steps[0][0] <= now:
            at, _, step = heapq.heappop(self._steps)
            wait = step(at)
            if wait is not None:
                self._push(at + wait, step)

    def _written(self, made: float) -> str:
        return f"{datetime.fromtimestamp(self._epoch + made, UTC):%Y-%m-%d %H:%M:%S}+00:00"

    def _detail(self, order: Order, told: Told) -> dict[str, Any]:
        # S shows 0.0 on the sub-jobs of a finished order.
        finished = told.status == "FINISHED"
        jobs = [
            {
                "profile": {"id": number, "name": f"Profile {number}"},
                "filename": f"job-{number}.mp4",
                "label": None,
                "progress": 0.0 if finished else percent,
            }
            for number, percent in enumerate(told.progress, 1)
        ]
        return {
            "order_id": order.id,
            "status": told.status,
            "timestamp": self._written(order.made),
            "filename": order.filename,
            "label": told.label,
            "comment": told.comment,
            "transcodingjob_set": jobs,
        }

    def _push(self, at: float, step: Callable[[float], float | None]) -> None:
        self._count += 1
        heapq.heappush(self._steps, (at, self._count, step))

    def _later(
        self, now: float, least: float, most: float, step: Callable[[float], float | None]
    ) -> None:
        self._push(now + self._random.uniform(least, most), step)

    def _new(self, made: float, at: float, status: str = "QUEUED") -> None:
        number = len(self.orders) + 1
        made = float(int(made))
        order_id = f"{self._epoch + made:.0f}-{number:04}"
        order = Order(order_id, made, f"clip-{number}.mp4")
        self.orders[order_id] = order
        progress = tuple(0.0 for _ in range(self._random.choice([1, 2, 2, 4])))
        if status in ("TRANSCODING", "ERROR"):
            progress = tuple(self._random.uniform(0, 60) for _ in progress)
        comment = "it failed at the start" if status == "ERROR" else None
        order.becomes(Told(status, progress, "label 1", comment), at)
        self._push(at + self._random.uniform(1, 60), lambda now: self._step(order, now))

    def _arrival(self, now: float) -> float:
        if len(self._listed(now)) < ORDERS + 5:
            self._new(now, now)
        return self._random.uniform(5, 40)

    def _listed(self, now: float) -> list[Order]:
        return [order for order in self.orders.values() if order.at(now)]

    def _removal(self, now: float) -> float:
        listed = self._listed(now)
        if len(listed) > ORDERS - 5:
            self._random.choice(listed).becomes(None, now)
        return self._random.uniform(10, 40)

    def _step(self, order: Order, now: float) -> float | None:
        """One step in the life of an order; returns the seconds until the next."""
        told = order.at(now)
        if told is None:
            return None
        chance = self._random
        # A label that changes tells the age of every cell that is read with it.
        label = f"label {int(told.label.split()[1]) + 1}"
        if told.status not in ("FINISHED", "ERROR") and chance.random() < 0.02:
            comment = f"it failed after {now:.0f} s"
            order.becomes(replace(told, status="ERROR", comment=comment, label=label), now)
            return chance.uniform(20, 90)
        match told.status:
            case "QUEUED":
                told, wait = replace(told, status="DOWNLOADING"), chance.uniform(5, 20)
            case "DOWNLOADING":
                told, wait = replace(told, status="TRANSCODING"), chance.uniform(1, 5)
            case "TRANSCODING" if min(told.progress) < 100:
                grown = tuple(min(100.0, each + chance.uniform(0.2, 6)) for each in told.progress)
                told, wait = replace(told, progress=grown), chance.uniform(0.5, 5)
            case "TRANSCODING" if chance.random() < 0.4:
                told, wait = replace(told, status="PACKING"), chance.uniform(5, 20)
            case "TRANSCODING" | "PACKING":
                told, wait = replace(told, status="UPLOADING"), chance.uniform(5, 20)
            case "UPLOADING":
                told, wait = replace(told, status="FINISHED"), chance.uniform(30, 300)
            case "FINISHED":  # it rests, but for its label
                wait = chance.uniform(30, 300)
            case _:  # relaunched: what the former run had done is nothing now
                fresh = tuple(0.0 for _ in told.progress)
                told = replace(told, status="QUEUED", progress=fresh, comment=None)
                wait = chance.uniform(5, 30)
        order.becomes(replace(told, label=label), now)
        return wait
