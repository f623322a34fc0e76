"""How the user likes the screen, kept in the config file."""

import asyncio
from pathlib import Path

from tui import config
from tui.config import ConfigError


class ConfigThemeStore:
    """Implements `ThemeStore`."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    async def save_theme(self, name: str) -> str | None:
        try:
            await asyncio.to_thread(config.save_values, self._path, {"theme": name})
        except ConfigError as error:
            return str(error)
        return None
