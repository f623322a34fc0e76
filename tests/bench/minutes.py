"""Costs of a minute, at rest and with 1 % of the orders changing at each poll."""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.company import Asked, Company
from tests.bench.figures import Figure, Of
from tests.bench.program import EMPTY, Spent, Watched

_LIVE = "● live".encode()
_REST = 3.0
_CHANGED_IN_VIEW = 10  # see company.Book
_RSS = {1_000: 28.0, 100_000: 110.0}
_CPU_AT_REST = {1_000: 0.5}
_CPU_CHANGING = {100_000: 3.0}


def measure(sizes: list[int], seconds: float) -> Iterator[Figure]:
    """Measure all sizes at once, each with its own server that always sends the whole list."""
    with ThreadPoolExecutor(len(sizes) + 3) as pool:
        floor = pool.submit(_empty, seconds)
        futures = [pool.submit(_company, size, seconds, floor.result) for size in sizes]
        futures += [pool.submit(_paged, max(sizes), seconds), pool.submit(_busiest)]
        for future in futures:
            yield from future.result()


def _empty(seconds: float) -> tuple[Spent, float]:
    with tempfile.TemporaryDirectory() as home, Watched({}, Path(home), EMPTY) as empty:
        empty.read_for(_REST)
        return empty.spend(seconds), empty.rss


def _company(size: int, seconds: float, floor: Callable[[], tuple[Spent, float]]) -> list[Figure]:
    with (
        Company(size) as company,
        tempfile.TemporaryDirectory() as home,
        Watched(company.environ, Path(home)) as program,
    ):
        program.seen(_LIVE)
        _wait_until_read(company, program)
        began = time.monotonic()
        rest = program.spend(seconds)
        asked = _between(company.asked(), began, began + seconds)
        rest_rss = program.rss
        company.change("spread")
        program.read_for(6)  # until changes are on screen
        changing = program.spend(seconds)
        changing_rss = program.rss
        company.change("view")
        program.read_for(6)
        began = time.monotonic()
        in_view = program.spend(seconds)
        polls = _lists(company.asked(), began, began + seconds)
    (empty, empty_rss), minute = floor(), 60 / seconds
    clock = rest.bytes  # costs of polls without changes
    per_row = (in_view.bytes - clock) / max(1, polls * _CHANGED_IN_VIEW)
    return [
        Figure("rest", "CPU at rest", size, rest.cpu, "%", empty.cpu, _CPU_AT_REST.get(size)),
        Figure(
            "rest", "bytes a minute at rest", size, rest.bytes * minute, "B",
            empty.bytes * minute, 1400,
        ),
        Figure("rest", "requests a minute at rest", size, asked * minute, "", limit=13),
        Figure(
            "memory", "RSS at rest", size, rest_rss, "MB", empty_rss, _RSS.get(size), Of.ABOVE
        ),
        Figure(
            "memory", "RSS, 1 % changing", size, changing_rss, "MB", empty_rss, _RSS.get(size),
            Of.ABOVE,
        ),
        Figure(
            "changing", "CPU, 1 % changing", size, changing.cpu, "%", empty.cpu,
            _CPU_CHANGING.get(size),
        ),
        Figure("changing", "bytes a minute, 1 % changing", size, changing.bytes * minute, "B"),
        Figure("changing", "bytes a visible changed row", size, per_row, "B", limit=600),
    ]  # fmt: skip


def _paged(size: int, seconds: float) -> list[Figure]:
    """Measure a paging server; requests of the background scan are counted separately."""
    with (
        Company(size, paging=True) as company,
        tempfile.TemporaryDirectory() as home,
        Watched(company.environ, Path(home)) as program,
    ):
        program.seen(_LIVE)
        _wait_until_read(company, program)
        began = time.monotonic()
        rest = program.spend(seconds)
        asked, rss = company.asked(), program.rss
    minute = 60 / seconds
    swept = _between([each for each in asked if each.offset], began, began + seconds)
    others = _between([each for each in asked if not each.offset], began, began + seconds)
    where = "a server that pages"
    return [
        Figure("paged", f"CPU at rest, {where}", size, rest.cpu, "%"),
        Figure("paged", f"RSS at rest, {where}", size, rss, "MB"),
        Figure("paged", f"requests a minute at rest, {where}", size, others * minute, "", limit=17),
        Figure("paged", "its sweep's requests a minute", size, swept * minute, ""),
    ]


def _busiest() -> list[Figure]:
    """Count requests with all orders active and a moving cursor."""
    with (
        Company(1000, status="TRANSCODING") as company,
        tempfile.TemporaryDirectory() as home,
        Watched(company.environ, Path(home)) as program,
    ):
        program.seen(_LIVE)
        end = time.monotonic() + 75
        while time.monotonic() < end:
            program.send("jjjjjkkrjkkk")
            program.read_for(0.4)
        times = [each.at for each in company.asked()]
    most = max(sum(1 for at in times if start <= at < start + 60) for start in times)
    return [Figure("rest", "requests in the busiest minute", 1000, most, "", limit=120)]


def _wait_until_read(company: Company, program: Watched, seconds: float = 90.0) -> None:
    """Wait until the list, and every visible row, has been read once."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        program.read_for(1)
        reads = [each.at for each in company.asked() if each.is_detail or each.offset]
        if reads and time.monotonic() - reads[-1] > _REST:
            return


def _between(asked: list[Asked], start: float, end: float) -> int:
    return sum(1 for each in asked if start <= each.at < end)


def _lists(asked: list[Asked], start: float, end: float) -> int:
    return _between([each for each in asked if each.is_list], start, end)
