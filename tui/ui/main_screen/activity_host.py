"""Opens the activity above the main screen, keeps it up to date, and opens orders from it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from tui.ui.main_screen.filter_control import FilterControl
from tui.ui.main_screen.order_host import OrderHost
from tui.ui.order_presenter import OrderPresenter
from tui.ui.theme.terminal_output import Glyphs

if TYPE_CHECKING:
    from tui.model.activity import ChangeLog
    from tui.ui.activity.screen import ActivityScreen


class ActivityHost:
    """Knows whether the activity is open above `screen`. `log` returns the history, or None."""

    def __init__(
        self,
        screen: Screen[None],
        order: OrderHost,
        presenter: OrderPresenter,
        filter_: FilterControl,
        glyphs: Glyphs,
        log: "Callable[[], ChangeLog | None]",
    ) -> None:
        self._screen = screen
        self._order = order
        self._presenter = presenter
        self._filter = filter_
        self._glyphs = glyphs
        self._log = log
        self._activity: ActivityScreen | None = None

    def open(self) -> None:
        from tui.ui.activity.screen import ActivityScreen

        if self._activity is None:
            self._activity = ActivityScreen(
                self._log(), self._presenter, self._filter.history, self._glyphs, self._open_order
            )
            self._screen.app.push_screen(self._activity, self._on_closed)

    def update(self) -> None:
        if self._activity is not None:
            self._activity.bind()

    def _on_closed(self, _: None) -> None:
        self._activity = None

    def _open_order(self, order_id: str) -> None:
        """Open the timeline of an order; of one that is not listed any more in a dialog."""
        if not self._order.open_listed(order_id, "timeline"):
            # A function, not a coroutine: Python warns of one that the exit leaves unawaited.
            run: Callable[[], Awaitable[None]] = partial(self._open_unlisted, order_id)
            self._screen.run_worker(run, group="timeline", exclusive=True)

    async def _open_unlisted(self, order_id: str) -> None:
        from tui.ui.dialogs.dialog import TextDialog
        from tui.ui.order_screen.timeline_lines import TimelineModel, timeline_lines

        log, state, now = self._log(), self._presenter.state, self._presenter.now.wall
        if log is None:
            return
        history, journal = await log.order_history(order_id), self._order.acting.journal
        actions = () if journal is None else await journal.of_order(order_id)
        until = now if state.as_of is None else state.as_of.wall
        model = TimelineModel(history, now, until, is_live=False, actions=actions)
        lines = partial(timeline_lines, model, glyphs=self._glyphs)
        await self._screen.app.push_screen(TextDialog(f"Timeline of {order_id}", lines))
