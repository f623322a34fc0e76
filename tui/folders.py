"""The user's folders for this program. Without a home folder there are none."""

from collections.abc import Callable
from pathlib import Path

from tui.files import make_own_folder


def config_folder() -> Path | None:
    from platformdirs import user_config_path  # noqa: PLC0415 - loaded on demand

    return _usable(user_config_path)


def state_folder() -> Path | None:
    from platformdirs import user_state_path  # noqa: PLC0415 - loaded on demand

    return _usable(user_state_path)


def cache_folder() -> Path | None:
    from platformdirs import user_cache_path  # noqa: PLC0415 - loaded on demand

    return _usable(user_cache_path)


def make_log_folder() -> Path | None:
    """Return the folder for logs and crash reports, which is made if need be.

    Raises `OSError` if it isn't this user's own.
    """
    from platformdirs import user_log_path  # noqa: PLC0415 - loaded on demand

    folder = _usable(user_log_path)
    if folder is not None:
        for each in (folder.parent, folder):  # on Linux below the folder for the state
            make_own_folder(each)
    return folder


def _usable(find: Callable[[str], Path]) -> Path | None:
    try:
        folder = find("transcode-tui")
    except RuntimeError:  # platformdirs 4.14, without a home folder
        return None
    # Before that it returned `~/…`, which would be made in the current folder. The XDG
    # specification calls a relative path invalid, too.
    return folder if folder.is_absolute() else None
