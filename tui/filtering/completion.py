"""Complete fields and values while a filter is typed. The text need not be a valid filter."""

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from tui.filtering.lexer import KEY, SPECIAL, unescape
from tui.filtering.predicates import STATUS_WORDS
from tui.filtering.terms import FIELDS, IS_WORDS

_VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"status": STATUS_WORDS, "is": IS_WORDS}
    | dict.fromkeys(("created", "finished", "changed"), ("today", "yesterday"))
)
_QUOTED = r'"(?:[^"\\]|\\.)*+"?+'
# One word: quoted and unquoted parts up to a space or a parenthesis.
_WORD = re.compile(rf'(?:{_QUOTED}|[^\s()"]++)++', re.DOTALL)
_PIECE = re.compile(rf"{_QUOTED}|[^{SPECIAL}]++", re.DOTALL)
_NEEDS_QUOTES = re.compile(rf"[{SPECIAL}*?:=<>]|\A(?:-|(?:and|or|not)\Z)", re.IGNORECASE)

KnownValues = Callable[[], Mapping[str, Iterable[str]]]
"""Returns the known values of a field, the preferred ones first."""


class Candidates(NamedTuple):
    """What the text from `start` to `end` may be replaced with."""

    start: int
    end: int
    texts: list[str]


def candidates(text: str, cursor: int, values: Mapping[str, Iterable[str]]) -> Candidates:
    """Return what completes the word at the cursor by its part left of the cursor.

    A value that starts with the typed part goes before one that contains it.
    """
    start, end = _span_at(_WORD, text, 0, len(text), cursor)
    while start < cursor and text[start] == "-":
        start += 1
    key = KEY.match(text, start, end)
    if key is None or key.end() > cursor:
        typed = text[start:cursor].casefold()
        names = [name for name in FIELDS if name.startswith(typed)]
        # A field comes with the operator of its example.
        offered = [FIELDS[name].example[: len(name) + 1] for name in names]
        if typed:  # a status is also a plain word
            words = _known_values("status", values)
            offered += [as_typed(word) for word in words if word.startswith(typed)]
        return Candidates(start, end, offered)
    start, end = _span_at(_PIECE, text, key.end(), end, cursor)
    typed = unescape(text[start:cursor].strip('"')).casefold()
    found = [each for each in _known_values(key[1].lower(), values) if typed in each.casefold()]
    found.sort(key=lambda value: not value.casefold().startswith(typed))
    return Candidates(start, end, [as_typed(value) for value in found])


class Completion:
    """Walks through the candidates for one word, until something else is typed."""

    def __init__(self, values: KnownValues) -> None:
        self._values = values
        self._candidates = Candidates(0, 0, [])
        self._index = 0
        self._last = ("", -1)

    def step(self, by: int, text: str, cursor: int) -> tuple[str, int] | None:
        """Return the text and the cursor with the next candidate, or with the previous one if `by`
        is -1; None if there is none.
        """
        texts = self._candidates.texts
        if (text, cursor) == self._last and len(texts) > 1:
            self._index = (self._index + by) % len(texts)
        else:
            found = candidates(text, cursor, self._values())
            texts = [each for each in found.texts if each != text[found.start : found.end]]
            if not texts:
                return None
            self._candidates = Candidates(found.start, found.end, texts)
            self._index = 0 if by > 0 else len(texts) - 1
        start, end, texts = self._candidates
        chosen = texts[self._index]
        self._candidates = Candidates(start, start + len(chosen), texts)
        self._last = text[:start] + chosen + text[end:], start + len(chosen)
        return self._last


def _known_values(key: str, values: Mapping[str, Iterable[str]]) -> Iterable[str]:
    seen = values.get(key, ())
    if key == "status":
        seen = (word.strip().lower() for word in seen)
    return dict.fromkeys((*_VALUES.get(key, ()), *filter(None, seen)))


def as_typed(value: str) -> str:
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
