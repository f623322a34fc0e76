"""Runs the program in a pseudo-terminal, as a shell would."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import pyte

from tests.support.paths import ROOT

_LEADER = Path(__file__).with_name("session_leader.py")

# pyte 0.8 prints or misreads some private sequences: kitty's keyboard protocol (CSI < > = ...) and
# mode requests (CSI ? ... $p). After some zero-width characters it drops what follows.
MISREAD = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[@-~]|\x1b\[\?[0-9;]*\$[p-y]|\x1b\[\?[0-9;]*u"
    rb"|\xe2\x80\x8c|\xe2\x83[\x9d-\xa0\xa2-\xa4]"
)
_CUT_OFF = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*)?\Z|\xe2[\x80-\xbf]?\Z")


class Terminal:
    """Runs `python -m tui`, or another `module`, with `arguments`; leaving the block kills it."""

    def __init__(
        self,
        arguments: tuple[str, ...],
        environ: Mapping[str, str],
        home: Path,
        *,
        size: tuple[int, int] = (120, 40),
        deaf_leader: bool = False,
        module: str = "tui",
    ) -> None:
        self._raw = bytearray()
        self._fed = 0
        self._reports = b""
        self._master, self._slave = pty.openpty()
        self.resize(*size)
        self.attributes_before = self.attributes
        self._report, report = os.pipe()
        settings = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "PATH": os.defpath}
        settings |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC"}
        settings |= {"EDITOR": "true", **environ}  # random keys must not reach a real editor
        program = (sys.executable, "-m", module, *arguments)
        deaf = "deaf" if deaf_leader else "hears"
        name = os.ttyname(self._slave)
        self._leader = subprocess.Popen(
            (sys.executable, "-IS", _LEADER, name, str(report), deaf, *program),
            env=settings,
            start_new_session=True,
            pass_fds=(report,),
            cwd=ROOT,
        )
        os.close(report)
        self.pid = self._next_report(5)
        self._pidfd = os.pidfd_open(self.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.alive:
            self.signal(signal.SIGKILL)
        self._leader.kill()
        self._leader.wait()
        self.vanish()
        os.close(self._report)
        os.close(self._pidfd)

    @property
    def alive(self) -> bool:
        return not select.select([self._pidfd], [], [], 0)[0]

    @property
    def raw(self) -> bytes:
        """All output, or that since `forget_output`."""
        return bytes(self._raw)

    def forget_output(self) -> None:
        self._raw.clear()
        self._fed = 0

    @property
    def attributes(self) -> list[object]:
        return list(termios.tcgetattr(self._slave))

    def resize(self, columns: int, rows: int) -> None:
        """Resize the terminal and clear the parsed screen; 0x0 is parsed as 80x24."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen = pyte.Screen(columns or 80, rows or 24)
        self._stream = pyte.ByteStream(self._screen)
        self._fed = len(self._raw)

    def send(self, keys: str | bytes) -> None:
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def vanish(self) -> None:
        """Close the terminal window."""
        for end in (self._master, self._slave):
            if end >= 0:
                os.close(end)
        self._master = self._slave = -1

    def read(self, seconds: float) -> None:
        """Read one chunk of output, waiting at most `seconds`."""
        if select.select([self._master], [], [], max(0.0, seconds))[0]:
            self._raw += os.read(self._master, 65536)

    def _is_readable(self, seconds: float) -> bool:
        return bool(select.select([self._master], [], [], seconds)[0])

    def skip(self, seconds: float) -> None:
        """Discard output for `seconds`; the parsed screen is valid again after a resize."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._master], [], [], left)[0]:
                os.read(self._master, 65536)

    def read_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    @property
    def cells(self) -> list[list[str]]:
        """The text of each cell, empty in the second cell of a wide character."""
        data = bytes(self._raw[self._fed :])
        if cut := _CUT_OFF.search(data):
            data = data[: cut.start()]
        self._fed += len(data)
        self._stream.feed(MISREAD.sub(b"", data))
        screen = self._screen
        return [
            [screen.buffer[y][x].data for x in range(screen.columns)] for y in range(screen.lines)
        ]

    @property
    def lines(self) -> list[str]:
        return ["".join(line) for line in self.cells]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def line_with(self, text: str) -> str:
        return next((line for line in self.lines if text in line), "")

    def wait_for(self, wanted: str | Callable[[str], object], seconds: float = 15) -> float:
        """Read until `wanted` is on the screen or true of it; return the seconds it took."""
        start = time.monotonic()
        late = False
        while True:
            text = self.text
            if wanted in text if isinstance(wanted, str) else wanted(text):
                return time.monotonic() - start
            if late or not self.alive:
                raise AssertionError(f"not seen within {seconds} s: {wanted}\n{text}")
            left = start + seconds - time.monotonic()
            late = left <= 0
            # pyte is slow: output that arrived while it was parsing is in time.
            self.read(0.0 if late else min(left, 0.1))
            # A frame may come in several pieces.
            while time.monotonic() < start + seconds and self._is_readable(0.005):
                self.read(0.0)
            while late and self._is_readable(0):
                self.read(0.0)

    def check_keys(self) -> None:
        """Check that the program handles keys: open and close the help."""
        self.send("?")
        self.wait_for("esc closes")
        self.send("\x1b")
        self.wait_for(lambda text: "esc closes" not in text and "● live" in text)

    def wait_stopped(self, seconds: float) -> None:
        assert os.WIFSTOPPED(self._next_report(seconds))
        self.read_for(0.05)

    def wait_exit(self, seconds: float) -> int:
        """Read until the program ends; return its exit code (negative: a signal)."""
        end = time.monotonic() + seconds
        while self.alive:
            assert time.monotonic() < end, f"still there after {seconds} s\n{self.text}"
            self.read(0.02)
        code = self.exit_code()
        while select.select([self._master], [], [], 0.02)[0]:
            self.read(0)
        return code

    def wait_death(self, seconds: float) -> bool:
        """Wait for the end of the program without reading; return whether it ended."""
        return bool(select.select([self._pidfd], [], [], seconds)[0])

    def exit_code(self) -> int:
        """Return the exit code of a program that has ended (negative: a signal)."""
        while os.WIFSTOPPED(status := self._next_report(2)):
            pass
        return os.waitstatus_to_exitcode(status)

    @property
    def is_blocking(self) -> bool:
        """Whether the shell's own descriptor is in blocking mode."""
        info = Path(f"/proc/{self._leader.pid}/fdinfo/0").read_text()
        flags = next(line.split()[1] for line in info.splitlines() if line.startswith("flags:"))
        return not int(flags, 8) & os.O_NONBLOCK

    def _next_report(self, seconds: float) -> int:
        end = time.monotonic() + seconds
        while b"\n" not in self._reports:
            ends = [end for end in (self._report, self._master) if end >= 0]
            readable, _, _ = select.select(ends, [], [], 0.1)
            if self._report in readable:
                self._reports += os.read(self._report, 100)
            if self._master in readable:
                self.read(0)
            assert time.monotonic() < end, f"the program reports nothing\n{self.text}"
        number, _, self._reports = self._reports.partition(b"\n")
        return int(number)
