"""Where each setting comes from: flags, then environment, then a file, then defaults.

The outcome is one frozen value. What is missing or bad is one sentence that names the
setting, where it came from and how to set it.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui.model.origin import problem_with
from tui.model.secret import Secret
from tui.model.text import clean

DEFAULT_API_URL = "https://api.transparentcdn.com"
THEMES = ("dark", "light")
GLYPHS = ("auto", "unicode", "ascii")


class ConfigError(Exception):
    """A setting is missing or bad; the message is the sentence to show."""


@dataclass(frozen=True)
class Config:
    """Everything a person can set. `refresh` is in seconds."""

    company: str
    client_id: str
    client_secret: Secret
    api_url: str = DEFAULT_API_URL
    refresh: float = 5.0
    read_only: bool = False
    theme: str = "dark"
    glyphs: str = "auto"


@dataclass(frozen=True)
class _Setting:
    key: str
    variables: tuple[str, ...]
    parse: Callable[[object], Any]
    flag: str | None = None
    default: Any = None

    def how_to_set(self) -> str:
        ways = [self.flag] if self.flag else []
        ways += [f"${name}" for name in self.variables[:1]]
        ways.append(f"{self.key!r} in the config file")
        return "set it with " + " or ".join(ways)


def _text(value: object) -> str:
    text = str(value).strip() if isinstance(value, str | int) else ""
    if not text or isinstance(value, bool):
        raise ValueError("must be a text")
    if clean(text) != text:
        raise ValueError("must be plain text")
    return text


def _secret(value: object) -> Secret:
    try:
        return Secret(_text(value))
    except ValueError:
        raise ValueError("must be a plain text") from None


def _url(value: object) -> str:
    text = _text(value)
    if problem := problem_with(text):
        raise ValueError(problem)
    return text.rstrip("/")


def _seconds(value: object) -> float:
    try:
        seconds = float(value) if isinstance(value, str | int | float) else -1.0
    except ValueError:
        seconds = -1.0
    if not 1 <= seconds <= 3600:
        raise ValueError("must be 1 to 3600 seconds")
    return seconds


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    try:
        return words[str(value).strip().lower()]
    except KeyError:
        raise ValueError("must be true or false") from None


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError("must be one of " + ", ".join(choices))
        return str(value)

    return parse


_SETTINGS = (
    _Setting("company", ("TRANSPARENT_COMPANY_ID", "TCDN_COMPANY_ID"), _text, "--company"),
    _Setting("client_id", ("TRANSPARENT_CLIENT_ID", "TCDN_CLIENT_ID"), _text, "--client-id"),
    # No flag: a command line is there for every user of the machine to read.
    _Setting("client_secret", ("TRANSPARENT_CLIENT_SECRET", "TCDN_CLIENT_SECRET"), _secret),
    _Setting(
        "api_url",
        ("TRANSPARENT_API_URL", "TCDN_HOST_URL"),
        _url,
        "--api-url",
        DEFAULT_API_URL,
    ),
    _Setting("refresh", ("TRANSCODE_TUI_REFRESH",), _seconds, "--refresh", 5.0),
    _Setting("read_only", ("TRANSCODE_TUI_READ_ONLY",), _switch, "--read-only", default=False),
    _Setting("theme", ("TRANSCODE_TUI_THEME",), _one_of(THEMES), "--theme", "dark"),
    _Setting("glyphs", ("TRANSCODE_TUI_GLYPHS",), _one_of(GLYPHS), "--glyphs", "auto"),
)
_SECRET_FILE = "client_secret_file"  # noqa: S105 - the name of a setting


def load(flags: Mapping[str, object], environ: Mapping[str, str], path: Path) -> Config:
    """The settings in force. `flags` holds what the command line gave, by key.

    Raises `ConfigError`.
    """
    file = _read_file(path)
    values = {
        setting.key: _value(setting, _candidates(setting, flags, environ, file, path))
        for setting in _SETTINGS
    }
    return Config(**values)


def from_values(given: Mapping[str, object]) -> Config:
    """Settings that come from the program itself, and flags; defaults for the rest."""
    values: dict[str, Any] = {
        setting.key: given[setting.key]
        if isinstance(given.get(setting.key), Secret)
        else _value(setting, _candidates(setting, given, {}, {}, Path()))
        for setting in _SETTINGS
    }
    return Config(**values)


def _candidates(
    setting: _Setting,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    file: Mapping[str, object],
    path: Path,
) -> list[tuple[object, str]]:
    """The values given for a setting and where each is from, the strongest first."""
    found: list[tuple[object, str]] = []
    if flags.get(setting.key) is not None:
        found.append((flags[setting.key], setting.flag or setting.key))
    found += [(environ[name], f"${name}") for name in setting.variables if environ.get(name)]
    if found:
        return found
    if setting.key in file:
        if setting.parse is _secret:
            _must_be_private(path)
        found.append((file[setting.key], str(path)))
    elif setting.parse is _secret and _SECRET_FILE in file:
        secret_path = _beside(path, str(file[_SECRET_FILE]))
        found.append((_read_secret(secret_path), str(secret_path)))
    return found


def _value(setting: _Setting, candidates: list[tuple[object, str]]) -> Any:
    if not candidates:
        if setting.default is None:
            raise ConfigError(f"{setting.key} is missing: {setting.how_to_set()}")
        return setting.default
    value, origin = candidates[0]
    try:
        return setting.parse(value)
    except ValueError as error:
        raise ConfigError(f"{setting.key} from {origin} {error}: {setting.how_to_set()}") from None


def _read_file(path: Path) -> Mapping[str, object]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # The parser names the line and never quotes it, so no secret can come along.
        raise ConfigError(f"{path} is not TOML: {clean(str(error))}") from None
    known = {setting.key for setting in _SETTINGS} | {_SECRET_FILE}
    for key in values:
        if key not in known:
            raise ConfigError(f"{path} has an unknown key {clean(key, 60)!r}")
    return values


def _beside(path: Path, name: str) -> Path:
    try:
        return path.parent / Path(name).expanduser()
    except RuntimeError:  # the home of nobody
        raise ConfigError(f"client_secret_file {clean(name)} cannot be read") from None


def _read_secret(path: Path) -> str:
    try:
        _must_be_private(path)
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):  # ValueError: no UTF-8, or a NUL in the name
        raise ConfigError(f"client_secret_file {clean(str(path))} cannot be read") from None


def _must_be_private(path: Path) -> None:
    """A secret that others can read is refused, with the command that mends it."""
    if path.stat().st_mode & 0o077:
        raise ConfigError(
            f"client_secret is in {path}, which others can read: run chmod 600 {path}"
        )
