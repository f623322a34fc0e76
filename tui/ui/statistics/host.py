"""Opens the statistics above the main screen, and keeps them up to date."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from tui.model.statistics import StatisticsSource
from tui.ui.order_presenter import OrderPresenter
from tui.ui.theme.terminal_output import Glyphs

if TYPE_CHECKING:
    from tui.ui.statistics.screen import StatisticsScreen


class StatisticsHost:
    """`source` returns the history of the account that is watched now."""

    def __init__(
        self,
        screen: Screen[None],
        presenter: OrderPresenter,
        glyphs: Glyphs,
        source: Callable[[], StatisticsSource | None],
        show_orders: Callable[[str], None],
    ) -> None:
        self._screen = screen
        self._presenter = presenter
        self._glyphs = glyphs
        self._source = source
        self._show_orders = show_orders
        self._statistics: StatisticsScreen | None = None

    def open(self) -> None:
        from tui.ui.statistics.screen import StatisticsScreen

        if self._statistics is None:
            presenter = self._presenter
            facts = presenter.state, presenter.session, presenter.now
            self._statistics = StatisticsScreen(
                self._source(), facts, self._glyphs, self._show_orders
            )
            self._screen.app.push_screen(self._statistics, self._on_closed)

    def update(self) -> None:
        if self._statistics is not None:
            presenter = self._presenter
            self._statistics.bind(presenter.state, presenter.session, presenter.now)

    def _on_closed(self, _: None) -> None:
        self._statistics = None
