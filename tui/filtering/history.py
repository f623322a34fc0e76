"""The filters that were used, the newest first, and the walk through them. Pure."""

from collections.abc import Iterable, Sequence

from tui.sanitize import sanitize

MAX_FILTERS = 50
MAX_LENGTH = 2000
"""Characters of a filter."""


def with_filter(filters: Sequence[str], text: str) -> tuple[str, ...]:
    """Return `filters` with `text` as the newest; none is in it twice."""
    return tuple(dict.fromkeys((text, *filters)))[:MAX_FILTERS]


def valid_filters(values: Iterable[object]) -> tuple[str, ...]:
    """Return the texts among `values` as they can be shown, without duplicates."""
    texts = (sanitize(each, MAX_LENGTH).strip() for each in values if isinstance(each, str))
    return tuple(dict.fromkeys(filter(None, texts)))[:MAX_FILTERS]


class HistoryWalk:
    """Steps through filters. What was typed before is below the newest; an edited filter becomes
    what was typed.
    """

    def __init__(self, filters: Sequence[str]) -> None:
        self._filters = filters
        self._steps: tuple[str, ...] = ("", *filters)
        self._at = 0

    def step(self, by: int, text: str) -> str | None:
        """Return the filter that is `by` steps earlier than `text`, or None at either end."""
        if text != self._steps[self._at]:
            self._steps, self._at = (text, *(each for each in self._filters if each != text)), 0
        if not 0 <= self._at + by < len(self._steps):
            return None
        self._at += by
        return self._steps[self._at]
