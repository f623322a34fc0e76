"""The keys of the filter language: their operators, and the parsing of their values."""

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import date, time
from types import MappingProxyType
from typing import cast, get_args

from tui.filtering.lexer import QueryError, Token, Value
from tui.filtering.predicates import STATUS_WORDS
from tui.filtering.syntax_tree import (
    Comparison,
    CreatedTerm,
    DateSpec,
    NumberKey,
    NumberTerm,
    Pattern,
    StatusTerm,
    Term,
    TextKey,
    TextTerm,
    Words,
)
from tui.sanitize import sanitize

TEXT_KEYS: tuple[TextKey, ...] = get_args(TextKey)

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

TIME_UNITS = MappingProxyType({"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1})
SIZE_UNITS = MappingProxyType(
    {f"{prefix}B": 1000**power for power, prefix in enumerate(("", "K", "M", "G", "T"))}
    | {f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGT", 1)}
)
_MAX_NUMBER = 10**15  # so that every number prints without an exponent

_NUMBER = re.compile(r"([0-9]++(?:\.[0-9]++)?+)(.*)", re.DOTALL)
_DATE = re.compile(
    r"(today|yesterday|([0-9]{4})-([0-9]{2})-([0-9]{2}))"
    r"(?:[t ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(z)?)?"
)
_OPERATORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    dict.fromkeys(("status", *TEXT_KEYS), (":", "="))
    | {"age": ("<", "<=", ">=", ">")}
    | dict.fromkeys(("created", "progress", "size", "duration"), (":", "=", "<", "<=", ">=", ">"))
)


def parse_term(token: Token) -> Term:
    """Return the term of a TERM token. Raises `QueryError`."""
    key, operator, values = token.key, token.operator, token.values
    if not key:
        return Words(tuple(value.pattern for value in values))
    if key not in FIELD_EXAMPLES:
        raise QueryError(token.position, _unknown_key(key))
    if operator not in _OPERATORS[key]:
        *most, last = _OPERATORS[key]
        raise QueryError(
            token.position + len(key),
            f"expected {', '.join(most)} or {last} after {key}, as in {FIELD_EXAMPLES[key]}",
        )
    comparison = cast("Comparison", "=" if operator == ":" else operator)
    if key == "status":
        return _status_term(values, exact=operator == "=")
    if key == "created":
        return CreatedTerm(comparison, tuple(map(_date, values)))
    if key in TEXT_KEYS:
        return TextTerm(key, tuple(value.pattern for value in values), exact=operator == "=")
    parse = _PARSERS[key]
    numbers = tuple(parse(value, key) for value in values)
    return NumberTerm(cast("NumberKey", key), comparison, numbers)


def _status_term(values: tuple[Value, ...], *, exact: bool) -> StatusTerm:
    found = [value.pattern for value in values]
    patterns = tuple(Pattern(each.text.lower(), each.glob) for each in found)
    # With known words both operators mean the same, so the terms must be equal.
    is_same = all(each.glob or each.text in STATUS_WORDS for each in patterns)
    return StatusTerm(patterns, exact=exact and not is_same)


def _unknown_key(key: str) -> str:
    shown = sanitize(key, 30)
    close = difflib.get_close_matches(key[:30], FIELD_EXAMPLES, n=3)
    close = [known for known in FIELD_EXAMPLES if known in close or known.startswith(key)]
    if close:
        return f"{shown} is no key; did you mean {' or '.join(close)}?"
    return f"{shown} is no key: expected {', '.join(FIELD_EXAMPLES)}, or quotes around the text"


def _time(value: Value, key: str) -> float:
    units = {**TIME_UNITS, "min": 60}
    return _number(value, units, f"a number with s, m, h, d or w, as in {FIELD_EXAMPLES[key]}")


def _bytes(value: Value, key: str) -> float:
    units = {unit.lower(): factor for unit, factor in SIZE_UNITS.items()} | {"": 1}
    size = _number(
        value, units, f"a number of B, KB, MB, GB, TB or KiB to TiB, as in {FIELD_EXAMPLES[key]}"
    )
    return round(size)


def _percent(value: Value, key: str) -> float:
    return _number(value, {"": 1, "%": 1}, f"a percentage, as in {FIELD_EXAMPLES[key]}")


_PARSERS: Mapping[str, Callable[[Value, str], float]] = MappingProxyType(
    {"age": _time, "duration": _time, "size": _bytes, "progress": _percent}
)


def _number(value: Value, units: Mapping[str, int], expected: str) -> float:
    found = _NUMBER.fullmatch(value.text)
    factor = units.get(found[2].strip().lower()) if found else None
    if found is None or factor is None:
        raise QueryError(value.position, f"expected {expected}")
    number = float(found[1]) * factor
    if number > _MAX_NUMBER:
        raise QueryError(value.position, "expected a smaller number")
    return round(number, 3)


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
