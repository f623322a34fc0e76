"""From a key to the frame that shows it, at rest and while the list is being refreshed."""

import math
import re
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.company import Company
from tests.bench.figures import Figure, Of
from tests.bench.program import Watched

_LIVE = "● live".encode()
_TOP_LINE = re.compile(rb"\x1b\[1;\d+H")  # the clock is drawn: the new list is on the screen
_CURSOR = "▌".encode()
_PACE = 0.02
_ROWS = 20


class Press(NamedTuple):
    sent: float
    shown: float


def measure(sizes: list[int], cycles: int) -> Iterator[Figure]:
    """Everything at 1,000 orders first, which is the floor of the other sizes."""
    floor: float | None = None
    for size in sizes:
        idle, busy = _presses(size, cycles)
        p50 = median(idle)
        floor = p50 if floor is None else floor
        limit = 1.5 if size == 100_000 else None
        yield Figure("keys", "key to paint at rest, p50", size, p50, "ms", floor, limit, Of.RATIO)
        yield Figure("keys", "key to paint at rest, p99", size, _p99(idle), "ms")
        yield Figure("keys", "key to paint while refreshing, p50", size, median(busy), "ms")
        limit = 50 if size == 100_000 else None
        what = "key to paint while refreshing, p99"
        yield Figure("keys", what, size, _p99(busy), "ms", limit=limit)


def _p99(samples: list[float]) -> float:
    return sorted(samples)[math.ceil(len(samples) * 0.99) - 1]


def _presses(size: int, cycles: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each press at rest, and of each while a list was under way."""
    places = cycle([*range(1, _ROWS), *range(_ROWS - 2, -1, -1)])
    with (
        Company(size) as company,
        tempfile.TemporaryDirectory() as home,
        Watched(company.environ, Path(home)) as program,
    ):
        program.seen(_LIVE)
        program.read_for(3)
        company.change("spread")
        presses: list[Press] = []
        refreshed: list[float] = []
        place = 0
        for _ in range(cycles):
            program.raw = b""
            # Asked for by hand, with keys all through it and for as long again after it.
            program.send("r")
            end = math.inf
            asked = time.monotonic()
            while time.monotonic() < end:
                goal = next(places)
                presses.append(_press(program, "j" if goal > place else "k", company.id_at(goal)))
                place = goal
                if end == math.inf and _TOP_LINE.search(program.raw):
                    refreshed.append(presses[-1].shown)
                    end = max(asked + 0.5, presses[-1].shown + presses[-1].shown - asked)
                program.read_for(_PACE)
        lists = [each.at for each in company.asked() if each.is_list]
    return _apart(presses, lists, refreshed)


def _press(program: Watched, key: str, order_id: str) -> Press:
    since = len(program.raw)
    sent = time.monotonic()
    program.send(key)
    row = _CURSOR + rb" (?:\x1b\[[0-9;]*m)+" + order_id.encode()
    return Press(sent, program.seen(row, 10, since))


def _apart(
    presses: list[Press], lists: list[float], refreshed: list[float]
) -> tuple[list[float], list[float]]:
    """A refresh lasts from the request to the paint of what it brought."""
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
