"""The fields of the filter language: every column, its operators, and the parsing of its values."""

import difflib
import re
from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType
from typing import cast

import msgspec

from tui.filtering.lexer import QueryError, Token, Value
from tui.filtering.predicates import STATUS_WORDS
from tui.filtering.syntax_tree import (
    Comparison,
    DateSpec,
    NumberTerm,
    Pattern,
    Term,
    TextTerm,
    TimeTerm,
)
from tui.model.columns import COLUMNS, Kind
from tui.sanitize import sanitize


class _NumberFormat(msgspec.Struct, frozen=True):
    """How numbers are written; the units are in lower case."""

    expected: str
    units: Mapping[str, int]
    digits: int | None = 3
    """The decimals of a number in the smallest unit; None makes it an `int`."""
    has_parts: bool = False
    """True if several numbers with units add up, as in `1h30m`."""


_TIME = _NumberFormat(
    "a time in w, d, h, m or s",
    {"w": 604_800, "d": 86_400, "h": 3600, "min": 60, "m": 60, "s": 1},
    has_parts=True,
)
_SIZE = _NumberFormat(
    "a number of B, KB, MB, GB, TB or KiB to TiB",
    {
        f"{prefix}{suffix}": base**power
        for power, prefix in enumerate("kmgt", 1)
        for suffix, base in (("ib", 1024), ("b", 1000))
    }
    | {"b": 1, "": 1},
    digits=None,
)
_NUMBERS: Mapping[Kind, _NumberFormat] = {
    Kind.PROGRESS: _NumberFormat("a percentage", {"": 1, "%": 1}),
    Kind.AGE: _TIME,
    Kind.COUNT: _NumberFormat("a number", {"": 1}),
    Kind.BYTES: _SIZE,
    Kind.SECONDS: _TIME,
}
_TIME_VALUES = (
    'today, yesterday, a date (2021-09-06), a time ("2021-09-06 11:15") '
    "or an age ({}>2h: more than 2 hours ago)"
)
IS_WORDS = ("stalled",)
"""The values of the field `is`, which is no column."""
_COMPARISONS = ("<", "<=", ">=", ">")


class Field(msgspec.Struct, frozen=True):
    example: str
    operators: tuple[str, ...]
    expected: str
    """What to type as a value, for messages."""
    number: _NumberFormat | None
    kind: Kind = Kind.TEXT


_EXAMPLES: Mapping[Kind, str] = {
    Kind.ID: ":1631",
    Kind.STATUS: ":error",
    Kind.PROGRESS: "<50",
    Kind.TIME: ":today",
    Kind.AGE: "<2h",
    Kind.COUNT: ">3",
    Kind.BYTES: ">1GB",
    Kind.SECONDS: ">1h30m",
}
_OBSERVED_EXAMPLES = {
    "changed": "<1h",
    "elapsed": ">30m",
    "eta": "<10m",
    "took": ">2h",
    "attempt": ">1",
}
_TEXT_EXAMPLES = {"file": "*.mov", "label": "alta", "profile": "hls", "reason": "timeout"}


def _field(name: str, kind: Kind) -> Field:
    example = _OBSERVED_EXAMPLES.get(name) or _EXAMPLES.get(kind)
    example = name + (example or f":{_TEXT_EXAMPLES.get(name, 'retry')}")
    number = _NUMBERS.get(kind)
    operators = () if kind is Kind.AGE else (":", "=")
    if number is not None or kind is Kind.TIME:
        operators = (*operators, *_COMPARISONS)
    match kind:
        case Kind.STATUS:
            expected = ", ".join(STATUS_WORDS)
        case Kind.TIME:
            expected = _TIME_VALUES.format(name)
        case _:
            expected = f"{number.expected if number else 'text'}, as in {example}"
    return Field(example, operators, expected, number, kind)


FIELDS: Mapping[str, Field] = MappingProxyType(
    {name: _field(name, column.kind) for name, column in COLUMNS.items()}
    | {
        "changed": _field("changed", Kind.TIME),
        "is": Field("is:stalled", (":", "="), ", ".join(IS_WORDS), None),
    }
)
"""By name, in the order in which they are offered."""

_ALIASES = {"error": "reason"}

_MAX_NUMBER = 10**15  # far beyond any order, and far from infinity

_NUMBER = re.compile(r"([0-9]++(?:\.[0-9]++)?+)\s*+([^\d\s]*+)\s*+")
_DATE = re.compile(
    r"(today|yesterday|([0-9]{4})-([0-9]{2})-([0-9]{2}))"
    r"(?:[t ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(z)?)?"
)


