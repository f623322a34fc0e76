"""Fix: the crash screen shows local variables, tokens and passwords included.

Textual: `app.py`, `App._fatal_error` prints a Rich traceback with `show_locals=True`; and
`App._handle_exception` lets an exception render itself through `__rich__`. Version: 8.2.8.
Delete `crash_text` and `PatchedApp._handle_exception` when an app can replace that text.
"""

from collections.abc import Callable

from textual.worker import WorkerFailed


def crash_text(error: BaseException, report: Callable[[BaseException], str]) -> str:
    """Return what `report` says about `error`, or about the one that made a worker fail."""
    # The wrapper's own traceback ends in Textual.
    return report(error.error if isinstance(error, WorkerFailed) else error)
