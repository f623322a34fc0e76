"""The settings: one row of `SETTINGS` each, and one field of `Config` for its value.

Flags, variables, defaults, `--help`, `config show` and the table in the README follow from a row.
A row's `parse` converts a text or a TOML value; it raises `ValueError` with the end of a sentence.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tui.config.guards import parse_guards
from tui.config.tables import parse_key_overrides
from tui.model.account import Account, Secret
from tui.model.actions import Guard
from tui.model.api_url import is_path_segment, normalize_url
from tui.model.key_overrides import KeyOverride
from tui.sanitize import LIMIT, REPLACEMENT, sanitize, sanitize_url

DEFAULT_REFRESH = 5.0
DEFAULT_STALL_AFTER = 600.0
DEFAULT_CONFIRM_ABOVE = 5
DEFAULT_THEME = "dark"
DEFAULT_API_URL = "https://api.transparentcdn.com"
_GLYPH_SETS = ("auto", "unicode", "ascii")
_LEVELS = ("off", "error", "warning", "info", "debug")
_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class ConfigError(Exception):
    """A setting is invalid or can't be read; the message is the sentence to show."""


class Config(msgspec.Struct, frozen=True):
    """The value of every setting. `refresh` and `stall_after` are in seconds."""

    account: Account
    refresh: float
    read_only: bool
    theme: str
    glyphs: str
    log_level: str
    log_file: str
    mouse: bool
    order_url: str
    export_dir: str
    keys: tuple[KeyOverride, ...]
    cache: bool
    follow: bool
    history: bool
    history_days: int
    history_mb: int
    stall_after: float
    guard: tuple[Guard, ...]
    confirm_above: int


class Setting(msgspec.Struct, frozen=True):
    """One setting. Without a `metavar`, the name of the flag's value, there is no flag; a boolean's
    flag has no value and sets the opposite of the default. Of `variables` the first one that is set
    counts. A `required` setting has no usable default: the account screen asks for it.
    `empty_means` describes an empty default.
    """

    key: str
    parse: Callable[[object], Any]
    default: Any
    metavar: str
    description: str
    variables: tuple[str, ...] = ()
    required: bool = False
    empty_means: str = "none"

    @property
    def flag(self) -> str:
        """The name of the flag; empty if there is none."""
        name = self.key.replace("_", "-")
        if isinstance(self.default, bool):
            return f"--no-{name}" if self.default else f"--{name}"
        return f"--{name}" if self.metavar else ""

    @property
    def default_text(self) -> str:
        """The default, to show."""
        if self.required:
            return "must be set"
        if isinstance(self.default, bool):
            return str(self.default).lower()
        return f"{self.default or self.empty_means}".removesuffix(".0")

    def how_to_set(self) -> str:
        ways = [self.flag] if self.flag else []
        ways += [f"${name}" for name in self.variables[:1]]
        ways.append(f"{self.key!r} in the config file")
        return f"set {', '.join(ways[:-1])}{' or ' if ways[1:] else ''}{ways[-1]}"


def _text(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    # `str` raises for an integer of more than 4300 digits.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        text = str(value)
    if not text:
        raise ValueError("must be text")
    # A text field of the account screen has replaced control characters already.
    if sanitize(text) != text or REPLACEMENT in text:
        raise ValueError(f"must be plain text of at most {LIMIT} characters")
    return text


def _secret(value: object) -> Secret:
    try:
        return Secret(_text(value))
    except ValueError:
        raise ValueError(f"must be plain text of at most {LIMIT} characters") from None


def _url(value: object) -> str:
    return normalize_url(_text(value))


def _company(value: object) -> str:
    text = _text(value)
    if not is_path_segment(text):
        raise ValueError("must not contain / \\ % ? # or be only dots")
    return text


def _order_url(value: object) -> str:
    template = _text(value)
    example = template.replace("{id}", "1").replace("{company}", "1")
    if "{id}" not in template:
        raise ValueError("must contain {id}, which stands for the id of the order")
    if "{" in example or "}" in example:
        raise ValueError("must not contain braces other than {id} and {company}")
    normalize_url("/".join(re.split("[/?#]", example, maxsplit=3)[:3]))  # the host alone
    if "{" in urlsplit(template).netloc:
        raise ValueError("must not contain {id} or {company} in the host")
    if sanitize_url(example) != example:
        raise ValueError("must not contain a password or a token")
    return template


def _seconds(value: object) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) else -1.0
    except (ValueError, OverflowError):
        number = -1.0
    if not 1 <= number <= 3600:
        raise ValueError("1 to 3600 seconds")
    return number


