"""The command line's options, and the settings and the config file that they select."""

import argparse
import signal
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from platformdirs import user_config_path

from tui import __version__
from tui.cli import demo_command
from tui.cli.argument_parser import ArgumentParser
from tui.cli.write_flags import add_create, add_requeue
from tui.config.loader import ResolvedSetting, resolve_settings
from tui.config.settings import PREFERENCES, SETTINGS, ConfigError, Setting
from tui.files import app_folder

_UNUSED = {each.key: None for each in SETTINGS if each.flag} | {"config": None}


def resolve(
    options: argparse.Namespace,
    environ: Mapping[str, str],
    settings: Iterable[Setting] = SETTINGS,
    *,
    reveal: bool = True,
) -> dict[str, ResolvedSetting]:
    """Resolve `settings`; see `resolve_settings`. Raises `ConfigError`, also if there is no file
    of the name that `--config` gives, and `KeyboardInterrupt` on SIGINT, so that `secret_command`
    ends with the program.
    """
    if options.config is not None:
        _require_file(options.config)
    # `tui/__main__.py` has let SIGINT end the process.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return resolve_settings(
            vars(options), environ, config_path(options), settings, reveal=reveal
        )
    finally:
        signal.signal(signal.SIGINT, before)


def _require_file(path: Path) -> None:
    try:
        path.stat()
    except FileNotFoundError:
        raise ConfigError(f"--config: there is no file {path}") from None
    except (OSError, ValueError):  # reported by `resolve_settings`
        pass


def config_path(options: argparse.Namespace) -> Path | None:
    """Return the path of `--config`, or of the user's config file; None without a home folder."""
    if options.config is not None:
        return Path(options.config)
    folder = app_folder(user_config_path)
    return None if folder is None else folder / "config.toml"


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse `arguments`, or those of the process. The value of a setting is under its key, and
    None if its flag isn't used. If they are invalid, exit with 2 and a sentence, or raise
    `ConfigError`.
    """
    settings = _settings_parser()
    parser = ArgumentParser(
        prog="transcode-tui",
        usage="%(prog)s [FLAG ...] [COMMAND ...]",
        description="Watch the transcoding orders of a company. The first start asks for the "
        "account; --demo needs none.",
        epilog="Every setting can be in the config file, too, and most in the environment. The "
        "client secret has no flag, because other users can read command lines: it is in "
        "$TRANSPARENT_CLIENT_SECRET or in the config file.",
        parents=[settings],
    )
    parser.add_argument("--version", action="version", version=f"transcode-tui {__version__}")
    parser.add_argument("--demo", action="store_true", help="watch a simulated company")
    demo_command.add_flags(parser, "--demo-")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", prog="transcode-tui", title="commands"
    )
    commands.add_parser(
        "config",
        help="show or check the settings",
        usage="%(prog)s path|show|check|keys [FLAG ...]",
        argument_default=argparse.SUPPRESS,
        parents=[settings],
    ).add_argument(
        "action",
        choices=("path", "show", "check", "keys"),
        metavar="path|show|check|keys",
        help="print the path of the config file; print each setting and where it is set; find "
        "every mistake and log in; list the ids and keys that [keys] in the file can change",
    )
    add_requeue(commands, settings)
    add_create(commands, settings)
    server = commands.add_parser(
        "demo-server",
        help="serve the simulated API to any client, on this computer only",
        argument_default=argparse.SUPPRESS,  # those of `--demo-…` count, too
    )
    demo_command.add_flags(server, "--")
    demo_command.add_port(server)
    options = parser.parse_args(arguments, argparse.Namespace(**_UNUSED))
    if problem := _unused_flags(options):
        raise ConfigError(problem)
    return options


def _settings_parser() -> ArgumentParser:
    """Return the flags that are allowed before and after the command `config`. One that isn't used
    sets nothing: after the command it would reset what is set before.
    """
    parser = ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = parser.add_argument_group("settings")
    for setting in SETTINGS:
        if isinstance(setting.default, bool):
            group.add_argument(
                setting.flag,
                dest=setting.key,
                action="store_const",
                const=not setting.default,
                help=setting.description,
            )
        elif setting.flag:
            default = "" if setting.required else f" (default: {setting.default_text})"
            text = setting.description + default
            group.add_argument(setting.flag, metavar=setting.metavar, help=text)
    group.add_argument(
        "--config", metavar="FILE", type=Path, help="read and save the settings in this file"
    )
    return parser


def _unused_flags(options: argparse.Namespace) -> str:
    """Return a sentence with the flags that would be ignored; empty if there are none."""
    is_demo = demo_command.demo_options(options) is not None
    if options.command in ("config", "create", "requeue"):
        return f"{options.command} does not use the flags of the demo" if is_demo else ""
    is_server = options.command == "demo-server"
    ignored = [
        each.flag
        for each in SETTINGS
        if getattr(options, each.key, None) is not None
        and (is_server or (is_demo and each not in PREFERENCES))
    ]
    user = "demo-server" if is_server else "--demo"
    return f"{user} does not use {', '.join(ignored)}" if ignored else ""
