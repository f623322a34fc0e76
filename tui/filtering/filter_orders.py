"""Which of many orders match a filter, and which need their details for that."""

from collections.abc import Container, Iterable, Sequence
from itertools import compress, count, filterfalse
from operator import attrgetter

from tui.filtering.evaluate import Matcher, OrderTest
from tui.filtering.server_filters import OBSERVED_FIELDS, looks_at_timings
from tui.filtering.syntax_tree import Verdict, fields_of
from tui.model.order import OrderSummary
from tui.model.order_facts import AnyOrder, FactsCache, facts_of
from tui.model.state import State

_NO, _UNKNOWN, _YES = Verdict
_VERDICTS = {each.value: each for each in Verdict}
_IS_YES, _IS_UNKNOWN = (bytes(each == one for each in range(256)) for one in (_YES, _UNKNOWN))
_ID = attrgetter("id")

_FIELDS_WITHOUT_DETAIL = OBSERVED_FIELDS | {"status", "id"}
"""The fields that no detail decides."""

Verdicts = dict[str, tuple[AnyOrder, Verdict]]
"""By id, the facts that were judged, and the verdict."""


def _remembering(matches: OrderTest, known: Verdicts) -> OrderTest:
    """Return a test that judges an order again only if its facts have changed: else each detail
    that is read for a filter would cost the texts of all orders that were read.
    """

    def test(order: AnyOrder) -> Verdict:
        before = known.get(order.id)
        if before is None or not (before[0] is order or before[0] == order):
            before = known[order.id] = (order, matches(order))
        return before[1]

    return test


def filter_orders(
    state: State,
    orders: Sequence[OrderSummary],
    matches: Matcher,
    pinned_id: str | None = None,
    facts: FactsCache | None = None,
    known: Verdicts | None = None,
) -> tuple[tuple[OrderSummary, ...], tuple[str, ...]]:
    """Return the matching ones of `orders` and the pinned one, in the same order, and the ids of
    those whose detail, which was not read since their status changed, decides. `known` are the
    verdicts of `matches` so far; new ones are added.
    """
    facts_of = (facts or FactsCache(state)).facts_of
    known = {} if known is None else known
    judge = _remembering(matches, known)
    special = state.details.keys() | state.gone.keys() | {pinned_id}
    ids = list(map(_ID, orders))
    verdicts = matches.judge_listed(orders)
    for row in compress(count(), map(special.__contains__, ids)):
        verdicts[row] = _YES if ids[row] == pinned_id else judge(facts_of(orders[row]))
    if looks_at_timings(matches.query):
        _judge_timed(state, orders, matches, special, known, verdicts)
    matching = tuple(compress(orders, verdicts.translate(_IS_YES)))
    undecided: Iterable[str] = compress(ids, verdicts.translate(_IS_UNKNOWN))
    if looks_at_timings(matches.query):
        undecided = ()
        if not fields_of(matches.query) <= _FIELDS_WITHOUT_DETAIL:
            unknown = list(compress(orders, verdicts.translate(_IS_UNKNOWN)))
            judged = [known[each.id][0] if each.id in known else each for each in unknown]
            undecided = compress(map(_ID, unknown), matches.may_decide(judged))
    # The details of orders that are gone can't be read.
    return matching, tuple(filterfalse(state.gone.__contains__, undecided))


def _judge_timed(
    state: State,
    orders: Sequence[OrderSummary],
    matches: Matcher,
    others: Container[str | None],
    known: Verdicts,
    verdicts: bytearray,
) -> None:
    """Add the verdicts of orders that have a timing and are not among the `others`. All that are
    new are judged together: there may be 100,000.
    """
    timings, rows = state.timings, list[int]()
    for row, order in enumerate(orders):
        timing = timings.get(order.id)
        if timing is None or order.id in others:
            continue
        before = known.get(order.id)
        if before and before[0].timing is timing and before[0].status == order.status:
            verdicts[row] = before[1]
        else:
            rows.append(row)
    timed = [facts_of(state, orders[row]) for row in rows]
    for row, facts, verdict in zip(rows, timed, matches.judge(timed), strict=True):
        verdicts[row] = verdict
        known[facts.id] = facts, _VERDICTS[verdict]
