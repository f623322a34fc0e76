"""Decides when figures of the history are read again. Pure."""

from tui.model.order import phase_of
from tui.model.state import State

_INTERVAL = 60.0
_MIN_INTERVAL = 5.0
"""Seconds between two reads if orders ended meanwhile."""


class ReadSchedule:
    """Once a minute, and soon after an order ended. `mono` is the monotonic time in seconds."""

    def __init__(self) -> None:
        self._read_at = float("-inf")
        self._counts: object = None
        self._ended = 0
        self._ended_when_read = 0

    def is_due(self, state: State, mono: float) -> bool:
        if state.status_counts is not self._counts:
            self._counts = state.status_counts
            self._ended = sum(
                count for word, count in state.status_counts.items() if phase_of(word).is_final
            )
        has_ended = self._ended != self._ended_when_read
        return mono - self._read_at >= (_MIN_INTERVAL if has_ended else _INTERVAL)

    def note_read(self, mono: float) -> None:
        """What is due next is counted from a read at `mono`."""
        self._read_at, self._ended_when_read = mono, self._ended
