"""`transcode-tui` and its commands. Textual and httpx are imported when they are needed."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tui import __version__
from tui.cli import demo_command
from tui.cli.output import (
    OutputError,
    ReaderGone,
    complain,
    open_closed_streams,
    write_error,
    write_output,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code: 0, 1 after a crash or where standard output can't
    be written, 2 for bad settings, 130 after SIGINT.
    """
    open_closed_streams()
    try:
        return _run(_parser().parse_args(arguments))
    except ReaderGone:
        return 0
    except OutputError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:  # while secret_command ran
        return 130
    except Exception as error:  # noqa: BLE001 - Python would print the error's words
        return _report_crash(error)


def _report_crash(error: Exception) -> int:
    from tui.crash_report import crash_report, save_report, saved_at_line

    report = crash_report(error)
    place = save_report(report)
    write_error(report + "\n" + (f"{saved_at_line(place)}\n" if place is not None else ""))
    return 1


def _run(options: argparse.Namespace) -> int:
    if options.command == "demo-server":
        from tui.cli.demo_command import serve

        return serve(options)
    if options.command == "config":
        from tui.cli.config_command import run

        return run(options, os.environ)
    from tui.cli.run_app import run

    return run(options, os.environ)


class _Parser(argparse.ArgumentParser):
    def _print_message(self, message: str, file: Any = None) -> None:
        """Argparse 3.11 ignores that standard output can't be written, and Python complains of it
        at its exit.
        """
        if file is sys.stdout and message:
            write_output(message)
        elif message:
            write_error(message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="transcode-tui",
        description="Watch the work orders of the TransparentEdge Transcoding Service.",
        epilog="Credentials come from TRANSPARENT_CLIENT_ID and TRANSPARENT_CLIENT_SECRET, "
        "or from the config file; the secret has no flag, for command lines can be read.",
    )
    parser.add_argument("--version", action="version", version=f"transcode-tui {__version__}")
    parser.add_argument("--demo", action="store_true", help="watch a simulated company")
    demo_command.add_flags(parser)
    parser.add_argument("--company", metavar="ID", help="the company whose orders to watch")
    parser.add_argument("--client-id", metavar="ID", help="the API client's id")
    parser.add_argument("--api-url", metavar="URL", help="the API's address")
    parser.add_argument(
        "--refresh", metavar="SECONDS", help="seconds between two polls, 1 to 3600 (default 5)"
    )
    parser.add_argument(
        "--read-only", action="store_true", default=None, help="refuse every write to the API"
    )
    parser.add_argument(
        "--theme", metavar="NAME", help="dark (default), light, ansi, mono or one of Textual's"
    )
    parser.add_argument("--glyphs", metavar="SET", help="auto (default), unicode or ascii")
    parser.add_argument(
        "--no-mouse",
        dest="mouse",
        action="store_false",
        default=None,
        help="leave the mouse to the terminal",
    )
    parser.add_argument(
        "--order-url", metavar="URL", help="your page of an order: {id} and {company} are filled in"
    )
    parser.add_argument(
        "--no-cache",
        dest="cache",
        action="store_false",
        default=None,
        help="keep no list of orders for the next start, and show none",
    )
    parser.add_argument(
        "--export-dir", metavar="FOLDER", help="where `e` exports to (default: the current one)"
    )
    parser.add_argument(
        "--log-level", metavar="LEVEL", help="off (default), error, warning, info or debug"
    )
    parser.add_argument("--log-file", metavar="FILE", help="where to log; info and above")
    parser.add_argument("--config", metavar="FILE", type=Path, help="another config file")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    settings = commands.add_parser(
        "config", help="where the settings are, what they are, whether they work"
    )
    settings.add_argument(
        "action",
        choices=("path", "show", "check", "keys"),
        help="print the file's path; show each value and where it is from; try to log in; "
        "list the keys by the ids that [keys] in the file knows them by",
    )
    server = commands.add_parser(
        "demo-server", help="serve the simulated API on loopback for any client"
    )
    server.add_argument("--port", type=int, default=0, help="default: any free one")
    demo_command.add_server_flags(server)
    return parser
