"""The questions that a term puts to one value: a text, a status, a number, a time. Each is
made once, and asked of many orders.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeAlias, TypeVar

from tui.filtering.syntax_tree import (
    Comparison,
    CreatedTerm,
    DateSpec,
    NumberTerm,
    Pattern,
    StatusTerm,
)
from tui.model.order import Phase, phase_of

TextTest: TypeAlias = Callable[[str], bool]
NumberTest: TypeAlias = Callable[[float], bool]


STATUS_WORDS = (*(phase.value for phase in Phase), "active", "final", "gone")
"""What every order's status can be asked for by; a server's own words come beside them."""


def folded(text: str) -> str:
    """A text without its cases; letters with accents are one character, as they are typed."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def text_test(patterns: Iterable[Pattern], *, whole: bool = False) -> TextTest:
    """Whether a text has one of the patterns in it, or is one of them."""
    return _any_of([_pattern_test(pattern, whole=whole) for pattern in patterns])


def _pattern_test(pattern: Pattern, *, whole: bool) -> TextTest:
    minds_case = any(map(str.isupper, pattern.text))
    prepare = composed if minds_case else folded
    needle = prepare(pattern.text)
    if pattern.glob:
        matches = _glob(needle).fullmatch
        return lambda text: matches(prepare(text)) is not None
    if whole:
        return lambda text: prepare(text) == needle
    if needle.isascii() and needle.upper() == needle.lower():
        return lambda text: needle in text  # digits and signs: most often a part of an id
    if minds_case:
        return lambda text: needle in composed(text)
    return lambda text: needle in folded(text)


def _glob(pattern: str) -> re.Pattern[str]:
    """Each `*` gives back nothing once the piece behind it is found: without that, a pattern
    of many stars takes the time of their power.
    """
    first, *rest = (re.escape(piece).replace(r"\?", ".") for piece in pattern.split("*"))
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    found = "".join(f"(?>.*?{piece})" for piece in middle)
    return re.compile(f"{first}{found}.*{last}", re.DOTALL)


def status_test(term: StatusTerm) -> TextTest:
    """Whether a status word is asked for. A word that is being typed narrows the rows letter by
    letter; a known one means itself alone, or `final` would be FINALISING too.
    """
    return _any_of([_status_pattern_test(pattern, term.exact) for pattern in term.patterns])


def _status_pattern_test(pattern: Pattern, whole: bool) -> TextTest:
    if whole or pattern.glob or pattern.text in STATUS_WORDS:
        return _pattern_test(pattern, whole=True)
    beginning = folded(pattern.text)
    return lambda text: folded(text).startswith(beginning)


def status_words(status: str, *, gone: bool = False) -> frozenset[str]:
    """Every word by which an order's status can be asked for."""
    if gone:
        return frozenset({"gone"})
    phase = phase_of(status)
    life = "final" if phase.is_final else "active"
    return frozenset({phase.value, life, status.strip().lower()})


def number_test(comparison: Comparison, values: Sequence[float]) -> NumberTest:
    """Whether a number stands so to one of the values: to be below any is to be below the
    largest.
    """
    least, largest = min(values), max(values)
    match comparison:
        case "=":  # the screen shows whole numbers, rounded down
            return lambda number: number in values or number // 1 in values
        case "<":
            return lambda number: number < largest
        case "<=":
            return lambda number: number <= largest
        case ">=":
            return lambda number: number >= least
        case ">":
            return lambda number: number > least


def age_test(term: NumberTerm, now: float) -> NumberTest:
    """The same of the time at which an order was made: the younger, the later."""
    turned: dict[Comparison, Comparison] = {"<": ">", "<=": ">=", ">=": "<=", ">": "<"}
    return number_test(turned[term.comparison], [now - age for age in term.values])


def created_test(term: CreatedTerm, now: float, zone: tzinfo | None) -> NumberTest:
    spans = [time_range(when, now, zone) for when in term.values]
    match term.comparison:
        case "=":
            return _any_of([_within(start, end) for start, end in spans])
        case "<" | ">=":
            return number_test(term.comparison, [start for start, _ in spans])
        case "<=":
            return number_test("<", [end for _, end in spans])
        case ">":
            return number_test(">=", [end for _, end in spans])


def time_range(when: DateSpec, now: float, zone: tzinfo | None) -> tuple[float, float]:
    """When it starts, and the first second after it; a zone of None is that of the system."""
    zone = UTC if when.utc else zone
    day = when.day
    if isinstance(day, int):
        day = datetime.fromtimestamp(now, zone).date() - timedelta(days=day)
    if when.at is None:
        return _instant(day, time(), zone), _instant(day + timedelta(days=1), time(), zone)
    start = _instant(day, when.at, zone)
    return start, start + (1 if when.seconds else 60)


def _instant(day: date, at: time, zone: tzinfo | None) -> float:
    return datetime.combine(day, at, zone).timestamp()


def _within(start: float, end: float) -> NumberTest:
    return lambda number: start <= number < end


_Value = TypeVar("_Value")


def _any_of(tests: list[Callable[[_Value], bool]]) -> Callable[[_Value], bool]:
    if len(tests) == 1:
        return tests[0]
    return lambda value: any(test(value) for test in tests)
