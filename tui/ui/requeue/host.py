"""Opens the requeue dialog, and carries its run on when the dialog is closed."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tui import formatting
from tui.actions.plan import ItemResult
from tui.model.actions import Outcome
from tui.ui.action_ports import action_ports
from tui.ui.main_screen.marks import Marks
from tui.ui.requeue.dialog import RequeueDialog
from tui.ui.requeue.lines import summary
from tui.ui.requeue.run import Choice, RequeueRun, Stage
from tui.ui.services import AppServices

if TYPE_CHECKING:
    from tui.ui.main_screen.screen import MainScreen

MAX_ORDERS = 500
"""In one plan: reading more takes minutes."""


class RequeueHost:
    """Opens plans above `screen`. The marks of orders that were queued again are removed. `settle`
    is called if outcomes are still unknown at the end.
    """

    def __init__(self, screen: "MainScreen", marks: Marks, settle: Callable[[], None]) -> None:
        self._screen = screen
        self._app: Any = screen.app  # `TranscodeApp`: screens don't import it
        self._marks = marks
        self._settle = settle
        self._run: RequeueRun | None = None
        self._at_end: Callable[[], object] | None = None
        self._has_polled = False

    def open(self, choice: Choice, services: AppServices) -> None:
        """Show the plan of `choice`."""
        acting = services.actions
        if acting is None or acting.journal is None:
            return
        number = len(choice.order_ids)
        if number > MAX_ORDERS:
            marked = f"{formatting.orders(number)} are marked"
            text = f"{marked}, and a plan has at most {MAX_ORDERS}. Mark fewer, as after a filter"
            self._screen.notify(text, severity="warning", markup=False)
            return
        ports = action_ports(services, acting, acting.journal)
        run = RequeueRun(choice, ports, acting.guards, self._note)
        send = lambda: self._send(run)  # noqa: E731 - a name for what the dialog calls
        dialog = RequeueDialog(run, acting.confirm_above, send, services.glyphs)
        self._app.push_screen(dialog, lambda _: self._tell_what_goes_on(run))

    def _tell_what_goes_on(self, run: RequeueRun) -> None:
        """Say what a dialog that was closed during its run leaves behind."""
        if run.stage in (Stage.STOPPING, Stage.SETTLING):
            text, _ = summary(run)
            self._screen.notify(f"Requeue: {text}", markup=False)

    def _send(self, run: RequeueRun) -> None:
        """Send in a worker of the app, as the dialog may be closed before all is settled."""
        self._run, self._has_polled = run, False

        async def send() -> None:
            await run.send()
            self._end(run)

        work: Callable[[], Awaitable[None]] = send
        self._app.run_worker(work, group="requeue")

    def _note(self, result: ItemResult) -> None:
        """Log a result, and poll when all is sent."""
        words = formatting.describe_outcome(result.outcome, result.words)
        self._app.monitor.log(f"requeue of {result.order_id}: {words}")
        if result.outcome.is_done:
            self._marks.remove([result.order_id])
            self._screen.update_marks()
        if self._run is not None and self._run.stage is not Stage.SENDING:
            self._poll_once()

    def _poll_once(self) -> None:
        if not self._has_polled:
            self._has_polled = True
            self._app.monitor.poller.refresh()

    def _end(self, run: RequeueRun) -> None:
        self._poll_once()
        text, _ = summary(run)
        self._app.monitor.log(f"requeue: {text}")
        if not isinstance(self._app.screen, RequeueDialog):
            self._app.notify(f"Requeue: {text}", markup=False)
        if self._at_end is not None:
            self._at_end()
        elif any(each.outcome is Outcome.UNKNOWN for each in run.results.values()):
            self._settle()

    def stop(self) -> bool:
        """End the sending after the request in flight; return whether there is something to end."""
        is_sending = self._run is not None and self._run.stage is Stage.SENDING
        if self._run is not None and is_sending:
            self._run.stop()
        return is_sending

    def end_then(self, act: Callable[[], object]) -> bool:
        """Call `act` when the request in flight is answered; return False if none is, or `act` is
        waiting already.
        """
        run = self._run
        if run is None or self._at_end or run.stage not in (Stage.SENDING, Stage.STOPPING):
            return False
        self._at_end = act
        run.stop()
        return True

    def leave_account(self) -> None:
        """Send nothing more, and read nothing again."""
        if self._run is not None:
            self._run.stop()
