"""The only exception of the filter language."""
# FOLD r"""The words of a filter, with their places. In quotes `\"` and `\\` are `"` and `\`.
# FOLD
# FOLD Every step takes the characters it has seen for good, so that no text costs more than its
# FOLD length.
# FOLD """
# FOLD """A filter's text to its tree.
# FOLD
# FOLD either = both { "or" both }           both   = single { ["and"] single }
# FOLD single = { "-" | "not" } atom         atom   = term | "(" either ")"
# FOLD term   = [ key sign ] value { "|" value }
# FOLD """

import re
from enum import Enum, auto

import msgspec

from tui.filtering.syntax_tree import EVERYTHING, And, Not, Or, Pattern, Query
from tui.filtering.terms import parse_term
from tui.sanitize import sanitize


class QueryError(Exception):
    """What is wrong with a filter: one sentence without a full stop, and the offset of the
    character where it went wrong.
    """

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(sentence)
        self.position = position
        self.sentence = sentence


SPECIAL = r'\s()"|'
"""What ends a word that is not in quotes, as the inside of a character class."""

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
    """One of the alternatives of a term, and where it starts."""

    text: str
    position: int
    quoted: bool = False

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.text, not self.quoted and ("*" in self.text or "?" in self.text))


class Token(msgspec.Struct, frozen=True):
    """`key` and `sign` are empty where a term is free text."""

    kind: TokenKind
    position: int
    key: str = ""
    sign: str = ""
    values: tuple[Value, ...] = ()


_KEYWORDS = {"not": TokenKind.NOT, "and": TokenKind.AND, "or": TokenKind.OR}
_SIGNS = {"(": TokenKind.OPEN, ")": TokenKind.CLOSE, "-": TokenKind.DASH}


def tokenize(text: str) -> list[Token]:
    """The tokens of a filter, the last of them its END; raises `QueryError`."""
    tokens: list[Token] = []
    at = _skip(text, 0)
    while at < len(text):
        token, at = _token(text, at)
        tokens.append(token)
        at = _skip(text, at)
    return [*tokens, Token(TokenKind.END, at)]


def unescaped(text: str) -> str:
    """What stands between quotes as it is meant."""
    return _ESCAPE.sub(r"\1", text)


def _skip(text: str, at: int) -> int:
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
    name, sign = (key[1].lower(), key[2]) if key else ("", "")
    return Token(TokenKind.TERM, at, name, sign, values), end


def _values(text: str, at: int, head: str) -> tuple[tuple[Value, ...], int]:
    values: list[Value] = []
    while True:
        value, at = _value(text, at, "|" if values else head)
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
        return Value(unescaped(quoted[1]), at, quoted=True), end
    bare = _BARE.match(text, at)
    if bare is None:
        where = f"after {sanitize(before, 30)}" if before else "before |"
        raise QueryError(at, f"expected a value {where}")
    end = bare.end()
    if text[end : end + 1] == '"':
        raise QueryError(end, "expected a space before the quote")
    return Value(bare[0], at), end


DEEPEST = 50
"""How many parentheses may stand inside one another: a tree is walked by recursion."""

_STARTS = (TokenKind.TERM, TokenKind.OPEN, TokenKind.DASH, TokenKind.NOT)


def parse(text: str) -> Query:
    """The tree of a filter. An empty one is `EVERYTHING`; raises `QueryError`, nothing else."""
    parser = _Parser(tokenize(text))
    if parser.accept(TokenKind.END):
        return EVERYTHING
    query = parser.either(0)
    if closing := parser.accept(TokenKind.CLOSE):
        raise QueryError(closing.position, "expected no closing parenthesis, for none is open")
    return query


class _Parser:
    """Goes over the tokens once; `_next` is the one that is to be read."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = iter(tokens)
        self._last: Token | None = None
        self._next = next(self._tokens)

    def accept(self, *kinds: TokenKind) -> Token | None:
        """The next token, taken, if it is one of these."""
        if self._next.kind not in kinds:
            return None
        self._last, self._next = self._next, next(self._tokens, self._next)
        return self._last

    def either(self, depth: int) -> Query:
        parts = _flat(self._and(depth), Or)
        while self.accept(TokenKind.OR):
            parts += _flat(self._and(depth), Or)
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self, depth: int) -> Query:
        parts = _flat(self._unary(depth), And)
        while self.accept(TokenKind.AND) or self._next.kind in _STARTS:
            parts += _flat(self._unary(depth), And)
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _unary(self, depth: int) -> Query:
        negated = False
        while sign := self.accept(TokenKind.NOT, TokenKind.DASH):
            negated = not negated
            if sign.kind is TokenKind.DASH and self._next.position != sign.position + 1:
                raise QueryError(
                    sign.position, "expected - right before what it excludes, or in quotes"
                )
        atom = self._atom(depth)
        if not negated:
            return atom
        return atom.part if isinstance(atom, Not) else Not(atom)

    def _atom(self, depth: int) -> Query:
        if term := self.accept(TokenKind.TERM):
            return parse_term(term)
        opening = self.accept(TokenKind.OPEN)
        if opening is None:
            raise QueryError(self._next.position, self._expected())
        if depth == DEEPEST:
            raise QueryError(
                opening.position, f"expected no more than {DEEPEST} parentheses inside one another"
            )
        inner = self.either(depth + 1)
        if not self.accept(TokenKind.CLOSE):
            raise QueryError(opening.position, "expected a closing parenthesis to this one")
        return inner

    def _expected(self) -> str:
        """What is missing before `_next`, which starts no term."""
        names = {
            TokenKind.OR: "or",
            TokenKind.AND: "and",
            TokenKind.NOT: "not",
            TokenKind.OPEN: "(",
            TokenKind.DASH: "-",
        }
        if self._last is not None and self._last.kind in names:
            return f"expected a term after {names[self._last.kind]}"
        before = {**names, TokenKind.CLOSE: ")"}[self._next.kind]
        return f"expected a term before {before}"


def _flat(query: Query, kind: type[And] | type[Or]) -> list[Query]:
    """The parts of a query of this kind, so that `a (b c)` is `a b c`."""
    return list(query.parts) if isinstance(query, kind) else [query]
