"""Resolve each setting: flag, then environment variable, then config file, then default.

The config file may contain anything. What can't be used is reported in one sentence, quickly, and
never quoted: it may be a secret.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
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
_MAX_UNKNOWN_KEYS = 20  # more than that are not reported
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
    """Return each of `settings` by its key, after the unknown keys of the file. `flags` has the
    values of the command line by key. Without `reveal` no secret is fetched: no command runs, no
    keyring is read.

    Raises `ConfigError` if the file itself can't be used.
    """
    file, private = _read_file(path)
    path = path or Path()
    resolved = _unknown_keys(file, path)
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
    `account` replaces them all. Raises `ConfigError` if there are problems, with the first one.
    """
    if problems := problems_of(resolved):
        more = f" ({len(problems) - 1} more: transcode-tui config check)" if problems[1:] else ""
        raise ConfigError(problems[0] + more)
    values = {key: setting.value for key, setting in resolved.items()}
    account = account or _account(resolved)
    fields = Config.__struct_fields__
    return Config(**{key: value for key, value in values.items() if key in fields}, account=account)


def problems_of(resolved: Mapping[str, ResolvedSetting]) -> list[str]:
    return [each.problem for each in resolved.values() if each.problem is not None]


def account_of(resolved: Mapping[str, ResolvedSetting]) -> Account | None:
    """Return the account in `resolved`; None if one of its settings has a problem."""
    settings = {key: resolved[key] for key in Account.__struct_fields__}
    return None if problems_of(settings) else _account(resolved)


def _account(resolved: Mapping[str, ResolvedSetting]) -> Account:
    return Account(**{key: resolved[key].value for key in Account.__struct_fields__})


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
    return parse(path, text), private


def _unknown_keys(file: Mapping[str, object], path: Path) -> dict[str, ResolvedSetting]:
    unknown = islice((key for key in file if key not in _KNOWN_KEYS), _MAX_UNKNOWN_KEYS)
    keys = [sanitize(key, 60) for key in unknown]
    return {key: ResolvedSetting(None, str(path), f"{path}: unknown key {key!r}") for key in keys}


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
        return ResolvedSetting(None, origin, f"{place(setting.key, origin)}: {error}")


def place(key: str, origin: str) -> str:
    """Return where the setting `key` is set: `--refresh`, `$VARIABLE`, or `FILE: refresh`."""
    return origin if origin.startswith(("$", "--")) else f"{origin}: {key}"
