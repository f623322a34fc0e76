"""Complete keys and values while a filter is typed. The text need not be a valid filter."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tui.filtering.lexer import KEY, SPECIAL, unescape
from tui.filtering.predicates import STATUS_WORDS
from tui.filtering.terms import FIELDS

_VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"status": STATUS_WORDS, "created": ("today", "yesterday")}
)
_QUOTED = r'"(?:[^"\\]|\\.)*+"?+'
# One word: quoted and unquoted parts up to a space or a parenthesis.
_WORD = re.compile(rf'(?:{_QUOTED}|[^\s()"]++)++', re.DOTALL)
_PIECE = re.compile(rf"{_QUOTED}|[^{SPECIAL}]++", re.DOTALL)
_NEEDS_QUOTES = re.compile(rf"[{SPECIAL}*?:=<>]|\A(?:-|(?:and|or|not)\Z)", re.IGNORECASE)


def complete(text: str, cursor: int, values: Mapping[str, Iterable[str]]) -> tuple[str, int] | None:
    """Complete the word at the cursor by its part left of the cursor. Return the text and the
    cursor, or None if there is no completion.

    `values` has the known values of a key, the preferred ones first. One that starts with the typed
    part goes before one that contains it.
    """
    start, end = _span_at(_WORD, text, 0, len(text), cursor)
    while start < cursor and text[start] == "-":
        start += 1
    key = KEY.match(text, start, end)
    if key is None or key.end() > cursor:
        typed = text[start:cursor].casefold()
        keys = [name for name in FIELDS if name.startswith(typed)]
        # A key comes with the operator of its example.
        offered = [FIELDS[name].example[: len(name) + 1] for name in keys]
    else:
        start, end = _span_at(_PIECE, text, key.end(), end, cursor)
        typed = unescape(text[start:cursor].strip('"')).casefold()
        found = [each for each in _known_values(key[1].lower(), values) if typed in each.casefold()]
        found.sort(key=lambda value: not value.casefold().startswith(typed))
        offered = [_as_typed(value) for value in found]
    for each in offered:
        if each != text[start:end]:
            return text[:start] + each + text[end:], start + len(each)
    return None


def _known_values(key: str, values: Mapping[str, Iterable[str]]) -> Iterable[str]:
    seen = values.get(key, ())
    if key == "status":
        seen = (word.strip().lower() for word in seen)
    return dict.fromkeys((*_VALUES.get(key, ()), *filter(None, seen)))


def _as_typed(value: str) -> str:
    """Return `value` in quotes if they are necessary."""
    if not _NEEDS_QUOTES.search(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _span_at(
    pattern: re.Pattern[str], text: str, start: int, end: int, cursor: int
) -> tuple[int, int]:
    """Return the span of the match that contains or touches the cursor, else an empty one."""
    for found in pattern.finditer(text, start, end):
        if found.start() <= cursor <= found.end():
            return found.span()
    return cursor, cursor
