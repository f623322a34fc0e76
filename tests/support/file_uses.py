"""Every way in which the program uses a file that the user or an earlier run named."""

import asyncio
import resource
import sys
from pathlib import Path

from tui.cli.logging_setup import configure_logging
from tui.cli.main import main as run_cli
from tui.cli.stores import FileViewStore
from tui.clock import Clock
from tui.config.editor import save_values
from tui.config.loader import resolve_settings
from tui.config.settings import ConfigError
from tui.filtering.views import ScreenState
from tui.list_cache import FileListCache
from tui.model.order import OrderSummary, Snapshot

_MEMORY = 1 << 30


def _read_config(path: Path) -> object:
    return run_cli(["--config", str(path), "config", "show"])


def _save_config(path: Path) -> None:
    save_values(path, {"theme": "mono"})


def _read_secret(path: Path) -> str:
    config = path.with_name("config.toml")
    config.write_text(f"client_secret_file = '{path}'")
    return f"transcode-tui: {resolve_settings({}, {}, config)['client_secret'].problem}"


def _write_log(path: Path) -> None:
    configure_logging("info", str(path))


def _use_screen_state(path: Path) -> None:
    store = FileViewStore(None, path)
    assert store.screen_state == ScreenState()
    store.save_screen_state(ScreenState())


def _use_list_cache(path: Path) -> None:
    cache = FileListCache(path.parent, "https://h", "42", Clock(lambda: 2e9, lambda: 0.0))
    path.rename(cache.path)

    async def use() -> None:
        assert cache.load_head() is None
        assert await cache.load_all() is None
        cache.store(Snapshot((OrderSummary("1", "QUEUED"),)), 1e9, list)
        await cache.aclose()

    asyncio.run(use())


USES = {
    "config": _read_config,
    "saved": _save_config,
    "secret": _read_secret,
    "log": _write_log,
    "state": _use_screen_state,
    "cache": _use_list_cache,
}


def use_file(arguments: list[str]) -> object:
    """Use the file at a path within 1 GiB of memory. A `ConfigError` exits with its message."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    use, path = arguments
    try:
        return USES[use](Path(path))
    except ConfigError as error:
        sys.exit(f"transcode-tui: {error}")
