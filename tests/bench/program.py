"""The program in a pseudo-terminal, measured from outside.

The output is not parsed: that would cost more than what is measured.
"""

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support.terminal import Terminal

EMPTY = "tests.bench.empty"

_CPUCLOCK_SCHED = 2


def cpu_seconds(pid: int) -> float:
    """Seconds of CPU that a process has used so far, to the nanosecond.

    This is `clock_getcpuclockid(3)`, which Python lacks; `/proc/PID/stat` counts in 10 ms ticks.
    """
    return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)


class Spent(NamedTuple):
    """Percent of a core, and bytes sent to the terminal."""

    cpu: float
    bytes: int


class Watched(Terminal):
    """A 120x40 terminal that runs the program, or another module."""

    def __init__(self, environ: Mapping[str, str], home: Path, module: str = "tui") -> None:
        super().__init__((), environ, home, module=module)
        self.began = time.monotonic()

    def seen(self, wanted: bytes, seconds: float = 60.0, since: int = 0) -> float:
        """Read until the pattern `wanted` was written; return that time."""
        pattern = re.compile(wanted, re.DOTALL)
        end = time.monotonic() + seconds
        while True:
            found = pattern.search(self.raw, since)
            now = time.monotonic()
            if found:
                return now
            if now > end or not self.alive:
                raise AssertionError(f"not seen within {seconds} s: {wanted!r}")
            self.read(min(0.5, end - now))

    def spend(self, seconds: float) -> Spent:
        """Let it run for `seconds`; return its cost."""
        cpu, written = self.cpu, len(self.raw)
        began = time.monotonic()
        self.read_for(seconds)
        took = time.monotonic() - began
        return Spent((self.cpu - cpu) / took * 100, len(self.raw) - written)

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far."""
        return cpu_seconds(self.pid)

    @property
    def rss(self) -> float:
        """Resident memory in MB."""
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        found = re.search(r"^Rss: +(\d+) kB", text, re.MULTILINE)
        assert found is not None
        return int(found[1]) * 1024 / 1e6
