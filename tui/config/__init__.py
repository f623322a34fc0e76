"""Where each setting comes from: flags, then environment, then a file, then defaults.

The outcome is one frozen value. What is bad is one sentence that names the setting, where it
came from and how to set it.
"""

from tui.config.edit import save
from tui.config.errors import NO_HOME, ConfigError
from tui.config.lookup import Config, Found, look_up, settle
from tui.config.settings import DEFAULT_API_URL, LOOKS, SETTINGS, Setting

__all__ = [
    "DEFAULT_API_URL",
    "LOOKS",
    "NO_HOME",
    "SETTINGS",
    "Config",
    "ConfigError",
    "Found",
    "Setting",
    "look_up",
    "save",
    "settle",
]
