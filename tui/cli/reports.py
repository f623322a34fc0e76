"""Where a crash report is kept, for its owner's eyes."""

import os
import time
from pathlib import Path

from tui.cli.folders import make_log_folder


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
