"""Predicates on one value: a text, a status, a number, a time. Each is compiled once and applied to
many orders.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from itertools import repeat
from operator import contains, ge, gt, le, lt
from typing import TypeAlias, TypeVar

from tui.filtering.syntax_tree import Comparison, DateSpec, Pattern
from tui.model.order import Phase, phase_of

TextTest: TypeAlias = Callable[[str], bool]
NumberTest: TypeAlias = Callable[[float], bool]


_MIN_PLAIN_STATUS = 3
"""So that a letter or two of a name do not bring up every order of a status."""

STATUS_WORDS = (*(phase.value for phase in Phase), "active", "final", "gone")
"""The words for any server's statuses; a server may have others."""

PLAIN_STATUS_WORDS = tuple(word for word in STATUS_WORDS if word != "final")
"""Those that are found without `status:`. "final" is a part of many file names."""


def _folded(text: str) -> str:
    """Return `text` case-folded, with precomposed accents, as they are typed."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def text_test(patterns: Iterable[Pattern], *, exact: bool = False) -> TextTest:
    """Return whether a text contains one of `patterns`, or with `exact` is one of them."""
    return _any_of([_pattern_test(pattern, exact=exact) for pattern in patterns])


def texts_test(patterns: Sequence[Pattern]) -> Callable[[Sequence[str]], Iterable[bool]]:
    """Return `text_test` for many texts; one word is looked for without a loop in Python."""
    test, word = text_test(patterns), patterns[0].text
    is_word = len(patterns) == 1 and not patterns[0].glob and word.isascii()
    if not is_word or word != word.lower():
        return partial(map, test)

    def are_found(texts: Sequence[str]) -> Iterable[bool]:
        joined = "\n".join(texts)
        if not joined.isascii():
            return map(test, texts)
        lowered = joined.lower()
        if word not in lowered:  # as most words that are meant for a detail
            return repeat(False, len(texts))
        lines = lowered.split("\n")
        return map(contains, lines, repeat(word)) if len(lines) == len(texts) else map(test, texts)

    return are_found


def _pattern_test(pattern: Pattern, *, exact: bool) -> TextTest:
    is_case_sensitive = any(map(str.isupper, pattern.text))
    prepare = _composed if is_case_sensitive else _folded
    needle = prepare(pattern.text)
    if pattern.glob:
        matches = _glob(needle).fullmatch
        return lambda text: matches(prepare(text)) is not None
    if exact:
        return lambda text: prepare(text) == needle
    if needle.isascii() and needle.upper() == needle.lower():
        return lambda text: needle in text  # no letters, as in a part of an id: the fast case
    if is_case_sensitive:
        return lambda text: needle in _composed(text)
    return lambda text: needle in _folded(text)


def _glob(pattern: str) -> re.Pattern[str]:
    """Compile a glob. Each `*` is atomic, because backtracking over many of them takes exponential
    time.
    """
    first, *rest = (re.escape(piece).replace(r"\?", ".") for piece in pattern.split("*"))
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    found = "".join(f"(?>.*?{piece})" for piece in middle)
    return re.compile(f"{first}{found}.*{last}", re.DOTALL)


def status_test(patterns: Iterable[Pattern], *, exact: bool) -> TextTest:
    """Return whether a status word matches. An unknown word matches as a prefix, so that typing
    narrows the rows; a known one only exactly, or `final` would also match FINALISING.
    """
    return _any_of([_status_pattern_test(pattern, exact=exact) for pattern in patterns])


def _status_pattern_test(pattern: Pattern, *, exact: bool) -> TextTest:
    if exact or pattern.glob or pattern.text in STATUS_WORDS:
        return _pattern_test(pattern, exact=True)
    prefix = _folded(pattern.text)
    return lambda text: _folded(text).startswith(prefix)


def plain_status_test(patterns: Iterable[Pattern]) -> TextTest | None:
    """Return whether a plain word means a status word, or None if it is too short for any. The
    rules are those of `status_test`.
    """
    long = [
        Pattern(each.text.lower(), each.glob)
        for each in patterns
        if len(each.text) >= _MIN_PLAIN_STATUS
    ]
    return status_test(long, exact=False) if long else None


def status_words(status: str) -> tuple[str, str]:
    """Return the known words that match the status of a listed order; its own is another one."""
    phase = phase_of(status)
    return phase.value, "final" if phase.is_final else "active"


def number_test(comparison: Comparison, values: Sequence[float]) -> NumberTest:
    """Return whether the comparison holds for one of `values`: below any is below the largest."""
    if comparison == "=":  # the screen shows numbers rounded down
        return lambda number: number in values or number // 1 in values
    bound = max(values) if comparison in ("<", "<=") else min(values)
    return partial(_MIRRORED[comparison], bound)


_MIRRORED = {"<": gt, "<=": ge, ">=": le, ">": lt}
"""The comparisons with their operands exchanged: the bound comes first."""


def time_test(comparison: Comparison, ranges: Sequence[tuple[float, float]]) -> NumberTest:
    """Return whether the comparison with one of `ranges` holds, which are those of `time_range`."""
    match comparison:
        case "=":
            return _any_of([_within(start, end) for start, end in ranges])
        case "<" | ">=":
            return number_test(comparison, [start for start, _ in ranges])
        case "<=":
            return number_test("<", [end for _, end in ranges])
        case ">":
            return number_test(">=", [end for _, end in ranges])


def time_range(date_spec: DateSpec, now: float, zone: tzinfo | None) -> tuple[float, float]:
    """Return the start and the end (exclusive) of a time; a zone of None is the system's."""
    zone = UTC if date_spec.utc else zone
    day = date_spec.day
    if isinstance(day, int):
        day = datetime.fromtimestamp(now, zone).date() - timedelta(days=day)
    if date_spec.at is None:
        return _instant(day, time(), zone), _instant(day + timedelta(days=1), time(), zone)
    start = _instant(day, date_spec.at, zone)
    return start, start + (1 if date_spec.seconds else 60)


def _instant(day: date, at: time, zone: tzinfo | None) -> float:
    return datetime.combine(day, at, zone).timestamp()


def _within(start: float, end: float) -> NumberTest:
    return lambda number: start <= number < end


_Value = TypeVar("_Value")


def _any_of(tests: list[Callable[[_Value], bool]]) -> Callable[[_Value], bool]:
    if len(tests) == 1:
        return tests[0]
    return lambda value: any(test(value) for test in tests)
