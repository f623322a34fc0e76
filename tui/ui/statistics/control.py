"""Decides which period the statistics are of, when they are read again, and the chosen reason."""

from tui.model.calendar_units import CalendarUnit, unit_edges, unit_start
from tui.model.state import State
from tui.model.statistics import Reason, Statistics
from tui.ui.read_schedule import ReadSchedule


class StatisticsControl:
    """Begins with the present day. A period that is the present one stays that at midnight."""

    def __init__(self, now: float) -> None:
        self.unit = CalendarUnit.DAY
        self.edges = unit_edges(self.unit, now)
        self.found: Statistics | None = None
        """None until they are read."""
        self.chosen = 0
        self._is_present = True
        self._schedule = ReadSchedule()

    def show(self, unit: CalendarUnit, now: float) -> None:
        """Show the present day, week or month, or the one in which the shown period begins."""
        self._show(unit, now if self.is_present(now) else self.edges[0], now)

    def step(self, by: int, now: float) -> None:
        """Show an earlier period or a later one."""
        self._show(self.unit, unit_start(self.unit, self.edges[0], by), now)

    def _show(self, unit: CalendarUnit, moment: float, now: float) -> None:
        self.unit = unit
        self.edges = unit_edges(unit, moment)
        self.found, self.chosen = None, 0
        self._is_present = self.is_present(now)
        self._schedule = ReadSchedule()

    def is_present(self, now: float) -> bool:
        return self.edges[0] <= now < self.edges[-1]

    def is_first(self) -> bool:
        """True if nothing was recorded before the period."""
        since = None if self.found is None else self.found.since
        return self.found is not None and (since is None or since >= self.edges[0])

    def must_read(self, state: State, now: float, mono: float) -> bool:
        """Return whether the figures are to be read now, at `now` (UTC epoch seconds) and `mono`
        (monotonic), and count the time to the next read from here.
        """
        if self._is_present and not self.is_present(now):
            self._show(self.unit, now, now)
        is_due = self._schedule.is_due(state, mono)
        if not is_due or (self.found is not None and not self.is_present(now)):
            return False
        self._schedule.note_read(mono)
        return True

    def set_found(self, edges: tuple[float, ...], found: Statistics) -> None:
        """Take the figures of a period, unless another one is shown meanwhile."""
        if edges == self.edges:
            self.found = found
            self.chosen = max(0, min(self.chosen, len(found.reasons) - 1))

    def choose(self, number: int) -> bool:
        """Choose a reason by its index; return whether there is one."""
        is_there = self.found is not None and 0 <= number < len(self.found.reasons)
        if is_there:
            self.chosen = number
        return is_there

    @property
    def reason(self) -> Reason | None:
        """The chosen reason."""
        reasons = () if self.found is None else self.found.reasons
        return reasons[self.chosen] if reasons else None
