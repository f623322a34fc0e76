"""Which moment the main screen shows: now, or one in the past."""

import asyncio
from collections.abc import Callable, Coroutine

from textual.screen import Screen
from textual.worker import Worker

from tui.clock import Clock
from tui.model.events import ClockReading
from tui.model.history import PastHistory
from tui.model.past import TimeStep
from tui.model.state import State
from tui.ui.actions import with_keys
from tui.ui.main_screen.past_text import moment_text

_MIN_GAP = 0.1
"""Seconds between two moments: what a held key asks for in between is read at once then."""


class TimeTravel:
    """Reads the moments that the keys ask for, and calls `on_change` when another one is shown.
    `live` is the present state, and `history` returns the history of its account.
    """

    def __init__(
        self,
        screen: Screen[None],
        clock: Clock,
        live: State,
        history: Callable[[], PastHistory | None],
        on_change: Callable[[], None],
    ) -> None:
        self.live = live
        self._screen = screen
        self._clock = clock
        self._history = history
        self._on_change = on_change
        self._past: State | None = None
        self._start: float | None = None
        """Where the steps begin; None: at the moment shown."""
        self._steps: list[TimeStep] = []
        self._reading: Worker[None] | None = None

    @property
    def is_past(self) -> bool:
        return self._past is not None

    @property
    def is_travelling(self) -> bool:
        """The past is shown, or is about to be."""
        return self.is_past or self._reading is not None

    @property
    def shown(self) -> State:
        return self.live if self._past is None else self._past

    @property
    def now(self) -> ClockReading:
        """The moment that is shown, on the clocks of its state."""
        past = self.shown.past
        return self._clock.now() if past is None else ClockReading(past.at, past.at)

    @property
    def text(self) -> str:
        """The moment in the past that is shown, and how long ago it is; empty for now."""
        past = self.shown.past
        return "" if past is None else moment_text(past, self._clock.wall())

    def go(self, at: float) -> None:
        """Show the moment `at`."""
        self._start, self._steps = at, []
        self._read()

    def enter(self) -> None:
        """Show the last poll, and stay there."""
        self.go(self._newest)

    @property
    def _newest(self) -> float:
        """When the list was last polled."""
        as_of = self.live.as_of
        return self._clock.wall() if as_of is None else as_of.wall

    def step(self, changes: int, seconds: float) -> None:
        self._steps.append(TimeStep(changes, seconds))
        self._read()

    def leave(self) -> None:
        """Show now."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._start, self._steps = None, []
        if self._past is not None:
            self._past = None
            self._on_change()
        if (history := self._history()) is not None:
            self._run(history.leave_past)

    def _read(self) -> None:
        if self._reading is None:
            self._reading = self._run(self._read_all)

    def _run(self, work: Callable[[], Coroutine[None, None, None]]) -> Worker[None]:
        return self._screen.run_worker(work, group="past")

    async def _read_all(self) -> None:
        while self._start is not None or self._steps:
            start, steps = self._start, self._steps
            self._start, self._steps = None, []
            begin = self.now.wall if start is None else start
            history, before = self._history(), self.shown.past
            past = None if history is None else await history.past(begin, steps, self._newest)
            if past is None:
                self._say("No history is recorded yet")
                break
            self._past = past
            self._on_change()
            if steps and start is None and past.past == before:
                self._say_end(steps[-1])
            await asyncio.sleep(_MIN_GAP)
        self._reading = None

    def _say_end(self, step: TimeStep) -> None:
        if step.seconds > 0:
            self._say("This is the last poll. {leave_past}: back to now")
        elif step.changes > 0:
            self._say("No later change is recorded. {leave_past}: back to now")
        else:
            self._say("No earlier change is recorded")

    def _say(self, text: str) -> None:
        self._screen.notify(with_keys(text, self._screen), markup=False)
