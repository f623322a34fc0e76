"""Run the unchanged program on accelerated clocks; on SIGUSR1 write its resources to a file.

Arguments: the speed, that file, and the program's own arguments.
"""

import asyncio
import ctypes
import functools
import gc
import json
import re
import selectors
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.soak.resources import Resources


def main() -> int:
    speed, path, *arguments = sys.argv[1:]
    accelerate(float(speed))
    signal.signal(signal.SIGUSR1, lambda *_: write_resources(Path(path)))
    from tui.cli.main import main as program  # noqa: PLC0415 - modules read the clocks when they load

    return program(arguments)


def accelerate(speed: float) -> None:
    """Run every clock of the process `speed` times as fast, and shorten event loop waits.

    Deadlines, backoff, refresh and toasts keep their proportions.
    """
    began = {clock: time.clock_gettime(clock) for clock in (time.CLOCK_REALTIME, _MONO, _BOOT)}
    read = time.clock_gettime

    def accelerated(clock: int) -> float:
        start = began[clock]
        return start + (read(clock) - start) * speed

    time.clock_gettime = accelerated
    time.time = lambda: accelerated(time.CLOCK_REALTIME)
    time.monotonic = lambda: accelerated(_MONO)

    class AcceleratedSelector(selectors.EpollSelector):
        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            return super().select(timeout if timeout is None else timeout / speed)

    selectors.DefaultSelector = AcceleratedSelector  # type: ignore[misc,assignment] # asyncio uses it


_MONO, _BOOT = time.CLOCK_MONOTONIC, time.CLOCK_BOOTTIME


def write_resources(path: Path) -> None:
    """Free what can be freed, then write the resources in use; a signal handler."""
    import httpcore  # noqa: PLC0415 - the program imports it late

    # Bounded caches are no leak, however long they take to fill.
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper):
            thing.cache_clear()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    things = gc.get_objects()
    pools = [thing for thing in things if isinstance(thing, httpcore.AsyncConnectionPool)]
    connections = [connection for pool in pools for connection in pool.connections]
    tasks = Counter(_kind(task) for task in asyncio.all_tasks())
    resources = Resources(
        tasks=dict(sorted(tasks.items())),
        connections=len(connections),
        busy=sum(not connection.is_idle() for connection in connections),
        waiting=sum(len(pool._requests) for pool in pools),
        threads=threading.active_count(),
        objects=len(things),
    )
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(resources._asdict()), "utf-8")
    draft.replace(path)


def _kind(task: asyncio.Task[Any]) -> str:
    """Return the class of the widget that owns the task, else the name of its coroutine."""
    widget = re.match(r"message pump (\w+)", task.get_name())
    return widget[1] if widget else str(getattr(task.get_coro(), "__qualname__", task))


if __name__ == "__main__":
    sys.exit(main())
