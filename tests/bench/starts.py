"""From the start of the process to what is seen, and the memory that it takes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.company import demo
from tests.bench.figures import Figure, Of
from tests.bench.program import EMPTY, Watched

_FRAME = rb"\x1b\[1;1H"
_WORDS = _FRAME + rb"\x1b\[[0-9;]*m transcode-tui"
_LIVE = "● live".encode()


def measure(sizes: list[int], rounds: int) -> Iterator[Figure]:
    """One start of the program and one of the empty app in turn, before the demo's server. The
    first start of a company saves what it saves, and does not count.
    """
    for size in sizes:
        with demo(size) as environ, tempfile.TemporaryDirectory() as home:
            _warm_up(environ, Path(home))
            taken = [_once(environ, Path(home)) for _ in range(rounds)]
        empty, frame, words, data, floor, rss = (median(each) for each in zip(*taken, strict=True))
        for what, value, limit in (
            ("start to first frame", frame, 1.3),
            ("start to first words", words, 1.3),
            ("start to first data, live", data, None),
        ):
            yield Figure("start", what, size, value, "ms", empty, limit, Of.RATIO)
        yield Figure("start", "RSS two seconds after the start", size, rss, "MB", floor)


def _warm_up(environ: dict[str, str], home: Path) -> None:
    with Watched(environ, home) as program:
        program.seen(_LIVE)
        program.read_for(2)
        program.send("q")
        program.wait_exit(5)


def _once(environ: dict[str, str], home: Path) -> tuple[float, ...]:
    with Watched({}, home, EMPTY) as empty:
        floor = empty.seen(_FRAME) - empty.began
        empty.read_for(0.5)
        floor_rss = empty.rss
    with Watched(environ, home) as program:
        frame = program.seen(_FRAME) - program.began
        words = program.seen(_WORDS) - program.began
        data = program.seen(_LIVE) - program.began
        program.read_for(2)
        rss = program.rss
    return (floor * 1000, frame * 1000, words * 1000, data * 1000, floor_rss, rss)
