"""The main screen: status, counts, orders and detail pane.

It binds slices of the state to its panes and turns messages of its panes into requests to the app.
What the filter and the view decide is in `FilterControl` and `ViewControl`, and what their keys do
in `ArrangedScreen`.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message

from tui.filtering.views import ScreenState
from tui.model.account import Session
from tui.model.state import State
from tui.ui.actions import MAIN_SCREEN_IDS, key_label, key_labels, with_keys
from tui.ui.bindings import MAIN_SCREEN_BINDINGS
from tui.ui.key_reasons import Pane, Situation, situation_of, why_not
from tui.ui.main_screen.action_host import ActionHost
from tui.ui.main_screen.activity_host import ActivityHost
from tui.ui.main_screen.arranged_screen import ArrangedScreen
from tui.ui.main_screen.detail_size import DetailSize
from tui.ui.main_screen.filter_control import FilterControl
from tui.ui.main_screen.follow_control import FollowControl
from tui.ui.main_screen.key_modes import Mode, shows_key
from tui.ui.main_screen.needs import Needs
from tui.ui.main_screen.order_host import OrderHost
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.pane_binder import PaneBinder
from tui.ui.main_screen.time_travel import TimeTravel
from tui.ui.main_screen.view_control import ViewControl
from tui.ui.main_screen.view_text import unreadable_lines
from tui.ui.order_presenter import OrderPresenter
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.services import AppServices
from tui.ui.statistics.host import StatisticsHost
from tui.ui.textual_fixes.key_order import wait_for_pending_keys
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView, PaneContainer
from tui.ui.widgets.responsive_screen import Layout

if TYPE_CHECKING:
    from tui.model.export import ExportRequest


class MainScreen(ArrangedScreen):
    """Shows one company's orders."""

    BINDINGS = MAIN_SCREEN_BINDINGS
    AUTO_FOCUS = "#orders"
    KEY_WIDGETS = (OrdersTable, DetailPane)

    @dataclass
    class MomentChanged(Message):
        """Another moment is shown: one in the past, or now if `text` is empty."""

        text: str

    def __init__(self, services: AppServices, state: State) -> None:
        """`services.screen_state` is restored."""
        glyphs, restored, now = services.glyphs, services.screen_state, services.clock.now()
        presenter = OrderPresenter(services.session, services.refresh, state, now)
        view = ViewControl(restored.view, services.saved_views)
        filter_ = FilterControl(restored.view.filter, restored.filters)
        keys = lambda: key_labels(self.app, MainScreen, MAIN_SCREEN_IDS)  # noqa: E731
        panes = PaneBinder(presenter, filter_, view, glyphs, keys)
        super().__init__(presenter, filter_, view, panes)
        self._clock = services.clock
        self._needs = Needs(self)
        self._follow = FollowControl(
            enabled=services.follow, moved=restored.cursor is not None, now=now.mono
        )
        self._detail_size = DetailSize(restored.detail)
        self._layout_shown = Layout.WIDE
        self._arranged_size = Size(0, 0)
        panes.table.user_moves = lambda: self._follow.move(self._clock.mono())
        if restored.cursor is not None:
            panes.table.restore_cursor(restored.cursor)
        history = self._history
        self.acting = acting = ActionHost(self, self._marks, panes.table, filter_)
        self._order = OrderHost(self, panes, presenter, filter_, glyphs, history, acting)
        self._activity = ActivityHost(self, self._order, presenter, filter_, glyphs, history)
        self._statistics = StatisticsHost(self, presenter, glyphs, history, self.apply_filter)
        self._cursor_now = restored.cursor
        self.travel = TimeTravel(self, services.clock, state, history, self._show_moment)

    def _history(self) -> Any:
        """Return the history of the account that is watched now, or None."""
        app: Any = self.app  # `TranscodeApp`: screens don't import it
        return app.monitor.history

    def compose(self) -> ComposeResult:
        # First, so that widgets are styled once.
        self._detail_size.apply(self, self._panes.detail_pane, self.update_layout_class())
        yield from self._panes.lines
        with PaneContainer(id="panes"):
            yield self._panes.table
            yield self._panes.detail_pane
        yield KeyBar()
        yield LineView(id="too-small")

    @property
    def screen_state(self) -> ScreenState:
        """What is restored at the next start."""
        cursor = None if self._is_following else self._panes.table.cursor_id
        cursor = self._cursor_now if self.travel.is_past else cursor
        return ScreenState(self._view.current, cursor, self._detail_size.name, self._filter.history)

    @property
    def _is_following(self) -> bool:
        """The cursor follows the newest active order, unless something is open that is about the
        order under it.
        """
        is_covered = self.is_prompting or self._order.is_open or self.travel.is_past
        return not is_covered and self._follow.is_following(self._clock.mono())

    def export_request(self) -> "ExportRequest":
        return self._panes.export_request(self.travel.now)

    def on_mount(self) -> None:
        if self.is_attached:  # False if the app exits: Textual then mounts no widgets
            self._bind()  # so that the first paint is complete

    def on_resize(self) -> None:
        if self.is_ready:
            self._arrange_panes()
        self.call_after_refresh(self._bind_if_ready)

    def touch(self) -> None:
        """The user pressed a key or clicked."""
        self._follow.touch(self._clock.mono())

    def tick(self) -> None:
        """Count the orders of the views once a second: not before the first paint."""
        self._view.tick()
        self.acting.tick(self.travel.live)

    def show(self, state: State, session: Session) -> None:
        """Show `state` as of now, unless the past is shown. Only what changed is redrawn."""
        self._presenter.session = session
        self.travel.live = state
        self._bind_if_ready()

    def _bind(self) -> None:
        travel, is_typing = self.travel, self._prompts.filter_bar is not None
        if self.set_framed(travel.is_past):
            self.call_after_refresh(self._bind_if_ready)
        self._arrange_panes()  # the terminal may have been resized below another screen
        following = self._is_following
        rows, is_detail_new = self._panes.bind(
            travel.shown, travel.now, travel.text, is_typing=is_typing, following=following
        )
        if is_detail_new:
            self._order.update()
        self._activity.update()
        if not travel.is_past:
            self._needs.report(rows, self._panes.ids_with_timings)
        self._statistics.update()
        self.acting.update()
        self.update_keys()

    def _show_moment(self) -> None:
        """Show the moment that was read, or now again."""
        self._bind_if_ready()
        if not self.travel.is_past:
            self._panes.table.report()
        self.post_message(self.MomentChanged(self.travel.text).set_sender(self))

    def _bind_detail(self) -> None:
        self._panes.bind_detail()
        self._order.update()

    def _arrange_panes(self) -> None:
        """Show the panes that the terminal has room for."""
        if self.size == self._arranged_size and self.focused is not None:
            return
        self._arranged_size = self.size
        before = self._layout_shown
        layout = self._layout_shown = self.apply_layout()
        self._detail_size.apply(self, self._panes.detail_pane, layout)
        if layout is not Layout.TOO_SMALL and self.focused is None:
            self.set_focus(self._panes.table)
        if layout is not before:
            self.refresh_bindings()

    @property
    def situation(self) -> Situation:
        table, pane = self._panes.table, self._panes.detail_pane
        focused: Pane = "orders" if self.focused is table else "details"
        has_room = self._layout_shown in (Layout.STACKED, Layout.WIDE)
        presenter = self._presenter
        return msgspec.structs.replace(
            situation_of(presenter.state, presenter.session, presenter.now),
            history=self._history() is not None,
            acts=self.acting.services_to_act is not None,
            has_orders=bool(table.rows),
            views=len(self._view.saved),
            filtered=self._view.is_filter_changed,
            view_filter=self._view.own_filter,
            pane=focused if pane.display else "",
            detail_off=has_room and not pane.display,
        )

    @property
    def _mode(self) -> Mode:
        return Mode(
            may_prompt=not (self.is_prompting or self._layout_shown is Layout.TOO_SMALL),
            travels=self.travel.is_travelling,
            types_filter=self._prompts.filter_bar is not None,
            on_table=isinstance(self.focused, OrdersTable),
            on_details=isinstance(self.focused, DetailPane),
            filtered=self._view.is_filter_changed,
            marked=bool(self._marks.ids),
            noticed=bool(self._panes.notice),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys of another mode, and disable those of actions that have no effect now."""
        shown = shows_key(action, self._mode)
        if shown is not None:
            return shown
        return None if why_not(action, parameters, self.situation) else True

    def action_statistics(self) -> None:
        self._statistics.open()

    def action_profiles(self) -> None:
        self.acting.open_profiles(self._presenter, self._history(), self.apply_filter)

    def action_minutes(self) -> None:
        self.acting.open_minutes(self._history())

    # Order

    def on_orders_table_order_selected(self, message: OrdersTable.OrderSelected) -> None:
        if self.travel.is_past:
            message.stop()  # it is not polled
        self._order.pin()
        self._panes.detail_pane.scroll_to(y=0, animate=False)
        self._bind_detail()

    def on_orders_table_visible_rows_changed(self, message: Message) -> None:
        if self.travel.is_past:
            message.stop()

    def on_orders_table_order_opened(self) -> None:
        self._order.open()

    def action_open(self) -> None:
        self._order.open()

    def on_orders_table_cursor_moved(self) -> None:
        self._bind()  # its position, and whether it follows

    def action_follow(self) -> None:
        is_following = self._follow.toggle(self._clock.mono())
        self._bind()
        if not is_following:
            text = "Not following. {follow}: follow the newest active order"
            self.notify(with_keys(text, self), markup=False)

    def action_travel(self) -> None:
        self._cursor_now = self.screen_state.cursor
        self.travel.enter()

    async def action_go_to(self) -> None:
        from tui.ui.dialogs.moment_dialog import MomentDialog

        await self._prompts.open_dialog(lambda: MomentDialog(self._clock), self.travel.go)

    def action_step_time(self, changes: int, seconds: float = 0.0) -> None:
        self.travel.step(changes, seconds)

    async def action_leave_past(self) -> None:
        await wait_for_pending_keys(self.focused)
        self.travel.leave()

    def action_failed(self, direction: int) -> None:
        if not self._panes.table.move_to_failed(direction):
            where = "below" if direction > 0 else "above"
            self.notify(f"No failed order {where} the cursor", markup=False)

    def action_back(self) -> None:
        self.set_focus(self._panes.table)

    def on_detail_pane_resized(self) -> None:
        self._bind_detail()

    def action_switch_detail(self) -> None:
        open_key = key_label(self._panes.table, "orders.open")
        if problem := self._detail_size.switch(self._layout_shown, open_key):
            self.notify(problem, markup=False)
            return
        self._detail_size.apply(self, self._panes.detail_pane, self._layout_shown)
        if not self._panes.detail_pane.display:
            self.set_focus(self._panes.table)
        self.refresh_bindings()

    def action_other_pane(self) -> None:
        on_table = self.focused is self._panes.table
        self.set_focus(self._panes.detail_pane if on_table else self._panes.table)

    def action_pane(self, _: str) -> None:
        """Go to the other pane: `check_action` sees to it that it is the one that is named."""
        self.action_other_pane()

    async def action_activity(self) -> None:
        await wait_for_pending_keys(self.focused)
        self._activity.open()

    def show_notice(self, text: str) -> None:
        """Show a sentence above the orders until it is hidden; none if it is empty."""
        self._panes.notice = text
        self._bind_if_ready()

    def action_hide_notice(self) -> None:
        self.show_notice("")

    async def action_requeue(self) -> None:
        await self.acting.requeue()

    def action_copy_id(self) -> None:
        from tui.ui.dialogs.copy_menu import copy_id

        copy_id(self, self._panes.table.cursor_id)

    def action_copy_menu(self) -> None:
        from tui.ui.dialogs.copy_menu import open_copy_menu

        detail, session = self._panes.detail, self._presenter.session
        open_copy_menu(self, detail, session, self.acting.journal)

    def action_copy_reason(self) -> None:
        from tui.ui.dialogs.copy_menu import copy_reason

        copy_reason(self, self._panes.detail)

    def action_unreadable(self) -> None:
        from tui.ui.dialogs.dialog import TextDialog

        lines = partial(unreadable_lines, self._state.invalid_rows)
        self.app.push_screen(TextDialog("Unreadable rows of the list", lines))
