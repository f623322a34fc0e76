"""Where a crash report is kept, for its owner's eyes."""

import os
import time
from pathlib import Path


def keep_report(text: str) -> Path | None:
    """Write a new file into the user's log folder; None where that cannot be done."""
    from platformdirs import user_log_path

    name = time.strftime("crash-%Y%m%d-%H%M%S", time.gmtime()) + f"-{os.getpid()}.txt"
    path = user_log_path("transcode-tui") / name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8", opener=_private) as file:
            file.write(text)
    except OSError:
        return None
    return path


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
