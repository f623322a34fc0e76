"""Crash reports: where the program failed, and nothing that it knew. The message of an exception
is left out, because it may quote a token, a password or a name.
"""

import os
import platform
import time
import traceback
from pathlib import Path

from tui import __version__
from tui.files import make_log_folder, new_file
from tui.sanitize import sanitize

_MAX_FRAMES, _MAX_CAUSES = 12, 4


def crash_report(error: BaseException | None) -> str:
    """Return the types of `error` and its causes, with files, lines and functions of the innermost
    frames. Has no locals and no source lines.
    """
    python, textual = platform.python_version(), package_version("textual")
    lines = [
        f"transcode-tui {__version__} has failed. This is a bug; please report it.",
        f"  Python {python}, Textual {textual}, {platform.system()}",
    ]
    for number in range(_MAX_CAUSES):
        if error is None:
            break
        if number:
            lines.append("while handling, or because of:")
        for frame in traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]:
            path = Path(frame.filename)
            lines.append(f"  {path.parent.name}/{path.name}:{frame.lineno} in {frame.name}")
        lines.append(type(error).__qualname__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(sanitize(line) for line in lines)


def saved_crash_report(error: BaseException | None) -> str:
    """Write the report to a new file in the user's log folder, readable by its owner only. Return
    it with the path, or alone if it can't be written.
    """
    report = crash_report(error)
    name = time.strftime("crash-%Y%m%d-%H%M%S", time.gmtime()) + f"-{os.getpid()}.txt"
    try:
        folder = make_log_folder()
        if folder is None:
            return report
        path = sanitize(str(new_file(folder, [name], [report.encode()])), 500)
    except OSError:
        return report
    return f"{report}\nThe same is in {path}: look through it, and send it along."


def package_version(package: str) -> str:
    """Return the version of an installed package, or `?`."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 10 ms to import

    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
