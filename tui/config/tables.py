"""The tables of the config file: `[keys]` and `[views.NAME]`.

    [keys]
    "watch.refresh" = "f5"           # or a list of keys

    [views."failed today"]
    filter = "status:error created:today"
    sort = ["-created"]
    columns = ["id", "status", "file:40"]

What is invalid in a table never keeps the program from starting: it is reported under its key path
(`views."failed today".filter`), and the default applies.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from tui.filtering.views import MAX_NAME_LENGTH, View, parse_view_name, view_from_dict
from tui.model.key_overrides import KeyOverride
from tui.sanitize import sanitize

_MAX_ENTRIES = 200
"""Keys or views that count, and problems of views that are reported."""

_MAX_KEY_LENGTH = 60


def parse_key_overrides(table: object) -> tuple[KeyOverride, ...]:
    """Return the overrides in the value of `keys`."""
    if not isinstance(table, Mapping):
        return (KeyOverride("", problem="must be a table"),)
    overrides = [_key_override(*item) for item in islice(_flatten(table), _MAX_ENTRIES)]
    if len(overrides) == _MAX_ENTRIES:
        problem = f"has too many: only the first {_MAX_ENTRIES} count"
        overrides.append(KeyOverride("", problem=problem))
    return tuple(overrides)


def _flatten(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield ids and values. Without quotes, TOML reads `watch.refresh` as nested tables."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _key_override(name: str, value: object) -> KeyOverride:
    name = sanitize(name, _MAX_KEY_LENGTH)
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        return KeyOverride(name, problem="must be a key or a list of keys")
    return KeyOverride(name, tuple(sanitize(key, _MAX_KEY_LENGTH) for key in keys))


def parse_views(tables: object) -> tuple[list[View], list[str]]:
    """Return the views in the value of `views`, and a sentence for each invalid key in them."""
    if not isinstance(tables, dict):
        return [], ["views must be a table"]
    views: list[View] = []
    problems: list[str] = []
    for name, values in islice(tables.items(), _MAX_ENTRIES):
        view_path = f'views."{sanitize(name, MAX_NAME_LENGTH)}"'
        try:
            view, faults = view_from_dict(parse_view_name(name), values)
        except ValueError as error:
            problems.append(f"{view_path}: its name {error}")
            continue
        views.append(view)
        problems += (
            f"{view_path}.{key} {why}" if key else f"{view_path} {why}" for key, why in faults
        )
    del problems[_MAX_ENTRIES:]
    if len(tables) > _MAX_ENTRIES:
        problems.append(f"{len(tables)} views are too many: only the first {_MAX_ENTRIES} count")
    return views, problems
