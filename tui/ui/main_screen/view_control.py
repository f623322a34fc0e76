"""The view in force (filter, sort order, columns under a name), and the saved ones."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from tui.filtering.sorting import Sort
from tui.filtering.views import BUILT_IN_VIEWS, ColumnSpec, View, with_views
from tui.model.events import ClockReading
from tui.model.state import State
from tui.ui.main_screen.background import BackgroundCall

if TYPE_CHECKING:
    from tui.filtering.view_counts import ViewCount, ViewCounter


class ViewControl:
    """Holds the view in force and the views to choose from."""

    def __init__(self, current: View, saved: Sequence[View]) -> None:
        self.current = current
        self.saved = tuple(saved)
        self._counter: ViewCounter | None = None
        self._is_count_due = False

    @property
    def own_filter(self) -> str:
        """The filter of the saved view that is in force, whether it was changed since or not."""
        return next((view.filter for view in self.saved if view.name == self.current.name), "")

    @property
    def is_filter_changed(self) -> bool:
        """The filter in force is not the one that belongs to the view."""
        return self.current.filter != self.own_filter

    def with_columns(self, columns: tuple[ColumnSpec, ...]) -> View:
        """Return the view in force with other columns (none: automatic ones)."""
        return msgspec.structs.replace(self.current, columns=columns)

    def with_sort(self, sort: Sort) -> View:
        return msgspec.structs.replace(self.current, sort=sort)

    def save_as(self, name: str) -> View:
        """Add the view in force under `name`, in place of one of that name; returns it."""
        view = msgspec.structs.replace(self.current, name=name)
        self.saved = with_views(self.saved, view)
        return view

    def rename(self, view: View, name: str) -> View:
        """Give a view of the user another name, in place of one of that name; returns it."""
        renamed = msgspec.structs.replace(view, name=name)
        others = [each for each in self._own if each.name != name]
        self._replace_own([renamed if each is view else each for each in others])
        if self.current.name == view.name:
            self.current = msgspec.structs.replace(self.current, name=name)
        return renamed

    def delete(self, view: View) -> None:
        """Delete a view of the user. What it shows stays, without a name."""
        self._replace_own([each for each in self._own if each is not view])
        if self.current.name == view.name:
            self.current = msgspec.structs.replace(self.current, name="")

    @property
    def _own(self) -> list[View]:
        return [view for view in self.saved if view not in BUILT_IN_VIEWS]

    def _replace_own(self, views: Sequence[View]) -> None:
        """Replace the user's views. A built-in view is back when none has its name any more."""
        self.saved = with_views(BUILT_IN_VIEWS, *views)

    def tick(self) -> None:
        """Let the next bind count the orders of the views. The first tick loads the filter language
        for that.
        """
        self._is_count_due = True
        if self._counter is None:
            from tui.filtering.view_counts import ViewCounter

            self._counter = ViewCounter(BackgroundCall().start)

    def counts(
        self, state: State, fresher: Mapping[str, str], now: ClockReading
    ) -> "Sequence[ViewCount]":
        """Return how many orders each saved view has; none before the first tick."""
        if self._counter is None:
            return ()
        again, self._is_count_due = self._is_count_due, False
        return self._counter.counts(state, fresher, self.saved, now, again=again)
