"""When an order counts as stalled: the limit of the time without a change. Pure."""

import math
from bisect import bisect_left, insort
from collections import deque

from tui.history.records import Sample, SampleKind
from tui.model.order import Phase

MIN_LIMIT = 120.0
"""Seconds below which no order is stalled, see `StallLimits.limit`."""

_MIN_FOR_PERCENTILE = 30
_MIN_FOR_MEDIAN = 5
_MEDIANS = 10.0
_THINNING = 10
"""A full category takes every tenth gap only: it changes slowly, and each is a row on disk."""

_PHASES = list(Phase)


def phase_category(phase: Phase) -> int:
    """The category of the samples of gaps in this phase."""
    return _PHASES.index(phase)


def can_stall(phase: Phase, *, has_progress: bool) -> bool:
    """Return whether an order in this phase is expected to change. A queued one waits for others;
    a server that reports no progress says nothing about a lack of it.
    """
    if phase is Phase.QUEUED or phase.is_final:
        return False
    return has_progress or phase in {Phase.DOWNLOADING, Phase.UPLOADING}


class _Gaps:
    """The newest gaps of a category, also in ascending order."""

    def __init__(self) -> None:
        self.newest: deque[float] = deque()
        self.ascending: list[float] = []
        self.seen = 0

    def add(self, seconds: float) -> None:
        if len(self.newest) == SampleKind.GAP.kept:
            oldest = self.newest.popleft()
            del self.ascending[bisect_left(self.ascending, oldest)]
        self.newest.append(seconds)
        insort(self.ascending, seconds)


class StallLimits:
    """Learns how long orders of each profile are without a change in each phase."""

    def __init__(self) -> None:
        self._gaps: dict[tuple[str, int], _Gaps] = {}

    def restore(self, sample: Sample) -> None:
        """Learn from a gap of an earlier run."""
        self._gaps.setdefault((sample.profile, sample.category), _Gaps()).add(sample.value)

    def add(self, profile: str, phase: Phase, seconds: float) -> bool:
        """Learn from one gap between two changes; return whether to record it."""
        gaps = self._gaps.setdefault((profile, phase_category(phase)), _Gaps())
        gaps.seen += 1
        if len(gaps.newest) == SampleKind.GAP.kept and gaps.seen % _THINNING:
            return False
        gaps.add(seconds)
        return True

    def limit(self, profile: str, phase: Phase, stall_after: float) -> float:
        """Return the seconds without a change after which an order is stalled: the 99th percentile
        of the gaps, or ten times their median if there are fewer than 30, or `stall_after` if there
        are fewer than 5 or the status is unknown.

        It is two minutes at least. One in a hundred gaps exceeds the 99th percentile, so that an
        order with 200 changes would seem to stall twice; most of these gaps last some seconds.
        """
        gaps = self._gaps.get((profile, phase_category(phase)))
        count = 0 if gaps is None else len(gaps.ascending)
        if gaps is None or count < _MIN_FOR_MEDIAN or phase is Phase.UNKNOWN:
            return max(MIN_LIMIT, stall_after)
        if count < _MIN_FOR_PERCENTILE:
            return max(MIN_LIMIT, _MEDIANS * gaps.ascending[count // 2])
        return max(MIN_LIMIT, gaps.ascending[math.ceil(0.99 * count) - 1])
