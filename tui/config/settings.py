"""How the text or the TOML value of a setting is read. Each raises `ValueError` with the end
of a sentence.
"""
# FOLD """The table of the settings."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tui.model.api_url import is_path_segment, normalize_url
from tui.model.secret import Secret
from tui.sanitize import REPLACEMENT, sanitize, sanitize_url


class ConfigError(Exception):
    """A setting is bad or cannot be read; the message is the sentence to show."""


def text(value: object) -> str:
    words = value.strip() if isinstance(value, str) else ""
    # `str` raises for an integer of more than 4300 digits.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        words = str(value)
    if not words:
        raise ValueError("must be a text")
    if (
        sanitize(words) != words or REPLACEMENT in words
    ):  # the account screen has cleaned it already
        raise ValueError("must be plain text")
    return words


def passthrough(value: Any) -> Any:
    """What was read already."""
    return value


def secret(value: object) -> Secret:
    try:
        return Secret(text(value))
    except ValueError:
        raise ValueError("must be a plain text") from None


def url(value: object) -> str:
    return normalize_url(text(value))


def company(value: object) -> str:
    words = text(value)
    if not is_path_segment(words):
        raise ValueError("must not be dots alone, nor hold any of / \\ % ? #")
    return words


def order_url(value: object) -> str:
    """The template of the page that a person has for an order."""
    words = text(value)
    filled = words.replace("{id}", "1").replace("{company}", "1")
    if "{id}" not in words:
        raise ValueError("must hold {id} where the order's id is to stand")
    if "{" in filled or "}" in filled:
        raise ValueError("may hold {id} and {company} and no other braces")
    normalize_url("/".join(re.split("[/?#]", filled, maxsplit=3)[:3]))  # the host alone
    if "{" in urlsplit(words).netloc:
        raise ValueError("must name the host itself")
    if sanitize_url(filled) != filled:
        raise ValueError("must not hold a secret")
    return words


def seconds(value: object) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) else -1.0
    except (ValueError, OverflowError):
        number = -1.0
    if not 1 <= number <= 3600:
        raise ValueError("must be 1 to 3600 seconds")
    return number


def boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    word = str(value).strip().lower() if isinstance(value, str) or value in (0, 1) else ""
    if word not in words:
        raise ValueError("must be true or false")
    return words[word]


def one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError("must be one of " + ", ".join(choices))
        return str(value)

    return parse


DEFAULT_API_URL = "https://api.transparentcdn.com"
LEVELS = ("off", "error", "warning", "info", "debug")
GLYPHS = ("auto", "unicode", "ascii")


class Setting(msgspec.Struct, frozen=True):
    """One key: its variables, the first the preferred one, its flag and its default.

    Where `default` is None the key has none: it must be set, here or on the setup screen.
    """

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


ACCOUNT = (
    Setting(
        "api_url",
        ("TRANSPARENT_API_URL", "TCDN_HOST_URL"),
        url,
        "--api-url",
        DEFAULT_API_URL,
    ),
    Setting("client_id", ("TRANSPARENT_CLIENT_ID", "TCDN_CLIENT_ID"), text, "--client-id"),
    # No flag: a command line is there for every user of the machine to read.
    Setting("client_secret", ("TRANSPARENT_CLIENT_SECRET", "TCDN_CLIENT_SECRET"), secret),
    Setting("company", ("TRANSPARENT_COMPANY_ID", "TCDN_COMPANY_ID"), company, "--company"),
)
PREFERENCES = (
    Setting("refresh", ("TRANSCODE_TUI_REFRESH",), seconds, "--refresh", 5.0),
    Setting("read_only", ("TRANSCODE_TUI_READ_ONLY",), boolean, "--read-only", default=False),
    Setting("theme", ("TRANSCODE_TUI_THEME",), text, "--theme", "dark"),
    Setting("glyphs", ("TRANSCODE_TUI_GLYPHS",), one_of(GLYPHS), "--glyphs", "auto"),
    Setting("log_level", ("TRANSCODE_TUI_LOG_LEVEL",), one_of(LEVELS), "--log-level", "off"),
    Setting("log_file", ("TRANSCODE_TUI_LOG_FILE",), text, "--log-file", ""),
    Setting("mouse", ("TRANSCODE_TUI_MOUSE",), boolean, "--no-mouse", default=True),
    Setting("order_url", ("TRANSCODE_TUI_ORDER_URL",), order_url, "--order-url", ""),
    Setting("export_dir", ("TRANSCODE_TUI_EXPORT_DIR",), text, "--export-dir", ""),
    Setting("keys", (), passthrough, default=()),
    Setting("cache", ("TRANSCODE_TUI_CACHE",), boolean, "--no-cache", default=True),
)
SETTINGS = ACCOUNT + PREFERENCES
TABLES = ("views",)
"""What else stands in the config file."""
