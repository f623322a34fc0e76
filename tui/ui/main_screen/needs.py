"""What the main screen needs for its rows that the polls of the list don't bring."""

from dataclasses import dataclass

from textual.message import Message
from textual.screen import Screen

from tui.filtering.row_arranger import ArrangedRows
from tui.model.pages import ServerFilters


@dataclass
class DetailsNeeded(Message, namespace="main_screen"):
    """Filter or sort order need these orders' details, and these searches of the server."""

    order_ids: tuple[str, ...]
    searches: tuple[ServerFilters, ...]


@dataclass
class TimingsNeeded(Message, namespace="main_screen"):
    """The timings of these orders are shown, or filter or sort order need those of all."""

    order_ids: tuple[str, ...]
    all_orders: bool


class Needs:
    """Posts the needs of `screen` when they change."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._details = DetailsNeeded((), ())
        self._timings = TimingsNeeded((), all_orders=False)

    def report(self, rows: ArrangedRows, ids_with_timings: tuple[str, ...]) -> None:
        """Report what `rows` need; the times of `ids_with_timings` are shown."""
        details = DetailsNeeded(rows.details_to_fetch, rows.server_search.queries)
        if details != self._details:
            self._details = details
            self._screen.post_message(details)
        timings = TimingsNeeded(ids_with_timings, rows.needs_all_timings)
        if timings != self._timings:
            self._timings = timings
            self._screen.post_message(timings)
