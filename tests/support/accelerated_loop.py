"""An event loop whose time passes only while nothing else can happen, and then at once: timers,
deadlines and sleeps keep their order and lengths, real sockets work, and an hour is soon over.
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

_STEP = 1e-6  # what is done takes time, too: else whoever is woken a hair too early never goes on


class AcceleratedLoop(asyncio.SelectorEventLoop):
    """Where another loop would wait for a timer, this one's clock is set to that timer.

    While `expecting` is true something may still be on its way between two sockets: it is given
    a millisecond of real time first.
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
        if timeout is None:  # no timer is set: only another thread can go on
            return super().select()
        self._loop.now += _STEP
        ready = super().select(0)
        if timeout > 0 and not ready and self._loop.expecting():
            ready = super().select(0.001)
        if timeout > 0 and not ready:
            self._loop.now += timeout
        return ready


class _AtOnce(ThreadPoolExecutor):
    """What is meant for a thread is done on the spot."""

    def submit(
        self, fn: Callable[_Given, _Value], /, *args: _Given.args, **kwargs: _Given.kwargs
    ) -> Future[_Value]:
        future: Future[_Value] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is whoever waits for the future who is told
            future.set_exception(error)
        return future


class Time:
    """The program's two clocks in an accelerated loop. Timers sleep while the machine is
    suspended; these clocks do not.
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
        """Someone sets the clock on the wall."""
        self._stepped += seconds


def run(work: Coroutine[Any, Any, _Value]) -> _Value:
    """`work` in a loop of its own, Textual's timers too."""
    with (
        pytest.MonkeyPatch.context() as patch,
        asyncio.Runner(loop_factory=AcceleratedLoop) as runner,
    ):
        patch.setattr("textual._time.get_time", runner.get_loop().time)
        return runner.run(work)
