"""The program with a fault of its own: `Terminal(module="tests.support.program_with_fault")`.

The environment variable `FAULT` names it; ctrl+l is its cue, and the title `fault` its sign.
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
    sys.__stderr__.write(SIGN.decode())  # type: ignore[union-attr] # a terminal
    sys.__stderr__.flush()  # type: ignore[union-attr] # a terminal


def block_loop(_: TranscodeApp) -> None:
    show_sign()
    time.sleep(20)


def occupy_thread(_: TranscodeApp) -> None:
    """Have a thread work that nothing can end: asyncio waits for it at the end."""
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 20)
    show_sign()


def crash(_: TranscodeApp) -> None:
    raise RuntimeError("planted-words")


def crash_with_thread(app: TranscodeApp) -> None:
    occupy_thread(app)
    crash(app)


def crash_with_blocked_end(app: TranscodeApp) -> None:
    """Crash, and then never come to the end: not even the report is printed."""
    app.call_later(block_loop, app)
    crash(app)


def tell_sizes(app: TranscodeApp) -> None:
    """No fault, but what no screen shows: the size that is drawn, and that of Rich's console."""
    sizes = (*app.size, *app.console.size)
    sys.__stderr__.write(f"\x1b]2;{'-'.join(map(str, sizes))}\x07")  # type: ignore[union-attr] # a terminal
    show_sign()


def leave_nonblocking(_: TranscodeApp) -> None:
    """As another program may, that has the terminal in common with this one."""
    os.set_blocking(2, False)
    show_sign()


def break_input(_: TranscodeApp) -> None:
    patch.object(TolerantParser, "feed", crash).start()
    show_sign()


if __name__ == "__main__":
    fault = globals()[os.environ["FAULT"]]
    with patch.object(TranscodeApp, "action_diagnostics", fault):
        sys.exit(main())
