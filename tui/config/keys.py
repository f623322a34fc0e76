"""The table `[keys]` of the config file: `"watch.refresh" = "f5"`, or a list of keys."""

from collections.abc import Iterator, Mapping
from itertools import islice

from tui.config.file import line_numbers
from tui.model.keymap import KeyOverride
from tui.model.text import sanitize

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
