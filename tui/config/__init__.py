"""Where each setting comes from: flags, then environment, then a file, then defaults.

The outcome is one frozen value. What is bad is one sentence that names the setting, where it
came from and how to set it.
"""

from tui.config.edit import save_values
from tui.config.errors import NO_HOME, ConfigError
from tui.config.lookup import Config, ResolvedSetting, resolve_settings, build_config
from tui.config.settings import DEFAULT_API_URL, PREFERENCES, SETTINGS, Setting

__all__ = [
    "DEFAULT_API_URL",
    "PREFERENCES",
    "NO_HOME",
    "SETTINGS",
    "Config",
    "ConfigError",
    "ResolvedSetting",
    "Setting",
    "resolve_settings",
    "save_values",
    "build_config",
]
