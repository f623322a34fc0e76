"""Reading and writing files that may not be what they should: a pipe would block, a device has
no end, a link may have been planted by somebody else.
"""

import errno
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_LEFTOVER = re.compile(r"\..+\.transcode-tui\.([0-9]{1,9})\.\w+\.tmp")
_LEFTOVER_AGE, _LEFTOVER_AGE_AT_MOST = 60.0, 86_400.0
"""Seconds after which a temporary file is removed if no process has its id, and in any case. In
another container a process may still write that has no id here, but no write takes that long.
"""


def open_regular(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open a regular file and return its descriptor; `O_CREAT` makes one for its owner only.

    Raises `OSError`, also for what isn't a regular file.
    """
    # O_NONBLOCK: to open a pipe waits for its other end. O_NOCTTY: a terminal is not adopted.
    flags |= os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except ValueError:  # a NUL in the name
        raise OSError(errno.EINVAL, "not a name of a file") from None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a regular file")


def open_own(path: Path, flags: int = os.O_RDONLY, *, forbidden: int = 0o077) -> int:
    """Like `open_regular`, for what this program writes itself: a file of this user that has one
    name and none of the `forbidden` permissions. Follows no link, changes no mode.

    Raises `OSError`.
    """
    descriptor = open_regular(path, flags | os.O_NOFOLLOW)
    about = os.fstat(descriptor)
    if about.st_uid != os.geteuid():
        problem = "it belongs to another user"
    elif about.st_nlink > 1:
        problem = "it has a second name"
    elif about.st_mode & forbidden:
        problem = "others can use it: run chmod 600"
    else:
        return descriptor
    os.close(descriptor)
    raise PermissionError(errno.EPERM, problem)


def is_private(about: os.stat_result) -> bool:
    """True if nobody but the owner has any permission."""
    return not about.st_mode & 0o077


def read_regular(path: Path, limit: int) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a regular file, `limit` at most, and the status of the file they are
    from. Links are followed.

    Raises `OSError`, also for a larger file.
    """
    return _read(open_regular(path), limit)


def read_own(path: Path, limit: int) -> bytes:
    """Return the bytes, `limit` at most, of what this program has written and nobody else can
    change; see `open_own`. Raises `OSError`.
    """
    return _read(open_own(path, forbidden=0o022), limit)[0]


def _read(descriptor: int, limit: int) -> tuple[bytes, os.stat_result]:
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        data = file.read(limit + 1)  # the file may grow
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"larger than {limit // 1024} KiB")
    return data, about


def is_own_folder(folder: Path) -> bool:
    """True for a folder of this user that nobody else can write to, False for a link to one."""
    try:
        about = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(about.st_mode)
        and about.st_uid == os.geteuid()
        and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def make_own_folder(folder: Path) -> None:
    """Make `folder`, for its owner only, if it doesn't exist.

    Raises `OSError` if it exists and isn't what `is_own_folder` accepts; it isn't changed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_own_folder(folder):
        raise PermissionError(errno.EPERM, "its folder is a link, or others can write to it")


def expand_home(name: str) -> Path:
    """Return `name` with the home folder for a `~` at its beginning.

    Raises `OSError` if that isn't known.
    """
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise FileNotFoundError(errno.ENOENT, "the home folder is not known") from None


def replace_file(path: Path, pieces: Iterable[bytes], *, sync: bool) -> None:
    """Make `path` a file of `pieces`: at any time it is either the old one or the new one.
    With `sync` that holds through a loss of power, too. Removes what killed processes left.

    Raises `OSError`.
    """
    remove_leftovers(path.parent)
    descriptor, name = _temporary_file(path.parent, path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _write(file, pieces, sync=sync)
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
    descriptor, made = _nameless_file(folder), None
    if descriptor is None:
        remove_leftovers(folder)
        descriptor, made = _temporary_file(folder, "export")
    try:
        with os.fdopen(descriptor, "wb") as file:
            _write(file, pieces, sync=True)
            for name in names:
                with suppress(FileExistsError):
                    _claim(descriptor, made, folder / name)
                    return folder / name
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    finally:
        if made is not None:
            with suppress(OSError):
                Path(made).unlink()


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files in `folder` of processes of this program that were killed."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if found := _LEFTOVER.fullmatch(entry.name):
                age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                gone = age > _LEFTOVER_AGE and not _is_running(int(found[1]))
                if gone or age > _LEFTOVER_AGE_AT_MOST:
                    os.unlink(entry.path)  # noqa: PTH108 - as `scandir` names it


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True


def _temporary_file(folder: Path, name: str) -> tuple[int, str]:
    """Make a file for its owner only; return its descriptor and its path."""
    prefix = f".{name[:100]}.transcode-tui.{os.getpid()}."
    return tempfile.mkstemp(dir=folder, prefix=prefix, suffix=".tmp")


def _nameless_file(folder: Path) -> int | None:
    """Return a file that vanishes with the process until it is given a name; None where there
    are no such files.
    """
    if not os.path.isdir("/proc/self/fd"):  # noqa: PTH112 - `_claim` needs it
        return None
    try:
        return os.open(folder, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except (AttributeError, OSError):  # macOS; NFS and other file systems
        return None


def _write(file: BinaryIO, pieces: Iterable[bytes], *, sync: bool) -> None:
    file.writelines(pieces)
    file.flush()
    if sync:
        os.fsync(file.fileno())


def _claim(descriptor: int, made: str | None, path: Path) -> None:
    """Name the file `path` that is `descriptor`, or `made` if it has a name."""
    if made is None:
        # Follows the link in /proc only with linkat(2), which Python calls where a folder is
        # given; an absolute path makes no use of that.
        os.link(f"/proc/self/fd/{descriptor}", path.absolute(), dst_dir_fd=descriptor)
        return
    try:
        path.hardlink_to(made)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: it is empty for a moment
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        Path(made).replace(path)
