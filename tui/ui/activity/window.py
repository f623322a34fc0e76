"""The part of all recorded changes that is in memory, and the lines it is shown on. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from tui.model.activity import PAGE, ActivityEntry, ActivityPage
from tui.model.history import ChangedField, Span
from tui.model.order import phase_of
from tui.model.spans import gaps, recorded_until

MAX_ENTRIES = 5 * PAGE
"""More are not kept in memory: those furthest from what is read last are dropped."""


class GapItem(NamedTuple):
    """Times in which nothing was polled, between two changes."""

    gaps: tuple[Span, ...]


Item = ActivityEntry | GapItem
"""What is shown on one line."""


class ActivityWindow:
    """Changes without a hole, in the order in which they were recorded. `items` are made from them:
    the same object until something is added.
    """

    def __init__(self) -> None:
        self.items: tuple[Item, ...] = ()
        self.entries: tuple[ActivityEntry, ...] = ()
        self.has_older = True
        self.has_newer = False
        """The newest changes were dropped."""
        self.first: int | None = None
        """The number below which older changes follow; None: nothing was read yet."""
        self.last = 0
        """The number above which newer changes follow."""
        self.unnamed: frozenset[str] = frozenset()
        """The ids of the orders without a file name."""
        self.searched = ActivityPage()
        """The page that was searched last for older changes: how far."""
        self.is_unsure = False
        """Of some changes it is not known whether they match."""
        self._spans: Sequence[Span] = ()

    @property
    def count(self) -> int:
        """How many changes are shown."""
        return sum(isinstance(each, ActivityEntry) for each in self.items)

    def start_with(self, page: ActivityPage) -> float:
        """Return the time of the first change when `page` is added."""
        times = (each[0].change.before for each in (page.entries, self.entries) if each)
        return min(times, default=float("inf"))

    def add_older(self, page: ActivityPage, spans: Sequence[Span]) -> None:
        if self.first is None:
            self.last = page.newest
        entries = (*page.entries, *self.entries)
        self.entries = entries[:MAX_ENTRIES]
        if len(entries) > MAX_ENTRIES:
            self.has_newer, self.last = True, self.entries[-1].number
        self.first, self.has_older = page.reached, not page.is_end
        self.searched = replace(page, entries=())
        self.is_unsure = self.is_unsure or page.is_unsure
        self._spans = spans
        self._make_items()

    def add_newer(self, page: ActivityPage, spans: Sequence[Span]) -> None:
        entries = (*self.entries, *page.entries)
        self.entries = entries[-MAX_ENTRIES:]
        if len(entries) > MAX_ENTRIES:
            self.has_older, self.first = True, self.entries[0].number
        self.last, self.has_newer = page.reached, not page.is_end
        self.is_unsure = self.is_unsure or page.is_unsure
        self._spans = spans
        self._make_items()

    def add_names(self, names: Mapping[str, str]) -> None:
        """Add the file names of orders, by id, of which the detail was read later."""
        self.entries = tuple(
            replace(each, filename=each.filename or names.get(each.change.order_id, ""))
            for each in self.entries
        )
        self._make_items()

    def _make_items(self) -> None:
        self.unnamed = frozenset(each.change.order_id for each in self.entries if not each.filename)
        items = tuple(_with_gaps(_with_comments(self.entries), self._spans))
        # What was not polled later is shown with the changes that follow.
        is_hole = self.has_newer and items and isinstance(items[-1], GapItem)
        self.items = items[:-1] if is_hole else items


def _with_comments(entries: Sequence[ActivityEntry]) -> list[ActivityEntry]:
    """Put the comment that is read after an order ended into the entry of its end: it is about it,
    as why it failed. Other first readings of a comment are no news.
    """
    shown: list[ActivityEntry] = []
    ends: dict[str, int] = {}
    """The index of an order's end, until it begins again."""
    for entry in entries:
        change, order_id = entry.change, entry.change.order_id
        if change.field is ChangedField.STATUS:
            ends.pop(order_id, None)
            if isinstance(change.new, str) and phase_of(change.new).is_final:
                ends[order_id] = len(shown)
        elif change.field is ChangedField.COMMENT and order_id in ends:
            at = ends[order_id]
            shown[at] = replace(shown[at], comment=str(change.new or ""))
            continue
        if not change.is_first_reading:
            shown.append(entry)
    return shown


def _with_gaps(entries: Sequence[ActivityEntry], spans: Sequence[Span]) -> Iterator[Item]:
    """Put the gaps before the first change that was seen after them."""
    start = entries[0].change.before if entries else 0.0
    left = list(reversed(gaps(spans, start, recorded_until(spans))))
    for entry in entries:
        passed: list[Span] = []
        while left and left[-1].end <= entry.change.before:
            passed.append(left.pop())
        if passed:
            yield GapItem(tuple(passed))
        yield entry
    if left:
        yield GapItem(tuple(reversed(left)))
