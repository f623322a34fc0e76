"""What is shown when the program itself fails: where, and nothing that it knew."""

import traceback
from pathlib import Path

from rich.text import Text
from textual.worker import WorkerFailed

from tui import __version__
from tui.model.text import clean_prose

_FRAMES = 12


def crash_report(error: BaseException | None) -> Text:
    """Files, lines and functions of the innermost frames; no locals, no source lines."""
    lines = [f"transcode-tui {__version__} has failed. This is a bug; please report it."]
    if isinstance(error, WorkerFailed):
        error = error.error  # the worker's own exception has no traceback of interest
    if error is not None:
        for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]:
            path = Path(frame.filename)
            lines.append(f"  {path.parent.name}/{path.name}:{frame.lineno} in {frame.name}")
        lines.append(f"{type(error).__name__}: {clean_prose(str(error), 300)}")
    return Text("\n".join(lines))
