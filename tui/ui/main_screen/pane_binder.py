"""Binds the state to the widgets of the main screen.

An event costs what it touches. A detail that arrives changes counts, title, rows and detail pane
only where their values differ; the status line and ages follow with the next tick.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tui.filtering.row_arranger import ArrangedRows
from tui.model.events import ClockReading
from tui.model.order_facts import count_by_phase
from tui.model.state import State
from tui.ui.actions import KeyLabels
from tui.ui.main_screen.counts_line import counts_line
from tui.ui.main_screen.filter_control import FilterControl
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.status_lines import (
    empty_lines,
    notice_lines,
    status_line,
    summary_text,
    trouble_lines,
)
from tui.ui.main_screen.table_columns import shows_ended_times
from tui.ui.main_screen.throughput import with_throughput
from tui.ui.main_screen.view_control import ViewControl
from tui.ui.main_screen.view_tabs import tabs_line
from tui.ui.main_screen.view_text import no_match_lines, sort_line, sort_marks
from tui.ui.order_presenter import DetailModel, OrderPresenter
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.order_screen.facts import no_order_lines, summary_lines
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.clickable_line import ClickableLine
from tui.ui.widgets.line_view import LineView, set_variable_lines

if TYPE_CHECKING:
    from tui.model.export import ExportRequest

_ShownDetail = tuple[DetailModel | None, bool, tuple[int, int], float, tuple[int, int]]
"""Model, whether the filter hides all orders, position, moment and size."""


class PaneBinder:
    """Owns the widgets of the main screen that show orders. `key_labels` returns the names of the
    keys that they mention.
    """

    def __init__(
        self,
        presenter: OrderPresenter,
        filter_: FilterControl,
        view: ViewControl,
        glyphs: Glyphs,
        key_labels: Callable[[], KeyLabels],
    ) -> None:
        self.status_bar = LineView(id="status")
        self.trouble_bar = LineView(id="trouble", classes="variable")
        self.counts_bar = ClickableLine("counts")
        self.tabs_bar = ClickableLine("tabs")
        self.filter_info = LineView(id="filter-info", classes="variable")
        self.table = OrdersTable(glyphs, id="orders")
        self.notice = ""
        """A sentence that stays above the orders."""
        self.detail_pane = DetailPane(id="detail")
        self._presenter = presenter
        self._filter = filter_
        self._view = view
        self._glyphs = glyphs
        self._key_labels = key_labels
        self._keys = KeyLabels("", "", "", "")
        self._shown_lines: tuple[object, ...] = ()
        self._shown_detail: _ShownDetail = (None, False, (0, 0), 0.0, (0, 0))

    @property
    def lines(self) -> tuple[LineView, ...]:
        """The widgets above the table, from the top."""
        return (
            self.status_bar, self.trouble_bar, self.counts_bar, self.tabs_bar, self.filter_info,
        )  # fmt: skip

    def bind(
        self,
        state: State,
        now: ClockReading,
        moment: str = "",
        *,
        is_typing: bool,
        following: bool,
    ) -> tuple[ArrangedRows, bool]:
        """Show `state` at `now`, which is a `moment` in the past if that is given. Returns the rows
        and whether the detail pane may have changed.
        """
        before, presenter, view = self._presenter.state, self._presenter, self._view.current
        self._keys = self._key_labels()
        is_list_new = presenter.update(state, now, moment)
        rows = self._filter.arrange(
            state, presenter.grouping, view, now.wall, presenter.observed_until
        )
        # None if more than details may be new: then everything is compared.
        touched = None if is_list_new or state is before else self._touched(rows)
        self._bind_table(rows, touched, is_typing=is_typing, following=following)
        self._bind_lines(rows, is_list_new=is_list_new, is_typing=is_typing, following=following)
        return rows, self.bind_detail(touched) or touched is None

    @property
    def _clear_key(self) -> str:
        """The key that clears the filter; empty if all of it belongs to the view."""
        return self._keys.clear if self._view.is_filter_changed else ""

    def _bind_lines(
        self, rows: ArrangedRows, *, is_list_new: bool, is_typing: bool, following: bool
    ) -> None:
        """Bind the lines above the table, unless they show the same already."""
        presenter, glyphs, width = self._presenter, self._glyphs, self.status_bar.outer_size.width
        state, session, now = presenter.state, presenter.session, presenter.now
        keys, view = self._keys, self._view
        by_phase = count_by_phase(state, presenter.grouping.fresher)
        numbers = {phase.value: number for phase, number in by_phase.items()}
        if state.timings and state.past is None:  # the past does not know which orders stalled
            numbers["stalled"] = len(presenter.grouping.stalled)
        only = self._filter.only_status
        counts = view.counts(state, presenter.grouping.fresher, now)
        filter_lines = self._filter.lines(
            rows, state, now.wall, width,
            typing=is_typing, named=view.current in view.saved, clear=self._clear_key,
        )  # fmt: skip
        sort = sort_line(view.current.sort, rows, state)
        position, marked = self.table.position, len(self.table.marked)
        # A live list shows times of day, else ages.
        is_plain = presenter.is_live and state.coverage is None
        moment = now.wall // 60 if is_plain else now.mono // 1
        shown = (
            filter_lines, sort, numbers, only, counts, position, marked, following,
            presenter.is_live, moment, presenter.moment, width, keys, session, view.current,
            view.saved, state.ended_orders, self.notice,
        )  # fmt: skip
        if shown == self._shown_lines and not is_list_new:
            return
        self._shown_lines = shown
        status = status_line(state, session, now.mono, width, glyphs, presenter.moment)
        self.status_bar.set_lines((status,))
        trouble = trouble_lines(state, session, now.mono, width, glyphs, keys)
        notice = notice_lines(self.notice, width, keys.clear)
        set_variable_lines(self.trouble_bar, [*trouble, *notice])
        faded = not presenter.is_live
        counts_of = partial(
            counts_line, state, numbers, glyphs=glyphs, keys=keys, chosen=only, faded=faded
        )
        self.counts_bar.bind(
            with_throughput(counts_of, state.ended_orders, now.wall, width, glyphs, faded=faded)
        )
        right = summary_text(state, now.mono, position, sort, marked, following=following)
        self.tabs_bar.bind(tabs_line(view.saved, counts, view.current, right, width, glyphs))
        set_variable_lines(self.filter_info, filter_lines)

    def _touched(self, rows: ArrangedRows) -> set[str] | None:
        """Return which of the shown orders the last update touched; None if the rows are others."""
        table = self.table
        if rows.rows is not table.rows or table.cursor_id is None:
            return None
        return self._presenter.touched({*table.visible_ids, table.cursor_id})

    def _bind_table(
        self, rows: ArrangedRows, touched: set[str] | None, *, is_typing: bool, following: bool
    ) -> None:
        """Bind the rows of the orders in `touched` (None: all)."""
        presenter, view = self._presenter, self._view.current
        state = presenter.state
        marks = sort_marks(view.sort, self._glyphs)
        self.table.set_columns(view.columns, marks, estimates=state.past is None)
        if rows.rows:
            searching = is_typing or bool(rows.needs_detail) or state.is_partially_loaded
            self.table.bind(
                rows.rows,
                presenter.row,
                touched,
                groups=rows.groups,
                searching=searching,
                following=following,
                faded=not presenter.is_live,
            )
            return
        width = self.table.size.width
        if state.orders and self._filter.is_active:
            lines = no_match_lines(self._filter.text, rows, state, width, self._clear_key)
        else:
            lines = empty_lines(state, presenter.session, presenter.now.mono, width, self._keys)
        self.table.show_empty(lines, hidden=bool(state.orders))

    def bind_detail(self, touched: set[str] | None = None) -> bool:
        """Bind the detail pane if its order is in `touched` (None: if anything in it changed);
        returns whether it was.
        """
        presenter, pane, now = self._presenter, self.detail_pane, self._presenter.now
        cursor_id = self.table.cursor_id
        # Like its row: or one could be marked as outdated and the other not.
        if touched is not None and cursor_id not in touched:
            return False
        detail = presenter.detail(cursor_id, self._keys.dismiss)
        # Times of day change their form at midnight.
        moment = now.wall if detail is not None and detail.is_timed else now.wall // 60
        size = (max(20, pane.content_width), pane.size.height)
        is_hidden = detail is None and bool(presenter.state.orders)
        shown = (detail, is_hidden, self.table.position, moment, size)
        if shown == self._shown_detail:
            return False
        self._shown_detail = shown
        lines = no_order_lines(self._clear_key, size[0]) if is_hidden else []
        if detail is not None:
            lines = summary_lines(detail, size, now, self._glyphs)
        pane.set_lines(lines)
        return True

    @property
    def ids_with_timings(self) -> tuple[str, ...]:
        """The orders of which the table or the detail pane shows times that the history knows."""
        table = self.table
        ids = table.visible_ids if shows_ended_times(table.columns) else ()
        return ids if table.cursor_id is None else (*ids, table.cursor_id)

    def export_request(self, now: ClockReading) -> "ExportRequest":
        """Return the request to export the rows shown."""
        from tui.model.export import ExportRequest

        presenter, text = self._presenter, self._view.current.filter
        session = presenter.session
        return ExportRequest(
            presenter.state, self.table.rows, text, session.host, session.company, now
        )

    @property
    def detail(self) -> DetailModel | None:
        """The order under the cursor, as shown."""
        return self._shown_detail[0]
