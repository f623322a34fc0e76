"""Writes settings into the config file; whatever else stands in it stays as it is."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tui.config.loader import NO_HOME, parse, read_text
from tui.config.settings import ConfigError
from tui.files import replace_file


def save_values(path: Path | None, values: Mapping[str, str], drop: Iterable[str] = ()) -> None:
    """Set `values` and remove the keys `drop`. The file is readable by its owner alone, and
    is either the old one or the new one at any time.

    Raises `ConfigError`.
    """

    def change(document: dict[str, Any]) -> None:
        for key in drop:
            document.pop(key, None)
        document.update(values)

    update_file(path, change)


def update_file(path: Path | None, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what stands in the file; for the rest as `save`. Raises `ConfigError`."""
    if path is None:
        raise ConfigError(NO_HOME)
    # Beside the file a link points to, or the link would be replaced.
    target = Path(os.path.realpath(path))
    try:
        text, _ = read_text(target)
        edited = _edited(path, text, change)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(target, [edited.encode()], sync=True)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None


def _edited(path: Path, text: str, change: Callable[[dict[str, Any]], None]) -> str:
    parse(path, text)  # refuses what tomlkit would take too long for
    import tomlkit  # noqa: PLC0415 - only who saves pays for it

    try:
        # tomlkit 0.15 appends to a dotted key on its line if that has no end.
        document = tomlkit.parse(text + "\n" * (text != "" and not text.endswith("\n")))
        change(document)
        edited = tomlkit.dumps(document)
        parse(path, edited)
    except Exception:  # noqa: BLE001 - tomlkit raises other errors, too, for unusual tables
        raise ConfigError(f"{path} cannot be changed here: edit it by hand") from None
    return edited
