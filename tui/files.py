"""Read and write files safely: the path may be a pipe, which blocks, a device, which has no end, or
a link that another user has planted.
"""

import errno
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from platformdirs import user_log_path

_LEFTOVER = re.compile(r"\..+\.transcode-tui\.([0-9]{1,9})\.\w+\.tmp")
_MIN_LEFTOVER_AGE, _MAX_LEFTOVER_AGE = 60.0, 86_400.0
"""Seconds after which a temporary file is removed if its process isn't running, and in any case.
`is_running` can't see a process of another container, but no write takes a day.
"""


def open_regular(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open a file and return its descriptor. `O_CREAT` creates it for its owner only. Raises
    `OSError`, also if it isn't a regular file.
    """
    # O_NONBLOCK: opening a pipe waits for its other end. O_NOCTTY: opening a terminal can make it
    # the controlling one.
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
    """Open a regular file of this user that has one name and none of the `forbidden` permissions:
    one that this program has written. Follows no link and changes no mode. Raises `OSError`.
    """
    descriptor = open_regular(path, flags | os.O_NOFOLLOW)
    if problem := _why_not_own(os.fstat(descriptor), forbidden):
        os.close(descriptor)
        raise PermissionError(errno.EPERM, problem)
    return descriptor


def check_own(path: Path) -> None:
    """Raise `OSError` unless `path` is such a file, without opening it: in a folder of this user's
    own no other user can replace it. Closing a descriptor of a file that SQLite has open in this
    process would release SQLite's locks.
    """
    about = path.lstat()
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    if problem := _why_not_own(about, 0o077):
        raise PermissionError(errno.EPERM, problem)


def _why_not_own(about: os.stat_result, forbidden: int) -> str:
    if about.st_uid != os.geteuid():
        return "it belongs to another user"
    if about.st_nlink > 1:
        return "it has a second name"
    return "others can use it: run chmod 600" if about.st_mode & forbidden else ""


def is_private(about: os.stat_result) -> bool:
    return not about.st_mode & 0o077


def read_regular(path: Path, limit: int) -> tuple[bytes, os.stat_result]:
    """Return the content and the status of a regular file. Follows links. Raises `OSError`, also
    if it is larger than `limit` bytes.
    """
    return _read(open_regular(path), limit)


def read_own(path: Path, limit: int) -> bytes:
    """Return the content of a file that only this user can change. Raises `OSError`, also if it is
    larger than `limit` bytes.
    """
    return _read(open_own(path, forbidden=0o022), limit)[0]


def _read(descriptor: int, limit: int) -> tuple[bytes, os.stat_result]:
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        data = file.read(limit + 1)  # it may have grown
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"larger than {limit // 1024} KiB")
    return data, about


def is_own_folder(folder: Path) -> bool:
    """Return whether `folder` is this user's, only they can write to it, and it is no link."""
    try:
        about = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid() and not about.st_mode & 0o022
    )


def make_own_folder(folder: Path) -> None:
    """Create `folder`, for its owner only, if it doesn't exist. Raises `OSError` if `is_own_folder`
    is false; it isn't changed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_own_folder(folder):
        raise PermissionError(errno.EPERM, "its folder is a link, or others can write to it")


def app_folder(find: Callable[[str], Path]) -> Path | None:
    """Return the user's folder for this program, by a function of platformdirs. Without a home
    folder there is none.
    """
    try:
        folder = find("transcode-tui")
    except RuntimeError:  # platformdirs 4.14, without a home folder
        return None
    # Earlier versions return `~/…`, which would be created in the current folder. The XDG
    # specification calls relative paths invalid, too.
    return folder if folder.is_absolute() else None


def make_log_folder() -> Path | None:
    """Return the `app_folder` for logs and crash reports; create it if necessary. Raises `OSError`
    if it isn't this user's own.
    """
    folder = app_folder(user_log_path)
    if folder is not None:
        make_own_folder(folder.parent)  # on Linux the folder for the state
        make_own_folder(folder)
    return folder


def expand_home(name: str) -> Path:
    """Replace a `~` at the beginning by the home folder. Raises `OSError` if that isn't known."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise FileNotFoundError(errno.ENOENT, "the home folder is not known") from None


def replace_file(path: Path, pieces: Iterable[bytes], *, sync: bool) -> None:
    """Write `pieces` to `path` atomically; with `sync` also in case of a power failure. Removes the
    leftovers of killed processes. Raises `OSError`.
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
    """Write `pieces` to a new file, completely or not at all; return its path, with the first of
    `names` that is free. Raises `OSError`.
    """
    descriptor, temporary = _nameless_file(folder), None
    if descriptor is None:
        remove_leftovers(folder)
        descriptor, temporary = _temporary_file(folder, "export")
    try:
        with os.fdopen(descriptor, "wb") as file:
            _write(file, pieces, sync=True)
            for name in names:
                with suppress(FileExistsError):
                    _link(descriptor, temporary, folder / name)
                    return folder / name
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    finally:
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of killed processes of this program from `folder`."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if found := _LEFTOVER.fullmatch(entry.name):
                age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                is_abandoned = age > _MIN_LEFTOVER_AGE and not is_running(int(found[1]))
                if is_abandoned or age > _MAX_LEFTOVER_AGE:
                    os.unlink(entry.path)  # noqa: PTH108 - a path of `scandir`


def is_running(pid: int) -> bool:
    """Return whether there is a process `pid`."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # a process of another user
        return True
    return True


def _temporary_file(folder: Path, name: str) -> tuple[int, str]:
    """Create a file for its owner only; return its descriptor and its path."""
    prefix = f".{name[:100]}.transcode-tui.{os.getpid()}."
    return tempfile.mkstemp(dir=folder, prefix=prefix, suffix=".tmp")


def _nameless_file(folder: Path) -> int | None:
    """Open a file without a name: it disappears with the process unless `_link` names it. Return
    None if the system has no such files.
    """
    if not os.path.isdir("/proc/self/fd"):  # noqa: PTH112 - `_link` needs it
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


def _link(descriptor: int, temporary: str | None, path: Path) -> None:
    """Name the open file `path`; `temporary` is its name so far, if any."""
    if temporary is None:
        # link(2) doesn't follow the link in /proc, linkat(2) does. Python calls that if it gets
        # `dst_dir_fd`, which is ignored for an absolute path.
        os.link(f"/proc/self/fd/{descriptor}", path.absolute(), dst_dir_fd=descriptor)
        return
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: the file is empty for a moment
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        Path(temporary).replace(path)
