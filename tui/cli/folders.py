"""The user's folders for this program. Without a home folder there are none."""

from pathlib import Path

from tui.files import make_own_folder

_NAME = "transcode-tui"


def config_folder() -> Path | None:
    from platformdirs import user_config_path

    return _usable(user_config_path(_NAME))


def state_folder() -> Path | None:
    from platformdirs import user_state_path

    return _usable(user_state_path(_NAME))


def cache_folder() -> Path | None:
    from platformdirs import user_cache_path

    return _usable(user_cache_path(_NAME))


def make_log_folder() -> Path | None:
    """Return the folder for logs and crash reports, which is made if need be.

    Raises `OSError` if it isn't this user's own.
    """
    from platformdirs import user_log_path

    folder = _usable(user_log_path(_NAME))
    if folder is not None:
        for each in (folder.parent, folder):  # on Linux below the folder for the state
            make_own_folder(each)
    return folder


def _usable(folder: Path) -> Path | None:
    """Where the home folder isn't known platformdirs returns `~/…` as it is, which would be made
    in the current folder. The XDG specification calls a relative path invalid, too.
    """
    return folder if folder.is_absolute() else None
