"""Files of one's own: readable by their owner alone, and replaced as a whole."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, pieces: Iterable[bytes], *, sync: bool) -> None:
    """Make `path` a file of `pieces`: at any time it is either the old one or the new one.
    With `sync` that holds through a loss of power, too.

    Raises `OSError`.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # 0600, exclusively
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
