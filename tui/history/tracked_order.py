"""One order as its readings show it: its status, its progress and their times. Pure.

Times are seconds of the monotonic clock.
"""

import math

import msgspec
from msgspec.structs import replace

from tui.model.history import Progress
from tui.model.order import OrderDetail, Phase, effective_progress, phase_of
from tui.model.timing import Moment, OrderTiming

MIN_FALL = 5.0
"""A sub-job that falls by more percent than this has begun again. Some servers round to whole
percents, and two servers behind one address may be some seconds apart; a run that begins again
falls to nearly 0. If it had hardly begun, nothing is lost by not noticing.
"""


class TrackedOrder(msgspec.Struct):
    """An order that is active, or changed in this run. `status` is None if it is gone."""

    id: str
    status: str | None
    read_at: float
    """When `status` was read for the last time, apart from lists that did not change."""
    timing: OrderTiming
    progress: Progress | None = None
    """As last recorded."""
    seen_at: float = -math.inf
    """When this run read it for the first time."""
    progress_at: float = -math.inf
    """When a detail had it for the last time."""
    listed_progress: float | None = None
    profiles: tuple[str, ...] = ()
    checked_at: float = -math.inf
    """Until when the time without a change was counted."""
    unpolled: float = 0.0
    """The seconds without polls in this run, up to `checked_at`."""
    is_gapless: bool = False
    """True if it changed in this run and was read without a gap since then."""
    has_moved: bool = False
    """True if `progress` was read while this attempt was running."""

    @property
    def phase(self) -> Phase:
        return phase_of(self.status or "")

    @property
    def is_active(self) -> bool:
        return self.status is not None and not self.phase.is_final

    @property
    def has_progress(self) -> bool:
        return any(percent is not None for percent in self.progress or ())

    @property
    def category(self) -> str:
        """The set of its profiles; empty if it is not known."""
        return " + ".join(sorted(set(self.profiles)))

    def enter(self, status: str | None, moment: Moment) -> None:
        """Take over a change of the status."""
        self.status, self.read_at = status, moment.before
        phase, timing = self.phase, self.timing
        if timing.ended is not None and phase.starts_attempt:
            timing = OrderTiming(timing.attempt + 1)
            self.has_moved = False
        if self.status is not None:
            ended = moment if phase.is_final else timing.ended
            started = None if phase is Phase.QUEUED else timing.started or moment
            timing = replace(timing, entered=moment, started=started, ended=ended)
        self.timing = timing
        self._note_change(moment)

    def enter_again(self, at: float) -> None:
        """Take over that it may have left its status since, and was in it again at `at`."""
        timing, entered = self.timing, self.timing.entered
        if entered is None:
            return
        moment = Moment(entered.after, at)
        self.read_at = at
        self.timing = replace(
            timing,
            entered=moment,
            started=moment if timing.started == entered else timing.started,
            ended=moment if timing.ended == entered else timing.ended,
        )
        self._note_change(moment)

    def move(self, progress: Progress, moment: Moment) -> None:
        """Take over a change of the progress. If it falls, a new attempt has started."""
        if self.is_active and self.has_moved and _falls(self.progress or (), progress):
            # Of an order that waits, the status said it earlier than the progress.
            entered = (self.timing.entered if self.phase.is_waiting else None) or moment
            started = None if self.phase is Phase.QUEUED else entered
            self.timing = OrderTiming(self.timing.attempt + 1, entered=entered, started=started)
        self.has_moved = self.is_active and not self.phase.is_waiting
        self.progress, self.progress_at = progress, moment.before
        self._note_change(moment)

    def _note_change(self, moment: Moment) -> None:
        self.timing = replace(self.timing, quiet_since=moment.before, is_stalled=False)


def first_seen(order_id: str, status: str, moment: Moment, attempt: int = 1) -> TrackedOrder:
    """Return an order that was in this status when it was first seen."""
    phase = phase_of(status)
    timing = OrderTiming(
        attempt,
        entered=moment,
        started=None if phase is Phase.QUEUED else moment,
        ended=moment if phase.is_final else None,
        quiet_since=moment.before,
    )
    at = moment.before
    return TrackedOrder(order_id, status, at, timing, seen_at=at, checked_at=at)


def progress_of(detail: OrderDetail, phase: Phase) -> Progress:
    """The percents with two decimals, as the vendor's dashboard shows them."""
    known = (effective_progress(job.progress, phase) for job in detail.jobs)
    return tuple(None if percent is None else round(percent, 2) for percent in known)


def _falls(old: Progress, new: Progress) -> bool:
    """Return whether any sub-job falls. Other sub-jobs than before are not compared."""
    if len(old) != len(new):
        return False
    pairs = zip(old, new, strict=True)
    return any(a is not None and b is not None and a - b > MIN_FALL for a, b in pairs)
