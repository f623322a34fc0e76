"""Reads from the history how many orders ended in each of the last hours."""

import asyncio
from collections.abc import Callable

from tui.model.events import ClockReading
from tui.model.state import State
from tui.model.statistics import Statistics, StatisticsSource
from tui.ui.read_schedule import ReadSchedule

HOURS = 12
_HOUR = 3600.0


class EndedOrdersReader:
    """Calls `on_read` with them. The last hour ends with the moment of the read."""

    def __init__(self, source: StatisticsSource, on_read: Callable[[Statistics], None]) -> None:
        self._source = source
        self._on_read = on_read
        self._schedule = ReadSchedule()
        self._reading: asyncio.Task[None] | None = None

    def tick(self, state: State, now: ClockReading) -> None:
        """Read them if it is time to, but nothing before the first list."""
        is_reading = self._reading is not None and not self._reading.done()
        if state.last_load is None or is_reading or not self._schedule.is_due(state, now.mono):
            return
        self._schedule.note_read(now.mono)
        self._reading = asyncio.create_task(self._read(now.wall))

    async def _read(self, wall: float) -> None:
        end = wall + 1  # so that it includes what ends now
        edges = [end - hour * _HOUR for hour in reversed(range(HOURS + 1))]
        self._on_read(await self._source.ended_orders(edges))

    async def aclose(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
