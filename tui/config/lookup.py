"""Finds each setting's value and says where it came from."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tui.config import secrets
from tui.config.errors import ConfigError
from tui.config.file import ConfigFile, read_file
from tui.config.settings import ACCOUNT, SETTINGS, Setting
from tui.model.account import Account
from tui.model.keymap import KeyOverride
from tui.model.secret import Secret


class Config(msgspec.Struct, frozen=True):
    """Everything a person can set. `refresh` is in seconds."""

    account: Account
    refresh: float = 5.0
    read_only: bool = False
    theme: str = "dark"
    glyphs: str = "auto"
    mouse: bool = True
    export_dir: str = ""
    cache: bool = True
    order_url: str = ""
    keys: tuple[KeyOverride, ...] = ()
    log_level: str = "off"
    log_file: str = ""


class ResolvedSetting(msgspec.Struct, frozen=True):
    """A setting's value; where it came from is empty where it is not set."""

    value: Any
    origin: str
    problem: str | None = None


def build_config(found: Mapping[str, ResolvedSetting], account: Account | None = None) -> Config:
    """The settings in force, of what was found. With `account` it is the one, whatever was
    found of another. What an account misses is left empty.

    Raises `ConfigError` with the first problem.
    """
    for each in found.values():
        if each.problem is not None:
            raise ConfigError(each.problem)
    values = {key: each.value for key, each in found.items()}
    known = {setting.key: values.pop(setting.key, "") for setting in ACCOUNT}
    return Config(account or Account(**known), **values)


def resolve_settings(
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    path: Path | None,
    settings: Iterable[Setting] = SETTINGS,
    *,
    reveal: bool = True,
) -> dict[str, ResolvedSetting]:
    """Each of `settings` by its key: its value, where that came from, or what is wrong with
    it. `flags` holds what the command line gave, by key. Without `reveal` no secret is fetched:
    no command is run, no keyring asked.

    Raises `ConfigError` where the file itself cannot be used.
    """
    file = read_file(path)
    found: dict[str, ResolvedSetting] = {}
    for setting in settings:
        try:
            given = _given(setting, flags, environ, file)
            if given is None and setting.key == "client_secret":
                found[setting.key] = _secret(setting, file, found, reveal=reveal)
            else:
                found[setting.key] = _parsed(setting, given)
        except ConfigError as error:
            found[setting.key] = ResolvedSetting(None, "", str(error))
    return found


def _given(
    setting: Setting,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    file: ConfigFile,
) -> tuple[object, str] | None:
    """The strongest value that is given for a setting, and where."""
    if flags.get(setting.key) is not None:
        return flags[setting.key], setting.flag or setting.key
    for name in setting.variables:
        if environ.get(name):
            return environ[name], f"${name}"
    if setting.key in file.values and setting.key not in secrets.KEYS:
        return file.values[setting.key], str(file.path)
    return None


def _secret(
    setting: Setting,
    file: ConfigFile,
    found: Mapping[str, ResolvedSetting],
    *,
    reveal: bool,
) -> ResolvedSetting:
    client_id = found["client_id"].value if "client_id" in found else None
    way = secrets.secret_source(file.values, file.path, client_id or "", is_private=file.is_private)
    if way is None:
        return _parsed(setting, None)
    origin, fetch = way
    return _parsed(setting, (fetch(), origin)) if reveal else ResolvedSetting(Secret("?"), origin)


def _parsed(setting: Setting, given: tuple[object, str] | None) -> ResolvedSetting:
    if given is None:
        if setting.default is not None:
            return ResolvedSetting(setting.default, "default")
        return ResolvedSetting(Secret("") if setting.key == "client_secret" else "", "")
    value, origin = given
    try:
        return ResolvedSetting(setting.parse(value), origin)
    except ValueError as error:
        problem = f"{setting.key} from {origin} {error}: {setting.how_to_set()}"
        return ResolvedSetting(None, origin, problem)