def parse_term(token: Token) -> Term:
    """Return the term of a term's token. Raises `QueryError`."""
    operator, values = token.operator, token.values
    key = _ALIASES.get(token.key, token.key)
    field = FIELDS.get(key)
    if key and field is None:
        raise QueryError(token.position, _unknown_field(key))
    missing = next((value for value in values if not value.text), None)
    if missing is not None:
        raise QueryError(missing.position, _expected(key, field))
    if field is None:
        return TextTerm("", tuple(value.pattern for value in values))
    if operator not in field.operators:
        *most, last = field.operators
        raise QueryError(
            token.position + len(token.key),
            f"After {key}, type {', '.join(most)} or {last}, as in {field.example}",
        )
    comparison = cast("Comparison", "=" if operator == ":" else operator)
    if field.number is not None:
        numbers = tuple(_number(value, field.number, key) for value in values)
        return NumberTerm(key, comparison, numbers)
    if key == "is":
        return _is_term(values)
    if field.kind is Kind.TIME:
        return _time_term(key, comparison, values)
    return _text_term(key, values, exact=operator == "=")


def _is_term(values: tuple[Value, ...]) -> TextTerm:
    unknown = next((value for value in values if value.text.lower() not in IS_WORDS), None)
    if unknown is not None:
        raise QueryError(unknown.position, _expected("is", FIELDS["is"]))
    return TextTerm("is", tuple(Pattern(value.text.lower()) for value in values))


def _text_term(key: str, values: tuple[Value, ...], *, exact: bool) -> TextTerm:
    patterns = tuple(value.pattern for value in values)
    if key == "status":
        patterns = tuple(Pattern(each.text.lower(), each.glob) for each in patterns)
        # With known words both operators mean the same, so the terms must be equal.
        exact = exact and not all(each.glob or each.text in STATUS_WORDS for each in patterns)
    return TextTerm(key, patterns, exact)


def _unknown_field(name: str) -> str:
    similar = difflib.get_close_matches(name[:30], FIELDS, n=3)
    close = [known for known in FIELDS if known.startswith(name)]
    close = close or [known for known in FIELDS if known in similar]
    unknown = f'Unknown field "{sanitize(name, 20)}"'
    if close:
        return f"{unknown}. Did you mean {' or '.join(close)}?"
    return f"{unknown}. Fields: {', '.join(FIELDS)}. In quotes it is text"


def _expected(key: str, field: Field | None) -> str:
    return "Type text after |" if field is None else f"{key}: type {field.expected}"


def _number(value: Value, style: _NumberFormat, key: str) -> float:
    number = _parse_number(value.text, style)
    if number is None:
        raise QueryError(value.position, _expected(key, FIELDS[key]))
    if number > _MAX_NUMBER:
        raise QueryError(value.position, f"{key}: type a smaller number")
    return round(number, style.digits)


def _parse_number(text: str, style: _NumberFormat) -> float | None:
    """Return the number in the smallest unit, or None."""
    total, at = 0.0, 0
    while at == 0 or (style.has_parts and at < len(text)):
        found = _NUMBER.match(text, at)
        factor = style.units.get(found[2].lower()) if found else None
        if found is None or factor is None:
            return None
        total += float(found[1]) * factor
        at = found.end()
    return total if at == len(text) else None


def _time_term(key: str, comparison: Comparison, values: tuple[Value, ...]) -> Term:
    """Return the term of dates, or that of ages: `created>2h` is `age>2h`."""
    if all(parse_duration(value.text) is None for value in values):
        return TimeTerm(key, comparison, tuple(parse_date(key, value) for value in values))
    if comparison == "=":
        raise QueryError(
            values[0].position, f"Before an age, type {' or '.join(_COMPARISONS)}, as in {key}>2h"
        )
    ages = tuple(_number(value, _TIME, key) for value in values)
    return NumberTerm("age" if key == "created" else key, comparison, ages)


def parse_duration(text: str) -> float | None:
    """Return the seconds of a text such as `1h30m`, or None."""
    return _parse_number(text, _TIME)


def parse_date(key: str, value: Value) -> DateSpec:
    """Return the day or time that the `value` of the field `key` names. Raises `QueryError`."""
    found = _DATE.fullmatch(value.text.lower())
    if found is None:
        raise QueryError(value.position, _expected(key, FIELDS[key]))
    word, year, month, day_of_month, hour, minute, second, utc = found.groups()
    try:
        day = (
            ("today", "yesterday").index(word)
            if year is None
            else date(*map(int, (year, month, day_of_month)))
        )
        at = None if hour is None else time(int(hour), int(minute), int(second or 0))
    except ValueError:
        raise QueryError(value.position, f"There is no such time: {value.text}") from None
    if isinstance(day, date) and not 1970 < day.year < 2200:
        raise QueryError(value.position, "Type a year from 1971 to 2199")
    return DateSpec(day, at, seconds=second is not None, utc=utc is not None)
