"""Parse a filter into its syntax tree.

or    = and { "or" and }                and  = unary { ["and"] unary }
unary = { "-" | "not" } atom            atom = term | "(" or ")"
term  = [ key operator ] value { "|" value }
"""

from collections.abc import Mapping
from typing import TypeAlias

from tui.filtering.lexer import END, TERM, QueryError, Token, tokenize
from tui.filtering.syntax_tree import EVERYTHING, And, Not, Or, Query
from tui.filtering.terms import parse_term

_MAX_DEPTH = 50
"""Of nested parentheses, because trees are walked by recursion."""

Spans: TypeAlias = Mapping[int, tuple[int, int]]
"""Start and end in the text of each term, `Or` and `Not`. They are found by `id()`, because equal
ones may be in several places. Parentheses around are left out, spaces behind are not.
"""


def parse(text: str) -> Query:
    """Return the tree of a filter; `EVERYTHING` for an empty one. Raises only `QueryError`."""
    return parse_with_spans(text)[0]


def parse_with_spans(text: str) -> tuple[Query, Spans]:
    """Return the tree of a filter, and where its parts are. Raises only `QueryError`."""
    parser = _Parser(tokenize(text))
    if parser.accept(END):
        return EVERYTHING, {}
    query = parser.parse_or(0)
    if closing := parser.accept(")"):
        raise QueryError(closing.position, 'Remove this ")": no "(" is open')
    return query, parser.spans


class _Parser:
    """A recursive descent with one token of lookahead."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = iter(tokens)
        self._last: Token | None = None
        self._next = next(self._tokens)
        self.spans: dict[int, tuple[int, int]] = {}

    def accept(self, *kinds: str) -> Token | None:
        """Consume and return the next token if it is one of `kinds`."""
        if self._next.kind not in kinds:
            return None
        self._last, self._next = self._next, next(self._tokens, self._next)
        return self._last

    def _located(self, query: Query, start: int) -> Query:
        """Note that `query`, which has just been read, begins at `start`."""
        self.spans[id(query)] = (start, self._next.position)
        return query

    def parse_or(self, depth: int) -> Query:
        start = self._next.position
        first = self._and(depth)
        if self._next.kind != "or":
            return first
        parts = _flattened(first, Or)
        while self.accept("or"):
            parts += _flattened(self._and(depth), Or)
        return self._located(Or(tuple(parts)), start)

    def _and(self, depth: int) -> Query:
        parts = _flattened(self._unary(depth), And)
        while self.accept("and") or self._next.kind in (TERM, "(", "-", "not"):
            parts += _flattened(self._unary(depth), And)
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _unary(self, depth: int) -> Query:
        start, negated = self._next.position, False
        while sign := self.accept("not", "-"):
            negated = not negated
            if sign.kind == "-" and self._next.position != sign.position + 1:
                raise QueryError(
                    sign.position, 'Type "-" right before what it excludes, or in quotes'
                )
        atom = self._atom(depth)
        if not negated:
            return atom
        return atom.part if isinstance(atom, Not) else self._located(Not(atom), start)

    def _atom(self, depth: int) -> Query:
        if term := self.accept(TERM):
            try:
                return self._located(parse_term(term), term.position)
            except QueryError as error:
                error.term = (term.position, self._next.position)
                raise
        opening = self.accept("(")
        if opening is None:
            last, following = self._last, self._next
            where = f'before "{following.kind}"' if last is None else f'after "{last.kind}"'
            raise QueryError(following.position, f"Type a word or a field {where}")
        if depth == _MAX_DEPTH:
            message = f"Nest at most {_MAX_DEPTH} parentheses"
            raise QueryError(opening.position, message)
        inner = self.parse_or(depth + 1)
        if not self.accept(")"):
            raise QueryError(opening.position, "The closing parenthesis is missing")
        return inner


def _flattened(query: Query, kind: type[And] | type[Or]) -> list[Query]:
    """Return the parts of a query of this `kind`, so that `a (b c)` is `a b c`."""
    return list(query.parts) if isinstance(query, kind) else [query]
