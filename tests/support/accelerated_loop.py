"""An event loop that jumps to the next timer whenever it is idle.

Timers, deadlines and sleeps keep their order and length; real sockets work; an hour takes seconds.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import pytest

from tui.clock import Clock

_Value = TypeVar("_Value")
_Given = ParamSpec("_Given")

WALL = 1_700_000_000.0
"""UTC epoch seconds when a loop's time is 0 (2023-11-14 22:13:20)."""

_STEP = 1e-6  # work takes time, too: otherwise a task woken slightly early would wait forever


class AcceleratedLoop(asyncio.SelectorEventLoop):
    """Sets its clock to the next timer instead of waiting for it.

    While `expecting` returns true, data may be in flight between two sockets: the loop first
    waits a millisecond of real time.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        self.expecting: Callable[[], bool] = lambda: False
        super().__init__(_Jumping(self))
        self.set_default_executor(_AtOnce())

    def time(self) -> float:
        return self.now


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: AcceleratedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:  # no timer: only another thread can wake the loop
            return super().select()
        self._loop.now += _STEP
        ready = super().select(0)
        if timeout > 0 and not ready and self._loop.expecting():
            ready = super().select(0.001)
        if timeout > 0 and not ready:
            self._loop.now += timeout
        return ready


class _AtOnce(ThreadPoolExecutor):
    """An executor that runs everything at once in the calling thread."""

    def submit(
        self, fn: Callable[_Given, _Value], /, *args: _Given.args, **kwargs: _Given.kwargs
    ) -> Future[_Value]:
        future: Future[_Value] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the future carries it
            future.set_exception(error)
        return future


class Time:
    """The two clocks of the program in an accelerated loop.

    They advance while the simulated machine is suspended; the timers of the loop don't.
    """

    def __init__(self) -> None:
        self._asleep = 0.0
        self._stepped = 0.0
        self.clock = Clock(self.wall, self.mono)

    def mono(self) -> float:
        return asyncio.get_running_loop().time() + self._asleep

    def wall(self) -> float:
        return WALL + self.mono() + self._stepped

    def suspend(self, seconds: float) -> None:
        self._asleep += seconds

    def step(self, seconds: float) -> None:
        """Step the wall clock."""
        self._stepped += seconds


def run(work: Coroutine[Any, Any, _Value]) -> _Value:
    """Run `work` in a new accelerated loop, which also drives the timers of Textual."""
    with (
        pytest.MonkeyPatch.context() as patch,
        asyncio.Runner(loop_factory=AcceleratedLoop) as runner,
    ):
        patch.setattr("textual._time.get_time", runner.get_loop().time)
        return runner.run(work)
