"""What is exported, as new files in a folder."""

import asyncio
import time
from collections.abc import Callable, Iterable

from tui.files import expand_home, new_file
from tui.model.ports import ExportResult
from tui.model.text import sanitize

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
