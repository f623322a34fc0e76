"""What the list alone says to a term: of an order that is not gone, and whose detail was not
read. Made for a hundred thousand of them.
"""

from collections.abc import Callable
from datetime import tzinfo
from typing import TypeVar

from tui.model.order import OrderSummary
from tui.model.query.tree import (
    CreatedTerm,
    Verdict,
    NumberTerm,
    StatusTerm,
    Term,
    TextTerm,
    Words,
)
from tui.model.query.values import (
    NumberTest,
    age_test,
    created_test,
    number_test,
    status_test,
    status_words,
    text_test,
)
from tui.model.status import Phase, phase_of

NO, UNKNOWN, YES = Verdict
Listed = Callable[[OrderSummary], Verdict]


def list_test(term: Term, now: float, zone: tzinfo | None) -> Listed:
    match term:
        case StatusTerm():
            verdicts = status_verdicts(term)
            return lambda order: verdicts[order.status]
        case CreatedTerm():
            return _created(created_test(term, now, zone))
        case NumberTerm("age"):
            return _created(age_test(term, now))
        case NumberTerm("progress"):
            return _progress_listed(number_test(term.comparison, term.values))
        case TextTerm("id"):
            has = text_test(term.patterns, whole=term.whole)
            return lambda order: YES if has(order.id) else NO
        case TextTerm("error"):
            failed = ByStatus(lambda status: phase_of(status) is Phase.ERROR)
            return lambda order: UNKNOWN if failed[order.status] else NO
        case Words():
            has = text_test(term.patterns)
            return lambda order: YES if has(order.id) else UNKNOWN
        case _:
            return lambda _: UNKNOWN


def _created(suits: NumberTest) -> Listed:
    def verdict(order: OrderSummary) -> Verdict:
        created = order.created
        if created is None:
            return UNKNOWN
        return YES if suits(created) else NO

    return verdict


def _progress_listed(suits: NumberTest) -> Listed:
    finished = ByStatus(lambda status: phase_of(status) is Phase.FINISHED)

    def verdict(order: OrderSummary) -> Verdict:
        progress = 100.0 if finished[order.status] else order.progress
        if progress is None:
            return UNKNOWN
        return YES if suits(progress) else NO

    return verdict


_Value = TypeVar("_Value")


class ByStatus(dict[str, _Value]):
    """A value for each status word, found once: there are few of them."""

    def __init__(self, find: Callable[[str], _Value]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, status: str) -> _Value:
        value = self[status] = self._find(status)
        return value


def status_verdicts(term: StatusTerm) -> ByStatus[Verdict]:
    suits = status_test(term)
    return ByStatus(lambda status: YES if any(map(suits, status_words(status))) else NO)