def _whole(least: int, greatest: int) -> Callable[[object], int]:
    def parse(value: object) -> int:
        number = least - 1
        if isinstance(value, int) and not isinstance(value, bool):
            number = value
        elif isinstance(value, str) and value.isdecimal() and len(value) < 10:
            number = int(value)
        if not least <= number <= greatest:
            raise ValueError(f"a whole number, {least} to {greatest}")
        return number

    return parse


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str) or value in (0, 1) else ""
    if word not in _BOOLEANS:
        raise ValueError("true or false")
    return _BOOLEANS[word]


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return str(value)

    return parse


def _preference(
    key: str,
    parse: Callable[[object], Any],
    default: Any,
    metavar: str,
    description: str,
    empty_means: str = "none",
) -> Setting:
    variables = (f"TRANSCODE_TUI_{key.upper()}",)
    return Setting(key, parse, default, metavar, description, variables, empty_means=empty_means)


def _account(
    key: str, parse: Callable[[object], Any], metavar: str, description: str, variable: str
) -> Setting:
    """The variable with `TCDN_` is the one of other tools."""
    variables = (f"TRANSPARENT_{variable}", f"TCDN_{variable}")
    default = Secret("") if key == "client_secret" else ""
    return Setting(key, parse, default, metavar, description, variables, required=True)


_NO_FLAG = "the API client's secret; no flag, because other users can read command lines"
_ORDER_URL = "a web page of an order, to copy: with {id}, and {company} if needed"
_NO_CACHE = "do not save the order list for the next start, nor show a saved one"
_NO_FOLLOW = "do not go to the newest active order after two minutes without a key"
_NO_HISTORY = "keep the history in memory, for this run only"
_CONFIRM_ABOVE = "to act on more orders than this, their number must be typed"
_LOG_PLACE = "log.jsonl in the user's log folder"
_API_URL_VARIABLES = ("TRANSPARENT_API_URL", "TCDN_HOST_URL")

PREFERENCES = (
    _preference(
        "refresh", _seconds, DEFAULT_REFRESH, "SECONDS", "seconds between polls, 1 to 3600"
    ),
    _preference("read_only", _boolean, False, "", "refuse every write to the API"),
    _preference(
        "theme", _text, DEFAULT_THEME, "NAME", "dark, light, ansi, mono or one of Textual's"
    ),
    _preference("glyphs", _one_of(_GLYPH_SETS), "auto", "SET", "auto, unicode or ascii"),
    _preference(
        "log_level", _one_of(_LEVELS), "off", "LEVEL", "off, error, warning, info or debug"
    ),
    _preference("log_file", _text, "", "FILE", "log to this file, from level info on", _LOG_PLACE),
    _preference("mouse", _boolean, True, "", "leave the mouse to the terminal"),
    _preference("order_url", _order_url, "", "URL", _ORDER_URL, "no link"),
    _preference("export_dir", _text, "", "FOLDER", "the folder for exports", "the current folder"),
    Setting("keys", parse_key_overrides, (), "", "a table of other keys, see `config keys`"),
    _preference("cache", _boolean, True, "", _NO_CACHE),
    _preference("follow", _boolean, True, "", _NO_FOLLOW),
    _preference("history", _boolean, True, "", _NO_HISTORY),
    _preference("history_days", _whole(1, 3650), 90, "DAYS", "days of history to keep, 1 to 3650"),
    _preference(
        "history_mb", _whole(1, 100_000), 200, "MB", "its greatest size, 1 to 100000 megabytes"
    ),
    _preference(
        "stall_after",
        _seconds,
        DEFAULT_STALL_AFTER,
        "SECONDS",
        "without progress an order is stalled, 1 to 3600, until its profile is known",
    ),
    Setting("guard", parse_guards, (), "", "tables of what must not be done, or not at once"),
    _preference("confirm_above", _whole(0, 100_000), DEFAULT_CONFIRM_ABOVE, "N", _CONFIRM_ABOVE),
)
SETTINGS = (
    Setting("api_url", _url, DEFAULT_API_URL, "URL", "the API's address", _API_URL_VARIABLES),
    _account("client_id", _text, "ID", "the API client's id", "CLIENT_ID"),
    _account("client_secret", _secret, "", _NO_FLAG, "CLIENT_SECRET"),
    _account("company", _company, "ID", "the company whose orders to watch", "COMPANY_ID"),
    *PREFERENCES,
)
