"""The user's folders for this program. Without a home folder there are none."""

from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_log_path, user_state_path

from tui.files import make_own_folder


def config_folder() -> Path | None:
    return _absolute(user_config_path)


def state_folder() -> Path | None:
    return _absolute(user_state_path)


def cache_folder() -> Path | None:
    return _absolute(user_cache_path)


def make_log_folder() -> Path | None:
    """Return the folder for logs and crash reports; create it if necessary.

    Raises `OSError` if it isn't this user's own.
    """
    folder = _absolute(user_log_path)
    if folder is not None:
        make_own_folder(folder.parent)  # on Linux the folder for the state
        make_own_folder(folder)
    return folder


def _absolute(find: Callable[[str], Path]) -> Path | None:
    try:
        folder = find("transcode-tui")
    except RuntimeError:  # platformdirs 4.14, without a home folder
        return None
    # Earlier versions return `~/…`, which would be created in the current folder. The XDG
    # specification calls relative paths invalid, too.
    return folder if folder.is_absolute() else None
