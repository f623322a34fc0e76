"""A screen of which an order can be opened: that has a screen of its own."""

from typing import TYPE_CHECKING

import msgspec

from tui.ui.detail_lines import DetailModel
from tui.ui.screens.counting import CountingScreen
from tui.ui.sight import OrderPresenter
from tui.ui.widgets.orders import OrdersTable

if TYPE_CHECKING:
    from tui.ui.order_head import OrderModel
    from tui.ui.screens.order import OrderScreen


class OpeningScreen(CountingScreen):
    """What is opened is the order under the cursor, and what it shows is what this one knows."""

    sight: OrderPresenter
    _opened: "OrderScreen | None" = None

    @property
    def is_opened(self) -> bool:
        return self._opened is not None

    @property
    def detail(self) -> DetailModel | None:
        """What is known of the order under the cursor."""
        return self.sight.detail(self.query_one(OrdersTable).cursor_id, self.hints.dismiss)

    def show_opened(self, view: DetailModel | None) -> None:
        if self._opened is not None:
            self._opened.bind(self._page(view))

    def _page(self, view: DetailModel | None) -> "OrderPage":
        from tui.ui.order_head import OrderModel  # noqa: PLC0415 - not for the first paint

        place, keys = self.query_one(OrdersTable).place, self.hints.on_order
        if view is not None:
            view = msgspec.structs.replace(view, dismiss=keys.dismiss)
        state, who, now = self.sight
        return OrderModel(state, who, view, place, (now.wall, now.mono), keys)

    def on_orders_table_opened(self) -> None:
        from tui.ui.screens.order import OrderScreen  # noqa: PLC0415 - nor is this

        view = self.detail
        if view is not None and self._opened is None:
            self._opened = OrderScreen(self._page(view), self._glyphs, behind=self)
            self.kept = view.facts.id
            self.app.push_screen(self._opened, self._came_back)

    def _came_back(self, _: None) -> None:
        self._opened = self.kept = None
        self.set_focus(self.query_one(OrdersTable))

    def on_order_screen_stepped(self, message: "OrderScreen.Stepped") -> None:
        self.query_one(OrdersTable).action_move(message.by)
