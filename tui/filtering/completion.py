"""What may stand where the cursor is: keys, and the values that were seen. The text need not
be a whole filter: it is being typed.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from tui.filtering.lexer import KEY, SPECIAL, unescaped
from tui.filtering.predicates import STATUS_WORDS
from tui.filtering.printer import pattern_text
from tui.filtering.syntax_tree import Pattern
from tui.filtering.terms import FIELD_EXAMPLES, TEXT_KEYS

_KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "status": STATUS_WORDS,
        "created": ("today", "yesterday"),
    }
)
_QUOTED = r'"(?:[^"\\]|\\.)*+"?+'
# One word: dashes, then pieces in quotes or not, up to a space or a parenthesis.
_WORD = re.compile(rf'(?:{_QUOTED}|[^\s()"]++)++', re.DOTALL)
_PIECE = re.compile(rf"{_QUOTED}|[^{SPECIAL}]++", re.DOTALL)
_DASHES = re.compile(r"-*+")


class Completion(msgspec.Struct, frozen=True):
    """`text` in place of the characters from `start` up to `end`."""

    text: str
    start: int
    end: int

    def apply(self, whole: str) -> str:
        return whole[: self.start] + self.text + whole[self.end :]


def complete(
    text: str, cursor: int, values: Mapping[str, Iterable[str]] = MappingProxyType({})
) -> list[Completion]:
    """What begins or continues the word at the cursor, as it stands left of the cursor.

    `values` has for a key what was seen, in the order to offer it: profiles, labels, status
    words. First comes what starts with what was typed, then what has it inside.
    """
    start, end = _word_at(text, cursor)
    start = min(cursor, _end_of(_DASHES, text, start))
    key = KEY.match(text, start, end)
    if key is None or key.end() > cursor:
        offered = {name: _with_operator(name) for name in FIELD_EXAMPLES}
        return [
            Completion(shown, start, end)
            for shown in _fitting(text[start:cursor], offered, inside=False)
            if shown != text[start:end]
        ]
    name = key[1].lower()
    start, end = _piece_at(text, key.end(), end, cursor)
    seen = dict.fromkeys((*_KNOWN.get(name, ()), *_seen(name, values)))
    written = {value: pattern_text(Pattern(value)) for value in seen}
    typed = unescaped(text[start:cursor].strip('"'))
    fitting = _fitting(typed, written, inside=True)
    return [Completion(shown, start, end) for shown in fitting if shown != text[start:end]]


def _seen(key: str, values: Mapping[str, Iterable[str]]) -> Iterable[str]:
    words = (value for value in values.get(key, ()) if value)
    # Status words are asked for in any case, and offered in one.
    return (word.strip().lower() for word in words) if key == "status" else words


def _with_operator(key: str) -> str:
    """A key with the sign that its values follow most often."""
    if key in ("status", "created") or key in TEXT_KEYS:
        return f"{key}:"
    return FIELD_EXAMPLES[key][: len(key) + 1]


def _word_at(text: str, cursor: int) -> tuple[int, int]:
    for found in _WORD.finditer(text):
        if found.start() <= cursor <= found.end():
            return found.span()
    return cursor, cursor


def _piece_at(text: str, start: int, end: int, cursor: int) -> tuple[int, int]:
    """The one of a term's alternatives that the cursor is in."""
    for found in _PIECE.finditer(text, start, end):
        if found.start() <= cursor <= found.end():
            return found.span()
    return cursor, cursor


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _fitting(typed: str, offered: Mapping[str, str], *, inside: bool) -> list[str]:
    """How each of the offered is written, if it has what was typed in it."""
    typed = typed.casefold()
    first = [text for name, text in offered.items() if name.casefold().startswith(typed)]
    if not inside:
        return first
    folded = ((name.casefold(), text) for name, text in offered.items())
    later = [text for name, text in folded if typed in name and not name.startswith(typed)]
    return first + later
