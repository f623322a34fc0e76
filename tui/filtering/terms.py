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


class _NumberFormat(msgspec.Struct, frozen=True):
    """How numbers are written; the units are in lower case."""

    expected: str
    units: Mapping[str, int]
    digits: int | None = 3
    """The decimals of a number in the smallest unit; None makes it an `int`."""


_TIME = _NumberFormat(
    "a number with s, m, h, d or w",
    {"w": 604_800, "d": 86_400, "h": 3600, "min": 60, "m": 60, "s": 1},
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
_PERCENT = _NumberFormat("a percentage", {"": 1, "%": 1})


class Field(msgspec.Struct, frozen=True):
    example: str
    operators: tuple[str, ...] = (":", "=")
    number: _NumberFormat | None = None


_COMPARISONS = ("<", "<=", ">=", ">")
_ALL = (":", "=", *_COMPARISONS)

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "status": Field("status:error"),
        "profile": Field("profile:hls"),
        "label": Field("label:alta"),
        "file": Field("file:*.mov"),
        "id": Field("id:1631"),
        "age": Field("age<2h", _COMPARISONS, _TIME),
        "created": Field("created:today", _ALL),
        "progress": Field("progress<50", _ALL, _PERCENT),
        "size": Field("size>1GB", _ALL, _SIZE),
        "duration": Field("duration>10m", _ALL, _TIME),
        "comment": Field("comment:retry"),
        "error": Field("error:timeout"),
    }
)
"""By key, in the order in which they are offered."""

_MAX_NUMBER = 10**15  # far beyond any order, and far from infinity

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
    field = FIELDS.get(key)
    if field is None:
        raise QueryError(token.position, _unknown_key(key))
    if operator not in field.operators:
        *most, last = field.operators
        raise QueryError(
            token.position + len(key),
            f"expected {', '.join(most)} or {last} after {key}, as in {field.example}",
        )
    comparison = cast("Comparison", "=" if operator == ":" else operator)
    if field.number is not None:
        numbers = tuple(_number(value, field.number, field.example) for value in values)
        return NumberTerm(cast("NumberKey", key), comparison, numbers)
    if key == "created":
        return CreatedTerm(comparison, tuple(map(_date, values)))
    return _text_term(key, values, exact=operator == "=")


def _text_term(key: str, values: tuple[Value, ...], *, exact: bool) -> TextTerm:
    patterns = tuple(value.pattern for value in values)
    if key == "status":
        patterns = tuple(Pattern(each.text.lower(), each.glob) for each in patterns)
        # With known words both operators mean the same, so the terms must be equal.
        exact = exact and not all(each.glob or each.text in STATUS_WORDS for each in patterns)
    return TextTerm(key, patterns, exact)


def _unknown_key(key: str) -> str:
    shown = sanitize(key, 30)
    close = difflib.get_close_matches(key[:30], FIELDS, n=3)
    close = [known for known in FIELDS if known in close or known.startswith(key)]
    if close:
        return f"{shown} is no key; did you mean {' or '.join(close)}?"
    return f"{shown} is no key: expected {', '.join(FIELDS)}, or quotes around the text"


def _number(value: Value, style: _NumberFormat, example: str) -> float:
    found = _NUMBER.fullmatch(value.text)
    factor = style.units.get(found[2].strip().lower()) if found else None
    if found is None or factor is None:
        raise QueryError(value.position, f"expected {style.expected}, as in {example}")
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
