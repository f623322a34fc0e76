"""The demo server as a program of its own."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict

from tui.demo.server import DemoServer
from tui.demo.world import World


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def serve_forever(
    port: int,
    orders: int,
    seed: int,
    speed: float,
    scene: str = "",
    announce: Callable[[str], None] = _print,
) -> None:
    """Serve a new world until SIGINT or SIGTERM.

    Hands one line of JSON to `announce` once it listens: where it is, and what lets a client in.
    Raises OSError, in one sentence, where the port can't be had, and ValueError where such a world
    can't be.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows, where Ctrl+C raises KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    world = World(seed, orders, epoch=time.time(), speed=speed, scene=scene)
    async with DemoServer(world, port=port) as server:
        announce(json.dumps(asdict(server.credentials)))
        await stop.wait()
