"""Evaluate a filter for orders, in Kleene's three-valued logic.

A term about something that was not read is UNKNOWN, and `not`, `and` and `or` propagate it, so a
detail that is read later never turns a YES or NO around.
"""

from collections.abc import Callable
from datetime import tzinfo

import msgspec

from tui.filtering.leaf_tests import OrderTest, term_test
from tui.filtering.syntax_tree import And, Not, Or, Query, Term, Verdict
from tui.model.order import OrderSummary
from tui.model.order_facts import AnyOrder, facts_of
from tui.model.state import State

_NO, _UNKNOWN, _YES = Verdict
_NEGATED = (_YES, _UNKNOWN, _NO)


def compile_matcher(query: Query, now: float, zone: tzinfo | None = None) -> OrderTest:
    """Compile `query` for `now`, in UTC epoch seconds; a `zone` of None is the system's."""
    return _compile(query, lambda term: term_test(term, now, zone))


def _compile(query: Query, leaf: Callable[[Term], OrderTest]) -> OrderTest:
    match query:
        case Not(part):
            test = _compile(part, leaf)
            return lambda order: _NEGATED[test(order)]
        case And(parts):
            return _kleene([_compile(part, leaf) for part in parts], default=_YES, decisive=_NO)
        case Or(parts):
            return _kleene([_compile(part, leaf) for part in parts], default=_NO, decisive=_YES)
        case _:
            return leaf(query)


def _kleene(tests: list[OrderTest], default: Verdict, decisive: Verdict) -> OrderTest:
    """Return a test that is `decisive` if any of `tests` is, else UNKNOWN if any is UNKNOWN."""

    def combined(order: AnyOrder) -> Verdict:
        result = default
        for test in tests:
            verdict = test(order)
            if verdict is decisive:
                return decisive
            if verdict is _UNKNOWN:
                result = _UNKNOWN
        return result

    return combined


class FilterResult(msgspec.Struct, frozen=True):
    """Orders in the order of the list: those that match, and those whose detail, which was not
    read since their status changed, decides. Orders that are gone may be among the latter,
    although their detail can't be read any more.
    """

    matching: tuple[OrderSummary, ...] = ()
    needs_detail: tuple[OrderSummary, ...] = ()


def filter_orders(state: State, matches: OrderTest) -> FilterResult:
    """Filter the orders of `state`."""
    has_facts = state.details.keys() | state.gone.keys()
    matching: list[OrderSummary] = []
    undecided: list[OrderSummary] = []
    for order in state.orders:
        verdict = matches(facts_of(state, order) if order.id in has_facts else order)
        if verdict is _YES:
            matching.append(order)
        elif verdict is _UNKNOWN:
            undecided.append(order)
    return FilterResult(tuple(matching), tuple(undecided))
