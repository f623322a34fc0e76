"""CPU per request with active orders in view, compared with the same request by bare httpx."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.company import Company
from tests.bench.figures import Figure, Of
from tests.bench.program import Watched, cpu_seconds
from tests.support.paths import ROOT

_ACTIVE = 12
_SIZE = 1_000
_WARM_UP = 30.0
"""Seconds until every visible row was read and only active orders are polled."""
_LIMIT = 3
_LIVE = "● live".encode()


def measure(seconds: float) -> Iterator[Figure]:
    """Run the program and a bare client at once, each with its own server process."""
    with ThreadPoolExecutor(2) as pool:
        program, bare = pool.submit(_program, seconds), pool.submit(_bare, seconds)
        (cost, rate), floor = program.result(), bare.result()
    where = f"{_ACTIVE} active orders in view"
    yield Figure("active", f"CPU, {where}", _SIZE, cost * rate / 600, "%")
    yield Figure("active", f"CPU per request, {where}", _SIZE, cost, "ms", floor, _LIMIT, Of.RATIO)
    yield Figure("active", f"requests a minute, {where}", _SIZE, rate, "", limit=120)


def _program(seconds: float) -> tuple[float, float]:
    with (
        Company(_SIZE, active=_ACTIVE) as company,
        tempfile.TemporaryDirectory() as home,
        Watched(company.environ, Path(home)) as program,
    ):
        program.seen(_LIVE)
        program.read_for(_WARM_UP)
        return _per_request(company, program.pid, lambda: program.read_for(seconds))


def _bare(seconds: float) -> float:
    with Company(_SIZE, active=_ACTIVE) as company:
        arguments = (f"http://127.0.0.1:{company.port}", str(_SIZE), str(_ACTIVE))
        client = subprocess.Popen(
            (sys.executable, "-m", "tests.bench.bare_client", *arguments),
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        try:
            assert client.stdout is not None
            client.stdout.readline()
            time.sleep(_WARM_UP)
            return _per_request(company, client.pid, lambda: time.sleep(seconds))[0]
        finally:
            client.kill()
            client.wait()


def _per_request(company: Company, pid: int, wait: Callable[[], object]) -> tuple[float, float]:
    """Return CPU milliseconds per request, and requests a minute, during `wait`."""
    cpu, began = cpu_seconds(pid), time.monotonic()
    wait()
    cpu, ended = cpu_seconds(pid) - cpu, time.monotonic()
    requests = sum(1 for each in company.asked() if began <= each.at < ended)
    return cpu * 1000 / requests, requests * 60 / (ended - began)
