"""The history of the run that is checked: what the recorder makes of it, without a store."""

from collections.abc import Mapping, Sequence

from tests.support.memory_history import MemoryHistory
from tui.history.knowledge import Knowledge
from tui.history.recorder import Recorder
from tui.history.records import Sample, SampleKind, Stored
from tui.model.events import Event, ListLoaded
from tui.model.state import State
from tui.model.timing import OrderTiming

_PROFILES = 4
"""An order has up to so many sub-jobs, of a profile each."""


class RecordedRun(MemoryHistory):
    """Knows enough jobs from earlier runs to estimate each one."""

    def __init__(self) -> None:
        super().__init__()
        self._recorder = Recorder(stall_after=120.0)
        self._is_restored = False

    def observe(
        self, before: State, event: Event, after: State
    ) -> Mapping[str, OrderTiming | None]:
        timings = dict(self._recorder.observe(before, event, after).timings)
        if isinstance(event, ListLoaded) and not self._is_restored:
            self._is_restored = True
            timings |= self._recorder.restore(Stored(), Knowledge(_samples())).timings
        return timings


def _samples() -> Sequence[Sample]:
    """Return what earlier runs would have stored: the naive estimate was off by up to a third."""
    return [
        Sample(kind, "", tenth, float(number), (number - 6) / 20)
        for kind in (SampleKind.REMAINING, SampleKind.ORDER_REMAINING)
        for tenth in range(10)
        for number in range(12)
    ]
