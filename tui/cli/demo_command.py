"""The demo: its flags, its server beside the app, and the command `transcode-tui demo-server`."""

import argparse
import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from tui.cli.output import complain, write_line
from tui.demo import DemoOptions
from tui.model.account import Account
from tui.model.secret import Secret

if TYPE_CHECKING:
    from tui.demo.server import DemoServerThread

ACCOUNT = Account("42", "demo", Secret("demo"), "http://127.0.0.1")
"""Shown until the server has started."""

_DEFAULTS = DemoOptions()
_MAX_ORDERS, _MAX_SPEED = 1_000_000, 10_000


class DemoLauncher:
    """Starts the demo server with the first request; the end of the `with` block stops it."""

    def __init__(self, options: DemoOptions = _DEFAULTS) -> None:
        self._options = options
        self._server: DemoServerThread | None = None

    @classmethod
    def from_options(cls, options: argparse.Namespace) -> "DemoLauncher":
        """Create one from the flags of `add_flags`."""
        return cls(
            DemoOptions(
                options.demo_orders, options.demo_seed, options.demo_speed, options.demo_scene
            )
        )

    def start(self) -> Account:
        """Start the server, or start it again; return the account that it accepts."""
        from tui.demo.server import DemoServerThread

        if self._server is not None:
            self._server.stop()
        self._server = DemoServerThread(self._options)
        access = self._server.start()
        return Account(
            access.company_id, access.client_id, Secret(access.client_secret), access.url
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.stop()


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; return 2 if the port isn't available."""
    from tui.demo.server import serve_forever

    demo = DemoOptions(options.orders, options.seed, options.speed, options.scene)
    try:
        asyncio.run(serve_forever(options.port, demo, announce=write_line))
    except (OSError, ValueError) as error:
        return complain(str(error))
    return 0


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add `--demo-orders` etc., each of which implies `--demo`."""
    _add_flags(parser, "--demo-", action=_ImpliesDemo)


def add_server_flags(parser: argparse.ArgumentParser) -> None:
    """Add `--orders` etc."""
    _add_flags(parser, "--")


class _ImpliesDemo(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse passes all four
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        setattr(namespace, self.dest, values)
        namespace.demo = True


def _add_flags(parser: argparse.ArgumentParser, prefix: str, **common: Any) -> None:
    def add(name: str, parse: Callable[[str], object], default: float, description: str) -> None:
        text = f"{description} (default: {default:g})"
        parser.add_argument(
            prefix + name, type=parse, default=default, metavar="N", help=text, **common
        )

    add("orders", _orders, _DEFAULTS.orders, f"orders at the start, 0 to {_MAX_ORDERS}")
    add("seed", _seed, _DEFAULTS.seed, "another seed, another world")
    add("speed", _speed, _DEFAULTS.speed, "times real time")
    parser.add_argument(
        prefix + "scene",
        choices=_ScenarioNames(),
        default=_DEFAULTS.scenario,
        metavar="NAME",
        help="a special world: %(choices)s",
        **common,
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


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _speed(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (speed := float(text)) <= _MAX_SPEED:
            return speed
    raise argparse.ArgumentTypeError(f"{text!r} is not a number, 0 to {_MAX_SPEED}")
