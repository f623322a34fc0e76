"""A filter's tree to the one text that says it: `parse(to_text(query)) == query` for every
`query` that `parse` has made.
"""
# FOLD """The orders of one status alone, in the filter that is there already."""

import re
from collections.abc import Iterable, Mapping

from tui.filtering.lexer import SPECIAL
from tui.filtering.parser import parse
from tui.filtering.syntax_tree import (
    And,
    CreatedTerm,
    DateSpec,
    Not,
    NumberTerm,
    Or,
    Pattern,
    Query,
    StatusTerm,
    Term,
    TextTerm,
    Words,
)
from tui.filtering.terms import SIZE_UNITS, TIME_UNITS

_NEEDS_QUOTES = re.compile(rf"[{SPECIAL}*?:=<>]|\A(?:-|(?:and|or|not)\Z)|\A\Z", re.IGNORECASE)


def to_text(query: Query) -> str:
    match query:
        case Or(parts):
            return " or ".join(map(to_text, parts))
        case And(parts):
            return " ".join(
                f"({to_text(part)})" if isinstance(part, Or) else to_text(part) for part in parts
            )
        case Not(And() | Or() as part):
            return f"-({to_text(part)})"
        case Not(part):
            return f"-{to_text(part)}"
        case _:
            return _head(query) + "|".join(_values(query))


def _head(term: Term) -> str:
    match term:
        case Words():
            return ""
        case StatusTerm():
            return "status=" if term.exact else "status:"
        case TextTerm(key):
            return f"{key}{'=' if term.exact else ':'}"
        case NumberTerm(key, comparison):
            return key + (":" if comparison == "=" else comparison)
        case CreatedTerm(comparison):
            return "created" + (":" if comparison == "=" else comparison)


def _values(term: Term) -> Iterable[str]:
    match term:
        case NumberTerm("progress", values=values):
            return map(_plain, values)
        case NumberTerm("size", values=values):
            return (_in_units(value, SIZE_UNITS) for value in values)
        case NumberTerm(values=values):
            return (_in_units(value, TIME_UNITS) for value in values)
        case CreatedTerm(values=values):
            return map(_when, values)
        case _:
            return map(pattern_text, term.patterns)


def pattern_text(pattern: Pattern) -> str:
    """A pattern as it is written, in quotes where it must be. A glob has no need of any:
    what made it one cannot stand in quotes.
    """
    if pattern.glob or not _NEEDS_QUOTES.search(pattern.text):
        return pattern.text
    escaped = pattern.text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _in_units(value: float, units: Mapping[str, int]) -> str:
    """The number in the largest unit of which it is a whole number."""
    for unit, factor in sorted(units.items(), key=lambda item: -item[1]):
        if value >= factor and value % factor == 0:
            return f"{int(value // factor)}{unit}"
    return f"{_plain(value)}{min(units, key=lambda unit: units[unit])}"


def _plain(value: float) -> str:
    """Without an exponent; no number has more than three decimals."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _when(when: DateSpec) -> str:
    day = ("today", "yesterday")[when.day] if isinstance(when.day, int) else when.day.isoformat()
    if when.at is None:
        return day
    clock = when.at.isoformat("seconds" if when.seconds else "minutes")
    return f"{day}T{clock}{'Z' if when.utc else ''}"


def only_status(query: Query) -> str:
    """The one word of status that every match must have; empty where there is no such."""
    words = [
        part.patterns[0].text
        for part in _parts(query)
        if isinstance(part, StatusTerm) and len(part.patterns) == 1
    ]
    return words[0] if len(words) == 1 else ""


def toggle_status(text: str, status: str) -> str:
    """The filter `text` with `status` in the place of all that it says of the status; without
    any, where it says just that. What else it says stays. Raises `QueryError`.
    """
    query = parse(text)
    others = [part for part in _parts(query) if not _is_of_status(part)]
    if only_status(query) != status:
        others.append(StatusTerm((Pattern(status),)))
    return to_text(others[0] if len(others) == 1 else And(tuple(others)))


def _parts(query: Query) -> tuple[Query, ...]:
    """What must all be so."""
    return query.parts if isinstance(query, And) else (query,)


def _is_of_status(part: Query) -> bool:
    return isinstance(part.part if isinstance(part, Not) else part, StatusTerm)
