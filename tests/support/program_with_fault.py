"""The program with a planted fault: `Terminal(module="tests.support.program_with_fault")`.

The environment variable `FAULT` names it. ctrl+l (`CUE`) triggers it, and it sets the terminal
title to `fault` (`SIGN`).
"""

import asyncio
import os
import sys
import time
from unittest.mock import patch

from tui.__main__ import main
from tui.ui.app import TranscodeApp
from tui.ui.textual_fixes.input import TolerantParser

CUE, SIGN = "\x0c", b"\x1b]2;fault\x07"


def show_sign() -> None:
    os.write(2, SIGN)


def block_loop(_: TranscodeApp) -> None:
    show_sign()
    time.sleep(20)


def occupy_thread(_: TranscodeApp) -> None:
    """Start a thread that cannot be stopped; asyncio waits for it at the end."""
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 20)
    show_sign()


def crash(_: TranscodeApp) -> None:
    raise RuntimeError("planted-words")


def crash_with_thread(app: TranscodeApp) -> None:
    occupy_thread(app)
    crash(app)


def crash_with_blocked_end(app: TranscodeApp) -> None:
    """Crash and block the event loop before the report is printed."""
    app.call_later(block_loop, app)
    crash(app)


def report_sizes(app: TranscodeApp) -> None:
    """Report the sizes of the app and of Rich's console in the terminal title."""
    sizes = (*app.size, *app.console.size)
    os.write(2, f"\x1b]2;{'-'.join(map(str, sizes))}\x07".encode())
    show_sign()


def leave_nonblocking(_: TranscodeApp) -> None:
    """Make the terminal non-blocking, as another program on it may do."""
    show_sign()  # first: in that mode, the write may fail
    os.set_blocking(2, False)


def break_input(_: TranscodeApp) -> None:
    patch.object(TolerantParser, "feed", crash).start()
    show_sign()


if __name__ == "__main__":
    fault = globals()[os.environ["FAULT"]]
    with patch.object(TranscodeApp, "action_diagnostics", fault):
        sys.exit(main())
