"""Print the tree of a filter, so that reading the text gives the tree again."""

from tui.filtering.syntax_tree import (
    And,
    DateSpec,
    Not,
    NumberTerm,
    Or,
    Pattern,
    Query,
    TextTerm,
    TimeTerm,
)

_UNITS = {"size": "B", "progress": "%", "jobs": "", "attempt": ""}


def to_text(query: Query) -> str:
    match query:
        case And(parts):
            return " ".join(map(_enclosed, parts))
        case Or(parts):
            return " or ".join(map(_enclosed, parts))
        case Not(part):
            return f"-{_enclosed(part)}"
        case TextTerm("", patterns):
            return "|".join(map(_pattern_text, patterns))
        case TextTerm(key, patterns, exact):
            return f"{key}{'=' if exact else ':'}{'|'.join(map(_pattern_text, patterns))}"
        case NumberTerm(key, comparison, numbers):
            unit = _UNITS.get(key, "s")
            return f"{key}{comparison}{'|'.join(f'{each:.3f}{unit}' for each in numbers)}"
        case TimeTerm(key, comparison, dates):
            return f"{key}{comparison}{'|'.join(map(_date_text, dates))}"


def _enclosed(part: Query) -> str:
    return f"({to_text(part)})" if isinstance(part, And | Or) else to_text(part)


def _pattern_text(pattern: Pattern) -> str:
    """A text that isn't a glob is quoted, or its wildcards would count."""
    if pattern.glob:
        return pattern.text
    escaped = pattern.text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _date_text(date: DateSpec) -> str:
    day = ("today", "yesterday")[date.day] if isinstance(date.day, int) else date.day.isoformat()
    if date.at is None:
        return day
    clock = date.at.isoformat("seconds" if date.seconds else "minutes")
    return f"{day}T{clock}{'Z' if date.utc else ''}"
