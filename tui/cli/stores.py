"""What the app saves: views and theme in the config file, the screen's state, exported files."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from tui.config.editor import delete_view, rename_view, save_values, save_view
from tui.config.loader import read_views
from tui.config.settings import ConfigError
from tui.files import expand_home, is_own_folder, make_own_folder, new_file, read_own, replace_file
from tui.filtering.history import valid_filters
from tui.filtering.views import (
    BUILT_IN_VIEWS,
    DETAIL_SIZES,
    ScreenState,
    View,
    parse_view_name,
    view_from_dict,
    view_to_dict,
    with_views,
)
from tui.model.order import is_id
from tui.model.ports import ExportResult
from tui.sanitize import sanitize

_MAX_STATE_BYTES = 500_000  # 50 filters of 2000 characters
_MAX_PATH_LENGTH = 500
_MAX_NAMES = 100  # exports within one second


class FileViewStore:
    """Implements `ViewStore` and `ThemeStore`: views and theme in the file `config`, the screen's
    state in the file `state`; None saves nothing. `owner` names the account: the cursor of another
    one is ignored. Without `saves`, views and theme are read only.
    """

    def __init__(
        self, config: Path | None, state: Path | None, owner: str = "", *, saves: bool = True
    ) -> None:
        self._config, self._state, self._owner = config, state, owner
        self._saves = saves
        self.views: Sequence[View] = BUILT_IN_VIEWS
        self.problems: Sequence[str] = ()
        with suppress(ConfigError):  # reported when the settings were read
            views, self.problems = read_views(config)
            self.views = with_views(BUILT_IN_VIEWS, *views)
        self.screen_state = ScreenState() if state is None else _read_state(state, owner)

    async def save_view(self, view: View) -> str | None:
        return await self._save(save_view, view)

    async def rename_view(self, name: str, view: View) -> str | None:
        return await self._save(rename_view, name, view)

    async def delete_view(self, name: str) -> str | None:
        return await self._save(delete_view, name)

    async def save_theme(self, name: str) -> str | None:
        return await self._save(save_values, {"theme": name})

    async def _save(self, edit: Callable[..., None], *values: object) -> str | None:
        return await error_of(edit, self._config, *values) if self._saves else None

    def save_screen_state(self, screen: ScreenState) -> None:
        if self._state is None:
            return
        values = {"view": screen.view.name, **view_to_dict(screen.view)}
        document = {
            "left": values,
            "cursor": screen.cursor,
            "owner": self._owner,
            "detail": screen.detail,
            "filters": screen.filters,
        }
        with suppress(OSError, UnicodeError):
            make_own_folder(self._state.parent)
            replace_file(self._state, [msgspec.json.encode(document)], sync=False)


def _read_state(path: Path, owner: str) -> ScreenState:
    """Read the screen's state; an invalid file is ignored."""
    try:
        if not is_own_folder(path.parent):
            return ScreenState()
        document = msgspec.json.decode(read_own(path, _MAX_STATE_BYTES))
        values = dict(document["left"])
        name = values.pop("view")
        view, problems = view_from_dict(parse_view_name(name) if name else "", values)
        cursor = document["cursor"] if document["owner"] == owner else None
        is_valid = cursor is None or (isinstance(cursor, str) and is_id(cursor))
        detail = document.get("detail")
        detail = detail if detail in DETAIL_SIZES else DETAIL_SIZES[0]
        filters = valid_filters(document.get("filters", ()))
    except (
        OSError,
        msgspec.MsgspecError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
    ):
        return ScreenState()
    if problems or not is_valid:
        return ScreenState(filters=filters)
    return ScreenState(view, cursor, detail, filters)


async def error_of(save: Callable[..., None], *arguments: object) -> str | None:
    """Call `save` in a thread; return the sentence if it fails."""
    try:
        await asyncio.to_thread(save, *arguments)
    except ConfigError as error:
        return str(error)
    return None


class ExportFolder:
    """Implements `ExportTarget`: new files in `folder`, or in the current folder if that is empty.
    They are named by `wall`, UTC epoch seconds, in the user's time zone.
    """

    def __init__(self, folder: str, wall: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._wall = wall

    async def write(self, ending: str, pieces: Iterable[bytes], meta: bytes = b"") -> ExportResult:
        return await asyncio.to_thread(self._write, ending, pieces, meta)

    def _write(self, ending: str, pieces: Iterable[bytes], meta: bytes) -> ExportResult:
        stem = time.strftime("orders-%Y%m%d-%H%M%S", time.localtime(self._wall()))
        names = (f"{stem}{f'-{n}' if n > 1 else ''}.{ending}" for n in range(1, _MAX_NAMES))
        try:
            path = new_file(expand_home(self._folder).absolute(), names, pieces)
        except OSError as error:
            place = sanitize(self._folder or "the current folder", _MAX_PATH_LENGTH)
            return ExportResult(problem=f"{place}: {error.strerror}")
        shown = sanitize(str(path), _MAX_PATH_LENGTH)
        try:
            if meta:
                new_file(path.parent, [f"{path.name}.meta.json"], [meta])
        except OSError as error:
            return ExportResult(shown, f"its .meta.json cannot be written: {error.strerror}")
        return ExportResult(shown)
