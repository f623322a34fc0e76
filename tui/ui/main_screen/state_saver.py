"""Save the state of the main screen for the next start."""

from textual.app import App

from tui.filtering.views import ScreenState, ViewStore


class ScreenStateSaver:
    """Saves nothing without a `store`."""

    def __init__(self, store: ViewStore | None) -> None:
        self._store = store
        self._saved_view = None if store is None else store.screen_state.view

    def save(self, state: ScreenState) -> None:
        if self._store is not None:
            self._store.save_screen_state(state)

    def save_if_changed(self, app: App[None], state: ScreenState) -> None:
        """Save a changed view at once, in a thread: a killed program saves nothing at its end."""
        if self._store is not None and state.view != self._saved_view:
            self._saved_view = state.view
            app.run_worker(lambda: self.save(state), group="save", thread=True)
