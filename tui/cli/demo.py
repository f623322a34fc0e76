"""The demo beside the screen: its server starts with the first call, after the first paint."""

from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tui import config
from tui.config import Config
from tui.model.secret import Secret

if TYPE_CHECKING:
    from tui.demo.thread import ThreadedDemo

_LOOKS = ("refresh", "read_only", "theme", "glyphs")


class Demo:
    """Stops the server, if it was started, when its `with` block ends."""

    def __init__(self) -> None:
        self._server: ThreadedDemo | None = None

    def settings(self, flags: Mapping[str, object]) -> Config:
        """The settings before the server is there: the looks come from the flags.

        Raises `ConfigError`.
        """
        known = {
            "company": "42",
            "client_id": "demo",
            "client_secret": Secret("demo"),
            "api_url": "http://127.0.0.1",
        }
        return config.from_values({name: flags[name] for name in _LOOKS} | known)

    def start(self, settings: Config) -> Config:
        """Start the server, once; the settings that reach it."""
        from tui.demo.thread import ThreadedDemo

        if self._server is not None:
            self._server.stop()
        self._server = ThreadedDemo()
        credentials = self._server.start()
        return replace(
            settings,
            company=credentials.company_id,
            client_id=credentials.client_id,
            client_secret=Secret(credentials.client_secret),
            api_url=credentials.url,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.stop()
