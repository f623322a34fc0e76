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


def measure(sizes: list[int], rounds: int) -> Iterator[Figure]:
    """Start the program and the empty app in turn, with a paging server.

    A warm-up start reads the whole list and caches it.
    """
    for size in sizes:
        with Company(size) as company, tempfile.TemporaryDirectory() as home:
            _warm_up(company, Path(home))
            taken = [_once(company, Path(home)) for _ in range(rounds)]
        empty, frame, rows, data, floor, rss = (median(each) for each in zip(*taken, strict=True))
        for what, value, limit in (
            ("start to first frame", frame, 1.3),
            ("start to its rows, from disk", rows, 1.3),
            ("start to first data, live", data, None),
        ):
            yield Figure("start", what, size, value, "ms", empty, limit, Of.RATIO)
        yield Figure("start", "RSS two seconds after the start", size, rss, "MB", floor)


def _warm_up(company: Company, home: Path) -> None:
    with Watched(company.environ, home) as program:
        program.seen(_LIVE)
        program.send("q")
        program.wait_exit(5)
    assert list((home / ".cache").rglob("list-*")), "it saved no list"
    company.page()


def _once(company: Company, home: Path) -> tuple[float, ...]:
    with Watched({}, home, EMPTY) as empty:
        floor = empty.seen(_FRAME) - empty.began
        empty.read_for(0.5)
        floor_rss = empty.rss
    with Watched(company.environ, home) as program:
        frame = program.seen(_FRAME) - program.began
        rows = program.seen(company.id_at(0).encode()) - program.began
        data = program.seen(_LIVE) - program.began
        program.read_for(2)
        rss = program.rss
    return (floor * 1000, frame * 1000, rows * 1000, data * 1000, floor_rss, rss)
