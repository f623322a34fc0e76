"""The orders of one status alone, in the filter that is there already."""

from tui.model.query.parse import parse
from tui.model.query.printing import to_text
from tui.model.query.tree import And, Not, Pattern, Query, StatusTerm


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
