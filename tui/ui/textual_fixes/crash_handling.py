"""An app whose end by a fault of its own gives nothing away."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.text import Text
from textual.driver import Driver
from textual.worker import WorkerFailed

from tui.crash_report import crash_report, saved_at_line
from tui.ui.textual_fixes.cropped_update import FrugalApp


class CrashSafeApp(FrugalApp):
    """Textual's own crash screen prints locals, secrets included; this one has none.

    `keep_report` saves the report and returns where it is, if it could. `on_exit` is called with
    the exit code when the app begins to end, from any thread.
    """

    keep_report: Callable[[str], Path | None] | None = None
    on_exit: Callable[[int], None] | None = None
    unprinted_report = ""

    @property
    def is_terminal_in_use(self) -> bool:
        """True while the terminal has the app's screen and modes."""
        return bool(getattr(self._driver, "is_active", False))

    def get_driver_class(self) -> type[Driver]:
        # Textual 8.2 calls this in its constructor, headless or not.
        from tui.ui.textual_fixes.driver import TolerantDriver  # noqa: PLC0415 - it imports this

        return TolerantDriver

    def exit(self, result: None = None, return_code: int = 0, message: Any = None) -> None:
        self._notify_exit(return_code)
        super().exit(result, return_code, message)

    def on_terminal_closed(self) -> None:
        """End with exit code 1. Called in any thread; the event loop may be blocked."""
        self._notify_exit(1)
        self.call_later(self.exit, return_code=1)

    def _notify_exit(self, code: int) -> None:
        if self.on_exit is not None:
            self.on_exit(code)

    def _fatal_error(self) -> None:
        error: BaseException | None = self._exception
        if isinstance(error, WorkerFailed):
            error = error.error  # the worker's own exception has no traceback of interest
        report = crash_report(error)
        place = self.keep_report(report) if self.keep_report is not None else None
        if place is not None:
            report += "\n" + saved_at_line(place)
        self.unprinted_report = report + "\n"
        self._exit_renderables.append(Text(report))
        self._notify_exit(1)
        self.bell()  # last: it waits for a terminal that is not read
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        super()._print_error_renderables()
        self.unprinted_report = ""

    def _handle_exception(self, error: Exception) -> None:
        # An exception may bring its own rendering; none is trusted with what it shows.
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            self._fatal_error()  # once: what fails on the way out has no other report
