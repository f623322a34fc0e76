"""The keys of the language: what each takes, and how its values are read."""

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
"""Every key, with an example of its use."""

TIME_UNITS = MappingProxyType({"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1})
SIZE_UNITS = MappingProxyType(
    {f"{prefix}B": 1000**power for power, prefix in enumerate(("", "K", "M", "G", "T"))}
    | {f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGT", 1)}
)
LARGEST = 10**15
"""No number is larger, so that each prints in full and reads back the same."""

_NUMBER = re.compile(r"([0-9]++(?:\.[0-9]++)?+)(.*)", re.DOTALL)
_WHEN = re.compile(
    r"(today|yesterday|([0-9]{4})-([0-9]{2})-([0-9]{2}))"
    r"(?:[t ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(z)?)?"
)
_OPERATORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    dict.fromkeys(("status", *TEXT_KEYS), (":", "="))
    | {"age": ("<", "<=", ">=", ">")}
    | dict.fromkeys(("created", "progress", "size", "duration"), (":", "=", "<", "<=", ">=", ">"))
)


def parse_term(token: Token) -> Term:
    """What a TERM token says; raises `QueryError`."""
    key, sign, values = token.key, token.sign, token.values
    if not key:
        return Words(tuple(value.pattern for value in values))
    if key not in FIELD_EXAMPLES:
        raise QueryError(token.position, _unknown(key))
    if sign not in _OPERATORS[key]:
        *most, last = _OPERATORS[key]
        raise QueryError(
            token.position + len(key),
            f"expected {', '.join(most)} or {last} after {key}, as in {FIELD_EXAMPLES[key]}",
        )
    comparison = cast("Comparison", "=" if sign == ":" else sign)
    if key == "status":
        return _status(values, whole=sign == "=")
    if key == "created":
        return CreatedTerm(comparison, tuple(_when(value) for value in values))
    if key in TEXT_KEYS:
        return TextTerm(key, tuple(value.pattern for value in values), exact=sign == "=")
    read = _READERS[key]
    return NumberTerm(
        cast("NumberKey", key), comparison, tuple(read(value, key) for value in values)
    )


def _status(values: tuple[Value, ...], *, whole: bool) -> StatusTerm:
    found = [value.pattern for value in values]
    patterns = tuple(Pattern(each.text.lower(), each.glob) for each in found)
    # Of these words both signs say the same, and so their terms must be.
    same = all(each.glob or each.text in STATUS_WORDS for each in patterns)
    return StatusTerm(patterns, exact=whole and not same)


def _unknown(key: str) -> str:
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


_READERS: Mapping[str, Callable[[Value, str], float]] = MappingProxyType(
    {"age": _time, "duration": _time, "size": _bytes, "progress": _percent}
)


def _number(value: Value, units: Mapping[str, int], expected: str) -> float:
    found = _NUMBER.fullmatch(value.text)
    factor = units.get(found[2].strip().lower()) if found else None
    if found is None or factor is None:
        raise QueryError(value.position, f"expected {expected}")
    number = float(found[1]) * factor
    if number > LARGEST:
        raise QueryError(value.position, "expected a smaller number")
    return round(number, 3)


def _when(value: Value) -> DateSpec:
    found = _WHEN.fullmatch(value.text.lower())
    if found is None:
        raise QueryError(
            value.position,
            'expected today, yesterday, a date as 2021-09-06 or a time as "2021-09-06 11:15"',
        )
    word, year, month, day, hour, minute, second, utc = found.groups()
    try:
        which = (
            ("today", "yesterday").index(word)
            if year is None
            else date(*map(int, (year, month, day)))
        )
        at = None if hour is None else time(int(hour), int(minute), int(second or 0))
    except ValueError as error:
        raise QueryError(value.position, f"there is no such time: {error}") from None
    if isinstance(which, date) and not 1970 < which.year < 2200:
        raise QueryError(value.position, "expected a year from 1971 to 2199")
    return DateSpec(which, at, seconds=second is not None, utc=utc is not None)
