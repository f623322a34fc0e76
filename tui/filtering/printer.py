"""Print a filter's tree as text, and toggle a status in a filter.

`parse(to_text(query)) == query` for every `query` that `parse` returns.
"""

import re
from collections.abc import Mapping

from tui.filtering.lexer import SPECIAL
from tui.filtering.parser import parse
from tui.filtering.syntax_tree import (
    And,
    Comparison,
    CreatedTerm,
    DateSpec,
    Not,
    NumberTerm,
    Or,
    Pattern,
    Query,
    TextTerm,
)
from tui.filtering.terms import NUMBER_FORMATS

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
        case TextTerm("", patterns):
            return "|".join(map(pattern_text, patterns))
        case TextTerm(key, patterns, exact):
            return f"{key}{'=' if exact else ':'}{'|'.join(map(pattern_text, patterns))}"
        case NumberTerm(key, comparison, numbers):
            texts = [_in_units(number, NUMBER_FORMATS[key].units) for number in numbers]
            return f"{key}{_operator(comparison)}{'|'.join(texts)}"
        case CreatedTerm(comparison, dates):
            return f"created{_operator(comparison)}{'|'.join(map(_date_text, dates))}"


def _operator(comparison: Comparison) -> str:
    return ":" if comparison == "=" else comparison


def pattern_text(pattern: Pattern) -> str:
    """Return a pattern as it is typed, quoted if necessary; never a glob, because quoted
    wildcards are literal.
    """
    if pattern.glob or not _NEEDS_QUOTES.search(pattern.text):
        return pattern.text
    escaped = pattern.text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _in_units(value: float, units: Mapping[str, int]) -> str:
    """Return the value in the largest unit of which it is a multiple, or else in the smallest,
    without an exponent. `units` are sorted, the largest first; the parser rounds to three decimals.
    """
    for unit, factor in units.items():
        if value >= factor and value % factor == 0:
            return f"{int(value // factor)}{unit}"
    return f"{value:.3f}".rstrip("0").rstrip(".") + list(units)[-1]


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
        if isinstance(part, TextTerm) and part.key == "status" and len(part.patterns) == 1
    ]
    return words[0] if len(words) == 1 else ""


def toggle_status(text: str, status: str) -> str:
    """Return the filter `text` with its status terms replaced by `status`, or removed if they say
    just that. Raises `QueryError`.
    """
    query = parse(text)
    others = [part for part in _parts(query) if not _is_status_term(part)]
    if only_status(query) != status:
        others.append(TextTerm("status", (Pattern(status),)))
    return to_text(others[0] if len(others) == 1 else And(tuple(others)))


def _parts(query: Query) -> tuple[Query, ...]:
    """Return the parts that a match must all match."""
    return query.parts if isinstance(query, And) else (query,)


def _is_status_term(part: Query) -> bool:
    term = part.part if isinstance(part, Not) else part
    return isinstance(term, TextTerm) and term.key == "status"
