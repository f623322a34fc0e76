"""The demo server as a program of its own."""

import asyncio
import json
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict

from .server import DemoServer
from .world import World


async def serve_forever(port: int, orders: int, seed: int, speed: float, scene: str = "") -> None:
    """Serve a new world until SIGINT or SIGTERM.

    Prints one line of JSON once it listens: where it is, and what lets a client in. Raises OSError,
    in one sentence, where the port can't be had, and ValueError where such a world can't be.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows, where Ctrl+C raises KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    world = World(seed, orders, epoch=time.time(), speed=speed, scene=scene)
    async with DemoServer(world, port=port) as server:
        sys.stdout.write(json.dumps(asdict(server.credentials)) + "\n")
        sys.stdout.flush()
        await stop.wait()
