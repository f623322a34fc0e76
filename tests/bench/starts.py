"""Time from process start to first frame, rows and data, and memory use."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.company import Company
from tests.bench.figures import Figure, Of
from tests.bench.program import EMPTY, Watched

_FRAME = rb"\x1b\[1;1H"
_LIVE = "● live".encode()
_MEMORY_ROUNDS = 3


def measure(sizes: list[int], rounds: int) -> Iterator[Figure]:
    """Start the program and the empty app in turn, with a paging server.

    A warm-up start reads the whole list and caches it.
    """
    for size in sizes:
        with Company(size) as company, tempfile.TemporaryDirectory() as home:
            _warm_up(company, Path(home))
            starts = [_start(company, Path(home)) for _ in range(rounds)]
            memory = [_memory(company, Path(home)) for _ in range(_MEMORY_ROUNDS)]
        empty, frame, rows, data = (median(each) for each in zip(*starts, strict=True))
        for what, value, limit in (
            ("start to first frame", frame, 1.4),
            ("start to its rows, from disk", rows, 1.4),
            ("start to first data, live", data, None),
        ):
            yield Figure("start", what, size, value * 1000, "ms", empty * 1000, limit, Of.RATIO)
        floor, rss = (median(each) for each in zip(*memory, strict=True))
        yield Figure("start", "RSS two seconds after the start", size, rss, "MB", floor)


def _warm_up(company: Company, home: Path) -> None:
    with Watched(company.environ, home) as program:
        program.seen(_LIVE)
        program.send("q")
        program.wait_exit(5)
    assert list((home / ".cache").rglob("list-*")), "it saved no list"
    company.page()


def _start(company: Company, home: Path) -> tuple[float, float, float, float]:
    with Watched({}, home, EMPTY) as empty:
        floor = empty.seen(_FRAME) - empty.began
    with Watched(company.environ, home) as program:
        frame = program.seen(_FRAME) - program.began
        rows = program.seen(company.id_at(0).encode()) - program.began
        data = program.seen(_LIVE) - program.began
    return floor, frame, rows, data


def _memory(company: Company, home: Path) -> tuple[float, float]:
    with Watched({}, home, EMPTY) as empty:
        empty.seen(_FRAME)
        empty.read_for(0.5)
        floor = empty.rss
    with Watched(company.environ, home) as program:
        program.seen(_LIVE)
        program.read_for(2)
        return floor, program.rss
