"""The main screen: banner, orders, detail. It binds slices of the state to its panes and
turns their messages into requests; it fetches nothing.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.clock import Clock
from tui.filtering.views import ScreenState, View
from tui.model.order import InvalidRow, OrderSummary
from tui.model.session import Session
from tui.model.state import State
from tui.ui.dialogs.copy_menu import copy_id, open_copy_menu
from tui.ui.main_screen.columns import Columns
from tui.ui.main_screen.counts_line import CountsBar, counts_line
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.rows import order_line
from tui.ui.main_screen.status_lines import empty_lines, status_line, title_line
from tui.ui.main_screen.view_control import OpeningScreen
from tui.ui.main_screen.view_text import sort_marks
from tui.ui.order_presenter import OrderPresenter
from tui.ui.order_screen.detail_pane import DetailPane, detail_lines
from tui.ui.text import Line, wrap
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView, PaneContainer
from tui.ui.widgets.responsive_screen import Layout, ResponsiveScreen

if TYPE_CHECKING:
    from tui.model.export import ExportRequest


class MainScreen(OpeningScreen, ResponsiveScreen):
    """Watches one company's orders."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "app.refresh", "Refresh", id="watch.refresh", tooltip="Ask now"),
        Binding("p", "app.toggle_pause", "Pause", id="watch.pause", tooltip="Pause or resume"),
        Binding("y", "copy_id", "Copy id", id="watch.copy-id", tooltip="Copy the order's id"),
        Binding("Y", "copy_menu", "Copy", id="watch.copy", tooltip="Choose what to copy"),
        Binding(
            "x", "app.dismiss_gone", "Dismiss", id="watch.dismiss", tooltip="Dismiss gone orders"
        ),
        Binding("u", "unreadable", "InvalidRow", id="watch.unreadable"),
        Binding(
            "e",
            "app.export",
            "Export",
            id="watch.export",
            show=False,
            tooltip="Export the rows to a file",
            priority=True,
        ),
        # Of two bindings of one key only those of one class are both heard.
        Binding("tab", "complete_filter", "Complete", id="filter.complete", priority=True),
        Binding("tab", "other_pane", "Panes", id="watch.next-pane", tooltip="Other pane"),
        Binding(
            "shift+tab",
            "other_pane",
            "Panes",
            id="watch.pane",
            show=False,
            tooltip="Other pane",
        ),
    ]
    AUTO_FOCUS = "#orders"

    def __init__(
        self,
        who: Session,
        refresh: float,
        glyphs: Glyphs,
        clock: Clock,
        state: State,
        left: ScreenState,
        views: Sequence[View],
    ) -> None:
        super().__init__(state, left.view, views, glyphs)
        self._left_on = left.cursor
        self._clock = clock
        self.sight = OrderPresenter(state, who, clock.now(), refresh)
        self._layout_shown = Layout.WIDE

    def compose(self) -> ComposeResult:
        self.update_layout_class()  # before there is anything to be styled a second time
        yield LineView(id="status")
        yield CountsBar()
        yield LineView(id="rule")
        with PaneContainer(id="panes"):
            yield OrdersTable(id="orders")
            yield DetailPane(id="detail")
        yield KeyBar(self._glyphs)
        yield LineView(id="too-small")

    @property
    def left(self) -> ScreenState:
        """How it is left."""
        return ScreenState(self.view, self.query_one(OrdersTable).cursor_id)

    def on_mount(self) -> None:
        if not self.is_attached:  # the program ends, and Textual has put no widgets here
            return
        if self._left_on is not None:
            self.query_one(OrdersTable).seek(self._left_on)
        self._bind(self._state)  # so that the first paint has it all

    def on_resize(self) -> None:
        if self.is_ready:
            self._arrange()
        # The state as it is then, not as it is now: a list may come in between.
        self.call_after_refresh(lambda: self.bind(self._state, self.sight.who))

    def bind(self, state: State, who: Session) -> None:
        """Show `state` of `who` as of now; what is as it was is not drawn again."""
        self.sight = self.sight._replace(who=who)
        if self.is_ready:
            self._bind(state)

    def sheet(self) -> "ExportRequest":
        """What the table shows now, to be exported."""
        from tui.model.export import ExportRequest  # noqa: PLC0415 - not for the first paint

        rows, who, filtered = self.query_one(OrdersTable).rows, self.sight.who, self.view.filter
        return ExportRequest(self._state, rows, filtered, who.host, who.company, self._clock.now())

    def arranged(self) -> None:
        self._bind(self._state)
        self.call_after_refresh(self.query_one(OrdersTable).reveal)

    def _bind(self, state: State) -> None:
        self._arrange()  # another screen may have been resized in the place of this one
        before, self._state = self._state, state
        who, now = self.sight.who, self._clock.now()
        self.sight = self.sight._replace(state=state, now=now)
        width = self.size.width
        glyphs = self._glyphs
        shown = self.shown(now.wall)
        words = self.view_words(shown, now.wall)
        self.query_one("#status", LineView).set_lines(
            (status_line(state, who, now.mono, width, glyphs),)
        )
        counts = counts_line(state, width, glyphs, self.hints, self.only_status)
        self.query_one(CountsBar).bind(counts)
        rule = title_line(state, who, now.mono, width, glyphs, words, self.hints)
        self.query_one("#rule", LineView).set_lines((rule,))
        orders = self.query_one(OrdersTable)
        width = orders.size.width
        none = self.lines_for_none(shown, width) if state.orders else None
        empty = empty_lines(state, who, now.mono, width, self.hints) if none is None else none
        orders.dress(self.view.columns, sort_marks(self.view.sort, glyphs))
        orders.bind(
            shown.rows,
            self._paint,
            empty,
            hidden=bool(state.orders),
            searching=self.is_typing or bool(shown.needs_detail) or state.is_partially_loaded,
        )
        self._bind_detail()
        if bool(before.gone) != bool(state.gone) or _unreadable(before) != _unreadable(state):
            self.refresh_bindings()

    def _arrange(self) -> None:
        """Show the panes there is room for."""
        before = self._layout_shown
        layout = self._layout_shown = self.apply_layout()
        self.query_one(DetailPane).display = layout is not Layout.SINGLE
        if layout is not Layout.TOO_SMALL and self.focused is None:
            self.set_focus(self.query_one(OrdersTable))
        if layout is not before:
            self.refresh_bindings()

    def _paint(self, order: OrderSummary, columns: Columns, cursor: bool) -> Line:
        return order_line(self.sight, order, columns, self._glyphs, cursor=cursor)

    def _bind_detail(self) -> None:
        pane, view, now = self.query_one(DetailPane), self.detail, self.sight.now
        self.show_opened(view)
        if view is None:
            pane.set_lines(())  # no order is there to be under the cursor
            return
        size = (max(20, pane.content_width), pane.size.height)
        pane.set_lines(detail_lines(view, size, (now.wall, now.mono), self._glyphs))

    def on_orders_table_order_selected(self, message: OrdersTable.OrderSelected) -> None:
        if self.is_opened:
            self.kept = message.order_id
        self.query_one(DetailPane).scroll_to(y=0, animate=False)
        self._bind_detail()

    def on_detail_pane_back_requested(self) -> None:
        self.set_focus(self.query_one(OrdersTable))

    def action_other_pane(self) -> None:
        orders, detail = self.query_one(OrdersTable), self.query_one(DetailPane)
        self.set_focus(detail if self.focused is orders else orders)

    def on_detail_pane_resized(self) -> None:
        self._bind_detail()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing here are not shown."""
        if action == "other_pane" and self.is_typing:
            return False
        if action == "unreadable":
            return bool(_unreadable(self._state))
        if action == "other_pane" and self._layout_shown is Layout.SINGLE:
            return False
        return super().check_action(action, parameters)

    def action_copy_id(self) -> None:
        copy_id(self, self.query_one(OrdersTable).cursor_id)

    def action_copy_menu(self) -> None:
        view = self.detail
        if view is not None:
            detail = view.reading.detail if view.reading is not None else None
            open_copy_menu(self, view.facts.id, detail, self.sight.who)

    def action_unreadable(self) -> None:
        from tui.ui.dialogs.text_dialog import TextDialog  # noqa: PLC0415 - not for the first paint

        bad = _unreadable(self._state)

        def lines(width: int) -> list[Line]:
            told = (f"row {item.position + 1}: {item.reason}" for item in bad)
            return [((text, "plain"),) for each in told for text in wrap(each, width, 3)]

        self.app.push_screen(TextDialog("Unreadable rows of the list", lines))


def _unreadable(state: State) -> tuple[InvalidRow, ...]:
    return state.snapshot.invalid_rows if state.snapshot is not None else ()
