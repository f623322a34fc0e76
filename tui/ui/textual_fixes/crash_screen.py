"""Fix: the crash screen shows local variables, tokens and passwords included.

Textual: `app.py`, `App._fatal_error` prints a Rich traceback with `show_locals=True`; and
`App._handle_exception` lets an exception render itself through `__rich__`. Version: 8.2.8.
Delete `crash_text` and `PatchedApp._handle_exception` when an app can replace that text.
"""

from collections.abc import Callable
from pathlib import Path

from textual.worker import WorkerFailed

from tui.crash_report import crash_report, saved_at_line

SaveReport = Callable[[str], Path | None]
"""Saves a report. Returns its path, or None if it could not be saved."""


def crash_text(error: BaseException, save_report: SaveReport | None) -> str:
    """Return the report of `error`, and where it was saved."""
    if isinstance(error, WorkerFailed):
        error = error.error  # the wrapper's own traceback ends in Textual
    report = crash_report(error)
    path = save_report(report) if save_report is not None else None
    return report if path is None else f"{report}\n{saved_at_line(path)}"
