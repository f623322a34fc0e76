"""The dialog that is the plan of a requeue: it shows the plan, runs it, and shows the results."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.screen import ModalScreen

from tui import formatting
from tui.ui.actions import key_label
from tui.ui.dialogs.dialog import ScrollableText, framed
from tui.ui.key_reasons import Situation
from tui.ui.requeue.confirm_dialog import STYLES, ConfirmDialog, StopDialog
from tui.ui.requeue.lines import body, summary, to_type, why_no_key
from tui.ui.requeue.run import RequeueRun, Stage
from tui.ui.text import Line, wrap
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView

_MAX_SUMMARY_LINES = 2


class RequeueDialog(ModalScreen[None]):
    """Shows `run`. `send` sends what was agreed to, and goes on if the dialog is closed. More than
    `confirm_above` orders are sent only after their number was typed.
    """

    CSS_PATH = STYLES
    KEY_WIDGETS = (ScrollableText,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "run", "Requeue", id="requeue.run"),
        Binding("f", "finished", "Finished too", id="requeue.finished",
                tooltip="Include finished orders, or leave them out"),
        Binding("escape,q", "stop", "Stop", id="requeue.stop"),
        Binding("escape,q", "leave", "Close", id="requeue.leave"),
    ]  # fmt: skip

    def __init__(
        self, run: RequeueRun, confirm_above: int, send: Callable[[], object], glyphs: Glyphs
    ) -> None:
        super().__init__()
        self._run = run
        self._confirm_above = confirm_above
        self._send = send
        self._glyphs = glyphs
        self._summary = LineView()
        self._text = ScrollableText(self._lines)
        self._current: int | None = None
        self._is_plan_painted = False

    def compose(self) -> ComposeResult:
        title = f"Requeue {formatting.orders(len(self._run.choice.order_ids))}"
        self._frame = framed(self, Vertical(), title, "requeue.leave")
        with self._frame:
            yield self._summary
            yield self._text
        yield KeyBar()

    def on_mount(self) -> None:
        self._run.on_change = self._update
        read: Callable[[], Awaitable[None]] = self._run.read
        self.run_worker(read, group="requeue-plan")
        self._text.focus()

    def on_unmount(self) -> None:
        self._run.on_change = lambda: None

    def on_resize(self, _: Resize) -> None:
        self._update()

    def _update(self) -> None:
        if not self.is_attached:
            return
        name, does = ("stop", "stops") if self._is_sending else ("leave", "closes")
        self._frame.border_subtitle = Content(f"{key_label(self, f'requeue.{name}')} {does}")
        text, role = summary(self._run)
        lines = wrap(text, max(8, self._summary.content_width), _MAX_SUMMARY_LINES)
        self._summary.styles.height = len(lines)
        self._summary.set_lines([((line, role),) for line in lines])
        before = self._current
        self._text.refresh_content()
        if self._current is not None and (before is None or self._text.shows_row(before)):
            self._text.scroll_to_row(self._current)
        if self._run.stage is Stage.PLANNED and not self._is_plan_painted:
            self.call_after_refresh(self._note_painted)
        self.refresh_bindings()

    def _note_painted(self) -> None:
        self._is_plan_painted = True
        self.refresh_bindings()

    def _lines(self, width: int) -> Sequence[Line]:
        lines, self._current = body(self._run, width, self._glyphs)
        return lines

    @property
    def situation(self) -> Situation:
        """Why the keys of the plan have no effect."""
        names = ("run", "finished")
        reasons = {name: why_no_key(name, self._run, self._is_plan_painted) for name in names}
        return Situation(tab="requeue", plan=tuple(reasons.items()))

    @property
    def _is_sending(self) -> bool:
        return self._run.stage is Stage.SENDING

    def check_action(self, action: str, _: tuple[object, ...]) -> bool | None:
        if action in ("stop", "leave") and self._is_sending != (action == "stop"):
            return False
        return None if why_no_key(action, self._run, self._is_plan_painted) else True

    def action_finished(self) -> None:
        self._run.toggle_finished()

    def action_run(self) -> None:
        """Send the plan, after what must be typed."""
        texts = to_type(self._run, self._confirm_above)
        if not texts:
            self._begin()
            return

        # A function, not a coroutine: Python warns of one that the exit leaves unawaited.
        ask: Callable[[], Awaitable[None]] = partial(self._ask, texts)
        self.run_worker(ask, group="requeue-confirm", exclusive=True)

    async def _ask(self, texts: Sequence[tuple[str, str, str]]) -> None:
        for title, text, note in texts:
            if not await self.app.push_screen_wait(ConfirmDialog(title, text, note)):
                return
        self._begin()

    def _begin(self) -> None:
        if self._run.begin():
            self._send()

    def _stop_if(self, stop: bool | None) -> None:
        if stop:
            self._run.stop()

    def action_stop(self) -> None:
        """Ask whether to stop. The run goes on until that is answered."""
        unsent = formatting.orders(len(self._run.unsent))
        self.app.push_screen(StopDialog(unsent), self._stop_if)

    def action_leave(self) -> None:
        dismiss_if_active(self)
