"""The recorded changes of all orders, in pages, and the interface to read them. Pure."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from tui.model.history import Change, Span
from tui.model.order_facts import OrderFacts
from tui.model.timeline import OrderHistory
from tui.model.timing import Moment

PAGE = 1000
"""Changes that are read at once."""


class ActivityEntry(msgspec.Struct, frozen=True, gc=False):
    """One change. `number` grows in the order in which changes are recorded. `filename` is
    that of its order as last recorded, `comment` what was said of this change, as why it failed;
    both may be empty.
    """

    number: int
    change: Change
    filename: str = ""
    comment: str = ""


TimeVerdicts = tuple[int, ...]
"""What a filter says of the time of a change. Changes of an order for which it is the same match
alike.
"""


class ChangeTest(Protocol):
    """Judges changes, and their orders as last recorded. It is called in another thread."""

    since: float
    until: float
    """No change matches that was first seen before `since` or after `until`."""
    looks_at_times: bool
    """False if all times of changes are alike to it."""
    looks_at_timings: bool
    """True if it looks at the timings of orders."""

    def judge_time(self, moment: Moment) -> TimeVerdicts:
        """Return what it says of the time of a change."""

    def judge(self, orders: Sequence[OrderFacts], times: TimeVerdicts) -> list[bool | None]:
        """Return of each order whether its changes at such times match; None: it is not known."""


class ActivityFilter(msgspec.Struct, frozen=True):
    """Which changes to read; without a test, all."""

    with_progress: bool = False
    test: ChangeTest | None = None


class ActivityPage(msgspec.Struct, frozen=True):
    """Changes in the order in which they were recorded, at most `PAGE`. `reached` is the number up
    to which was read; if `is_end`, there are no more in that direction.
    """

    entries: tuple[ActivityEntry, ...] = ()
    reached: int = 0
    is_end: bool = True
    newest: int = 0
    """The number of the newest change that was recorded."""
    reached_at: float | None = None
    """The time of the change `reached` (UTC epoch seconds); None if none was looked at."""
    share: float = 1.0
    """How much was searched, from 0 to 1, of the changes that the filter may match."""
    is_unsure: bool = False
    """Of some changes it is not known whether they match."""


class Revision(NamedTuple):
    """How often something was recorded since the start: changes of progress, and all else."""

    others: int = 0
    progress: int = 0


class ChangeLog(Protocol):
    """Reads what the history has recorded, in a thread. What can't be read is left out."""

    @property
    def problem(self) -> str:
        """Why the history is not saved, as a sentence; empty if it is."""

    @property
    def revision(self) -> Revision:
        """Grows with each record: as long as it is the same, nothing new can be read."""

    async def order_history(self, order_id: str) -> OrderHistory:
        """Return what is recorded of one order."""

    async def older_changes(self, before: int | None, wanted: ActivityFilter) -> ActivityPage:
        """Return the newest changes with a number below `before` (None: of all)."""

    async def newer_changes(self, after: int, wanted: ActivityFilter) -> ActivityPage:
        """Return the oldest changes with a number above `after`."""

    async def changes_of(self, order_ids: Sequence[str]) -> Sequence[Change]:
        """Return all changes of these orders, order by order."""

    async def spans(self, start: float) -> Sequence[Span]:
        """Return when orders were polled and when not, from `start` (UTC epoch seconds) on."""
