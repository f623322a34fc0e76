"""What the server is asked to look for itself, and when. Knows times only as they are handed in,
in seconds of the monotonic clock.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from tui.feed.sweep import PageDue
from tui.model.page import PageRequest, ServerFilters

SEARCH_DEBOUNCE = 1.0
"""Seconds that a filter must rest before the server is asked: it may be being typed."""

EVERY = 60.0
"""Seconds between two questions of the same."""

_APART = 1.0
_SLOW = 10
_RAREST = 4


@dataclass(slots=True)
class SearchScheduler:
    """Asks each question once, and again at times for as long as it is of use."""

    _due: dict[ServerFilters, float] = field(default_factory=dict)
    _failures: int = 0

    def look_for(self, sought: Iterable[ServerFilters], now: float) -> None:
        """These questions and no others."""
        self._due = {each: self._due.get(each, now + SEARCH_DEBOUNCE) for each in sought}

    def poll_now(self, now: float) -> None:
        """A person asks, whenever it was asked before."""
        self._due = {each: min(due, now) for each, due in self._due.items()}

    def next(self) -> PageDue:
        due = min(self._due.items(), key=lambda item: item[1], default=None)
        return PageDue(math.inf, PageRequest()) if due is None else PageDue(due[1], PageRequest(sought=due[0]))

    def took(self, sought: ServerFilters, sent: float, now: float) -> None:
        """Note an answer. A server that is slow is asked less often."""
        self._failures = 0
        self._wait(sought, max(EVERY, _SLOW * (now - sent)), now)

    def failed(self, sought: ServerFilters, wait: float, now: float) -> None:
        """Note that there was none; the next try is in `wait` seconds or later. A question that
        takes all the time there is holds up the polls, so it gets rare.
        """
        pause = EVERY * 2 ** min(self._failures, _RAREST)
        self._failures += 1
        self._wait(sought, max(pause, wait), now)

    def _wait(self, sought: ServerFilters, seconds: float, now: float) -> None:
        """All others wait a little too, so that a poll that is due comes before them."""
        self._due = {
            each: now + seconds if each == sought else max(due, now + _APART)
            for each, due in self._due.items()
        }
