"""The keys of the filter language: their operators, and the parsing of their values."""

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
    CreatedTerm,
    DateSpec,
    NumberKey,
    NumberTerm,
    Pattern,
    Term,
    TextTerm,
)
from tui.sanitize import sanitize

FIELD_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "status": "status:error",
        "profile": "profile:hls",
        "label": "label:alta",
        "file": "file:*.mov",
        "id": "id:1631",
        "age": "age<2h",
        "created": "created:today",
        "progress": "progress<50",
        "size": "size>1GB",
        "duration": "duration>10m",
        "comment": "comment:retry",
        "error": "error:timeout",
    }
)
"""Every key, with an example."""

_TEXT_OPERATORS = (":", "=")
_OPERATORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"age": ("<", "<=", ">=", ">")}
    | dict.fromkeys(("created", "progress", "size", "duration"), (":", "=", "<", "<=", ">=", ">"))
)
"""The operators of the keys that aren't texts."""


class NumberFormat(msgspec.Struct, frozen=True):
    """How the numbers of a key are written, in `units` or in `other_units`, which are lower case.
    They are printed in `units`, the greatest first.
    """

    expected: str
    units: Mapping[str, int]
    other_units: Mapping[str, int] = MappingProxyType({})
    digits: int | None = 3
    """The decimals of a number in the smallest unit; None makes it an `int`."""


_TIME = NumberFormat(
    "a number with s, m, h, d or w",
    {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1},
    {"min": 60},
)
_SIZE = NumberFormat(
    "a number of B, KB, MB, GB, TB or KiB to TiB",
    {
        f"{prefix}{suffix}": base**power
        for power, prefix in ((4, "T"), (3, "G"), (2, "M"), (1, "K"))
        for suffix, base in (("iB", 1024), ("B", 1000))
    }
    | {"B": 1},
    {"": 1},
    digits=None,
)
NUMBER_FORMATS: Mapping[str, NumberFormat] = MappingProxyType(
    {
        "age": _TIME,
        "duration": _TIME,
        "size": _SIZE,
        "progress": NumberFormat("a percentage", {"": 1}, {"%": 1}),
    }
)
_MAX_NUMBER = 10**15  # so that every number prints without an exponent

_NUMBER = re.compile(r"([0-9]++(?:\.[0-9]++)?+)(.*)", re.DOTALL)
_DATE = re.compile(
    r"(today|yesterday|([0-9]{4})-([0-9]{2})-([0-9]{2}))"
    r"(?:[t ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(z)?)?"
)


def parse_term(token: Token) -> Term:
    """Return the term of a term's token. Raises `QueryError`."""
    key, operator, values = token.key, token.operator, token.values
    if not key:
        return TextTerm("", tuple(value.pattern for value in values))
    if key not in FIELD_EXAMPLES:
        raise QueryError(token.position, _unknown_key(key))
    operators = _OPERATORS.get(key, _TEXT_OPERATORS)
    if operator not in operators:
        *most, last = operators
        raise QueryError(
            token.position + len(key),
            f"expected {', '.join(most)} or {last} after {key}, as in {FIELD_EXAMPLES[key]}",
        )
    if operators is _TEXT_OPERATORS:
        return _text_term(key, values, exact=operator == "=")
    comparison = cast("Comparison", "=" if operator == ":" else operator)
    if key == "created":
        return CreatedTerm(comparison, tuple(map(_date, values)))
    numbers = tuple(_number(key, value) for value in values)
    return NumberTerm(cast("NumberKey", key), comparison, numbers)


def _text_term(key: str, values: tuple[Value, ...], *, exact: bool) -> TextTerm:
    patterns = tuple(value.pattern for value in values)
    if key == "status":
        patterns = tuple(Pattern(each.text.lower(), each.glob) for each in patterns)
        # With known words both operators mean the same, so the terms must be equal.
        exact = exact and not all(each.glob or each.text in STATUS_WORDS for each in patterns)
    return TextTerm(key, patterns, exact)


def _unknown_key(key: str) -> str:
    shown = sanitize(key, 30)
    close = difflib.get_close_matches(key[:30], FIELD_EXAMPLES, n=3)
    close = [known for known in FIELD_EXAMPLES if known in close or known.startswith(key)]
    if close:
        return f"{shown} is no key; did you mean {' or '.join(close)}?"
    return f"{shown} is no key: expected {', '.join(FIELD_EXAMPLES)}, or quotes around the text"


def _number(key: str, value: Value) -> float:
    style = NUMBER_FORMATS[key]
    units = {unit.lower(): factor for unit, factor in style.units.items()}
    units.update(style.other_units)
    found = _NUMBER.fullmatch(value.text)
    factor = units.get(found[2].strip().lower()) if found else None
    if found is None or factor is None:
        raise QueryError(value.position, f"expected {style.expected}, as in {FIELD_EXAMPLES[key]}")
    number: float = float(found[1]) * factor
    if number > _MAX_NUMBER:
        raise QueryError(value.position, "expected a smaller number")
    return round(number, style.digits)


def _date(value: Value) -> DateSpec:
    found = _DATE.fullmatch(value.text.lower())
    if found is None:
        raise QueryError(
            value.position,
            'expected today, yesterday, a date as 2021-09-06 or a time as "2021-09-06 11:15"',
        )
    word, year, month, day_of_month, hour, minute, second, utc = found.groups()
    try:
        day = (
            ("today", "yesterday").index(word)
            if year is None
            else date(*map(int, (year, month, day_of_month)))
        )
        at = None if hour is None else time(int(hour), int(minute), int(second or 0))
    except ValueError as error:
        raise QueryError(value.position, f"there is no such time: {error}") from None
    if isinstance(day, date) and not 1970 < day.year < 2200:
        raise QueryError(value.position, "expected a year from 1971 to 2199")
    return DateSpec(day, at, seconds=second is not None, utc=utc is not None)
