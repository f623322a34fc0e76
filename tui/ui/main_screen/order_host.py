"""Opens the screen of the order under the cursor, and keeps it up to date."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from tui.ui.actions import ORDER_SCREEN_IDS, key_labels
from tui.ui.main_screen.action_host import ActionHost
from tui.ui.main_screen.cursor import Place
from tui.ui.main_screen.filter_control import FilterControl
from tui.ui.main_screen.pane_binder import PaneBinder
from tui.ui.order_presenter import OrderPresenter
from tui.ui.theme.terminal_output import Glyphs

if TYPE_CHECKING:
    from tui.model.activity import ChangeLog
    from tui.ui.main_screen.screen import MainScreen
    from tui.ui.order_screen.header import OrderModel
    from tui.ui.order_screen.screen import OrderScreen


class OrderHost:
    """Knows whether the order's own screen is open above `screen`."""

    def __init__(
        self,
        screen: "MainScreen",
        panes: PaneBinder,
        presenter: OrderPresenter,
        filter_: FilterControl,
        glyphs: Glyphs,
        log: "Callable[[], ChangeLog | None]",
        acting: ActionHost,
    ) -> None:
        self._screen = screen
        self._panes = panes
        self._presenter = presenter
        self._filter = filter_
        self._glyphs = glyphs
        self._log = log
        self.acting = acting
        self._order_screen: OrderScreen | None = None

    @property
    def is_open(self) -> bool:
        return self._order_screen is not None

    def open(self, tab: str = "facts") -> None:
        from tui.ui.order_screen.screen import OrderScreen

        if self._panes.detail is not None and not self.is_open:
            step = self._panes.table.action_move
            self._order_screen = OrderScreen(
                self._model(), self._glyphs, step, self._log(), self.acting.journal, tab
            )
            self.pin()
            self._screen.app.push_screen(self._order_screen, self._on_closed)

    def open_listed(self, order_id: str, tab: str) -> bool:
        """Move the cursor to an order, whether the filter hides it or not, and open it. Return
        whether it is in the list.
        """
        table, presenter, place = self._panes.table, self._presenter, self._panes.table.place
        self._filter.pinned_id = order_id
        self._screen.show(presenter.state, presenter.session)
        table.return_to(Place(order_id, 0 if place is None else place.line))
        if table.cursor_id != order_id:
            self._filter.pinned_id = None
            return False
        self._panes.bind_detail()
        self.open(tab)
        return True

    def pin(self) -> None:
        """Keep the order under the cursor listed while its screen is open."""
        if self.is_open:
            self._filter.pinned_id = self._panes.table.cursor_id

    def update(self) -> None:
        if self._order_screen is not None:
            self._order_screen.bind(self._model())

    def _model(self) -> "OrderModel":
        from tui.ui.order_screen.header import OrderModel
        from tui.ui.order_screen.screen import OrderScreen

        keys = key_labels(self._screen.app, OrderScreen, ORDER_SCREEN_IDS)
        presenter, detail = self._presenter, self._panes.detail
        hidden_by = ""
        if detail is not None:
            detail = msgspec.structs.replace(detail, dismiss=keys.dismiss)
            is_hidden = self._filter.hides(
                detail.facts, presenter.now.wall, presenter.observed_until
            )
            hidden_by = self._filter.text if is_hidden else ""
        return OrderModel(
            presenter.state,
            presenter.session,
            detail,
            self._panes.table.position,
            presenter.now,
            keys,
            presenter.moment,
            hidden_by,
        )

    def _on_closed(self, _: None) -> None:
        self._order_screen = self._filter.pinned_id = None
        self._screen.set_focus(self._panes.table)
