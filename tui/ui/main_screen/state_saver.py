"""Save how the screen is left, for the next start."""

from textual.app import App
from textual.screen import Screen

from tui.filtering.views import View, ViewStore
from tui.ui.main_screen.screen import MainScreen


class ScreenStateSaver:
    """Nothing is kept without `desk`."""

    def __init__(self, desk: ViewStore | None) -> None:
        self._desk = desk
        self._view: View | None = None if desk is None else desk.screen_state.view

    def leave(self, screen: Screen[object] | None) -> None:
        if self._desk is not None and isinstance(screen, MainScreen):
            self._desk.save_screen_state(screen.screen_state)

    def look(self, app: App[None], screen: Screen[object]) -> None:
        """Keep another view when it is chosen, for not every end is told before."""
        if self._desk is None or not isinstance(screen, MainScreen) or screen.is_prompting:
            return
        left = screen.screen_state
        if left.view != self._view:
            self._view = left.view
            desk = self._desk
            app.run_worker(lambda: desk.save_screen_state(left), group="leave", thread=True)
