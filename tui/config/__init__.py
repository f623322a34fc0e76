"""Settings: from flags, environment variables and a file to one frozen value."""

from tui.config.editor import save_values, save_view
from tui.config.loader import NO_HOME, ResolvedSetting, build_config, read_views, resolve_settings
from tui.config.settings import (
    DEFAULT_API_URL,
    DEFAULT_REFRESH,
    DEFAULT_THEME,
    PREFERENCES,
    SETTINGS,
    Config,
    ConfigError,
    Setting,
)

__all__ = [
    "DEFAULT_API_URL",
    "DEFAULT_REFRESH",
    "DEFAULT_THEME",
    "NO_HOME",
    "PREFERENCES",
    "SETTINGS",
    "Config",
    "ConfigError",
    "ResolvedSetting",
    "Setting",
    "build_config",
    "read_views",
    "resolve_settings",
    "save_values",
    "save_view",
]
