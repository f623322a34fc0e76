"""The screen of statistics: which orders ended in a day, a week or a month, how long they took, and
why they failed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Click, Resize
from textual.message import Message

from tui.filtering.completion import as_typed
from tui.model.account import Session
from tui.model.calendar_units import CalendarUnit
from tui.model.events import ClockReading
from tui.model.state import State
from tui.model.statistics import StatisticsSource
from tui.ui.actions import key_label
from tui.ui.bindings import STATISTICS_SCREEN_BINDINGS, move_bindings
from tui.ui.key_reasons import Situation, situation_of, why_not
from tui.ui.main_screen.status_lines import status_line
from tui.ui.statistics.control import StatisticsControl
from tui.ui.statistics.report import Report, StatisticsModel, header_lines, report
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView, PaneContainer
from tui.ui.widgets.responsive_screen import Layout, ResponsiveScreen
from tui.ui.widgets.scrolled_lines import ScrolledLines

_MIN_WIDTH = 20


class ReportPane(ScrolledLines):
    """Scrolls the report. Posts `Resized`, because its lines depend on its size."""

    BINDINGS: ClassVar[list[BindingType]] = move_bindings("statistics")

    class Resized(Message):
        """The pane has a new size."""

    @dataclass
    class Clicked(Message):
        """A line of the report was clicked."""

        line: int

    def on_resize(self, _: Resize) -> None:
        self.post_message(self.Resized())

    def on_click(self, event: Click) -> None:
        self.post_message(self.Clicked(int(event.y + self.scroll_offset.y)))


class StatisticsScreen(ResponsiveScreen):
    """Reads from `source`; None if there is no history. `show_orders` shows the orders of a filter
    on the main screen.
    """

    CSS_PATH = "screen.tcss"
    BINDINGS = STATISTICS_SCREEN_BINDINGS
    KEY_WIDGETS = (ReportPane,)
    AUTO_FOCUS = "#report"

    def __init__(
        self,
        source: StatisticsSource | None,
        facts: tuple[State, Session, ClockReading],
        glyphs: Glyphs,
        show_orders: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._source = source
        self._state, self._session, self._now = facts
        self._glyphs = glyphs
        self._show_orders = show_orders
        self._control = StatisticsControl(self._now.wall)
        self._report = Report([])
        self._drawn: tuple[StatisticsModel, tuple[int, int]] | None = None

    def compose(self) -> ComposeResult:
        self.update_layout_class()
        yield LineView(id="status")
        yield LineView(id="head")
        with PaneContainer(id="panes"):
            yield ReportPane(id="report")
        yield KeyBar()
        yield LineView(id="too-small")

    def on_mount(self) -> None:
        if self.is_attached:  # False if the app exits: Textual then mounts no widgets
            self._update()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def on_report_pane_resized(self) -> None:
        self._draw()

    def bind(self, state: State, session: Session, now: ClockReading) -> None:
        """Show the state of the list, and figures that are not old."""
        self._state, self._session, self._now = state, session, now
        if self.is_ready:
            self._update()

    def _update(self) -> None:
        """Read the figures if it is time to, and draw."""
        source, control, now = self._source, self._control, self._now
        if source is not None and control.must_read(self._state, now.wall, now.mono):
            edges = control.edges

            async def read() -> None:
                control.set_found(edges, await source.statistics(edges))
                self._draw()

            # A function, not a coroutine: Python warns of one that the exit leaves unawaited.
            run: Callable[[], Awaitable[None]] = read
            self.run_worker(run, group="statistics", exclusive=True)
        self._draw()

    def _draw(self) -> None:
        if not self.is_ready:
            return
        layout = self.apply_layout()
        pane, control, glyphs = self.query_one(ReportPane), self._control, self._glyphs
        if self.focused is None and layout is not Layout.TOO_SMALL:
            self.set_focus(pane)
        width = self.size.width
        status = status_line(self._state, self._session, self._now.mono, width, glyphs)
        self.query_one("#status", LineView).set_lines((status,))
        model = StatisticsModel(
            control.unit,
            control.edges,
            self._now.wall // 60 * 60,
            control.found,
            control.chosen,
            key_label(self, "statistics.open"),
            has_history=self._source is not None,
        )
        size = max(_MIN_WIDTH, pane.content_width), pane.size.height
        if (model, size) == self._drawn:
            return
        self._drawn = model, size
        self.query_one("#head", LineView).set_lines(header_lines(model, width, glyphs))
        self._report = report(model, size, glyphs)
        pane.set_lines(self._report.lines)
        self.update_keys()

    @property
    def situation(self) -> Situation:
        control = self._control
        return msgspec.structs.replace(
            situation_of(self._state, self._session, self._now),
            is_first=self._source is None or control.is_first(),
            is_last=control.edges[-1] > self._now.wall,
            period=control.unit.value,
            found=control.reason is not None,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the keys of actions that have no effect now."""
        return None if why_not(action, parameters, self.situation) else True

    def action_back(self) -> None:
        dismiss_if_active(self)

    def action_period(self, name: str) -> None:
        self._control.show(CalendarUnit(name), self._now.wall)
        self._show_period()

    def action_earlier(self) -> None:
        self._control.step(-1, self._now.wall)
        self._show_period()

    def action_later(self) -> None:
        self._control.step(1, self._now.wall)
        self._show_period()

    def _show_period(self) -> None:
        if self.is_ready:
            self.query_one(ReportPane).scroll_to(y=0, animate=False)
            self._update()

    def action_reason(self, by: int) -> None:
        if not self._control.choose(self._control.chosen + by):
            text = "This is the last reason" if by > 0 else "This is the first reason"
            self.notify(text, markup=False)
        self._draw()
        self.query_one(ReportPane).scroll_to_row(self._report.reasons_at + self._control.chosen)

    def on_report_pane_clicked(self, message: ReportPane.Clicked) -> None:
        if self._report.reasons_at and self._control.choose(message.line - self._report.reasons_at):
            self.action_open()

    def action_open(self) -> None:
        """Show the failed orders with the chosen reason on the main screen."""
        reason = self._control.reason
        if reason is not None and self.app.screen is self:
            words = reason.common_words
            text = f"status:error reason:{as_typed(words)}" if words else "status:error"
            dismiss_if_active(self)
            self._show_orders(text)
