"""Writes settings into the config file; whatever else stands in it stays as it is."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tui.config.errors import ConfigError
from tui.files import replace_file


def save(path: Path, values: Mapping[str, str], drop: Iterable[str] = ()) -> None:
    """Set `values` and remove the keys `drop`. The file is readable by its owner alone, and
    is either the old one or the new one at any time.

    Raises `ConfigError`.
    """

    def change(document: dict[str, Any]) -> None:
        for key in drop:
            document.pop(key, None)
        document.update(values)

    edit(path, change)


def edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what stands in the file; for the rest as `save`. Raises `ConfigError`."""
    # Beside the file a link points to, or the link would be replaced.
    target = Path(os.path.realpath(path))
    try:
        text = _edited(target, change)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(target, [text.encode()], sync=True)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None


def _edited(path: Path, change: Callable[[dict[str, Any]], None]) -> str:
    import tomlkit  # noqa: PLC0415 - only who saves pays for it
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 - only who saves pays for it

    try:
        before = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        before = ""
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not TOML") from None
    try:
        document = tomlkit.parse(before)
    except TOMLKitError:
        raise ConfigError(f"{path} is not TOML") from None
    change(document)
    return tomlkit.dumps(document)
