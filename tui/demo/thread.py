"""The demo server beside a program, in a thread and an event loop of its own."""

import asyncio
import time
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread

from tui.demo.server import Credentials, DemoServer
from tui.demo.world import World


class DemoServerThread:
    """A demo server that starts and stops by plain calls."""

    def __init__(
        self, *, orders: int = 823, seed: int = 1, speed: float = 1.0, scene: str = ""
    ) -> None:
        self._orders, self._seed, self._speed, self._scene = orders, seed, speed, scene
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._listening: Future[Credentials] = Future()
        # A daemon, so that a program that dies without stopping it does not hang.
        self._thread = Thread(target=self._run, name="demo-server", daemon=True)

    def start(self) -> Credentials:
        """Start serving. Returns as soon as it listens; raises OSError where it can't."""
        self._thread.start()
        return self._listening.result()

    def stop(self) -> None:
        """Close everything. Harmless when it is stopped already, or was never started."""
        if self._loop is None:
            return
        with suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=2)
        self._loop = None

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._listening.done():
                raise
            # Whoever waits for the start gets it instead.
            self._listening.set_exception(error)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        world = World(self._seed, self._orders, time.time(), speed=self._speed, scene=self._scene)
        async with DemoServer(world) as server:
            self._listening.set_result(server.credentials)
            await self._stop.wait()
