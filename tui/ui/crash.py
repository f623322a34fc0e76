"""An app whose end by a fault of its own gives nothing away."""

from collections.abc import Callable
from pathlib import Path

from rich.text import Text
from textual.worker import WorkerFailed

from tui.crash import crash_report, told_where
from tui.ui.frugal import FrugalApp


class CrashSafeApp(FrugalApp):
    """Textual's own crash screen prints locals, secrets included; this one has none.

    `keep_report` saves the report and returns where it is, if it could.
    """

    keep_report: Callable[[str], Path | None] | None = None

    def _fatal_error(self) -> None:
        self.bell()
        error: BaseException | None = self._exception
        if isinstance(error, WorkerFailed):
            error = error.error  # the worker's own exception has no traceback of interest
        report = crash_report(error)
        place = self.keep_report(report) if self.keep_report is not None else None
        if place is not None:
            report += "\n" + told_where(place)
        self._exit_renderables.append(Text(report))
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        # An exception may bring its own rendering; none is trusted with what it shows.
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            self._fatal_error()  # once: what fails on the way out has no other report
