"""What all that is known of an order says to a term, its detail among it where it was read.

A detail that was read in an earlier phase tells the names for good; what changes on the way,
the comment and the progress, and what it did not know then, it leaves unknown.
"""
# FOLD """What the list alone says to a term: of an order that is not gone, and whose detail was not
# FOLD read. Made for a hundred thousand of them.
# FOLD """

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo
from types import MappingProxyType
from typing import TypeVar

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
from tui.model.order import OrderDetail, OrderSummary, Phase, effective_progress, phase_of
from tui.model.order_facts import OrderFacts

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
            has = text_test(term.patterns, whole=term.exact)
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
    phases = ByStatus(phase_of)

    def verdict(order: OrderSummary) -> Verdict:
        progress = effective_progress(order.progress, phases[order.status])
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


Known = Callable[[OrderFacts], Verdict]


def detail_test(term: Term, now: float, zone: tzinfo | None) -> Known:
    match term:
        case StatusTerm():
            return _status(term)
        case CreatedTerm():
            return _number(lambda facts: facts.created, created_test(term, now, zone))
        case NumberTerm("age"):
            return _number(lambda facts: facts.created, age_test(term, now))
        case NumberTerm(key):
            return _number(_NUMBERS[key], number_test(term.comparison, term.values))
        case TextTerm(key):
            return _text(key, text_test(term.patterns, whole=term.exact))
        case Words():
            return _words(text_test(term.patterns))


def _status(term: StatusTerm) -> Known:
    verdicts = status_verdicts(term)
    suits = status_test(term)
    if_gone = YES if any(map(suits, status_words("", gone=True))) else NO
    return lambda facts: if_gone if facts.gone else verdicts[facts.status]


def _number(number_of: Callable[[OrderFacts], float | None], suits: NumberTest) -> Known:
    def verdict(facts: OrderFacts) -> Verdict:
        number = number_of(facts)
        if number is None:
            return NO if _is_current(facts) else UNKNOWN
        return YES if suits(number) else NO

    return verdict


def _progress(facts: OrderFacts) -> float | None:
    return effective_progress(facts.progress, facts.phase)


def _size(facts: OrderFacts) -> float | None:
    return facts.detail.size if facts.detail is not None else None


def _duration(facts: OrderFacts) -> float | None:
    return facts.detail.duration if facts.detail is not None else None


_NUMBERS: Mapping[str, Callable[[OrderFacts], float | None]] = MappingProxyType(
    {"progress": _progress, "size": _size, "duration": _duration}
)


def _text(key: TextKey, suits: TextTest) -> Known:
    match key:
        case "id":
            return lambda facts: YES if suits(facts.id) else NO
        case "comment" | "error":
            return _comment(key, suits)
        case _:
            return _names(key, suits)


def _comment(key: TextKey, suits: TextTest) -> Known:
    def verdict(facts: OrderFacts) -> Verdict:
        if key == "error" and (facts.gone or facts.phase is not Phase.ERROR):
            return NO
        if not _is_current(facts):
            return UNKNOWN
        return _any_suits(_comments(facts), suits)

    return verdict


def _names(key: TextKey, suits: TextTest) -> Known:
    def verdict(facts: OrderFacts) -> Verdict:
        if facts.detail is None:
            return UNKNOWN
        match = _any_suits(_names_in(key, facts.detail), suits)
        return UNKNOWN if match is NO and facts.detail.more_jobs else match

    return verdict


def _words(suits: TextTest) -> Known:
    def verdict(facts: OrderFacts) -> Verdict:
        if suits(facts.id):
            return YES
        if facts.detail is None:
            return UNKNOWN
        names = (name for key in _NAMES for name in _names_in(key, facts.detail))
        if any(map(suits, names)):
            return YES
        if facts.detail.more_jobs:
            return UNKNOWN
        return _any_suits(_comments(facts), suits) if _is_current(facts) else UNKNOWN

    return verdict


_NAMES: tuple[TextKey, ...] = ("file", "label", "profile")


def _names_in(key: TextKey, detail: OrderDetail) -> Iterator[str]:
    match key:
        case "file":
            names = [detail.filename, *(job.filename for job in detail.jobs)]
        case "label":
            names = [detail.label, *(job.label for job in detail.jobs)]
        case _:
            # An older server tells of a profile its number alone.
            names = [job.profile.name or job.profile.id for job in detail.jobs]
    return (name for name in names if name is not None)


def _comments(facts: OrderFacts) -> list[str]:
    comment = facts.detail.comment if facts.detail is not None else None
    return [] if comment is None else [comment]


def _any_suits(texts: Iterable[str], suits: TextTest) -> Verdict:
    return YES if any(map(suits, texts)) else NO


def _is_current(facts: OrderFacts) -> bool:
    """Whether the detail that was read is of the order as it is now. Of an order that is gone
    there is no later one.
    """
    if facts.detail is None:
        return False
    status = facts.detail.status
    return facts.gone or status is None or phase_of(status) is facts.phase
