"""Save the state of the main screen for the next start."""

from textual.app import App
from textual.screen import Screen

from tui.filtering.views import View, ViewStore
from tui.ui.main_screen.screen import MainScreen


class ScreenStateSaver:
    """Saves nothing without a `store`."""

    def __init__(self, store: ViewStore | None) -> None:
        self._store = store
        self._saved: View | None = None if store is None else store.screen_state.view

    def save(self, screen: Screen[object] | None) -> None:
        if self._store is not None and isinstance(screen, MainScreen):
            self._store.save_screen_state(screen.screen_state)

    def save_if_changed(self, app: App[None], screen: Screen[object]) -> None:
        """Save a changed view at once, in a thread: a killed program saves nothing at its end."""
        store = self._store
        if store is None or not isinstance(screen, MainScreen) or screen.is_prompting:
            return
        state = screen.screen_state
        if state.view != self._saved:
            self._saved = state.view
            app.run_worker(lambda: store.save_screen_state(state), group="save", thread=True)
