"""Files of one's own: readable by their owner alone, and replaced as a whole."""

import errno
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


def new_file(folder: Path, names: Iterable[str], pieces: Iterable[bytes]) -> Path:
    """Make a file of `pieces` under the first of `names` that is free: none is overwritten, and
    it is there as a whole or not at all.

    Raises `OSError`.
    """
    handle, made = tempfile.mkstemp(dir=folder, prefix=".transcode-tui-")  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        for name in names:
            with suppress(FileExistsError):
                _claim(Path(made), folder / name)
                return folder / name
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    finally:
        with suppress(OSError):
            Path(made).unlink()


def _claim(made: Path, path: Path) -> None:
    try:
        path.hardlink_to(made)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: it is empty for a moment
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        made.replace(path)
