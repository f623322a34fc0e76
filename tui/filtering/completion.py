"""Complete keys and values while a filter is typed. The text need not be a valid filter."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from tui.filtering.lexer import KEY, SPECIAL, unescape
from tui.filtering.predicates import STATUS_WORDS
from tui.filtering.printer import pattern_text
from tui.filtering.syntax_tree import Pattern
from tui.filtering.terms import FIELD_EXAMPLES, TEXT_KEYS

_VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"status": STATUS_WORDS, "created": ("today", "yesterday")}
)
_QUOTED = r'"(?:[^"\\]|\\.)*+"?+'
# One word: quoted and unquoted parts up to a space or a parenthesis.
_WORD = re.compile(rf'(?:{_QUOTED}|[^\s()"]++)++', re.DOTALL)
_PIECE = re.compile(rf"{_QUOTED}|[^{SPECIAL}]++", re.DOTALL)


class Completion(msgspec.Struct, frozen=True):
    """A replacement of the characters from `start` to `end`."""

    text: str
    start: int
    end: int

    def apply(self, text: str) -> str:
        return text[: self.start] + self.text + text[self.end :]


def complete(
    text: str, cursor: int, values: Mapping[str, Iterable[str]] = MappingProxyType({})
) -> list[Completion]:
    """Return the completions of the word at the cursor, by its part left of the cursor.

    `values` has the known values of a key, in the order to offer them. Those that start with the
    typed part come first, then those that contain it.
    """
    start, end = _span_at(_WORD, text, 0, len(text), cursor)
    while start < cursor and text[start] == "-":
        start += 1
    key = KEY.match(text, start, end)
    if key is None or key.end() > cursor:
        keys = {name: _with_operator(name) for name in FIELD_EXAMPLES}
        return [
            Completion(key, start, end)
            for key in _matching(text[start:cursor], keys, inside=False)
            if key != text[start:end]
        ]
    name = key[1].lower()
    start, end = _span_at(_PIECE, text, key.end(), end, cursor)
    known = dict.fromkeys((*_VALUES.get(name, ()), *_seen_values(name, values)))
    written = {value: pattern_text(Pattern(value)) for value in known}
    typed = unescape(text[start:cursor].strip('"'))
    matching = _matching(typed, written, inside=True)
    return [Completion(value, start, end) for value in matching if value != text[start:end]]


def _seen_values(key: str, values: Mapping[str, Iterable[str]]) -> Iterable[str]:
    words = (value for value in values.get(key, ()) if value)
    return (word.strip().lower() for word in words) if key == "status" else words


def _with_operator(key: str) -> str:
    """Return a key with its most frequent operator."""
    if key in ("status", "created") or key in TEXT_KEYS:
        return f"{key}:"
    return FIELD_EXAMPLES[key][: len(key) + 1]


def _span_at(
    pattern: re.Pattern[str], text: str, start: int, end: int, cursor: int
) -> tuple[int, int]:
    """Return the span of the match that contains or touches the cursor, else an empty one."""
    for found in pattern.finditer(text, start, end):
        if found.start() <= cursor <= found.end():
            return found.span()
    return cursor, cursor


def _matching(typed: str, offered: Mapping[str, str], *, inside: bool) -> list[str]:
    """Return the texts of the names that start with `typed`, or with `inside` contain it."""
    typed = typed.casefold()
    first = [text for name, text in offered.items() if name.casefold().startswith(typed)]
    if not inside:
        return first
    folded = ((name.casefold(), text) for name, text in offered.items())
    later = [text for name, text in folded if typed in name and not name.startswith(typed)]
    return first + later
