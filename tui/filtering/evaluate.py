"""Evaluate a filter for orders, in Kleene's three-valued logic.

A term about something that was not read is UNKNOWN, and `not`, `and` and `or` propagate it, so a
detail that is read later never turns a YES or NO around. The names of a detail stay valid; its
comment, and what it did not have, are UNKNOWN once the order's phase has changed since it was read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from functools import partial, reduce
from itertools import compress, count, repeat
from operator import and_, attrgetter, or_
from types import MappingProxyType

from tui.filtering.observed_terms import (
    At,
    observed_test,
    stalled_test,
)
from tui.filtering.predicates import (
    PLAIN_STATUS_WORDS,
    STATUS_WORDS,
    NumberTest,
    TextTest,
    number_test,
    plain_status_test,
    status_test,
    status_words,
    text_test,
    texts_test,
    time_range,
    time_test,
)
from tui.filtering.server_filters import OBSERVED_FIELDS, looks_at_timings
from tui.filtering.syntax_tree import (
    And,
    Not,
    NumberTerm,
    Or,
    Pattern,
    Query,
    Term,
    TextTerm,
    TimeTerm,
    Verdict,
    fields_of,
)
from tui.model.columns import COLUMNS
from tui.model.order import OrderDetail, OrderSummary, Phase
from tui.model.order_facts import AnyOrder

OrderTest = Callable[[AnyOrder], Verdict]
_Judge = Callable[[Sequence[AnyOrder]], Iterable[int]]
"""Returns the verdicts of many orders: for 100,000 of them a loop in Python takes too long."""

_NO, _UNKNOWN, _YES = Verdict
_YES_IF = bytes((_NO, _YES)).__getitem__
_NEGATED = bytes((_YES, _UNKNOWN, 0, _NO)).__getitem__
_ID, _STATUS, _PROGRESS = map(attrgetter, ("id", "status", "progress"))

_MANY = 8
"""How many orders are judged together in the time of one by itself."""

_FIELDS_BESIDES_STATUS = {"", "id", "created", "age"}
"""The fields that any order has without a detail, besides its status."""


class Matcher:
    """Judges orders by `query` at `now`, in UTC epoch seconds; a `zone` of None is the system's.
    The time up to which orders were `observed` is that of `observed_until` (None: `now`). Of a
    change, `changed` are the verdicts on it of the terms that look at its time.
    """

    def __init__(
        self,
        query: Query,
        now: float,
        zone: tzinfo | None = None,
        observed: float | None = None,
        changed: Mapping[Term, Verdict] | None = None,
    ) -> None:
        at = At(now, zone, now if observed is None else observed, changed=changed or {})
        self.query = query
        self._judge = _compile(query, at, listed=False)
        self._judge_listed = _compile(query, at, listed=True)
        # What the history does not know can't match: then a detail may matter no more.
        hopeful = _compile(query, at._replace(unobserved=_NO), listed=False)
        self._judge_known = hopeful if looks_at_timings(query) else self._judge

    def __call__(self, order: AnyOrder) -> Verdict:
        return Verdict(next(iter(self._judge((order,)))))

    def judge(self, orders: Sequence[AnyOrder]) -> Iterable[int]:
        """Return the verdicts of orders."""
        return self._judge(orders)

    def may_decide(self, orders: Sequence[AnyOrder]) -> Iterable[bool]:
        """Return whether a detail may still make each of the undecided `orders` match."""
        return (verdict == _UNKNOWN for verdict in self._judge_known(orders))

    def judge_listed(self, orders: Sequence[OrderSummary]) -> bytearray:
        """Return the verdicts of listed orders, without their details."""
        return bytearray(self._judge_listed(orders))


def _compile(query: Query, at: At, *, listed: bool) -> _Judge:
    """Return what judges orders; if `listed`, those that have no detail and are not gone."""
    match query:
        case Not(part):
            judge = _compile(part, at.negated, listed=listed)
            return lambda orders: map(_NEGATED, judge(orders))
        case And(parts):
            # Those that look at the status alone come first: they are fast.
            ordered = sorted(parts, key=lambda part: bool(fields_of(part) & _FIELDS_BESIDES_STATUS))
            return _all_of([_compile(part, at, listed=listed) for part in ordered])
        case Or(parts):
            judges = [_compile(part, at, listed=listed) for part in parts]
            if not judges:
                return lambda orders: repeat(_NO, len(orders))
            return lambda orders: reduce(partial(map, or_), [each(orders) for each in judges])
        case TextTerm("", patterns) if listed:
            return _listed_words(patterns)
        case _:
            test = _term(query, at)
            if listed and not fields_of(query) & _FIELDS_BESIDES_STATUS:
                return _by_status(test, with_progress="progress" in fields_of(query))
            return partial(map, test)


def _all_of(judges: list[_Judge]) -> _Judge:
    """Judge by all of `judges`. If few orders may still match, the next one sees only those."""

    def judge(orders: Sequence[AnyOrder]) -> Iterable[int]:
        verdicts = bytearray((_YES,)) * len(orders)
        for each in judges:
            left = len(orders) - verdicts.count(_NO)
            if left < len(orders) // _MANY:
                rows = list(compress(count(), verdicts))
                for row, verdict in zip(rows, each([orders[row] for row in rows]), strict=True):
                    verdicts[row] &= verdict
            else:
                verdicts = bytearray(map(and_, verdicts, each(orders)))
        return verdicts

    return judge


def _by_status(test: OrderTest, *, with_progress: bool) -> _Judge:
    """Judge by the status alone, which says it all of listed orders, except for progress if the
    list has any.
    """
    verdicts = _VerdictByStatus(test)

    def judge(orders: Sequence[AnyOrder]) -> Iterable[int]:
        if with_progress and set(map(_PROGRESS, orders)) - {None}:
            return map(test, orders)
        return map(verdicts.__getitem__, map(_STATUS, orders))

    return judge


class _VerdictByStatus(dict[str, Verdict]):
    """The verdicts of a test to which listed orders of one status are alike."""

    def __init__(self, test: OrderTest) -> None:
        super().__init__()
        self._test = test

    def __missing__(self, status: str) -> Verdict:
        verdict = self[status] = self._test(OrderSummary("", status))
        return verdict


def _listed_words(patterns: tuple[Pattern, ...]) -> _Judge:
    """Judge as `_plain_words` does. Without a detail only status and id say anything."""
    by_status, are_in_ids = _VerdictByStatus(_plain_words(patterns)), texts_test(patterns)
    return lambda orders: map(
        or_,
        map(by_status.__getitem__, map(_STATUS, orders)),
        map(_YES_IF, are_in_ids(list(map(_ID, orders)))),
    )


def _term(query: Term, at: At) -> OrderTest:
    match query:
        case TimeTerm("created", comparison, dates):
            ranges = [time_range(date, at.now, at.zone) for date in dates]
            return _value("created", time_test(comparison, ranges))
        case TimeTerm():
            return observed_test(query, at)
        case NumberTerm("age", comparison, ages):  # its column has `-created`, which sorts alike
            return _value("age", number_test(comparison, [age - at.now for age in ages]))
        case NumberTerm(key) if key in OBSERVED_FIELDS:
            return observed_test(query, at)
        case NumberTerm(key, comparison, values):
            return _value(key, number_test(comparison, values))
        case TextTerm("is"):
            return stalled_test(at)
        case TextTerm("status", patterns, exact):
            return _status(status_test(patterns, exact=exact))
        case TextTerm("", patterns):
            return _plain_words(patterns)
        case TextTerm(key, patterns, exact):
            return _text(key, text_test(patterns, exact=exact))


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
    in_status = None if matches_status is None else _status(matches_status, PLAIN_STATUS_WORDS)

    def test(order: AnyOrder) -> Verdict:
        if matches(order.id) or (in_status is not None and in_status(order) is _YES):
            return _YES
        if order.detail is None:  # most of 100,000 orders
            return _UNKNOWN
        verdict = _in_names(order, _NAMES.values(), matches)
        if verdict is _NO and matches_comment is not None:
            return _in_comment(order, matches_comment)
        return verdict

    return test


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
