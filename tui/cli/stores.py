"""The views in the config file, and how the screen was left in a file of the user's state."""
# FOLD """What is exported, as new files in a folder."""
# FOLD """How the user likes the screen, kept in the config file."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from tui import config
from tui.config import ConfigError
from tui.config.tables import read_views, save_view
from tui.files import expand_home, is_own_folder, make_own_folder, new_file, read_own, replace_file
from tui.filtering.views import (
    BUILT_IN_VIEWS,
    ScreenState,
    View,
    parse_view_name,
    view_from_dict,
    view_to_dict,
    with_view,
)
from tui.model.order import is_id
from tui.model.ports import ExportResult
from tui.sanitize import sanitize

_LARGEST = 20_000
_ODD = (
    OSError,
    msgspec.MsgspecError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    RecursionError,
)


class FileViewStore:
    """Implements `ViewStore`. Without `config` no view is kept, without `state`, a path, not how
    it is
    left. `owner` says whose orders are shown: the cursor on another's says nothing.
    """

    def __init__(self, config: Path | None, state: Path | None, owner: str = "") -> None:
        self._config, self._state, self._owner = config, state, owner
        self.views: Sequence[View] = BUILT_IN_VIEWS
        self.problems: Sequence[str] = ()
        with suppress(ConfigError):  # who reads the settings tells of that
            kept, self.problems = read_views(config)
            for view in kept:
                self.views = with_view(self.views, view)
        self.screen_state = ScreenState() if state is None else _read(state, owner)

    async def save_view(self, view: View) -> str | None:
        try:
            await asyncio.to_thread(save_view, self._config, view)
        except ConfigError as error:
            return str(error)
        return None

    def save_screen_state(self, left: ScreenState) -> None:
        if self._state is None:
            return
        values = {"view": left.view.name, **view_to_dict(left.view)}
        kept = {"left": values, "cursor": left.cursor, "owner": self._owner}
        with suppress(OSError, UnicodeError):
            make_own_folder(self._state.parent)
            replace_file(self._state, [msgspec.json.encode(kept)], sync=False)


def _read(path: Path, owner: str) -> ScreenState:
    """What is odd is as if it were not there."""
    try:
        if not is_own_folder(path.parent):
            return ScreenState()
        kept = msgspec.json.decode(read_own(path, _LARGEST))
        values = dict(kept["left"])
        name = values.pop("view")
        view, faults = view_from_dict(parse_view_name(name) if name else "", values)
        cursor = kept["cursor"] if kept["owner"] == owner else None
    except _ODD:
        return ScreenState()
    usable = cursor is None or (isinstance(cursor, str) and is_id(cursor))
    return ScreenState(view, cursor) if usable and not faults else ScreenState()


_LONGEST = 500
_MOST = 100
"""Files of one second."""


class ExportFolder:
    """Implements `ExportTarget`. Where `folder` is empty it is the current one; `wall` is in UTC
    epoch seconds, and names the files in the user's zone.
    """

    def __init__(self, folder: str, wall: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._wall = wall

    async def write(self, ending: str, pieces: Iterable[bytes]) -> ExportResult:
        return await asyncio.to_thread(self._write, ending, pieces)

    def _write(self, ending: str, pieces: Iterable[bytes]) -> ExportResult:
        name = time.strftime("orders-%Y%m%d-%H%M%S", time.localtime(self._wall()))
        names = (f"{name}{f'-{n}' if n > 1 else ''}.{ending}" for n in range(1, _MOST))
        try:
            folder = expand_home(self._folder).absolute()
            return ExportResult(sanitize(str(new_file(folder, names, pieces)), _LONGEST))
        except OSError as error:
            place = sanitize(self._folder or "the current folder", _LONGEST)
            return ExportResult(problem=f"{place}: {error.strerror}")


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
