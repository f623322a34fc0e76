"""Resolve each setting: flag, then environment variable, then config file, then default.

The config file may contain anything. What can't be used is reported in one sentence, quickly, and
never quoted: it may be a secret.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tui.config import secrets
from tui.config.settings import SETTINGS, Config, ConfigError, Setting
from tui.config.tables import parse_views
from tui.files import is_private, read_regular
from tui.filtering.views import View
from tui.model.account import Account
from tui.sanitize import sanitize

NO_HOME = "there is no home folder, and so no config file: name one with --config"

_MAX_BYTES = 64 * 1024
_MAX_DOTS = 32
# Quoted texts, which may be unclosed, and comments. Possessive, so it takes linear time.
_NOT_CODE = re.compile(r"\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?|#.*+")

_KNOWN_KEYS = {setting.key for setting in SETTINGS} | {*secrets.KEYS, "views"}


class ResolvedSetting(msgspec.Struct, frozen=True):
    """The value of a setting, and its origin: a flag, `$VARIABLE`, a path, "default", or empty if
    it isn't set. With a `problem`, a sentence, there is no value.
    """

    value: Any
    origin: str
    problem: str | None = None


def resolve_settings(
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    path: Path | None,
    settings: Iterable[Setting] = SETTINGS,
    *,
    reveal: bool = True,
) -> dict[str, ResolvedSetting]:
    """Return each of `settings` by its key. `flags` has the values of the command line by key.
    Without `reveal` no secret is fetched: no command runs, no keyring is read.

    Raises `ConfigError` if the file itself can't be used.
    """
    file, private = _read_file(path)
    path = path or Path()
    resolved: dict[str, ResolvedSetting] = {}
    for setting in settings:
        try:
            source = _source(setting, flags, environ, file, path)
            if source is None and setting.key == "client_secret":
                client_id = resolved["client_id"].value or ""
                secret = secrets.secret_source(file, path, client_id, is_private=private)
                if secret is not None:
                    origin, fetch = secret
                    source = (fetch() if reveal else "?", origin)
            resolved[setting.key] = _resolve(setting, source)
        except ConfigError as error:
            resolved[setting.key] = ResolvedSetting(None, "", str(error))
    return resolved


def build_config(resolved: Mapping[str, ResolvedSetting], account: Account | None = None) -> Config:
    """Return the values of `resolved`. Settings of an account that aren't set are empty;
    `account` replaces them all. Raises `ConfigError` with the first problem.
    """
    for setting in resolved.values():
        if setting.problem is not None:
            raise ConfigError(setting.problem)
    values = {key: setting.value for key, setting in resolved.items()}
    if account is None:
        account = Account(**{key: values[key] for key in Account.__struct_fields__})
    fields = Config.__struct_fields__
    return Config(**{key: value for key, value in values.items() if key in fields}, account=account)


def read_views(path: Path | None) -> tuple[list[View], list[str]]:
    """Return the views of the config file, and a sentence for each invalid key in them. Raises
    `ConfigError` if the file itself can't be used.
    """
    values, _ = _read_file(path)
    return parse_views(values.get("views", {}))


def _read_file(path: Path | None) -> tuple[Mapping[str, Any], bool]:
    """Return the content of the config file, and whether it is private. Raises `ConfigError`."""
    if path is None:
        return {}, True
    try:
        text, private = read_text(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    values = parse(path, text)
    for key in values:
        if key not in _KNOWN_KEYS:
            raise ConfigError(f"{path} has an unknown key {sanitize(key, 60)!r}")
    return values, private


def read_text(path: Path) -> tuple[str, bool]:
    """Return the text of the file, empty if there is none, and whether it is private. Raises
    `OSError` or `ConfigError`.
    """
    try:
        data, about = read_regular(path, _MAX_BYTES)
        return data.decode(), is_private(about)
    except FileNotFoundError:
        return "", True
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not TOML: no UTF-8 at byte {error.start}") from None


def parse(path: Path, text: str) -> dict[str, Any]:
    """Parse the text of the file at `path`. Raises `ConfigError`."""
    # `tomllib` of Python 3.11 takes time quadratic in the parts of a key: 17 s for one of 64 KiB.
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MAX_DOTS and _NOT_CODE.sub("", line).count(".") > _MAX_DOTS:
            raise ConfigError(f"{path} cannot be used: line {number} is nested too deeply")
    if not text:
        return {}
    import tomllib  # noqa: PLC0415 - without a config file it isn't needed

    try:
        return tomllib.loads(text)
    except ValueError as error:
        # The parser's message has the line number and never quotes the line.
        raise ConfigError(f"{path} is not TOML: {sanitize(str(error))}") from None
    except RecursionError:
        raise ConfigError(f"{path} cannot be used: it is nested too deeply") from None


def _source(
    setting: Setting,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    file: Mapping[str, object],
    path: Path,
) -> tuple[object, str] | None:
    """Return the unparsed value that counts, and its origin; None if it isn't set."""
    if flags.get(setting.key) is not None:
        return flags[setting.key], setting.flag
    for name in setting.variables:
        if environ.get(name):
            return environ[name], f"${name}"
    if setting.key in file and setting.key not in secrets.KEYS:
        return file[setting.key], str(path)
    return None


def _resolve(setting: Setting, source: tuple[object, str] | None) -> ResolvedSetting:
    if source is None:
        return ResolvedSetting(setting.default, "" if setting.required else "default")
    value, origin = source
    try:
        return ResolvedSetting(setting.parse(value), origin)
    except ValueError as error:
        problem = f"{setting.key} from {origin} {error}: {setting.how_to_set()}"
        return ResolvedSetting(None, origin, problem)
