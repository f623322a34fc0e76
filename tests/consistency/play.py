"""Runs the program through faults, keys and suspends, and checks the screen meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

from tests.consistency.answers import DRAWN
from tests.consistency.checker import Checker
from tests.consistency.order_screen import OrderPicture
from tests.consistency.screen_rules import TICK
from tests.consistency.stage import (
    Stage,
    among_good,
    beyond,
    from_a_cache,
    late,
    no_orders,
    refused,
    until,
)
from tests.consistency.top_rules import IDLE
from tests.support import faulty_server
from tests.support.accelerated_loop import run
from tests.support.faulty_server import Fault, Place, page, says

FAULTS: dict[str, Fault] = {
    "server error": Fault(Place.LIST, page(502)),
    "back in 4 s": Fault(Place.LIST, page(503, Retry_After="4")),
    "too many": Fault(Place.LIST, says(b"", 429)),
    "too many for 20 s": Fault(Place.LIST, says(b"", 429, {"Retry-After": "20"})),
    "too many until a date": Fault(Place.LIST, until(5.0)),
    "never": Fault(Place.LIST, faulty_server.silence),
    "drip": Fault(Place.LIST, faulty_server.drip),
    "cut": Fault(Place.LIST, faulty_server.cut),
    "login page": Fault(Place.LIST, page()),
    "an object": Fault(Place.LIST, says(b'{"detail": "0 orders"}')),
    "empty once": Fault(Place.LIST, faulty_server.once(no_orders())),
    "one bad item": Fault(Place.LIST, among_good(["bad"])),
    "401 once": Fault(Place.LIST, faulty_server.once(page(401))),
    "401": Fault(Place.LIST, page(401)),
    "403": Fault(Place.LIST, page(403)),
    "404": Fault(Place.LIST, page(404)),
    "a second late": Fault(Place.LIST, late(1.0)),
    "seconds late": Fault(Place.LIST, late(4.0)),
    "too late": Fault(Place.LIST, late(12.0)),
    "token: server error": Fault(Place.TOKEN, page(500)),
    "token: late": Fault(Place.TOKEN, late(3.0)),
    "token: never": Fault(Place.TOKEN, faulty_server.silence),
    "a copy from a cache": Fault(Place.LIST, from_a_cache),
    "order: a copy from a cache": Fault(Place.DETAIL, from_a_cache),
    "order: 401": Fault(Place.DETAIL, page(401)),
    "order: server error": Fault(Place.DETAIL, page(500)),
    "order: never": Fault(Place.DETAIL, faulty_server.silence),
    "order: cut": Fault(Place.DETAIL, faulty_server.cut),
    "order: late": Fault(Place.DETAIL, late(3.0)),
    "order: seconds late": Fault(Place.DETAIL, late(7.0)),
    "order: too many for 8 s": Fault(Place.DETAIL, says(b"", 429, {"Retry-After": "8"})),
    "order: 404": Fault(Place.DETAIL, page(404)),
    "refused": Fault(instead=refused),
}

IN_PIECES: dict[str, Fault] = {
    "pieces: server error": Fault(Place.LIST, beyond(page(502))),
    "pieces: never": Fault(Place.LIST, beyond(faulty_server.silence)),
    "pieces: cut": Fault(Place.LIST, beyond(faulty_server.cut)),
    "pieces: late": Fault(Place.LIST, beyond(late(3.0))),
}
"""Faults of all pages but the newest."""

KEYS = [
    *"rrrjjkkgG",
    *("p", "p", "x", "down", "down", "down", "up", "up", "tab"),
    *("enter", "enter", "escape", "escape", "[", "]", "w", "w", "w"),
    *("home", "end", "pageup", "pagedown", "pagedown"),
    *("space", "space", "asterisk"),
]

SORTS = ["ss", "sa", "sf", "S", "sc", "st"]
FILTERS = ["/label\n", "fe", "2", "2", "3", "4", "5", "6"]
"""Key sequences. On the order screen `/` starts a search."""


@dataclass
class Findings:
    """The violations, and counts of what was checked."""

    violations: list[str] = field(default_factory=list)
    looks: int = 0
    cells: int = 0
    calls: int = 0
    words: Counter[str] = field(default_factory=Counter)
    marked: int = 0
    uncovered: int = 0
    partly: int = 0
    """Pictures of a list that was not read completely."""
    following: int = 0
    grouped: int = 0
    """Pictures of rows in groups."""
    order_pictures: Counter[str] = field(default_factory=Counter)
    """Pictures of the order screen, by tab."""
    gone: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def summary(self) -> str:
        return (
            f"{self.cells} cells in {self.looks} pictures ({dict(self.words)}), "
            f"{self.marked} marked as old, {self.uncovered} not covered, {self.gone} gone, "
            f"{self.partly} of a partial list, {self.grouped} in groups, "
            f"{self.following} following, "
            f"{self.order_pictures.total()} of one order; "
            f"{self.calls} calls, {self.faults.total()} faults of {len(self.faults)} kinds; "
            f"{len(self.violations)} violations"
        )


def play(
    seed: int,
    seconds: float,
    faults: Collection[str] = (),
    *,
    in_pieces: bool = False,
    until: str | None = None,
) -> Findings:
    """Play for `seconds` of simulated time, or until a violation contains the text `until`.

    Without `faults` all of them occur.
    """
    return run(_Play(seed, faults, in_pieces=in_pieces).go(seconds, until))


class _Play:
    def __init__(self, seed: int, faults: Collection[str], *, in_pieces: bool) -> None:
        self._seed = seed
        self._in_pieces = in_pieces
        self._names = [*faults] or [*FAULTS, *(IN_PIECES if in_pieces else ())]
        self._random = Random(seed)
        self._keys = Random(f"keys {seed}")
        self._eyes = Random(f"eyes {seed}")
        self._findings = Findings()
        self._blind_until = 0.0

    async def go(self, seconds: float, until: str | None) -> Findings:
        self._stage = stage = Stage(self._seed, in_pieces=self._in_pieces)
        checker = Checker(stage)
        findings = self._findings
        async with stage.up():
            others = [asyncio.create_task(self._faults())]
            await asyncio.sleep(1)
            others += [asyncio.create_task(each()) for each in (self._hands, self._sleep)]
            end = asyncio.get_running_loop().time() + seconds
            seen = 0
            while asyncio.get_running_loop().time() < end:
                await asyncio.sleep(self._eyes.uniform(0.1, 0.9))
                self._look(checker)
                if until and any(until in violation for violation in findings.violations[seen:]):
                    break
                seen = len(findings.violations)
            for other in others:
                other.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            findings.calls = len(stage.ledger.calls)
        findings.looks, findings.cells = checker.looks, checker.cells
        return findings

    def _look(self, checker: Checker) -> None:
        blind = asyncio.get_running_loop().time() < self._blind_until
        if blind or self._stage.is_half_drawn:
            return
        picture = self._stage.look()
        if picture is None:
            self._findings.violations.append("the screen cannot be read")
            return
        found = self._findings
        found.violations += checker.violations(picture)
        found.words[picture.said.word] += 1
        if isinstance(picture, OrderPicture):
            found.order_pictures[picture.tab] += 1
            return
        found.partly += picture.known is not None
        found.following += picture.following
        found.grouped += picture.is_grouped
        found.marked += sum(1 for row in picture.rows if row.bar and row.bar.old)
        found.uncovered += sum(1 for row in picture.rows if row.uncovered)
        found.gone += sum(1 for row in picture.rows if row.status == "GONE")

    def _be_blind(self, seconds: float) -> None:
        """Skip checks for `seconds`: the program needs them to show an event."""
        end = asyncio.get_running_loop().time() + seconds
        self._blind_until = max(self._blind_until, end)

    async def _faults(self) -> None:
        chance, server = self._random, self._stage.server
        names = chance.sample(self._names, len(self._names))
        names += [name for name in names if name in IN_PIECES][:1]
        wait = chance.uniform(0, 2)  # the first fault hits the first scan
        while True:
            await asyncio.sleep(wait)
            wait = chance.uniform(3, 15)
            names = names or chance.sample(self._names, len(self._names))
            name = names.pop()
            self._findings.faults[name] += 1
            await server.begin((FAULTS | IN_PIECES)[name])
            await asyncio.sleep(chance.choice([chance.uniform(1, 12), chance.uniform(10, 50)]))
            await server.end()

    async def _hands(self) -> None:
        chance = self._keys
        while True:
            await asyncio.sleep(chance.choice([0.1, chance.uniform(0.2, 12)]))
            if chance.random() < 0.02:  # it follows again
                await asyncio.sleep(chance.uniform(IDLE, IDLE + 30))
            if chance.random() < 0.1:
                await self._type(chance.choice([*SORTS, *FILTERS]))
                continue
            key = chance.choice(KEYS)
            self._stage.press(key)
            self._be_blind(DRAWN)
            if key == "p":
                await asyncio.sleep(chance.choice([1, 5, 20]))
                self._stage.press(key)
                self._be_blind(DRAWN)

    async def _type(self, keys: str) -> None:
        """Send keys in one burst; then remove a filter that they may have set."""
        for key in keys:
            self._stage.press("enter" if key == "\n" else key)
        self._be_blind(DRAWN)
        if keys in SORTS:
            return
        await asyncio.sleep(self._keys.uniform(1, 8))
        for key in ("escape", "escape", "1"):
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
