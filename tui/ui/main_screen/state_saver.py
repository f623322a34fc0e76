"""Save the state of the main screen for the next start."""

import msgspec
from textual.app import App

from tui.filtering.views import ScreenState, ViewStore


class ScreenStateSaver:
    """Saves nothing without a `store`."""

    def __init__(self, store: ViewStore | None) -> None:
        self._store = store
        self._saved = None if store is None else _without_cursor(store.screen_state)

    def save(self, state: ScreenState) -> None:
        if self._store is not None:
            self._store.save_screen_state(state)

    def save_if_changed(self, app: App[None], state: ScreenState) -> None:
        """Save all but a moved cursor at once, in a thread: a killed program saves nothing at its
        end.
        """
        if self._store is not None and _without_cursor(state) != self._saved:
            self._saved = _without_cursor(state)
            app.run_worker(lambda: self.save(state), group="save", thread=True)


def _without_cursor(state: ScreenState) -> ScreenState:
    return msgspec.structs.replace(state, cursor=None)
