"""The view in force (filter, sort order, columns under a name), and the saved ones."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from tui.filtering.sorting import Sort
from tui.filtering.views import ColumnSpec, View, with_view
from tui.model.events import ClockReading
from tui.model.state import State
from tui.ui.main_screen.rows import DEFAULT_COLUMNS

if TYPE_CHECKING:
    from tui.filtering.view_counts import ViewCount, ViewCounter


class ViewControl:
    """Holds the view in force and the views to choose from."""

    def __init__(self, current: View, saved: Sequence[View]) -> None:
        self.current = current
        self.saved = tuple(saved)
        self._counter: ViewCounter | None = None

    def with_columns(self, columns: tuple[ColumnSpec, ...]) -> View:
        """Return the view in force with other columns."""
        columns = () if columns == DEFAULT_COLUMNS else columns
        return msgspec.structs.replace(self.current, columns=columns)

    def with_sort(self, sort: Sort) -> View:
        return msgspec.structs.replace(self.current, sort=sort)

    def save_as(self, name: str) -> View:
        """Add the view in force under `name`, in place of one of that name; returns it."""
        view = msgspec.structs.replace(self.current, name=name)
        self.saved = with_view(self.saved, view)
        return view

    def start_counting(self) -> None:
        """Count the orders of the views from now on. The filter language is loaded for that."""
        if self._counter is None:
            from tui.filtering.view_counts import ViewCounter

            self._counter = ViewCounter()

    def counts(
        self, state: State, fresher: Mapping[str, str], now: ClockReading
    ) -> "Sequence[ViewCount]":
        """Return how many orders each saved view has; none before `start_counting`."""
        if self._counter is None:
            return ()
        return self._counter.counts(state, fresher, self.saved, now.wall, now.mono)
