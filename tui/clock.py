"""The two clocks of the program, injected wherever time is read."""

import time
from collections.abc import Callable

import msgspec

from tui.model.events import ClockReading


def boottime() -> float:
    """Seconds of a clock that never steps back and, on Linux, goes on during suspend: what was
    read before must be stale afterwards.
    """
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Clock(msgspec.Struct, frozen=True):
    """`wall` is UTC epoch seconds; `mono` counts seconds from an unknown start."""

    wall: Callable[[], float] = time.time
    mono: Callable[[], float] = boottime

    def now(self) -> ClockReading:
        return ClockReading(self.wall(), self.mono())
