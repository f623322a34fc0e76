"""Evaluate a filter for orders, in Kleene's three-valued logic.

A term about something that was not read is UNKNOWN, and `not`, `and` and `or` propagate it, so a
detail that is read later never turns a YES or NO around. The names of a detail stay valid; its
comment, and what it did not have, are UNKNOWN once the order's phase has changed since it was read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from functools import reduce
from types import MappingProxyType

from tui.filtering.predicates import (
    PLAIN_STATUS_WORDS,
    STATUS_WORDS,
    NumberTest,
    TextTest,
    created_test,
    number_test,
    plain_status_test,
    status_test,
    status_words,
    text_test,
)
from tui.filtering.syntax_tree import (
    And,
    CreatedTerm,
    Not,
    NumberTerm,
    Or,
    Pattern,
    Query,
    TextTerm,
    Verdict,
)
from tui.model.columns import COLUMNS
from tui.model.order import OrderDetail, OrderSummary, Phase
from tui.model.order_facts import AnyOrder, FactsCache
from tui.model.state import State

OrderTest = Callable[[AnyOrder], Verdict]

_NO, _UNKNOWN, _YES = Verdict
_NEGATED = (_YES, _UNKNOWN, _NO)


def compile_matcher(query: Query, now: float, zone: tzinfo | None = None) -> OrderTest:
    """Compile `query` for `now`, in UTC epoch seconds; a `zone` of None is the system's."""
    match query:
        case Not(part):
            test = compile_matcher(part, now, zone)
            return lambda order: _NEGATED[test(order)]
        case And(parts):
            tests = [compile_matcher(part, now, zone) for part in parts]
            return _combined(tests, default=_YES, decisive=_NO)
        case Or(parts):
            tests = [compile_matcher(part, now, zone) for part in parts]
            return _combined(tests, default=_NO, decisive=_YES)
        case CreatedTerm():
            return _value("created", created_test(query, now, zone))
        case NumberTerm("age", comparison, ages):  # its column has `-created`, which sorts alike
            return _value("age", number_test(comparison, [age - now for age in ages]))
        case NumberTerm(key, comparison, values):
            return _value(key, number_test(comparison, values))
        case TextTerm("status", patterns, exact):
            return _status(status_test(patterns, exact=exact))
        case TextTerm("", patterns):
            return _plain_words(patterns)
        case TextTerm(key, patterns, exact):
            return _text(key, text_test(patterns, exact=exact))


def _combined(tests: list[OrderTest], default: Verdict, decisive: Verdict) -> OrderTest:
    """Return a test that is `decisive` if any of `tests` is, else UNKNOWN if any is UNKNOWN."""

    def pair(one: OrderTest, other: OrderTest) -> OrderTest:  # a loop takes twice as long
        def both(order: AnyOrder) -> Verdict:
            first = one(order)
            if first is decisive:
                return decisive
            second = other(order)
            return second if first is default or second is decisive else _UNKNOWN

        return both

    return reduce(pair, tests) if tests else lambda _: default


def _value(column: str, matches: NumberTest | TextTest) -> OrderTest:
    value_of = COLUMNS[column].value

    def test(order: AnyOrder) -> Verdict:
        value = value_of(order)
        if value is None:
            return _NO if order.is_detail_current else _UNKNOWN
        return _YES if matches(value) else _NO

    return test


def _status(matches: TextTest, known: Sequence[str] = STATUS_WORDS) -> OrderTest:
    """Only `known` words and the server's own count."""
    by_status: dict[str, Verdict] = {}  # few words, many orders
    if_gone = _YES if matches("gone") else _NO

    def test(order: AnyOrder) -> Verdict:
        if order.gone:
            return if_gone
        status = order.status
        if status not in by_status:
            own = status.strip().lower()
            words = {own, *(word for word in status_words(status) if word in known)}
            by_status[status] = _YES if any(map(matches, words)) else _NO
        return by_status[status]

    return test


