"""The dialog that shows what a change of a profile would send, sends it once, and says what came of
it.
"""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui.actions.profile_change import ProfileChange, ProfileRunner
from tui.actions.profile_settling import ChangeResult
from tui.model.actions import Outcome
from tui.ui.actions import key_label
from tui.ui.bindings import ACT, MOVE
from tui.ui.dialogs.dialog import framed
from tui.ui.profiles.form_text import (
    SENDING,
    change_lines,
    change_title,
    prompt_text,
    result_lines,
    result_text,
    sends_text,
)
from tui.ui.text import Line
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.scrolled_lines import ScrolledLines
from tui.ui.widgets.text_field import TextField

_MIN_WIDTH = 8
_FRAME_LINES = 3
"""Its border, and the keys."""
_READING = "Reading the profiles again…"
_CLOSE_ID = "profile-change.close"


class _Lines(ScrolledLines):
    """What the arrows scroll also while the id is typed."""


class ChangeDialog(ModalScreen[bool]):
    """Returns whether it may have been done. `prepare` reads the profiles again; `runner_for` makes
    what sends the change. `use_lines` are what is known of the orders with the profile, for a
    width. `on_result` is called with each result, also after the dialog is closed, and `on_unknown`
    at the end if the outcome stays unknown.
    """

    CSS_PATH = "change_dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, because the field consumes it.
        Binding("enter", "send", "Send", id="profile-change.send", priority=True, group=ACT,
                tooltip="Send the change, once"),
        Binding("escape", "close", "Back", id=_CLOSE_ID, group=MOVE),
        Binding("down", "scroll_lines(1)", "Down", id="profile-change.down", show=False,
                priority=True, group=MOVE),
        Binding("up", "scroll_lines(-1)", "Up", id="profile-change.up", show=False,
                priority=True, group=MOVE),
    ]  # fmt: skip

    def __init__(
        self,
        prepare: Callable[[], Awaitable[ProfileChange]],
        runner_for: Callable[[ProfileChange], ProfileRunner],
        use_lines: Callable[[int], list[Line]],
        on_result: Callable[[ChangeResult], None],
        on_unknown: Callable[[], None],
        glyphs: Glyphs,
    ) -> None:
        super().__init__()
        self._prepare = prepare
        self._runner_for = runner_for
        self._use_lines = use_lines
        self._on_result = on_result
        self._on_unknown = on_unknown
        self._glyphs = glyphs
        self._change: ProfileChange | None = None
        self._is_shown = self._is_sent = False
        self._results: list[ChangeResult] = []
        self._lines = _Lines(id="change")
        self._field = TextField("typed", "")
        self._note = LineView(id="typed-note")

    def compose(self) -> ComposeResult:
        with framed(self, Vertical(), "", _CLOSE_ID):
            yield self._lines
            yield self._note
            yield self._field
        yield KeyBar()

    def on_mount(self) -> None:
        if self.is_attached:  # False if the app exits: Textual then mounts no widgets
            self._field.display = False
            self._draw()
            # A function, not a coroutine: Python warns of one that the exit leaves unawaited.
            run: Callable[[], Awaitable[None]] = self._read
            self.run_worker(run, group="prepare")

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    async def _read(self) -> None:
        change = self._change = await self._prepare()
        self._field.display = bool(change.must_type) and not change.problem
        self.set_focus(self._field if self._field.display else self._lines)
        self._draw()
        # A key that was pressed before this is on screen sends nothing.
        self.call_after_refresh(self._note_shown)

    def _note_shown(self) -> None:
        self._is_shown = True
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        return action != "send" or self._may_send

    @property
    def _may_send(self) -> bool:
        return self._change is not None and not (self._change.problem or self._is_sent)

    def _draw(self) -> None:
        if not self.is_attached:
            return
        width = max(_MIN_WIDTH, self._lines.content_width)
        change = self._change
        if change is None:
            self._lines.set_lines((((_READING, "dim"),),))
            return
        frame = self.query_one(Vertical)
        frame.border_title = Content(change_title(change))
        send, close = (key_label(self, f"profile-change.{each}") for each in ("send", "close"))
        sends = f"{send} {sends_text(change)}, " if self._may_send else ""
        frame.border_subtitle = Content(f"{sends}{close} closes")
        lines = change_lines(change, self._use_lines(width), width, self._glyphs)
        if self._is_sent:
            shown = result_lines(self._results, width) or [((SENDING, "accent"),)]
            lines = [*lines, (), *shown]
            self._lines.call_after_refresh(self._lines.scroll_end, animate=False)
        self._lines.set_lines(lines)
        # `1fr` would push the field out of a low window.
        room = self.size.height - _FRAME_LINES - (2 if self._field.display else 0)
        self._lines.styles.max_height = max(1, room)
        prompt = prompt_text(change) if self._field.display else ""
        self._note.display = bool(prompt)
        self._note.set_lines((((prompt, "plain"),),))

    def action_scroll_lines(self, by: int) -> None:
        self._lines.action_move(by)

    async def action_send(self) -> None:
        """Send the change if it was shown, and what must be typed was typed."""
        await self._field.wait_for_input()
        change = self._change
        if change is None or not self._is_shown:
            self.notify("It is not shown yet: nothing is sent", markup=False)
            return
        if change.must_type and self._field.value.strip() != change.must_type:
            self.notify(f"{prompt_text(change)} nothing is sent", markup=False)
            return
        self._is_sent = True
        self._field.display = False
        self.set_focus(self._lines)
        self.refresh_bindings()
        self._draw()
        runner = self._runner_for(change)

        async def run() -> None:
            async for result in runner.run():
                self._show(result)
            if self._results[-1].outcome is Outcome.UNKNOWN:
                self._on_unknown()

        # In the app: it goes on when the dialog is closed.
        work: Callable[[], Awaitable[None]] = run
        self.app.run_worker(work, group="profile-change")

    def _show(self, result: ChangeResult) -> None:
        self._results.append(result)
        self._draw()
        self._on_result(result)
        if not self.is_attached:
            self.app.notify(result_text(result), markup=False)

    def action_close(self) -> None:
        if self._is_sent and not self._results:
            self.notify("It is sent: what came of it is shown here in a few seconds", markup=False)
        else:
            outcomes = {each.outcome for each in self._results}
            dismiss_if_active(self, result=bool(outcomes - {Outcome.REFUSED}))
