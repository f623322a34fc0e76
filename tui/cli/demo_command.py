"""The demo: its flags, its server beside the app, and the command `transcode-tui demo-server`."""

import argparse
import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import msgspec.structs

from tui.cli.output import complain, write_line
from tui.demo import CLIENT_ID, CLIENT_SECRET, COMPANY_ID, DemoOptions
from tui.model.account import Account, Secret

if TYPE_CHECKING:
    from sqlite3 import Connection

ACCOUNT = Account(str(COMPANY_ID), CLIENT_ID, Secret(CLIENT_SECRET), "http://127.0.0.1")
"""The server's address follows when it has started."""

_DEFAULTS = DemoOptions()
_MAX_ORDERS, _MAX_SPEED = 1_000_000, 10_000
_MAX_PORT, _MAX_LIFETIME = 65_535, 86_400


class Demo(ExitStack):
    """A world that begins now, and its server, which runs until the end of the block."""

    def __init__(self, options: DemoOptions) -> None:
        super().__init__()
        self._options = options
        self._epoch = time.time()

    def start_server(self) -> Account:
        """Start the server, or start it again. Return the account that it accepts."""
        from tui.demo.server import serve_in_thread

        self.close()
        url = self.enter_context(serve_in_thread(self._options, self._epoch))
        return msgspec.structs.replace(ACCOUNT, api_url=url)

    def write_last_day(self, connection: "Connection", stall_after: float) -> None:
        """Write the history of the last day, as if the program had run."""
        from tui.cli.demo_history import write_last_day
        from tui.demo.server import new_world

        write_last_day(connection, new_world(self._options, self._epoch), stall_after)


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; return 2 if the port isn't available."""
    from tui.demo.server import serve_forever

    demo = demo_options(options) or _DEFAULTS
    try:
        asyncio.run(serve_forever(options.port, demo, announce=write_line))
    except (OSError, ValueError) as error:
        return complain(str(error))
    return 0


def demo_options(options: argparse.Namespace) -> DemoOptions | None:
    """Return the values of the flags; None without any and without `--demo`."""
    values = {name: getattr(options, name) for name in DemoOptions._fields}
    given = {name: value for name, value in values.items() if value is not None}
    return DemoOptions(**given) if given or options.demo else None


def add_flags(parser: argparse.ArgumentParser, prefix: str) -> None:
    """Add a flag for each of `DemoOptions`; its value is None if it isn't used."""
    for name, parse, description in (
        ("orders", _orders, f"orders at the start, 0 to {_MAX_ORDERS}"),
        ("seed", _seed, "another number, other orders"),
        ("speed", _speed, "how many times faster than real time"),
    ):
        text = f"{description} (default: {getattr(_DEFAULTS, name):g})"
        parser.add_argument(prefix + name, dest=name, type=parse, metavar="N", help=text)
    parser.add_argument(
        prefix + "token-lifetime",
        dest="token_lifetime",
        type=_token_lifetime,
        metavar="SECONDS",
        help=f"how long a token is valid (default: {_DEFAULTS.token_lifetime})",
    )
    parser.add_argument(
        prefix + "scene",
        dest="scenario",
        choices=_ScenarioNames(),
        metavar="NAME",
        help="a special situation: %(choices)s",
    )


def add_port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=_port, default=0, metavar="N", help="1 to 65535 (default: any free one)"
    )


class _ScenarioNames:
    """Imports the names when they are used: not on every start."""

    def __iter__(self) -> Iterator[str]:
        from tui.demo.scenarios import NAMES

        return iter(NAMES)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)


def _orders(text: str) -> int:
    if not text.isdecimal() or int(text) > _MAX_ORDERS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 0 to {_MAX_ORDERS}")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _MAX_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, 1 to {_MAX_PORT}")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _token_lifetime(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _MAX_LIFETIME:
        message = f"{text!r} is not a whole number, 1 to {_MAX_LIFETIME}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _speed(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (speed := float(text)) <= _MAX_SPEED:
            return speed
    raise argparse.ArgumentTypeError(f"{text!r} is not a number, 0 to {_MAX_SPEED}")
