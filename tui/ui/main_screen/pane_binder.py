"""Binds the state to the widgets of the main screen.

An event costs what it touches. A detail that arrives changes counts, title, rows and detail pane
only where their values differ; the status line and ages follow with the next tick.
"""

from tui.filtering.row_arranger import ArrangedRows
from tui.model.order import Phase
from tui.model.order_facts import count_by_phase
from tui.ui.actions import KeyLabels
from tui.ui.main_screen.counts_line import CountsBar, counts_line
from tui.ui.main_screen.filter_control import FilterControl
from tui.ui.main_screen.filter_text import nothing_matches
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.status_lines import ListTitle, empty_lines, status_line, title_line
from tui.ui.main_screen.view_control import ViewControl
from tui.ui.main_screen.view_text import sort_marks
from tui.ui.order_presenter import DetailModel, OrderPresenter
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.order_screen.facts import summary_lines
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.line_view import LineView


class PaneBinder:
    """Owns the widgets of the main screen that show orders. With `is_full` everything is bound,
    else only what details of orders change.
    """

    def __init__(
        self, presenter: OrderPresenter, filter_: FilterControl, view: ViewControl, glyphs: Glyphs
    ) -> None:
        self.status_bar = LineView(id="status")
        self.counts_bar = CountsBar()
        self.title_bar = LineView(id="rule")
        self.table = OrdersTable(glyphs, id="orders")
        self.detail_pane = DetailPane(id="detail")
        self.detail: DetailModel | None = None
        """The order under the cursor, as shown."""
        self._presenter = presenter
        self._filter = filter_
        self._view = view
        self._glyphs = glyphs
        self._numbers: dict[Phase, int] = {}
        self._list_title = ListTitle()
        self._position = (0, 0)

    def bind_lines(self, rows: ArrangedRows, keys: KeyLabels, *, is_full: bool) -> None:
        """Bind status line, counts and title line."""
        presenter, glyphs, width = self._presenter, self._glyphs, self.status_bar.size.width
        state, session, now = presenter.state, presenter.session, presenter.now
        if is_full:
            self.status_bar.set_lines((status_line(state, session, now.mono, width, glyphs),))
        numbers = count_by_phase(state)
        if is_full or numbers != self._numbers:
            self._numbers = numbers
            self.counts_bar.bind(counts_line(state, width, glyphs, keys, self._filter.only_status))
        title = self._view.title(rows, self._filter.title(rows, state, now.wall))
        if is_full or title != self._list_title:
            self._list_title = title
            line = title_line(state, session, now.mono, width, glyphs, keys, title)
            self.title_bar.set_lines((line,))

    def bind_table(self, rows: ArrangedRows, keys: KeyLabels, *, is_typing: bool) -> None:
        presenter, view = self._presenter, self._view.current
        state = presenter.state
        self.table.set_columns(view.columns, sort_marks(view.sort, self._glyphs))
        if rows.rows:
            searching = is_typing or bool(rows.needs_detail) or state.is_partially_loaded
            self.table.bind(rows.rows, presenter.row, searching=searching)
            return
        width = self.table.size.width
        if state.orders and self._filter.is_active:
            lines = nothing_matches(self._filter.text, rows, width, keys.clear)
        else:
            lines = empty_lines(state, presenter.session, presenter.now.mono, width, keys)
        self.table.show_empty(lines, hidden=bool(state.orders))

    def bind_detail(self, keys: KeyLabels, *, is_full: bool) -> bool:
        """Bind the detail pane; returns whether the order or its position changed."""
        table, pane, now = self.table, self.detail_pane, self._presenter.now
        detail, position = self._presenter.detail(table.cursor_id, keys.dismiss), table.position
        if not is_full and (detail, position) == (self.detail, self._position):
            return False
        self.detail, self._position = detail, position
        if detail is None:
            pane.set_lines(())
        else:
            size = (max(20, pane.content_width), pane.size.height)
            pane.set_lines(summary_lines(detail, size, now, self._glyphs))
        return True
