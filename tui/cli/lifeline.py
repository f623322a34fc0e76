"""Gives the terminal back, whatever ends the program."""

import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_GRACE = 0.8
"""Seconds that an orderly end may take before the process ends itself."""

_TITLE_PUSH, _TITLE_POP = "\x1b[22;2t", "\x1b[23;2t"
# Leave the alternate screen, show the cursor, and stop every report that was asked for.
_RESTORE = (
    "\x1b[<u\x1b[?2004l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l"
    "\x1b[?2048l\x1b[?7h\x1b[?1049l\x1b[?25h" + _TITLE_POP
)


@contextmanager
def lifeline(title: str, end: Callable[[], None]) -> Iterator[None]:
    """Set the terminal's title for the block; SIGTERM, SIGHUP and SIGINT call
    `end` in it.

    `end` is called from a thread, for the main thread may be stuck in a write to a terminal
    that is not read any more. Where the program is still there after a grace, the terminal
    is restored and the process ends.
    """
    attributes = _attributes()
    ending = threading.Event()

    def on_signal(number: int, _: FrameType | None) -> None:
        if not ending.is_set():
            ending.set()
            threading.Thread(target=finish, args=(number,), daemon=True).start()

    def finish(number: int) -> None:
        with suppress(Exception):
            end()
        if not done.wait(_GRACE):
            _restore(attributes)
            os._exit(128 + number)

    done = threading.Event()
    _write(f"{_TITLE_PUSH}\x1b]2;{title}\x07")
    before = {number: signal.signal(number, on_signal) for number in _SIGNALS}
    try:
        yield
    finally:
        done.set()
        _write(_TITLE_POP)
        for number, handler in before.items():
            signal.signal(number, handler)


_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def give_a_size() -> None:
    """Call a terminal that says it is 0x0 (a serial line, a bare pseudo-terminal) 80x24:
    Textual would draw without end. A later resize by the terminal counts as ever.
    """
    with suppress(termios.error, OSError, ValueError):
        if 0 in termios.tcgetwinsize(sys.stdin.fileno()):
            termios.tcsetwinsize(sys.stdin.fileno(), (24, 80))


def terminal_is_gone() -> bool:
    """True when standard input was a terminal that has hung up."""
    try:
        termios.tcgetattr(sys.__stdin__.fileno())  # type: ignore[union-attr]
    except (termios.error, OSError, ValueError, AttributeError):
        return True
    return False


def _attributes() -> list[int | list[bytes | int]] | None:
    with suppress(termios.error, OSError, ValueError):
        return termios.tcgetattr(sys.stdin.fileno())
    return None


def _restore(attributes: list[int | list[bytes | int]] | None) -> None:
    """Best effort, never blocking: the terminal may not be read, or not be there."""
    with suppress(termios.error, OSError, ValueError):
        os.set_blocking(sys.stderr.fileno(), False)
        os.write(sys.stderr.fileno(), _RESTORE.encode())
        os.set_blocking(sys.stderr.fileno(), True)
    with suppress(termios.error, OSError, ValueError):
        if attributes is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, attributes)


def _write(text: str) -> None:
    with suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()
