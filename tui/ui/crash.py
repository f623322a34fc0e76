"""What is shown when the program itself fails: where, and nothing that it knew."""

import platform
import traceback
from collections.abc import Callable
from pathlib import Path

import textual
from rich.text import Text
from textual.app import App
from textual.worker import WorkerFailed

from tui import __version__
from tui.model.text import clean, clean_prose

_FRAMES = 12


def crash_report(error: BaseException | None) -> Text:
    """Files, lines and functions of the innermost frames; no locals, no source lines."""
    lines = [
        f"transcode-tui {__version__} has failed. This is a bug; please report it.",
        f"  Python {platform.python_version()}, Textual {textual.__version__}, {platform.system()}",
    ]
    if isinstance(error, WorkerFailed):
        error = error.error  # the worker's own exception has no traceback of interest
    if error is not None:
        for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]:
            path = Path(frame.filename)
            lines.append(f"  {path.parent.name}/{path.name}:{frame.lineno} in {frame.name}")
        lines.append(f"{type(error).__name__}: {clean_prose(str(error), 300)}")
    return Text("\n".join(lines))


class CrashSafeApp(App[None]):
    """Textual's own crash screen prints locals, secrets included; this one has none.

    `keep_report` saves the report and returns where it is, if it could.
    """

    keep_report: Callable[[str], Path | None] | None = None

    def _fatal_error(self) -> None:
        self.bell()
        report = crash_report(self._exception)
        place = self.keep_report(report.plain) if self.keep_report is not None else None
        if place is not None:
            told = clean(str(place), 500)
            report.append(f"\nThe same is in {told}: look through it, and send it along.")
        self._exit_renderables.append(report)
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        # An exception may bring its own rendering; none is trusted with what it shows.
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()
