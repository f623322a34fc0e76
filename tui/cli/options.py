"""The command line's options: the parser, and the settings and the config file that they select."""

import argparse
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from tui import __version__
from tui.cli import demo_command
from tui.cli.output import write_error, write_output
from tui.config.loader import ResolvedSetting, resolve_settings
from tui.config.settings import SETTINGS, Setting
from tui.files import app_folder


def resolve(
    options: argparse.Namespace,
    environ: Mapping[str, str],
    settings: Iterable[Setting] = SETTINGS,
    *,
    reveal: bool = True,
) -> dict[str, ResolvedSetting]:
    """Resolve `settings`; see `resolve_settings`. Raises `ConfigError`, and `KeyboardInterrupt` on
    SIGINT, so that `secret_command` ends with the program.
    """
    # `tui/__main__.py` has let SIGINT end the process.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return resolve_settings(
            vars(options), environ, config_path(options), settings, reveal=reveal
        )
    finally:
        signal.signal(signal.SIGINT, before)


def config_path(options: argparse.Namespace) -> Path | None:
    """Return the path of `--config`, or of the user's config file; None without a home folder."""
    if options.config is not None:
        return Path(options.config)
    folder = app_folder(user_config_path)
    return None if folder is None else folder / "config.toml"


class _ArgumentParser(argparse.ArgumentParser):
    def _print_message(self, message: str, file: Any = None) -> None:
        """Report a standard output that can't be written. Argparse 3.11 ignores it, and Python
        prints an exception at exit.
        """
        if file is sys.stdout and message:
            write_output(message)
        elif message:
            write_error(message)


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse `arguments`, or those of the process. The value of a setting is under its key, and
    None if its flag isn't used.
    """
    parser = _ArgumentParser(
        prog="transcode-tui",
        description="Watch the work orders of the TransparentEdge Transcoding Service.",
        epilog="Credentials come from TRANSPARENT_CLIENT_ID and TRANSPARENT_CLIENT_SECRET, "
        "or from the config file; the secret has no flag, for command lines can be read.",
    )
    parser.add_argument("--version", action="version", version=f"transcode-tui {__version__}")
    parser.add_argument("--demo", action="store_true", help="watch a simulated company")
    demo_command.add_flags(parser, "--demo-")
    for setting in SETTINGS:
        if isinstance(setting.default, bool):
            parser.add_argument(
                setting.flag,
                dest=setting.key,
                action="store_const",
                const=not setting.default,
                help=setting.description,
            )
        elif setting.flag:
            default = "" if setting.required else f" (default: {setting.default_text})"
            text = setting.description + default
            parser.add_argument(setting.flag, metavar=setting.metavar, help=text)
    parser.add_argument("--config", metavar="FILE", type=Path, help="another config file")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    config = commands.add_parser(
        "config", help="where the settings are, what they are, whether they work"
    )
    config.add_argument(
        "action",
        choices=("path", "show", "check", "keys"),
        help="print the file's path; show each value and where it is from; try to log in; "
        "list the keys by the ids that [keys] in the file knows them by",
    )
    server = commands.add_parser(
        "demo-server", help="serve the simulated API on loopback for any client"
    )
    server.add_argument("--port", type=int, default=0, help="default: any free one")
    demo_command.add_flags(server, "--")
    return parser.parse_args(arguments)
