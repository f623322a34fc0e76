"""The table `[keys]` of the config file: `"watch.refresh" = "f5"`, or a list of keys."""
# FOLD """The views in the config file: `[views.NAME]` with `filter`, `sort` and `columns`."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from tui.config.editor import update_file
from tui.config.loader import line_numbers, read_file
from tui.filtering.views import LONGEST_NAME, View, parse_view_name, view_from_dict, view_to_dict
from tui.model.key_overrides import KeyOverride
from tui.sanitize import sanitize

_LONGEST = 60
_MOST = 200


def parse_key_overrides(table: object, text: str) -> tuple[KeyOverride, ...]:
    """What `table`, which stands in `text`, wishes. Nothing here is so bad that the program
    could not start.
    """
    if not isinstance(table, Mapping):
        return (KeyOverride("keys", problem="must be a table"),)
    lines = line_numbers(text)
    wishes = tuple(
        _wish(sanitize(name, _LONGEST), value, lines.get(f"keys.{name}"))
        for name, value in islice(_flat(table), _MOST)
    )
    if len(wishes) == _MOST:
        wishes += (KeyOverride("keys", problem=f"has too many: only the first {_MOST} count"),)
    return wishes


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Without its quotes `watch.refresh` is a table in a table, and meant all the same."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _wish(name: str, value: object, line: int | None) -> KeyOverride:
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        return KeyOverride(name, (), line, "must be a key or a list of keys")
    return KeyOverride(name, tuple(sanitize(key, _LONGEST) for key in keys), line)


TABLE = "views"
_MOST_VIEWS = 200
"""Views that count, and problems that are reported."""


def read_views(path: Path | None) -> tuple[list[View], list[str]]:
    """The views of the file, and a sentence for each thing in them that cannot be read: for
    that alone the default counts.

    Raises `ConfigError` where the file itself cannot be used.
    """
    file = read_file(path)
    tables = file.values.get(TABLE, {})
    if not isinstance(tables, dict):
        return [], [f"{TABLE} must be a table"]
    views: list[View] = []
    faulty: list[tuple[str, str]] = []
    for name, values in islice(tables.items(), _MOST_VIEWS):
        shown = sanitize(name, LONGEST_NAME)
        try:
            view, faults = view_from_dict(parse_view_name(name), values)
        except ValueError as error:
            faulty.append((name, f"the name of view {shown!r} {error}"))
            continue
        views.append(view)
        for key, why in faults:
            what = f"{key} of view {shown!r}" if key else f"view {shown!r}"
            faulty.append((f"{name}.{key}" if key else name, f"{what} {why}"))
    problems = _with_lines(faulty, file.text)
    if len(tables) > _MOST_VIEWS:
        problems.append(f"{len(tables)} views are too many: only the first {_MOST_VIEWS} count")
    return views, problems


def _with_lines(faulty: list[tuple[str, str]], text: str) -> list[str]:
    """Each problem with the line of what it is about, or of its view, where that is found."""
    numbers = line_numbers(text) if faulty else {}
    problems: list[str] = []
    for name, problem in faulty[:_MOST_VIEWS]:
        view = name.rpartition(".")[0]
        number = numbers.get(f"{TABLE}.{name}") or numbers.get(f"{TABLE}.{view}")
        problems.append(f"line {number}: {problem}" if number else problem)
    return problems


def save_view(path: Path | None, view: View) -> None:
    """Write it in the place of the one of its name. Raises `ConfigError`."""

    def change(document: dict[str, object]) -> None:
        import tomlkit  # noqa: PLC0415 - only who saves pays for it

        tables = document.get(TABLE)
        if not isinstance(tables, dict):
            document[TABLE] = tables = tomlkit.table(is_super_table=True)
        tables[view.name] = tomlkit.item(view_to_dict(view))

    update_file(path, change)
