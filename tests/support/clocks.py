"""Clocks that only a test advances, and UTC timestamps."""

from datetime import UTC, datetime

from tui.clock import Clock


class ManualClock:
    """The wall clock starts at `wall` (UTC epoch seconds), the monotonic one at 1000."""

    def __init__(self, wall: float = 1_700_000_000.0) -> None:
        self._wall = wall
        self._mono = 1000.0
        self.clock = Clock(self.read_wall, self.read_mono)

    def read_wall(self) -> float:
        return self._wall

    def read_mono(self) -> float:
        return self._mono

    def advance(self, seconds: float) -> None:
        self._wall += seconds
        self._mono += seconds

    def set_wall(self, wall: float) -> None:
        """Set the wall clock alone, as a user does."""
        self._wall = wall


def utc_timestamp(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
