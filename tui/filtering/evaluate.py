"""Whether an order matches a filter.

Three answers: a term on what has not been read is UNKNOWN, and `not`, `and` and `or` carry
that on as Kleene's logic does, so no detail that is read later turns a YES or NO round.
"""
# FOLD """Which orders of a state match."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeAlias, TypeVar

import msgspec

from tui.filtering.leaf_tests import detail_test, list_test
from tui.filtering.syntax_tree import And, Not, Or, Query, Term, Verdict
from tui.model.order import OrderSummary
from tui.model.order_facts import OrderFacts, facts_of
from tui.model.state import State

_Order = TypeVar("_Order")
_Verdict: TypeAlias = Callable[[_Order], Verdict]

NO, UNKNOWN, YES = Verdict
_TURNED = (YES, UNKNOWN, NO)


@dataclass(frozen=True)
class Matcher:
    """A filter made ready for many orders at one moment.

    `listed` is for an order that is listed, and of which no detail was read: the fast one.
    Where it says UNKNOWN a detail would tell. `known` is for all others.
    """

    listed: Callable[[OrderSummary], Verdict]
    known: Callable[[OrderFacts], Verdict]


def compile_matcher(query: Query, now: float, zone: tzinfo | None = None) -> Matcher:
    """`now` is wall time in epoch seconds; a `zone` of None is the system's."""
    return Matcher(
        _judge(query, lambda term: list_test(term, now, zone)),
        _judge(query, lambda term: detail_test(term, now, zone)),
    )


def match(query: Query, facts: OrderFacts, now: float, zone: tzinfo | None = None) -> Verdict:
    """One order alone; for many, `matcher_of`."""
    return compile_matcher(query, now, zone).known(facts)


def _judge(query: Query, leaf: Callable[[Term], _Verdict[_Order]]) -> _Verdict[_Order]:
    match query:
        case Not(part):
            inner = _judge(part, leaf)
            return lambda order: _TURNED[inner(order)]
        case And(parts):
            return _kleene([_judge(part, leaf) for part in parts], start=YES, end=NO)
        case Or(parts):
            return _kleene([_judge(part, leaf) for part in parts], start=NO, end=YES)
        case _:
            return leaf(query)


def _kleene(verdicts: list[_Verdict[_Order]], start: Verdict, end: Verdict) -> _Verdict[_Order]:
    """`end` where one verdict is `end`, else UNKNOWN where one is, else `start`."""

    def verdict(order: _Order) -> Verdict:
        found = start
        for each in verdicts:
            said = each(order)
            if said is end:
                return end
            if said is UNKNOWN:
                found = UNKNOWN
        return found

    def of_two(order: _Order) -> Verdict:
        said = one(order)
        if said is end:
            return end
        also = other(order)
        return also if said is start or also is end else UNKNOWN

    if len(verdicts) != 2:
        return verdict
    one, other = verdicts
    return of_two


class FilterResult(msgspec.Struct, frozen=True):
    """Orders as they stand in the list: those that match, and those of which only a detail
    that was not read (or not since their status changed) would tell. Some of the undecided
    may be gone, so that no detail of them can be read any more.
    """

    matching: tuple[OrderSummary, ...] = ()
    needs_detail: tuple[OrderSummary, ...] = ()


def filter_orders(state: State, matcher: Matcher) -> FilterResult:
    """Most orders have neither a detail nor gone: those are judged by the list alone."""
    special = state.details.keys() | state.gone.keys()
    listed, known = matcher.listed, matcher.known
    yes, unknown = Verdict.YES, Verdict.UNKNOWN
    matching: list[OrderSummary] = []
    undecided: list[OrderSummary] = []
    for order in state.orders:
        said = known(facts_of(state, order)) if order.id in special else listed(order)
        if said is yes:
            matching.append(order)
        elif said is unknown:
            undecided.append(order)
    return FilterResult(tuple(matching), tuple(undecided))
