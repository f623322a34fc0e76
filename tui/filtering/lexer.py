r"""Split a filter into tokens with their positions. In quotes `\"` and `\\` are `"` and `\`.

The patterns are possessive (no backtracking), so the time is linear.
"""

import re
from enum import Enum, auto

import msgspec

from tui.filtering.syntax_tree import Pattern
from tui.sanitize import sanitize


class QueryError(Exception):
    """An invalid filter: `message` is a sentence without a full stop, `position` the offset of the
    character at fault.
    """

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(sentence)
        self.position = position
        self.message = sentence


SPECIAL = r'\s()"|'
"""The characters that end an unquoted word, as the inside of a regex character class."""

_SPACE = re.compile(r"\s*+")
_BARE = re.compile(rf"[^{SPECIAL}]++")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\])')
KEY = re.compile(r"([^\W\d]\w*+)(<=|>=|[:=<>])")


class TokenKind(Enum):
    OPEN = auto()
    CLOSE = auto()
    DASH = auto()
    NOT = auto()
    AND = auto()
    OR = auto()
    TERM = auto()
    END = auto()


class Value(msgspec.Struct, frozen=True):
    """One of the alternatives of a term."""

    text: str
    position: int
    quoted: bool = False

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.text, not self.quoted and ("*" in self.text or "?" in self.text))


class Token(msgspec.Struct, frozen=True):
    """`key` and `operator` are empty if a term is free text."""

    kind: TokenKind
    position: int
    key: str = ""
    operator: str = ""
    values: tuple[Value, ...] = ()


_KEYWORDS = {"not": TokenKind.NOT, "and": TokenKind.AND, "or": TokenKind.OR}
_SIGNS = {"(": TokenKind.OPEN, ")": TokenKind.CLOSE, "-": TokenKind.DASH}


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a filter, the last one an END. Raises `QueryError`."""
    tokens: list[Token] = []
    at = _skip_space(text, 0)
    while at < len(text):
        token, at = _token(text, at)
        tokens.append(token)
        at = _skip_space(text, at)
    return [*tokens, Token(TokenKind.END, at)]


def unescape(text: str) -> str:
    """Resolve the backslashes of a quoted text."""
    return _ESCAPE.sub(r"\1", text)


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _token(text: str, at: int) -> tuple[Token, int]:
    if kind := _SIGNS.get(text[at]):
        return Token(kind, at), at + 1
    key = KEY.match(text, at)
    start = key.end() if key else at
    if key is None and text[at] in ":=<>":
        raise QueryError(at, f"expected a key before {text[at]}, as in age<2h")
    values, end = _values(text, start, text[at:start])
    if key is None and len(values) == 1 and not values[0].quoted:
        keyword = _KEYWORDS.get(values[0].text.lower())
        if keyword is not None:
            return Token(keyword, at), end
    name, operator = (key[1].lower(), key[2]) if key else ("", "")
    return Token(TokenKind.TERM, at, name, operator, values), end


def _values(text: str, at: int, before: str) -> tuple[tuple[Value, ...], int]:
    values: list[Value] = []
    while True:
        value, at = _value(text, at, "|" if values else before)
        values.append(value)
        if text[at : at + 1] != "|":
            return tuple(values), at
        at += 1


def _value(text: str, at: int, before: str) -> tuple[Value, int]:
    if text[at : at + 1] == '"':
        quoted = _QUOTED.match(text, at)
        if quoted is None:
            raise QueryError(at, "expected a closing quote to this one")
        if not quoted[1]:
            raise QueryError(at, "expected some text between the quotes")
        end = quoted.end()
        if _BARE.match(text, end) or text[end : end + 1] == '"':
            raise QueryError(end, "expected a space after the closing quote")
        return Value(unescape(quoted[1]), at, quoted=True), end
    bare = _BARE.match(text, at)
    if bare is None:
        where = f"after {sanitize(before, 30)}" if before else "before |"
        raise QueryError(at, f"expected a value {where}")
    end = bare.end()
    if text[end : end + 1] == '"':
        raise QueryError(end, "expected a space before the quote")
    return Value(bare[0], at), end
