"""Whether an order matches a filter.

Three answers: a term on what has not been read is UNKNOWN, and `not`, `and` and `or` carry
that on as Kleene's logic does, so no detail that is read later turns a YES or NO round.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeAlias, TypeVar

from tui.model.facts import OrderFacts
from tui.model.order import OrderSummary
from tui.model.query.known import known_leaf
from tui.model.query.listed import listed_leaf
from tui.model.query.tree import And, Match, Not, Or, Query, Term

_Order = TypeVar("_Order")
_Verdict: TypeAlias = Callable[[_Order], Match]

NO, UNKNOWN, YES = Match
_TURNED = (YES, UNKNOWN, NO)


@dataclass(frozen=True)
class Matcher:
    """A filter made ready for many orders at one moment.

    `listed` is for an order that is listed, and of which no detail was read: the fast one.
    Where it says UNKNOWN a detail would tell. `known` is for all others.
    """

    listed: Callable[[OrderSummary], Match]
    known: Callable[[OrderFacts], Match]


def matcher_of(query: Query, now: float, zone: tzinfo | None = None) -> Matcher:
    """`now` is wall time in epoch seconds; a `zone` of None is the system's."""
    return Matcher(
        _judge(query, lambda term: listed_leaf(term, now, zone)),
        _judge(query, lambda term: known_leaf(term, now, zone)),
    )


def match(query: Query, facts: OrderFacts, now: float, zone: tzinfo | None = None) -> Match:
    """One order alone; for many, `matcher_of`."""
    return matcher_of(query, now, zone).known(facts)


def _judge(query: Query, leaf: Callable[[Term], _Verdict[_Order]]) -> _Verdict[_Order]:
    match query:
        case Not(part):
            inner = _judge(part, leaf)
            return lambda order: _TURNED[inner(order)]
        case And(parts):
            return _bounded([_judge(part, leaf) for part in parts], start=YES, end=NO)
        case Or(parts):
            return _bounded([_judge(part, leaf) for part in parts], start=NO, end=YES)
        case _:
            return leaf(query)


def _bounded(verdicts: list[_Verdict[_Order]], start: Match, end: Match) -> _Verdict[_Order]:
    """`end` where one verdict is `end`, else UNKNOWN where one is, else `start`."""

    def verdict(order: _Order) -> Match:
        found = start
        for each in verdicts:
            said = each(order)
            if said is end:
                return end
            if said is UNKNOWN:
                found = UNKNOWN
        return found

    def of_two(order: _Order) -> Match:
        said = one(order)
        if said is end:
            return end
        also = other(order)
        return also if said is start or also is end else UNKNOWN

    if len(verdicts) != 2:
        return verdict
    one, other = verdicts
    return of_two
