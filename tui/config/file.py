"""Reads the config file. It may be anything at all: what can't be used is told in one sentence,
without delay.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tui.config import secrets
from tui.config.errors import ConfigError
from tui.config.settings import SETTINGS, TABLES
from tui.files import is_private, read_regular
from tui.model.text import sanitize

LARGEST = 64 * 1024
"""Bytes of a config file."""

_MOST_DOTS = 32
# Quoted texts, which may be unclosed, and comments. Possessive, so it takes linear time.
_NOT_CODE = re.compile(r"\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?|#.*+")


class ConfigFile(NamedTuple):
    """A config file as it was read; empty if there is none. `is_private` if nobody but its owner
    has any permission.
    """

    path: Path
    values: Mapping[str, Any] = {}
    text: str = ""
    is_private: bool = True


def read_file(path: Path | None) -> ConfigFile:
    """Read the config file; without a `path` there is none. Raises `ConfigError`."""
    if path is None:
        return ConfigFile(Path())
    try:
        text, private = read_text(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    if not text:
        return ConfigFile(path)
    values = parse(path, text)
    known = {setting.key for setting in SETTINGS}.union(secrets.KEYS, TABLES)
    for key in values:
        if key not in known:
            raise ConfigError(f"{path} has an unknown key {sanitize(key, 60)!r}")
    if "keys" in values:
        from tui.config.keys import parse_key_overrides  # noqa: PLC0415 - where there are none, nobody needs it

        values["keys"] = parse_key_overrides(values["keys"], text)
    return ConfigFile(path, values, text, private)


def read_text(path: Path) -> tuple[str, bool]:
    """Return the text of the file, empty if there is none, and whether it is private.

    Raises `OSError` or `ConfigError`.
    """
    try:
        data, about = read_regular(path, LARGEST)
        return data.decode(), is_private(about)
    except FileNotFoundError:
        return "", True
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not TOML: no UTF-8 at byte {error.start}") from None


def parse(path: Path, text: str) -> dict[str, Any]:
    """Parse the text of the file at `path`. Raises `ConfigError`."""
    # The time that `tomllib` takes grows with the square of the parts of a key: 17 s for one of
    # 64 KiB.
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MOST_DOTS and _NOT_CODE.sub("", line).count(".") > _MOST_DOTS:
            raise ConfigError(f"{path} cannot be used: line {number} is nested too deeply")
    import tomllib  # noqa: PLC0415 - nor this

    try:
        return tomllib.loads(text)
    except ValueError as error:
        # The parser names the line and never quotes it, so no secret can come along.
        raise ConfigError(f"{path} is not TOML: {sanitize(str(error))}") from None
    except RecursionError:
        raise ConfigError(f"{path} cannot be used: it is nested too deeply") from None


def line_numbers(text: str) -> dict[str, int]:
    """Map dotted names (`views.late.filter`) to the lines, from 1, that set them or begin their
    tables. The parser doesn't tell; names in unusual spellings are left out.
    """
    numbers: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("["):
            name = line.partition("[")[2].rpartition("]")[0]
            table = f"{_plain(name)}."
            numbers.setdefault(table[:-1], number)
        elif "=" in line:
            numbers.setdefault(table + _plain(line.partition("=")[0]), number)
    return numbers


def _plain(name: str) -> str:
    return ".".join(part.strip(" \t\"'") for part in name.split("."))
