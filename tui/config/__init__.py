"""Where each setting comes from: flags, then environment, then a file, then defaults.

The outcome is one frozen value. What is bad is one sentence that names the setting, where it
came from and how to set it.
"""

from tui.config.editor import save_values
from tui.config.loader import NO_HOME, Config, ResolvedSetting, build_config, resolve_settings
from tui.config.settings import DEFAULT_API_URL, PREFERENCES, SETTINGS, ConfigError, Setting

__all__ = [
    "DEFAULT_API_URL",
    "NO_HOME",
    "PREFERENCES",
    "SETTINGS",
    "Config",
    "ConfigError",
    "ResolvedSetting",
    "Setting",
    "build_config",
    "resolve_settings",
    "save_values",
]
