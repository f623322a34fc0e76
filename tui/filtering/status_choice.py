"""The status that a filter shows alone, and how choosing one changes the filter. To be stalled is a
status here.
"""

from tui.filtering.parser import parse_with_spans
from tui.filtering.syntax_tree import And, Not, Or, Query, TextTerm
from tui.filtering.terms import IS_WORDS

_KEYS = ("status", "is")


def only_status(query: Query) -> str:
    """Return the one status word that every match must have, or an empty text."""
    words = [
        part.patterns[0].text
        for part in _parts(query)
        if isinstance(part, TextTerm) and part.key in _KEYS and len(part.patterns) == 1
    ]
    return words[0] if len(words) == 1 else ""


def toggle_status(text: str, status: str) -> str:
    """Return the filter `text` with its status terms replaced by `status`, or removed if they say
    just that. The other terms keep their spelling. Raises `QueryError`.
    """
    query, spans = parse_with_spans(text)
    key = "is" if status in IS_WORDS else "status"
    chosen = [] if only_status(query) == status else [f"{key}:{status}"]
    others = [part for part in _parts(query) if not _is_status_term(part)]
    is_alone = len(others) == 1 and not chosen
    texts: list[str] = []
    for part in others:
        start, end = spans[id(part)]
        spelling = text[start:end].strip()
        needs_parentheses = isinstance(part, Or) and not is_alone
        texts.append(f"({spelling})" if needs_parentheses else spelling)
    return " ".join(texts + chosen)


def _parts(query: Query) -> tuple[Query, ...]:
    """Return the parts that a match must all match."""
    return query.parts if isinstance(query, And) else (query,)


def _is_status_term(part: Query) -> bool:
    term = part.part if isinstance(part, Not) else part
    return isinstance(term, TextTerm) and term.key in _KEYS
