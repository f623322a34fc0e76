"""Which orders of a state match."""

import msgspec

from tui.model.facts import facts_of
from tui.model.order import OrderSummary
from tui.model.query.matching import Matcher
from tui.model.query.tree import Verdict
from tui.model.state import State


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
