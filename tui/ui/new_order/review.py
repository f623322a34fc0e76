"""The dialog that shows what a new order would send, sends it once, and says what came of it."""

from collections.abc import Awaitable, Callable
from pathlib import PurePath
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui.actions.creation import OrderCreation
from tui.actions.plan import ItemResult
from tui.ui.actions import key_label
from tui.ui.dialogs.dialog import framed
from tui.ui.new_order.review_text import (
    SEARCHING,
    Review,
    prompt_text,
    result_lines,
    review_lines,
)
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.scrolled_lines import ScrolledLines
from tui.ui.widgets.text_field import TextField

_MIN_WIDTH = 8
_CLOSE_ID = "order-review.close"


class _Lines(ScrolledLines):
    """What the arrows scroll also while something is typed."""


class ReviewDialog(ModalScreen[None]):
    """`prepare` looks first whether the same order was sent before. `creation_of` makes what sends
    it. `on_result` is called with each result, also after it is closed. `wall` is the clock.
    """

    CSS_PATH: ClassVar[list[str | PurePath]] = ["../dialogs/dialogs.tcss", "review.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, because the field consumes it.
        Binding("enter", "send", "Send", id="order-review.send", priority=True,
                tooltip="Send the order, once"),
        Binding("escape", "close", "Back", id=_CLOSE_ID, tooltip="Back to the form"),
        Binding("down", "scroll_lines(1)", "Down", id="order-review.down", show=False,
                priority=True),
        Binding("up", "scroll_lines(-1)", "Up", id="order-review.up", show=False, priority=True),
        Binding("pagedown", "scroll_page(1)", "Page down", id="order-review.page-down",
                show=False, priority=True),
        Binding("pageup", "scroll_page(-1)", "Page up", id="order-review.page-up", show=False,
                priority=True),
    ]  # fmt: skip

    def __init__(
        self,
        prepare: Callable[[], Awaitable[Review]],
        creation_of: Callable[[Review], OrderCreation],
        on_result: Callable[[ItemResult], None],
        wall: Callable[[], float],
    ) -> None:
        super().__init__()
        self._prepare = prepare
        self._creation_of = creation_of
        self._on_result = on_result
        self._wall = wall
        self._review: Review | None = None
        self._is_shown = self._is_sent = self._has_ended = False
        self._results: list[ItemResult] = []
        self._lines = _Lines(id="order")
        self._field = TextField("typed", "")
        self._note = LineView(id="typed-note")

    def compose(self) -> ComposeResult:
        with framed(self, Vertical(), "New order", _CLOSE_ID):
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
        review = self._review = await self._prepare()
        self._field.display = bool(review.must_type) and not review.ruling.denial
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
        review = self._review
        return review is not None and not (review.ruling.denial or self._is_sent)

    def _draw(self) -> None:
        if not self.is_attached:
            return
        width = max(_MIN_WIDTH, self._lines.content_width)
        review = self._review
        if review is None:
            self._lines.set_lines((((SEARCHING, "dim"),),))
            return
        send, close = (key_label(self, f"order-review.{each}") for each in ("send", "close"))
        sends = f"{send} sends it, " if self._may_send else ""
        self.query_one(Vertical).border_subtitle = Content(f"{sends}{close} closes")
        lines = review_lines(review, self._wall(), width)
        if self._is_sent:
            running = not self._has_ended
            lines = [*lines, (), *result_lines(self._results, width, is_running=running)]
            self._lines.call_after_refresh(self._lines.scroll_end, animate=False)
        self._lines.set_lines(lines)
        prompt = prompt_text(review) if self._field.display else ""
        self._note.display = bool(prompt)
        self._note.set_lines((((prompt, "plain"),),))

    def action_scroll_lines(self, by: int) -> None:
        self._lines.action_move(by)

    def action_scroll_page(self, by: int) -> None:
        self._lines.action_page(by)

    async def action_send(self) -> None:
        """Send the order if it was shown, and what must be typed was typed."""
        await self._field.wait_for_input()
        review = self._review
        if review is None or not self._is_shown:
            self.notify("It is not shown yet: nothing is sent", markup=False)
            return
        if review.must_type and self._field.value.strip() != review.must_type:
            self.notify(f"{prompt_text(review)} nothing is sent", markup=False)
            return
        self._is_sent = True
        self._field.display = False
        self.set_focus(self._lines)
        self.refresh_bindings()
        self._draw()
        creation = self._creation_of(review)

        async def run() -> None:
            async for result in creation.run():
                self._results.append(result)
                self._draw()
                self._on_result(result)
            self._has_ended = True
            self._draw()

        # In the app: it goes on when the dialog is closed.
        work: Callable[[], Awaitable[None]] = run
        self.app.run_worker(work, group="new-order")

    def action_close(self) -> None:
        if self._is_sent and not self._results:
            self.notify("It is sent: what came of it is shown here in a few seconds", markup=False)
        else:
            dismiss_if_active(self)

    @property
    def result(self) -> ItemResult | None:
        """The last thing that is known of what was sent; None if nothing is."""
        return self._results[-1] if self._results else None
