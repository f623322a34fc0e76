"""An event loop in a thread, for servers that a test controls."""

import asyncio
from collections.abc import Coroutine
from threading import Thread
from typing import Any, Self, TypeVar

_Value = TypeVar("_Value")

_TIMEOUT = 10


class LoopThread:
    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_TIMEOUT)
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, _Value]) -> _Value:
        """Run a coroutine in the loop; return its result, at most 10 s later."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_TIMEOUT)
