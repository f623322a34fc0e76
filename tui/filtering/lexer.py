r"""Split a filter into tokens with their positions. In quotes `\"` and `\\` are `"` and `\`.

The patterns are possessive (no backtracking), so the time is linear.
"""

import re

import msgspec

from tui.filtering.syntax_tree import Pattern


class QueryError(Exception):
    """An invalid filter: `message` is a sentence without a full stop at its end, `position` the
    offset of the character at fault. `term` is the start and the end of the term at fault if the
    rest may be valid.
    """

    term: tuple[int, int] | None = None

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(sentence)
        self.position = position
        self.message = sentence


SPECIAL = r'\s()"|'
"""The characters that end an unquoted word, as the inside of a regex character class."""

_BARE = re.compile(rf"[^{SPECIAL}]++")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\])')
KEY = re.compile(r"((?i:in-status)|[^\W\d]\w*+)(<=|>=|[:=<>])")
_SIGN = re.compile(r"[-()]|(?:and|or|not)(?![^\s()])", re.IGNORECASE)


class Value(msgspec.Struct, frozen=True):
    """One of the alternatives of a term."""

    text: str
    """Empty if it is missing behind the operator or the `|`."""
    position: int
    quoted: bool = False

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.text, not self.quoted and ("*" in self.text or "?" in self.text))


class Token(msgspec.Struct, frozen=True):
    """`kind` is the sign or the word itself (`(`, `)`, `-`, `and`, `or`, `not`), or `TERM` or
    `END`. `key` and `operator` are empty if a term is free text.
    """

    kind: str
    position: int
    key: str = ""
    operator: str = ""
    values: tuple[Value, ...] = ()


TERM, END = "a term", "the end"


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a filter, the last one an END. Raises `QueryError`."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif sign := _SIGN.match(text, at):
            tokens.append(Token(sign[0].lower(), at))
            at = sign.end()
        else:
            token, at = _term(text, at)
            tokens.append(token)
    return [*tokens, Token(END, at)]


def unescape(text: str) -> str:
    """Resolve the backslashes of a quoted text."""
    return _ESCAPE.sub(r"\1", text)


def _term(text: str, at: int) -> tuple[Token, int]:
    key = KEY.match(text, at)
    if key is None and text[at] in ":=<>":
        raise QueryError(at, f"Type a field before {text[at]}, as in age<2h")
    name, operator = (key[1].lower(), key[2]) if key else ("", "")
    value, end = _value(text, key.end() if key else at)
    if not value.text and key is None:
        raise QueryError(at, "Type text before |")
    values = [value]
    while text[end : end + 1] == "|":
        value, end = _value(text, end + 1)
        values.append(value)
    return Token(TERM, at, name, operator, tuple(values)), end


def _value(text: str, at: int) -> tuple[Value, int]:
    if text[at : at + 1] == '"':
        quoted = _QUOTED.match(text, at)
        if quoted is None:
            raise QueryError(at, 'The closing quote (") is missing')
        if not quoted[1]:
            raise QueryError(at, "Type text between the quotes")
        end = quoted.end()
        if _BARE.match(text, end) or text[end : end + 1] == '"':
            raise QueryError(end, "Type a space after the closing quote")
        return Value(unescape(quoted[1]), at, quoted=True), end
    bare = _BARE.match(text, at)
    if bare is None:
        return Value("", at), at
    end = bare.end()
    if text[end : end + 1] == '"':
        raise QueryError(end, "Type a space before the quote")
    return Value(bare[0], at), end
