"""Time from a key to the frame that shows it, at rest and during a refresh.

The floor at rest is the time with the shortest list, during a refresh a bare decode of the list.
"""

import math
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.company import Book, Company
from tests.bench.figures import Figure, Of
from tests.bench.program import Watched
from tests.bench.refresh import BareDecoder

_LIVE = "● live".encode()
_TOP_LINE = re.compile(rb"\x1b\[1;(?!1H)\d+H")
"""The status line was drawn: the new list is on screen. A frame ends at 1;1."""
_CURSOR = "▌".encode()
_PACE = 0.02
_ROWS = 20


class Press(NamedTuple):
    sent: float
    shown: float


def measure(sizes: list[int], cycles: int) -> Iterator[Figure]:
    """Measure all sizes in turn, cycle by cycle, as machine speed varies by the minute."""
    with ExitStack() as stack:
        typists = [stack.enter_context(_typist(size)) for size in sizes]
        for _ in range(cycles):
            for typist in typists:
                typist.refresh_and_type()
        taken = [typist.apart() for typist in typists]
    floor = median(taken[0][0])
    for size, typist, (idle, busy) in zip(sizes, typists, taken, strict=True):
        counts = f"key to paint, presses at rest {len(idle)}, while refreshing"
        yield Figure("keys", counts, size, len(busy), "")
        p50, what = median(idle), "key to paint at rest"
        limit = 1.5 if size == 100_000 else None
        yield Figure("keys", f"{what}, p50", size, p50, "ms", floor, limit, Of.RATIO)
        yield Figure("keys", f"{what}, p99", size, _p99(idle), "ms")
        what, decode = "key to paint while refreshing", median(typist.decodes)
        yield Figure("keys", f"{what}, p50", size, median(busy), "ms", decode)
        limit = 4 if size == 100_000 else None
        yield Figure("keys", f"{what}, p99", size, _p99(busy), "ms", decode, limit, Of.RATIO)


def _p99(samples: list[float]) -> float:
    return sorted(samples)[math.ceil(len(samples) * 0.99) - 1]


@contextmanager
def _typist(size: int) -> Iterator["Typist"]:
    with (
        Company(size) as company,
        tempfile.TemporaryDirectory() as home,
        Watched(company.environ, Path(home)) as program,
    ):
        program.seen(_LIVE)
        program.read_for(3)
        company.change("spread")
        yield Typist(company, program)


class Typist:
    """Moves the cursor among visible rows and records when that is shown."""

    def __init__(self, company: Company, program: Watched) -> None:
        self._company = company
        self._program = program
        self._places = cycle([*range(1, _ROWS), *range(_ROWS - 2, -1, -1)])
        self._place = 0
        self._presses: list[Press] = []
        self._refreshed: list[float] = []
        self._body = Book(company.size).body()
        self._decoder = BareDecoder()
        self.decodes: list[float] = []
        """Milliseconds of a bare decode of the list, after each refresh."""

    def refresh_and_type(self) -> None:
        """Refresh by key; type during the refresh and for as long after it."""
        self._program.read_for(0.05)  # output since the last turn
        self._program.forget_output()
        asked, end = time.monotonic(), math.inf
        self._program.send("r")
        while time.monotonic() < end:
            press = self._press()
            if end == math.inf and _TOP_LINE.search(self._program.raw):
                self._refreshed.append(press.shown)
                end = max(asked + 0.5, press.shown + press.shown - asked)
            self._program.read_for(_PACE)
        self.decodes.append(self._decoder.time(self._body) * 1000)

    def _press(self) -> Press:
        goal = next(self._places)
        key, order_id = "j" if goal > self._place else "k", self._company.id_at(goal)
        self._presses.append(_press(self._program, key, order_id))
        self._place = goal
        return self._presses[-1]

    def apart(self) -> tuple[list[float], list[float]]:
        """Return milliseconds of each press at rest and of each during a refresh."""
        lists = [each.at for each in self._company.asked() if each.is_list]
        return _apart(self._presses, lists, self._refreshed)


def _press(program: Watched, key: str, order_id: str) -> Press:
    since = len(program.raw)
    sent = time.monotonic()
    program.send(key)
    row = _CURSOR + rb" (?:\x1b\[[0-9;]*m)+(?:of-)?" + order_id.encode()  # or its file
    return Press(sent, program.seen(row, 10, since))


def _apart(
    presses: list[Press], lists: list[float], refreshed: list[float]
) -> tuple[list[float], list[float]]:
    """A refresh lasts from its request to the paint of its result."""
    refreshes = []
    for asked in lists:
        ends = [shown for shown in refreshed if shown > asked]
        if ends:
            refreshes.append((asked, min(ends)))
    idle: list[float] = []
    busy: list[float] = []
    for sent, shown in presses:
        during = any(sent < end and shown > start for start, end in refreshes)
        (busy if during else idle).append((shown - sent) * 1000)
    return idle, busy
