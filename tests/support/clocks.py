"""A clock for tests, which moves when it is told to."""

from datetime import UTC, datetime

from tui.clock import Clock


class MovingClock:
    """Wall time starts at `wall` (UTC epoch seconds), the monotonic clock at 1000."""

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


def utc_timestamp(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