def _plain_words(patterns: tuple[Pattern, ...]) -> OrderTest:
    matches, matches_status = text_test(patterns), plain_status_test(patterns)
    # `transcoding` doesn't mean the orders whose comment says "Transcoding failed".
    others = [each for each in patterns if each.text.lower() not in PLAIN_STATUS_WORDS]
    matches_comment = text_test(others) if others else None

    def in_texts(order: AnyOrder) -> Verdict:
        if matches(order.id):
            return _YES
        if order.detail is None:  # most of 100,000 orders
            return _UNKNOWN
        verdict = _in_names(order, _NAMES.values(), matches)
        if verdict is _NO and matches_comment is not None:
            return _in_comment(order, matches_comment)
        return verdict

    if matches_status is None:
        return in_texts
    in_status = _status(matches_status, PLAIN_STATUS_WORDS)
    return lambda order: _YES if in_status(order) is _YES else in_texts(order)


def _text(key: str, matches: TextTest) -> OrderTest:
    def in_reason(order: AnyOrder) -> Verdict:
        is_failed = order.phase is Phase.ERROR and not order.gone
        return _in_comment(order, matches) if is_failed else _NO

    match key:
        case "comment":
            return lambda order: _in_comment(order, matches)
        case "reason":
            return in_reason
        case _ if key in _NAMES:
            names = (_NAMES[key],)
            return lambda order: _in_names(order, names, matches)
        case _:
            return _value(key, matches)


def _in_comment(order: AnyOrder, matches: TextTest) -> Verdict:
    if order.detail is None or not order.is_detail_current:
        return _UNKNOWN
    comment = order.detail.comment
    return _YES if comment is not None and matches(comment) else _NO


_Names = Callable[[OrderDetail], Iterable[str | None]]
_NAMES: Mapping[str, _Names] = MappingProxyType(
    {
        "file": lambda detail: (detail.filename, *(job.filename for job in detail.jobs)),
        "label": lambda detail: (detail.label, *(job.label for job in detail.jobs)),
        # An older server sends the id of a profile without its name.
        "profile": lambda detail: (job.profile.name or job.profile.id for job in detail.jobs),
    }
)


def _in_names(order: AnyOrder, fields: Iterable[_Names], matches: TextTest) -> Verdict:
    detail = order.detail
    if detail is None:
        return _UNKNOWN
    if any(name is not None and matches(name) for names in fields for name in names(detail)):
        return _YES
    return _UNKNOWN if detail.more_jobs else _NO


Verdicts = dict[str, tuple[AnyOrder, Verdict]]
"""By id, the facts that were judged, and the verdict."""


def remembering(matches: OrderTest, known: Verdicts) -> OrderTest:
    """Return a test that judges an order with a detail again only if its facts have changed: else
    each detail that is read for a filter would cost the texts of all orders that were read.
    """

    def test(order: AnyOrder) -> Verdict:
        if order.detail is None:
            return matches(order)
        before = known.get(order.id)
        if before is None or not (before[0] is order or before[0] == order):
            before = known[order.id] = (order, matches(order))
        return before[1]

    return test


def filter_orders(
    state: State,
    orders: Iterable[OrderSummary],
    matches: OrderTest,
    pinned_id: str | None = None,
    facts: FactsCache | None = None,
) -> tuple[tuple[OrderSummary, ...], tuple[str, ...]]:
    """Return the matching ones of `orders` and the pinned one, in the same order, and the ids of
    those whose detail, which was not read since their status changed, decides.
    """
    facts_of = (facts or FactsCache(state)).facts_of
    special = state.details.keys() | state.gone.keys() | {pinned_id}
    matching: list[OrderSummary] = []
    undecided: list[OrderSummary] = []
    for order in orders:
        if order.id in special:
            verdict = _YES if order.id == pinned_id else matches(facts_of(order))
        else:
            verdict = matches(order)
        if verdict is _YES:
            matching.append(order)
        elif verdict is _UNKNOWN:
            undecided.append(order)
    # The details of orders that are gone can't be read.
    needs_detail = (order.id for order in undecided if order.id not in state.gone)
    return tuple(matching), tuple(needs_detail)
