"""Fuzz the program with random input and random answers, `--seconds` long.

It must not exit, print a traceback or write a crash report. It shows `live` only if a list was
sent within the interval plus 3 s. Once the server behaves, the list is live again.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter, deque
from pathlib import Path
from random import Random

from tests.fuzz.keys import random_input
from tests.fuzz.server import FuzzServer
from tests.support.loop_thread import LoopThread
from tests.support.terminal import Terminal

REFRESH = 1.0
PROMISE = REFRESH + 3.0
"""Seconds for which a list may be called live."""

_SLACK = 2.5
"""Seconds until the terminal is up to date: it is checked once a second, on a busy machine."""

_HOSTILE, _WELL_AGAIN = 20.0, 60.0
_SIZES = ((120, 40), (80, 24), (60, 15), (40, 8), (200, 60), (10, 3))
_BUG = re.compile(rb"Traceback|has failed\. This is a bug")


class Fuzz:
    """One run; `counts` says what was done."""

    def __init__(self, seed: int, home: Path) -> None:
        self._random = Random(seed)
        self._home = home
        self._server = FuzzServer(Random(f"server {seed}"))
        self.counts: Counter[str] = Counter()
        self.last_inputs: deque[bytes] = deque(maxlen=5)

    def run(self, seconds: float) -> None:
        """Run it. Raises AssertionError if the program misbehaves."""
        end = time.monotonic() + seconds
        serving = self._server.serve()
        with LoopThread() as loop:
            loop.run(serving.__aenter__())
            try:
                with self._start() as terminal:
                    while time.monotonic() < end:
                        self._be_hostile(terminal)
                        self._recover(terminal)
                    terminal.send("q")
                    assert terminal.wait_exit(5) == 0
            finally:
                loop.run(serving.__aexit__(None, None, None))
        self.counts["requests"] = self._server.sent

    def _start(self) -> Terminal:
        environ = {
            "TRANSPARENT_API_URL": self._server.url,
            "TRANSPARENT_COMPANY_ID": "42",
            "TRANSPARENT_CLIENT_ID": "id",
            "TRANSPARENT_CLIENT_SECRET": "a-secret",
            "TRANSCODE_TUI_REFRESH": f"{REFRESH:g}",
            "TRANSCODE_TUI_EXPORT_DIR": str(self._home),
        }
        terminal = Terminal((), environ, self._home)
        terminal.wait_for("● live", 15)
        return terminal

    def _be_hostile(self, terminal: Terminal) -> None:
        self._server.hostile = True
        end = time.monotonic() + _HOSTILE
        while time.monotonic() < end:
            self.last_inputs.append(random_input(self._random))
            terminal.send(self.last_inputs[-1])
            self.counts["inputs"] += 1
            if self._random.random() < 0.05:
                terminal.resize(*self._random.choice(_SIZES))
            terminal.read_for(self._random.uniform(0.02, 0.3))
            self._check(terminal)

    def _recover(self, terminal: Terminal) -> None:
        """Close screens and dialogs, clear filters and resume; then the list must be live again."""
        self._server.hostile = False
        terminal.send("\x1b[201~")  # ends an open paste
        terminal.resize(100, 30)  # overrides a size reported in the input
        terminal.send("\x1b[48;40;120;0;0t")
        terminal.resize(120, 40)
        end = time.monotonic() + _WELL_AGAIN
        while not (shown := _first_line(terminal)).startswith(" transcode-tui") or (
            "● live" not in shown or "1 Now" not in terminal.text  # else `q` leaves another screen
        ):
            assert time.monotonic() < end, f"not live again:\n{terminal.text}"
            terminal.send("p" if "paused" in shown else "\x1b")
            terminal.read_for(0.4)
            if "● live" not in _first_line(terminal) and "paused" not in _first_line(terminal):
                terminal.send("r")
            terminal.read_for(0.4)
            self._check(terminal)
        self.counts["recoveries"] += 1

    def _check(self, terminal: Terminal) -> None:
        assert not _BUG.search(terminal.raw), terminal.raw[-3000:].decode("utf-8", "replace")
        if not terminal.alive:
            raise AssertionError(f"it ended with {terminal.wait_exit(1)}:\n{terminal.text}")
        assert b"a-secret" not in terminal.raw
        if "● live" in _first_line(terminal):
            age = time.monotonic() - self._server.answered
            assert age < PROMISE + _SLACK, f"live, {age:.1f} s after the last list was sent"
            self.counts["live"] += 1


def _first_line(terminal: Terminal) -> str:
    return terminal.lines[0]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0, help="how long (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another course")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        fuzz = Fuzz(options.seed, Path(home))
        try:
            fuzz.run(options.seconds)
        except AssertionError as error:
            sys.stdout.write(f"FAILED, seed {options.seed}: {error}\n")
            sys.stdout.writelines(f"input: {each!r}\n" for each in fuzz.last_inputs)
            sys.stdout.write(f"{dict(fuzz.counts)}\n")
            for report in Path(home).rglob("crash-*"):
                sys.stdout.write(report.read_text("utf-8"))
            return 1
    sys.stdout.write(f"seed {options.seed}, {options.seconds:g} s: {dict(fuzz.counts)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
