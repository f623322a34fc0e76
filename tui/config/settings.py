"""The table of the settings."""

from collections.abc import Callable
from typing import Any

import msgspec

from tui.config import values

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
        settings.url,
        "--api-url",
        DEFAULT_API_URL,
    ),
    Setting("client_id", ("TRANSPARENT_CLIENT_ID", "TCDN_CLIENT_ID"), settings.text, "--client-id"),
    # No flag: a command line is there for every user of the machine to read.
    Setting("client_secret", ("TRANSPARENT_CLIENT_SECRET", "TCDN_CLIENT_SECRET"), settings.secret),
    Setting("company", ("TRANSPARENT_COMPANY_ID", "TCDN_COMPANY_ID"), settings.company, "--company"),
)
PREFERENCES = (
    Setting("refresh", ("TRANSCODE_TUI_REFRESH",), settings.seconds, "--refresh", 5.0),
    Setting("read_only", ("TRANSCODE_TUI_READ_ONLY",), settings.boolean, "--read-only", default=False),
    Setting("theme", ("TRANSCODE_TUI_THEME",), settings.text, "--theme", "dark"),
    Setting("glyphs", ("TRANSCODE_TUI_GLYPHS",), settings.one_of(GLYPHS), "--glyphs", "auto"),
    Setting("log_level", ("TRANSCODE_TUI_LOG_LEVEL",), settings.one_of(LEVELS), "--log-level", "off"),
    Setting("log_file", ("TRANSCODE_TUI_LOG_FILE",), settings.text, "--log-file", ""),
    Setting("mouse", ("TRANSCODE_TUI_MOUSE",), settings.boolean, "--no-mouse", default=True),
    Setting("order_url", ("TRANSCODE_TUI_ORDER_URL",), settings.order_url, "--order-url", ""),
    Setting("export_dir", ("TRANSCODE_TUI_EXPORT_DIR",), settings.text, "--export-dir", ""),
    Setting("keys", (), settings.passthrough, default=()),
    Setting("cache", ("TRANSCODE_TUI_CACHE",), settings.boolean, "--no-cache", default=True),
)
SETTINGS = ACCOUNT + PREFERENCES
TABLES = ("views",)
"""What else stands in the config file."""
