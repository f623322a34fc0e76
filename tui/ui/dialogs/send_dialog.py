"""The dialog that shows what would be sent, sends it once, and says what came of it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui.ui.actions import key_label
from tui.ui.dialogs.dialog import framed
from tui.ui.text import Line
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.scrolled_lines import ScrolledLines
from tui.ui.widgets.text_field import TextField

_MIN_WIDTH = 8
_MARGIN, _BORDER = 2, 2
"""Lines of the screen that the frame leaves free, the key bar among them, and of its border."""
_CLOSE_ID = "send.close"


class Sending(Protocol):
    """What is sent once, and its words. All but `preparing` is known after `prepare`."""

    @property
    def preparing(self) -> str:
        """What is done until it can be shown."""

    @property
    def title(self) -> str: ...

    @property
    def verb(self) -> str:
        """What the key to send does: `sends it`."""

    @property
    def must_type(self) -> str:
        """What must be typed before it is sent; empty if nothing."""

    @property
    def prompt(self) -> str:
        """That this must be typed, and why."""

    @property
    def is_allowed(self) -> bool: ...

    @property
    def result_text(self) -> str:
        """What is known now of what was sent; empty if nothing is."""

    @property
    def may_be_done(self) -> bool: ...

    async def prepare(self) -> None:
        """Read what must be known before it is shown."""

    def lines(self, width: int) -> list[Line]: ...

    def result_lines(self, width: int) -> list[Line]: ...

    def run(self) -> AsyncGenerator[None, None]:
        """Send it. Yields when more is known."""


class _Lines(ScrolledLines):
    """What the arrows scroll also while something is typed."""


class SendDialog(ModalScreen[bool]):
    """Returns whether it may have been done."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, because the field consumes them.
        Binding("enter", "send", "Send", id="send.send", priority=True, tooltip="Send it, once"),
        Binding("escape", "close", "Back", id=_CLOSE_ID),
        Binding("down", "scroll_lines(1)", "Down", id="send.down", show=False, priority=True),
        Binding("up", "scroll_lines(-1)", "Up", id="send.up", show=False, priority=True),
        Binding("pagedown", "scroll_page(1)", "Page down", id="send.page-down", show=False,
                priority=True),
        Binding("pageup", "scroll_page(-1)", "Page up", id="send.page-up", show=False,
                priority=True),
    ]  # fmt: skip

    def __init__(self, sending: Sending) -> None:
        super().__init__()
        self._sending = sending
        self._is_prepared = self._is_shown = self._is_sent = False
        self._lines = _Lines(id="shown")
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
            run: Callable[[], Awaitable[None]] = self._prepare
            self.run_worker(run, group="prepare")

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    async def _prepare(self) -> None:
        sending = self._sending
        await sending.prepare()
        self._is_prepared = True
        self._field.display = bool(sending.must_type) and sending.is_allowed
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
        return self._is_prepared and self._sending.is_allowed and not self._is_sent

    def _draw(self) -> None:
        if not self.is_attached:
            return
        sending, width = self._sending, max(_MIN_WIDTH, self._lines.content_width)
        if not self._is_prepared:
            self._lines.set_lines((((sending.preparing, "dim"),),))
            return
        frame = self.query_one(Vertical)
        frame.border_title = Content(sending.title)
        send, close = (key_label(self, each) for each in ("send.send", _CLOSE_ID))
        sends = f"{send} {sending.verb}, " if self._may_send else ""
        frame.border_subtitle = Content(f"{sends}{close} closes")
        lines = sending.lines(width)
        if self._is_sent:
            lines = [*lines, (), *sending.result_lines(width)]
            self._lines.call_after_refresh(self._lines.scroll_end, animate=False)
        self._lines.set_lines(lines)
        # `1fr` would push the field out of a low window.
        room = self.size.height - _MARGIN
        frame.styles.max_height = room
        self._lines.styles.max_height = max(1, room - _BORDER - 2 * self._field.display)
        prompt = sending.prompt if self._field.display else ""
        self._note.display = bool(prompt)
        self._note.set_lines((((prompt, "plain"),),))

    def action_scroll_lines(self, by: int) -> None:
        self._lines.action_move(by)

    def action_scroll_page(self, by: int) -> None:
        self._lines.action_page(by)

    async def action_send(self) -> None:
        """Send it if it was shown, and what must be typed was typed."""
        await self._field.wait_for_input()
        sending = self._sending
        if not (self._is_prepared and self._is_shown):
            self.notify("It is not shown yet: nothing is sent", markup=False)
            return
        if sending.must_type and self._field.value.strip() != sending.must_type:
            self.notify(f"{sending.prompt} nothing is sent", markup=False)
            return
        self._is_sent = True
        self._field.display = False
        self.set_focus(self._lines)
        self.refresh_bindings()
        self._draw()

        async def run() -> None:
            known = ""
            async for _ in sending.run():
                self._draw()
                if sending.result_text != known and not self.is_attached:
                    self.app.notify(sending.result_text, markup=False)
                known = sending.result_text

        # In the app: it goes on when the dialog is closed.
        work: Callable[[], Awaitable[None]] = run
        self.app.run_worker(work, group="send")

    def action_close(self) -> None:
        if self._is_sent and not self._sending.result_text:
            self.notify("It is sent: what came of it is shown here in a few seconds", markup=False)
        else:
            dismiss_if_active(self, result=self._sending.may_be_done)
