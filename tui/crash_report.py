"""What is told when the program itself fails: where, and nothing that it knew. The words of an
exception are left out, for they quote what could not be read: a token, a password, a name.
"""
# FOLD """Where a crash report is kept, for its owner's eyes."""

import os
import platform
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from tui import __version__
from tui.folders import make_log_folder
from tui.sanitize import sanitize

_FRAMES, _CAUSES = 12, 4


def crash_report(error: BaseException | None) -> str:
    """Kinds of exceptions, the innermost frames' files, lines and functions; no locals, no source
    lines.
    """
    lines = [
        f"transcode-tui {__version__} has failed. This is a bug; please report it.",
        f"  Python {platform.python_version()}, Textual {_textual()}, {platform.system()}",
    ]
    for number, each in enumerate(_with_causes(error)):
        if number:
            lines.append("while handling, or because of:")
        for frame in traceback.extract_tb(each.__traceback__)[-_FRAMES:]:
            path = Path(frame.filename)
            lines.append(f"  {path.parent.name}/{path.name}:{frame.lineno} in {frame.name}")
        lines.append(type(each).__qualname__)
    return "\n".join(sanitize(line) for line in lines)


def saved_at_line(place: Path) -> str:
    return f"The same is in {sanitize(str(place), 500)}: look through it, and send it along."


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_CAUSES):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _textual() -> str:
    if (loaded := sys.modules.get("textual")) is not None:
        return str(loaded.__version__)
    # It loads much, and the program may well not fail.
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - for a crash alone

    try:
        return version("textual")
    except PackageNotFoundError:
        return "?"


def save_report(text: str) -> Path | None:
    """Write a new file into the user's log folder; None where that cannot be done."""
    name = time.strftime("crash-%Y%m%d-%H%M%S", time.gmtime()) + f"-{os.getpid()}.txt"
    try:
        folder = make_log_folder()
        if folder is None:
            return None
        path = folder / name
        with open(path, "x", encoding="utf-8", opener=_private) as file:
            file.write(text)
    except OSError:
        return None
    return path


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
