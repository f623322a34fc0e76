"""Parse a filter's text into its tree.

either = both { "or" both }           both   = single { ["and"] single }
single = { "-" | "not" } atom         atom   = term | "(" either ")"
term   = [ key sign ] value { "|" value }
"""

from tui.filtering.lexer import QueryError, Token, TokenKind, tokenize
from tui.filtering.syntax_tree import EVERYTHING, And, Not, Or, Query
from tui.filtering.terms import parse_term

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
