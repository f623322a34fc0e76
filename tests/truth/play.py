"""Minutes of faults, keys and suspends, and what the checker says of them."""

import asyncio
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

from tests import faults
from tests.accelerated import run
from tests.faults import Fault, Place, page, says
from tests.truth.checker import DRAWN, TICK, Checker
from tests.truth.stage import Stage, late, refused, until

FAULTS: dict[str, Fault] = {
    "server error": Fault(Place.LIST, page(502)),
    "back in 4 s": Fault(Place.LIST, page(503, Retry_After="4")),
    "too many": Fault(Place.LIST, says(b"", 429)),
    "too many for 20 s": Fault(Place.LIST, says(b"", 429, {"Retry-After": "20"})),
    "too many until a date": Fault(Place.LIST, until(5.0)),
    "never": Fault(Place.LIST, faults.silence),
    "drip": Fault(Place.LIST, faults.drip),
    "cut": Fault(Place.LIST, faults.cut),
    "login page": Fault(Place.LIST, page()),
    "an object": Fault(Place.LIST, says(b'{"detail": "0 orders"}')),
    "empty once": Fault(Place.LIST, faults.once(says(b"[]"))),
    "one bad item": Fault(Place.LIST, faults.among_good(["bad"])),
    "401 once": Fault(Place.LIST, faults.once(page(401))),
    "401": Fault(Place.LIST, page(401)),
    "403": Fault(Place.LIST, page(403)),
    "404": Fault(Place.LIST, page(404)),
    "a second late": Fault(Place.LIST, late(1.0)),
    "seconds late": Fault(Place.LIST, late(4.0)),
    "too late": Fault(Place.LIST, late(12.0)),
    "token: server error": Fault(Place.TOKEN, page(500)),
    "token: late": Fault(Place.TOKEN, late(3.0)),
    "token: never": Fault(Place.TOKEN, faults.silence),
    "order: server error": Fault(Place.DETAIL, page(500)),
    "order: never": Fault(Place.DETAIL, faults.silence),
    "order: cut": Fault(Place.DETAIL, faults.cut),
    "order: late": Fault(Place.DETAIL, late(3.0)),
    "order: seconds late": Fault(Place.DETAIL, late(7.0)),
    "order: too many for 8 s": Fault(Place.DETAIL, says(b"", 429, {"Retry-After": "8"})),
    "order: 404": Fault(Place.DETAIL, page(404)),
    "refused": Fault(instead=refused),
}

# Not `enter`: the screen of one order, over this one, has none of its rows to be read.
KEYS = [*"rrrjjkkgG", "p", "x", "down", "down", "down", "up", "up", "escape", "tab"]


@dataclass
class Findings:
    """What was seen, in how many cells of how many pictures, and what of it was untrue."""

    lies: list[str] = field(default_factory=list)
    looks: int = 0
    cells: int = 0
    calls: int = 0
    words: Counter[str] = field(default_factory=Counter)
    marked: int = 0
    gone: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def summary(self) -> str:
        return (
            f"{self.cells} cells in {self.looks} pictures ({dict(self.words)}), "
            f"{self.marked} marked as old, {self.gone} gone; {self.calls} calls, "
            f"{self.faults.total()} faults of {len(self.faults)} kinds; {len(self.lies)} lies"
        )


def play(seed: int, seconds: float, faults: Collection[str] = tuple(FAULTS)) -> Findings:
    """What is found in so many seconds of the program's time."""
    return run(_Play(seed, faults).go(seconds))


class _Play:
    def __init__(self, seed: int, faults: Collection[str]) -> None:
        self._seed = seed
        self._names = list(faults)
        self._random = Random(seed)
        self._keys = Random(f"keys {seed}")
        self._eyes = Random(f"eyes {seed}")
        self._findings = Findings()
        self._blind_until = 0.0

    async def go(self, seconds: float) -> Findings:
        self._stage = stage = Stage(self._seed)
        checker = Checker(stage)
        async with stage.up():
            await asyncio.sleep(3)
            others = [
                asyncio.create_task(each()) for each in (self._faults, self._hands, self._sleep)
            ]
            end = asyncio.get_running_loop().time() + seconds
            while asyncio.get_running_loop().time() < end:
                await asyncio.sleep(self._eyes.uniform(0.1, 0.9))
                self._look(checker)
            for other in others:
                other.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            findings = self._findings
            findings.calls = len(stage.calls)
        findings.looks, findings.cells = checker.looks, checker.cells
        return findings

    def _look(self, checker: Checker) -> None:
        blind = asyncio.get_running_loop().time() < self._blind_until
        if blind or self._stage.is_half_drawn:
            return
        picture = self._stage.look()
        if picture is None:
            self._findings.lies.append("the screen cannot be read")
            return
        found = self._findings
        found.lies += checker.lies(picture)
        found.words[picture.word] += 1
        found.marked += sum(1 for row in picture.rows if row.bar and row.bar.old)
        found.gone += sum(1 for row in picture.rows if row.status == "GONE")

    def _be_blind(self, seconds: float) -> None:
        """It takes the program so long to show what has just happened."""
        end = asyncio.get_running_loop().time() + seconds
        self._blind_until = max(self._blind_until, end)

    async def _faults(self) -> None:
        chance, server = self._random, self._stage.server
        names = list[str]()
        while True:
            await asyncio.sleep(chance.uniform(3, 15))
            names = names or chance.sample(self._names, len(self._names))
            name = names.pop()
            self._findings.faults[name] += 1
            await server.begin(FAULTS[name])
            await asyncio.sleep(chance.choice([chance.uniform(1, 12), chance.uniform(10, 50)]))
            await server.end()

    async def _hands(self) -> None:
        chance = self._keys
        while True:
            await asyncio.sleep(chance.choice([0.1, chance.uniform(0.2, 12)]))
            key = chance.choice(KEYS)
            self._stage.press(key)
            self._be_blind(DRAWN)
            if key == "p":
                await asyncio.sleep(chance.choice([1, 5, 20]))
                self._stage.press(key)
                self._be_blind(DRAWN)

    async def _sleep(self) -> None:
        chance = self._keys
        while True:
            await asyncio.sleep(chance.uniform(15, 90))
            if chance.random() < 0.5:
                self._stage.suspend(chance.choice([6, 6, 60, 3000]))
            else:
                self._stage.time.step(chance.choice([-3600, -40, 15, 3600]))
            self._be_blind(TICK)
