"""The program as it is, at many times the speed of life, and telling what it holds.

Called with the speed, the file to tell it in, and the program's own arguments.
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

from tests.soak.held import Held


def main() -> int:
    speed, told, *arguments = sys.argv[1:]
    hurry(float(speed))
    signal.signal(signal.SIGUSR1, lambda *_: tell(Path(told)))
    from tui.cli.main import main as program  # noqa: PLC0415 - it takes its clocks as it loads

    return program(arguments)


def hurry(speed: float) -> None:
    """Let every clock of the process run `speed` times as fast, and the waits of its event loop
    be as much shorter: deadlines, backoff, refresh and toasts all keep their proportions.
    """
    began = {clock: time.clock_gettime(clock) for clock in (time.CLOCK_REALTIME, _MONO, _BOOT)}
    read = time.clock_gettime

    def hurried(clock: int) -> float:
        start = began[clock]
        return start + (read(clock) - start) * speed

    time.clock_gettime = hurried
    time.time = lambda: hurried(time.CLOCK_REALTIME)
    time.monotonic = lambda: hurried(_MONO)

    class Hurried(selectors.EpollSelector):
        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            return super().select(timeout if timeout is None else timeout / speed)

    selectors.DefaultSelector = Hurried  # type: ignore[misc,assignment] # an event loop takes this


_MONO, _BOOT = time.CLOCK_MONOTONIC, time.CLOCK_BOOTTIME


def tell(told: Path) -> None:
    """Write what is held at this moment, when all that is free has been given back; a signal's
    handler, called within the event loop.
    """
    import httpcore  # noqa: PLC0415 - the program loads it, when it may

    # What is remembered within bounds is no growth, however long it takes to reach them.
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper):
            thing.cache_clear()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    things = gc.get_objects()
    pools = [thing for thing in things if isinstance(thing, httpcore.AsyncConnectionPool)]
    connections = [connection for pool in pools for connection in pool.connections]
    tasks = Counter(_kind(task) for task in asyncio.all_tasks())
    held = Held(
        tasks=dict(sorted(tasks.items())),
        connections=len(connections),
        busy=sum(not connection.is_idle() for connection in connections),
        waiting=sum(len(pool._requests) for pool in pools),
        threads=threading.active_count(),
        objects=len(things),
    )
    draft = told.with_suffix(".draft")
    draft.write_text(json.dumps(held._asdict()), "utf-8")
    draft.replace(told)


def _kind(task: asyncio.Task[Any]) -> str:
    """A widget's class, where a widget's task it is; otherwise what it runs."""
    widget = re.match(r"message pump (\w+)", task.get_name())
    return widget[1] if widget else str(getattr(task.get_coro(), "__qualname__", task))


if __name__ == "__main__":
    sys.exit(main())
