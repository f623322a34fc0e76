"""The demo beside the screen: its server starts with the first call, after the first paint."""
# FOLD """`transcode-tui demo-server`: the simulated API, for any client."""

import argparse
import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tui.cli.output import complain, write_line
from tui.model.account import Account
from tui.model.secret import Secret

if TYPE_CHECKING:
    from tui.demo.server import DemoServerThread

ACCOUNT = Account("42", "demo", Secret("demo"), "http://127.0.0.1")
"""What is shown before the server is there."""

_MOST_ORDERS, _MOST_SPEED = 1_000_000, 10_000


class DemoLauncher:
    """Stops the server, if it was started, when its `with` block ends."""

    def __init__(
        self, orders: int = 823, seed: int = 1, speed: float = 1.0, scenario: str = ""
    ) -> None:
        self._orders, self._seed, self._speed, self._scenario = orders, seed, speed, scenario
        self._server: DemoServerThread | None = None

    @classmethod
    def from_options(cls, options: argparse.Namespace) -> "DemoLauncher":
        """The one that the flags of `add_flags` ask for."""
        return cls(options.demo_orders, options.demo_seed, options.demo_speed, options.demo_scene)

    def start(self) -> Account:
        """Start the server, once; the account that it takes."""
        from tui.demo.server import DemoServerThread

        if self._server is not None:
            self._server.stop()
        self._server = DemoServerThread(
            orders=self._orders, seed=self._seed, speed=self._speed, scenario=self._scenario
        )
        made = self._server.start()
        return Account(made.company_id, made.client_id, Secret(made.client_secret), made.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.stop()


class _ImpliesDemo(argparse.Action):
    """A flag that means `--demo` too."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse passes all four
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        setattr(namespace, self.dest, values)
        namespace.demo = True


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add `--demo-orders` and the like, each of which means `--demo` too."""
    _add(parser, "--demo-", action=_ImpliesDemo)


def add_server_flags(parser: argparse.ArgumentParser) -> None:
    """Add `--orders` and the like."""
    _add(parser, "--")


def _add(parser: argparse.ArgumentParser, prefix: str, **more: Any) -> None:
    def add(name: str, kind: Callable[[str], object], default: object, told: str) -> None:
        parser.add_argument(
            prefix + name, type=kind, default=default, metavar="N", help=told, **more
        )

    add("orders", _orders, 823, f"orders at the start, 0 to {_MOST_ORDERS} (default 823)")
    add("seed", _seed, 1, "another seed, another world (default 1)")
    add("speed", _speed, 1.0, "times real time (default 1)")
    parser.add_argument(
        prefix + "scene",
        choices=_Scenes(),
        default="",
        metavar="NAME",
        help="a special world: %(choices)s",
        **more,
    )


class _Scenes:
    """The names of the scenes; they are there when they are asked for, and not at every start."""

    def __iter__(self) -> Iterator[str]:
        from tui.demo.scenarios import NAMES

        return iter(NAMES)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)


def _orders(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_ORDERS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 0 to {_MOST_ORDERS}")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _speed(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (speed := float(text)) <= _MOST_SPEED:
            return speed
    raise argparse.ArgumentTypeError(f"{text!r} is not a number, 0 to {_MOST_SPEED}")


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; 2 where the options or the port cannot be had."""
    from tui.demo.server import serve_forever

    try:
        asyncio.run(
            serve_forever(
                options.port,
                options.orders,
                options.seed,
                options.speed,
                options.scene,
                announce=write_line,
            )
        )
    except (OSError, ValueError) as error:
        return complain(str(error))
    return 0
