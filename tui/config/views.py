"""The views in the config file: `[views.NAME]` with `filter`, `sort` and `columns`."""

import re
from pathlib import Path

from tui.config.edit import edit
from tui.config.lookup import read_file
from tui.model.text import clean
from tui.model.view import LONGEST_NAME, View, name_of, read_view, told

TABLE = "views"


def read_views(path: Path) -> tuple[list[View], list[str]]:
    """The views of the file, and a sentence for each thing in them that cannot be read: for
    that alone the default counts.

    Raises `ConfigError` where the file itself cannot be used.
    """
    tables = read_file(path).get(TABLE, {})
    if not isinstance(tables, dict):
        return [], [f"{TABLE} must be a table"]
    views: list[View] = []
    faulty: list[tuple[str, str, str]] = []
    for name, values in tables.items():
        shown = clean(name, LONGEST_NAME)
        try:
            view, faults = read_view(name_of(name), values)
        except ValueError as error:
            faulty.append((name, "", f"the name of view {shown!r} {error}"))
            continue
        views.append(view)
        for key, why in faults:
            what = f"{key} of view {shown!r}" if key else f"view {shown!r}"
            faulty.append((name, key, f"{what} {why}"))
    lines = _lines_of(path) if faulty else []
    return views, [f"{_place(lines, name, key)}{problem}" for name, key, problem in faulty]


def save_view(path: Path, view: View) -> None:
    """Write it in the place of the one of its name. Raises `ConfigError`."""

    def change(document: dict[str, object]) -> None:
        import tomlkit  # noqa: PLC0415 - only who saves pays for it

        tables = document.get(TABLE)
        if not isinstance(tables, dict):
            document[TABLE] = tables = tomlkit.table(is_super_table=True)
        tables[view.name] = tomlkit.item(told(view))

    edit(path, change)


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):  # it is another by now
        return []


def _place(lines: list[str], name: str, key: str) -> str:
    """`line 5: ` where it can be told which it is: TOML has many ways to write a key."""
    quoted = rf"""(?:{re.escape(name)}|"{re.escape(name)}"|'{re.escape(name)}')"""
    table = re.compile(rf"\s*\[\s*{TABLE}\s*\.\s*{quoted}\s*\]")
    start = next((n for n, line in enumerate(lines) if table.match(line)), None)
    if start is None:
        return ""
    of_key = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    for number in range(start + 1, len(lines)):
        if lines[number].lstrip().startswith("["):
            break
        if key and of_key.match(lines[number]):
            return f"line {number + 1}: "
    return f"line {start + 1}: "
