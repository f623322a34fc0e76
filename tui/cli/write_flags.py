"""The commands that write to the server, and their flags. Nothing that they need is imported."""

import argparse
from typing import TYPE_CHECKING

from tui.cli.argument_parser import ArgumentParser

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[ArgumentParser]  # noqa: SLF001 - it has no public name


def add_requeue(commands: "Commands", settings: ArgumentParser) -> None:
    """Add the command `requeue`; `settings` has the flags of the settings."""
    parser = commands.add_parser(
        "requeue",
        help="queue failed orders again, by their ids or by a filter",
        usage="%(prog)s ID ...|--filter FILTER [FLAG ...]",
        description="Queue failed orders again. Each is read, shown, read again and sent once. An "
        "outcome that stays unknown is settled by reading, also at the next start.",
        epilog="Exit codes: 0 if every order was accepted, 1 if one was not sent, refused or is "
        "unknown, 2 if the command line or a setting is wrong, 130 after ctrl+c.",
        argument_default=argparse.SUPPRESS,
        parents=[settings],
    )
    parser.add_argument("order_ids", nargs="*", metavar="ID", default=[], help="an order")
    parser.add_argument(
        "--filter",
        metavar="FILTER",
        default=None,
        help="the failed orders that match it, in the filter language of the screens",
    )
    parser.add_argument(
        "--include-finished",
        action="store_true",
        default=False,
        help="also finished orders, which costs minutes again",
    )
    _add_common(parser)


def add_create(commands: "Commands", settings: ArgumentParser) -> None:
    """Add the command `create`; `settings` has the flags of the settings."""
    parser = commands.add_parser(
        "create",
        help="send a new order, from a file or standard input",
        usage="%(prog)s FILE|- [FLAG ...]",
        description="Check the JSON of a new order, show it without its secrets, ask, and send it "
        "once. If no answer comes, it is looked for in the list.",
        epilog="Exit codes: 0 if the order was created, 1 if it was not sent, refused or is "
        "unknown, 2 if the order, the command line or a setting is wrong, 130 after ctrl+c.",
        argument_default=argparse.SUPPRESS,
        parents=[settings],
    )
    parser.add_argument(
        "file", metavar="FILE|-", help="the JSON, which may have // and # comments; -: read it here"
    )
    _add_common(parser)


def _add_common(parser: ArgumentParser) -> None:
    for flag, text in (
        ("--dry-run", "show what would be sent, and send nothing"),
        ("--yes", "send without asking"),
        ("--json", "write JSON Lines; needs --yes or --dry-run"),
    ):
        parser.add_argument(flag, action="store_true", default=False, help=text)
