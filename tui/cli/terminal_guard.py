"""Restore the terminal, however the program ends."""

import fcntl
import os
import re
import signal
import sys
import termios
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Self

from tui.cli.output import write_error

if TYPE_CHECKING:
    from tui.ui.app import TranscodeApp

_GRACE = 0.8
"""Seconds that a regular exit may take before the process ends itself."""

_RESTORE_TIMEOUT = 0.3
"""Seconds that restoring a terminal that isn't read may take."""

_TITLE_PUSH, _TITLE_POP = "\x1b[22;2t", "\x1b[23;2t"

# CAN and ST abort an incomplete sequence. The kitty keyboard stack belongs to the alternate screen,
# so it is popped before leaving that.
_RESTORE = (
    "\x18\x1b\\\x1b[?2026l\x1b[<u\x1b[?2004l"
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?1004l\x1b[?2048l"
    "\x1b[?7h\x1b]22;default\x07\x1b[?1049l\x1b[?25h"
)

# All other signals end a program by default. After a fault, no Python code can run safely.
_JOB_CONTROL = {"SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGCONT"}
_IGNORED = {"SIGCHLD", "SIGURG", "SIGWINCH", "SIGINFO"}
_FAULTS = {"SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS", "SIGEMT"}
_LEFT_ALONE = {"SIGKILL"} | _JOB_CONTROL | _IGNORED | _FAULTS


class TerminalGuard:
    """Sets the terminal's title during its `with` block, which runs `app`; signals exit the app.

    If the block hasn't ended `_GRACE` seconds after the app began to exit, the guard restores the
    terminal and ends the process: the event loop may be busy, a write to the terminal may block,
    or asyncio may wait for the threads of its executor.
    """

    def __init__(self, app: "TranscodeApp") -> None:
        self._app = app
        # Textual replaces `sys.stderr` while it runs. These are never closed: the thread that
        # enforces the exit may use them at any time.
        self._input = os.dup(sys.__stdin__.fileno())  # type: ignore[union-attr] # a terminal
        self._output = os.dup(sys.__stderr__.fileno())  # type: ignore[union-attr] # a terminal
        self._null = os.open(os.devnull, os.O_WRONLY)
        self._flags = fcntl.fcntl(self._output, fcntl.F_GETFL)
        self._attributes: list[int | list[bytes | int]] | None = None
        with suppress(termios.error):  # it has just been closed
            self._attributes = termios.tcgetattr(self._input)
        self._code: int | None = None
        self._is_finished = threading.Event()
        self._ends_process = threading.Lock()  # held by the thread that does
        self._signals = [
            number
            for number in signal.valid_signals()
            if getattr(number, "name", "") not in _LEFT_ALONE
            and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)
        ]

    def __enter__(self) -> Self:
        for number in self._signals:
            signal.signal(number, self._on_signal)
        self._app.on_exit = self.start_grace
        write_error(f"{_TITLE_PUSH}\x1b]2;{self._app.terminal_title}\x07")
        return self

    def __exit__(self, *_: object) -> None:
        write_error(_TITLE_POP)
        self._is_finished.set()
        self._ends_process.acquire()  # waits forever if the other thread is ending the process
        for number in self._signals:
            signal.signal(number, signal.SIG_DFL)

    def start_grace(self, code: int) -> None:
        """End the process with `code` after `_GRACE` seconds. Another call only replaces a code
        of 0.
        """
        is_first, self._code = self._code is None, self._code or code
        if is_first:
            threading.Thread(target=self._enforce_end, name="exit-grace", daemon=True).start()

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self._code is None:
            self.start_grace(128 + number)
            with suppress(RuntimeError):  # the event loop is closed already
                self._app.call_soon_threadsafe(self._app.exit)

    def _enforce_end(self) -> None:
        if not self._is_finished.wait(_GRACE) and self._ends_process.acquire(blocking=False):
            with suppress(OSError, termios.error):
                self._restore()
            os._exit(self._code or 0)

    def _restore(self) -> None:
        text = (_RESTORE if self._app.is_terminal_in_use else "") + _TITLE_POP
        text += self._app.unprinted_report
        # SIGTTOU stops a background process that changes the terminal.
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTTOU,))
        os.dup2(self._null, sys.__stderr__.fileno())  # type: ignore[union-attr] # a terminal
        _interrupt_other_threads()
        os.set_blocking(self._output, False)
        _write_at_once(self._output, text.encode())
        fcntl.fcntl(self._output, fcntl.F_SETFL, self._flags)
        if self._attributes is not None and not _is_background(self._input):
            termios.tcflush(self._input, termios.TCIFLUSH)
            termios.tcsetattr(self._input, termios.TCSANOW, self._attributes)


def set_fallback_size() -> None:
    """Set a terminal that reports 0x0 (a serial line, a bare pseudo-terminal) to 80x24: Textual
    8.2 redraws endlessly. Later resizes take effect.

    Ignore COLUMNS and LINES unless they have up to 4 digits: Rich 15 fails for some other values.
    """
    for name in ("COLUMNS", "LINES"):
        if not re.fullmatch("[0-9]{1,4}", os.environ.get(name, "")):
            os.environ.pop(name, None)
    with suppress(termios.error, OSError, ValueError):
        if 0 in termios.tcgetwinsize(sys.stdin.fileno()):
            termios.tcsetwinsize(sys.stdin.fileno(), (24, 80))


def is_terminal_closed() -> bool:
    """Return whether standard input, a terminal, has hung up."""
    return not os.isatty(sys.__stdin__.fileno())  # type: ignore[union-attr] # a terminal


def _interrupt_other_threads() -> None:
    """Interrupt writes of other threads. Linux locks the terminal during a write, and discarding
    its output doesn't end the write; a signal with a handler does.
    """
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.ident is not None:
            with suppress(OSError):  # it has ended
                signal.pthread_kill(thread.ident, signal.SIGTERM)


def _is_background(terminal: int) -> bool:
    """Return whether another process group, such as the shell's, has the terminal."""
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:  # not the controlling terminal
        return False


def _write_at_once(output: int, data: bytes) -> None:
    """Write to a terminal that may not be read; if necessary, discard its pending output."""
    end = time.monotonic() + _RESTORE_TIMEOUT
    rest = data
    while rest and time.monotonic() < end:
        try:
            rest = rest[os.write(output, rest) :]
        except BlockingIOError:
            # The terminal's buffer is full, or a write of another thread has locked it.
            termios.tcflush(output, termios.TCOFLUSH)
            rest = data  # the beginning may have been discarded
            time.sleep(0.01)
