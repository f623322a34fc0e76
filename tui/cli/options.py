"""What every command does with the flags: settings, and the place of the config file."""

import argparse
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path

from tui import config
from tui.cli.interrupts import keyboard_interrupts
from tui.config import ResolvedSetting, Setting
from tui.folders import config_folder


def find(
    options: argparse.Namespace,
    environ: Mapping[str, str],
    settings: Iterable[Setting] = config.SETTINGS,
    *,
    reveal: bool = True,
) -> dict[str, ResolvedSetting]:
    """Raises `ConfigError`; on SIGINT `KeyboardInterrupt`, if `secret_command` may run."""
    with keyboard_interrupts() if reveal else nullcontext():
        return config.resolve_settings(
            vars(options), environ, path_of(options), settings, reveal=reveal
        )


def path_of(options: argparse.Namespace) -> Path | None:
    """The config file that was asked for, or the user's own; None without a home folder."""
    if options.config is not None:
        return Path(options.config)
    folder = config_folder()
    return None if folder is None else folder / "config.toml"
