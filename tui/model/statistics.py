"""Figures of a period of the history: orders that ended, their times in each phase, and why they
failed. Pure.

Times are UTC epoch seconds; durations are seconds. A run is one attempt of an order, from the queue
to its end.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

import msgspec

from tui.model.order import Phase

TIMED_PHASES = (Phase.QUEUED, Phase.DOWNLOADING, Phase.TRANSCODING, Phase.UPLOADING)
"""The phases of which the times are known, in the order in which a run passes them."""

EXACT_ENOUGH = 30.0
"""A change is exact enough if the polls before and after it are at most this far apart."""

_MOSTLY_POLLED = 0.9

_VARIES = re.compile(r"[\d./\\@_]")


class Bucket(msgspec.Struct, frozen=True):
    """An hour or a day: the orders that ended in it, and for how long orders were polled."""

    start: float
    end: float
    polled: float = 0.0
    finished: int = 0
    failed: int = 0
    media: float = 0.0
    """The length of the videos of the finished orders, as far as it is known."""

    def is_polled(self, now: float) -> bool:
        """True if nearly all of it, up to `now`, was polled: what ended in it was seen."""
        passed = min(self.end, now) - self.start
        return passed >= 0 < self.polled and self.polled >= _MOSTLY_POLLED * passed


class Quantiles(msgspec.Struct, frozen=True):
    """Half of `count` durations are at most `median`, and 90 % at most `p90`."""

    count: int
    median: int
    p90: int


class RunTimes(msgspec.Struct, frozen=True):
    """The runs of orders with the same profiles. `profiles` is empty if they are not known."""

    profiles: str
    finished: int
    failed: int
    phases: tuple[Quantiles | None, ...]
    """Of each of `TIMED_PHASES`, then of the whole run; None if none was observed well enough."""
    left_out: int = 0
    """How many phases are not in the quantiles: their bounds are wider than `EXACT_ENOUGH` and than
    10 % of the phase, or orders were not polled all the time.
    """


class Reason(msgspec.Struct, frozen=True):
    """Why orders failed. In `text` an ellipsis takes the place of what differs."""

    text: str
    count: int
    latest: float
    """When the last of them failed."""

    @property
    def common_words(self) -> str:
        """The longest part of `text` that all comments have."""
        return max((part.strip() for part in self.text.split("…")), key=len)


class Statistics(msgspec.Struct, frozen=True):
    """Figures of a period. What its `buckets` have are the runs whose end is known well enough."""

    buckets: tuple[Bucket, ...] = ()
    since: float | None = None
    """When the history begins; None if it is empty."""
    unplaced: int = 0
    """How many runs ended in a time that was not polled, so that the hour or day is not known."""
    unmeasured: int = 0
    """How many of the finished orders have no known length."""
    everything: RunTimes = RunTimes("", 0, 0, ())
    by_profiles: tuple[RunTimes, ...] = ()
    """The most runs first."""
    reasons: tuple[Reason, ...] = ()
    """The most frequent first."""

    def polled_share(self, now: float) -> float | None:
        """Return the part (0 to 1) of the period that was polled, from the beginning of the history
        to `now`; None if the period has no such time.
        """
        if self.since is None or not self.buckets:
            return None
        start = max(self.since, self.buckets[0].start)
        passed = min(now, self.buckets[-1].end) - start
        return min(1.0, sum(each.polled for each in self.buckets) / passed) if passed > 0 else None


class StatisticsSource(Protocol):
    """Reads figures of the history. `edges` are the bounds of the hours or days."""

    async def statistics(self, edges: Sequence[float]) -> Statistics: ...

    async def ended_orders(self, edges: Sequence[float]) -> Statistics:
        """Return the same without times and reasons, which is cheap."""


def quantiles(counts: Mapping[int | None, int]) -> Quantiles | None:
    """Return the quantiles (nearest rank) of durations, of which `counts` has how many each; those
    that are None are left out. Return None if there are none.
    """
    known = {each: counts[each] for each in sorted(value for value in counts if value is not None)}
    total = sum(known.values())
    if not total:
        return None
    return Quantiles(total, *(_nearest_rank(known, total, part) for part in (0.5, 0.9)))


def _nearest_rank(sorted_counts: Mapping[int, int], total: int, part: float) -> int:
    rest = math.ceil(part * total)
    for value, count in sorted_counts.items():
        rest -= count
        if rest <= 0:
            return value
    raise AssertionError(part)


def folded_reasons(comments: Iterable[tuple[str, int, float]]) -> tuple[Reason, ...]:
    """Return the reasons in `comments`, each with how many orders have it and when the last of them
    failed. Comments are one reason if they differ in numbers, ids, and names of files and hosts.
    """
    groups = defaultdict[str, list[tuple[str, int, float]]](list)
    for each in comments:
        groups[" ".join([w if w.isalpha() else _folded(w) for w in each[0].split()])].append(each)
    reasons = [
        Reason(_common(texts), sum(counts), max(latest))
        for texts, counts, latest in (zip(*group, strict=True) for group in groups.values())
    ]
    return tuple(sorted(reasons, key=lambda each: (-each.count, -each.latest)))


@lru_cache(4096)
def _folded(word: str) -> str:
    """Return an ellipsis for a number, an id, or the name of a file or a host, else the word."""
    return "…" if _VARIES.search(word.strip(".,:;!?()[]'\"")) else word


def _common(texts: Sequence[str]) -> str:
    """Put an ellipsis in the place of the words in which `texts` differ. All have as many words."""
    if len(texts) == 1:
        return texts[0]
    columns = zip(*map(str.split, texts), strict=True)
    words = (column[0] if len(set(column)) == 1 else "…" for column in columns)
    # One ellipsis in the place of neighbouring ones.
    return re.sub(r"…(?: …)+", "…", " ".join(words))
