"""Print a filter's tree as text, and toggle a status in a filter.

`parse(to_text(query)) == query` for every `query` that `parse` returns.
"""

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
            return map(_plain_number, values)
        case NumberTerm("size", values=values):
            return (_in_units(value, SIZE_UNITS) for value in values)
        case NumberTerm(values=values):
            return (_in_units(value, TIME_UNITS) for value in values)
        case CreatedTerm(values=values):
            return map(_date_text, values)
        case _:
            return map(pattern_text, term.patterns)


def pattern_text(pattern: Pattern) -> str:
    """Return a pattern as it is typed, quoted if necessary; never a glob, because quoted
    wildcards are literal.
    """
    if pattern.glob or not _NEEDS_QUOTES.search(pattern.text):
        return pattern.text
    escaped = pattern.text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _in_units(value: float, units: Mapping[str, int]) -> str:
    """Return the value in the largest unit of which it is a multiple."""
    for unit, factor in sorted(units.items(), key=lambda item: -item[1]):
        if value >= factor and value % factor == 0:
            return f"{int(value // factor)}{unit}"
    return f"{_plain_number(value)}{min(units, key=lambda unit: units[unit])}"


def _plain_number(value: float) -> str:
    """Return the number without an exponent. The parser rounds to three decimals."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _date_text(date: DateSpec) -> str:
    day = ("today", "yesterday")[date.day] if isinstance(date.day, int) else date.day.isoformat()
    if date.at is None:
        return day
    clock = date.at.isoformat("seconds" if date.seconds else "minutes")
    return f"{day}T{clock}{'Z' if date.utc else ''}"


def only_status(query: Query) -> str:
    """Return the one status word that every match must have, or an empty text."""
    words = [
        part.patterns[0].text
        for part in _parts(query)
        if isinstance(part, StatusTerm) and len(part.patterns) == 1
    ]
    return words[0] if len(words) == 1 else ""


def toggle_status(text: str, status: str) -> str:
    """Return the filter `text` with its status terms replaced by `status`, or removed if they say
    just that. Raises `QueryError`.
    """
    query = parse(text)
    others = [part for part in _parts(query) if not _is_status_term(part)]
    if only_status(query) != status:
        others.append(StatusTerm((Pattern(status),)))
    return to_text(others[0] if len(others) == 1 else And(tuple(others)))


def _parts(query: Query) -> tuple[Query, ...]:
    """Return the parts that a match must all match."""
    return query.parts if isinstance(query, And) else (query,)


def _is_status_term(part: Query) -> bool:
    return isinstance(part.part if isinstance(part, Not) else part, StatusTerm)
