"""Which process wrote an entry of the journal, and whether it has ended."""

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from tui.files import is_running
from tui.sanitize import sanitize

MAX_FLIGHT = 120.0
"""Seconds after which no request is in flight any more. Of a process that can't be looked up, an
entry is taken for left over when it is that old.
"""

_PROC = Path("/proc")
_STARTED = 19
"""The position of the start time in `/proc/PID/stat` (proc(5)), from the state on."""


class Instance(msgspec.Struct, frozen=True, array_like=True):
    """A process. `boot` is the id of the start of its computer, `started` when the process was
    started, in ticks since then; both are empty on systems without `/proc`.
    """

    host: str
    boot: str
    pid: int
    started: str

    def has_ended(self, me: "Instance", age: float) -> bool:
        """Return whether it writes no more to an entry that is `age` seconds old, as `me` sees
        it.
        """
        if self.host != me.host:
            return age > MAX_FLIGHT
        if self.boot != me.boot:
            return True
        if self.started:
            return _started(self.pid) != self.started
        return not is_running(self.pid) or (self.pid != me.pid and age > MAX_FLIGHT)


def this_instance() -> Instance:
    boot, pid = "", os.getpid()
    with suppress(OSError):
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    return Instance(sanitize(os.uname().nodename, 60), boot, pid, _started(pid))


def _started(pid: int) -> str:
    """Return when the process was started; empty if it has ended, or that is not known."""
    try:
        text = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    state, *fields = text.rpartition(")")[2].split()  # its name may have spaces
    return "" if state in "ZX" else fields[_STARTED - 1]
