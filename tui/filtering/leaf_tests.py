"""Evaluate one term of a filter for an order.

The names of a detail stay valid. Its comment, and what it did not have, are UNKNOWN once the
order's phase has changed since it was read.
"""

from collections.abc import Callable, Iterator
from datetime import tzinfo

from tui.filtering.predicates import (
    NumberTest,
    TextTest,
    age_test,
    created_test,
    number_test,
    status_test,
    status_words,
    text_test,
)
from tui.filtering.syntax_tree import (
    CreatedTerm,
    NumberTerm,
    StatusTerm,
    Term,
    TextKey,
    TextTerm,
    Verdict,
    Words,
)
from tui.model.columns import COLUMNS
from tui.model.order import OrderDetail, Phase, phase_of
from tui.model.order_facts import AnyOrder

OrderTest = Callable[[AnyOrder], Verdict]

_NO, _UNKNOWN, _YES = Verdict


def term_test(term: Term, now: float, zone: tzinfo | None) -> OrderTest:
    """Return the test of `term` at `now`, in UTC epoch seconds."""
    match term:
        case StatusTerm():
            return _status(term)
        case CreatedTerm():
            return _number(lambda order: order.created, created_test(term, now, zone))
        case NumberTerm("age"):
            return _number(lambda order: order.created, age_test(term, now))
        case NumberTerm(key):
            return _number(COLUMNS[key].value, number_test(term.comparison, term.values))
        case TextTerm("id"):
            matches = text_test(term.patterns, exact=term.exact)
            return lambda order: _YES if matches(order.id) else _NO
        case TextTerm("comment" | "error" as key):
            return _comment(key, text_test(term.patterns, exact=term.exact))
        case TextTerm(key):
            return _names(key, text_test(term.patterns, exact=term.exact))
        case Words():
            return _words(text_test(term.patterns))


def _status(term: StatusTerm) -> OrderTest:
    matches = status_test(term)
    by_status: dict[str, Verdict] = {}  # few words, many orders
    if_gone = _YES if any(map(matches, status_words("", gone=True))) else _NO

    def test(order: AnyOrder) -> Verdict:
        if order.gone:
            return if_gone
        status = order.status
        if status not in by_status:
            by_status[status] = _YES if any(map(matches, status_words(status))) else _NO
        return by_status[status]

    return test


def _number(number_of: Callable[[AnyOrder], float | None], matches: NumberTest) -> OrderTest:
    def test(order: AnyOrder) -> Verdict:
        number = number_of(order)
        if number is None:
            return _NO if _is_current(order) else _UNKNOWN
        return _YES if matches(number) else _NO

    return test


def _comment(key: TextKey, matches: TextTest) -> OrderTest:
    def test(order: AnyOrder) -> Verdict:
        if key == "error" and (order.gone or order.phase is not Phase.ERROR):
            return _NO
        return _comment_verdict(order, matches)

    return test


def _comment_verdict(order: AnyOrder, matches: TextTest) -> Verdict:
    if order.detail is None or not _is_current(order):
        return _UNKNOWN
    comment = order.detail.comment
    return _YES if comment is not None and matches(comment) else _NO


def _names(key: TextKey, matches: TextTest) -> OrderTest:
    def test(order: AnyOrder) -> Verdict:
        if order.detail is None:
            return _UNKNOWN
        if any(map(matches, _names_in(key, order.detail))):
            return _YES
        return _UNKNOWN if order.detail.more_jobs else _NO

    return test


def _words(matches: TextTest) -> OrderTest:
    def test(order: AnyOrder) -> Verdict:
        if matches(order.id):
            return _YES
        if order.detail is None:
            return _UNKNOWN
        names = (name for key in _NAME_KEYS for name in _names_in(key, order.detail))
        if any(map(matches, names)):
            return _YES
        return _UNKNOWN if order.detail.more_jobs else _comment_verdict(order, matches)

    return test


_NAME_KEYS: tuple[TextKey, ...] = ("file", "label", "profile")


def _names_in(key: TextKey, detail: OrderDetail) -> Iterator[str]:
    match key:
        case "file":
            names = [detail.filename, *(job.filename for job in detail.jobs)]
        case "label":
            names = [detail.label, *(job.label for job in detail.jobs)]
        case _:  # an older server sends the id of a profile without its name
            names = [job.profile.name or job.profile.id for job in detail.jobs]
    return (name for name in names if name is not None)


def _is_current(order: AnyOrder) -> bool:
    """Return whether the detail was read in the order's current phase, or is the last one of an
    order that is gone.
    """
    if order.detail is None:
        return False
    status = order.detail.status
    return order.gone or status is None or phase_of(status) is order.phase
